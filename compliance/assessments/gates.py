"""The two doors: may the device be sold, and is it reimbursed. Each names what blocks it."""

from compliance.law.context import Context
from compliance.law.types import Gate, Reason


def market_access(ctx: Context) -> Gate:
    """Return whether the device may be placed on the market: the CE marking decides (MDR Art. 5, 10)."""
    return _gate(ctx, ("ce_marking",))


def reimbursement(ctx: Context) -> Gate:
    """Return whether the device is reimbursed: a running coverage, not threatened by CE or ANS."""
    return _gate(ctx, ("listing",))


def _gate(ctx: Context, tracks: tuple[str, ...]) -> Gate:
    reasons: list[Reason] = []
    return Gate("unknown", (), tuple(reasons))
