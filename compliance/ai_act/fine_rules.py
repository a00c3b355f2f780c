"""Caps of the fines of Article 99, for the size and turnover of the manufacturer."""

import re
from decimal import Decimal
from typing import Literal

from compliance.law.context import Context
from compliance.law.facts.devices import OrganisationSize
from compliance.law.text import gettext_noop, text

FineTier = Literal["aia.fine_tier1", "aia.fine_tier2", "aia.fine_tier3"]
# Articles by which an infringement is named, and the tier that each belongs to.
_NAMES: dict[str, FineTier] = {
    "art_5": "aia.fine_tier1",
    "art_16": "aia.fine_tier2",
    "art_25": "aia.fine_tier2",
    "art_26": "aia.fine_tier2",
    "art_50": "aia.fine_tier2",
    "art_99_5": "aia.fine_tier3",
}
_CAP = re.compile(r"^(?P<amount>\d+) EUR, (?P<percent>\d+) %$")


def fine_cap(
    ctx: Context, tier: FineTier, size: OrganisationSize, turnover: Decimal | None
) -> Decimal | None:
    """Return the highest fine in euros, or None where the text does not govern or a turnover is needed.

    The higher of amount and share of turnover; the lower for an SME (Art. 99(6)) and, outside Article 5,
    for a small mid-cap (Art. 99(6a)).
    """
    governing = ctx.value(tier)
    found = _CAP.match(governing.value or "") if governing else None
    if found is None or turnover is None:
        return None
    amounts = (Decimal(found["amount"]), turnover * Decimal(found["percent"]) / 100)
    return min(amounts) if _lower(ctx, tier, size) else max(amounts)


def _lower(ctx: Context, tier: FineTier, size: OrganisationSize) -> bool:
    if size == "sme":
        return ctx.value("aia.fine_sme_lower") is not None
    return (
        size == "small_mid_cap" and tier != "aia.fine_tier1" and ctx.value("aia.fine_smc_lower") is not None
    )


def put(ctx: Context) -> None:
    """Say the caps that hold for the manufacturer, when its size and turnover are recorded."""
    maker = ctx.organisation("manufacturer")
    if maker is None or maker.size is None:
        return
    caps = {
        name: fine_cap(ctx, tier, maker.size, maker.turnover_eur)
        for name, tier in _NAMES.items()
        if name != "art_25" or ctx.value("aia.fine_article_25")
    }
    values = {name: f"{cap.normalize():f}" for name, cap in caps.items() if cap is not None}
    if values:
        message = gettext_noop("Highest fines for %(name)s, in euros.")
        fact = f"organisations[{maker.key}]"
        reason = ctx.reason(text(message, name=maker.name), rule="aia.fine_tier2", fact=fact)
        ctx.find("fine_caps", "ai_act", "info", reason, values)
