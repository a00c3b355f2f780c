"""Products: interoperability with health record systems (EHDS), and the Cyber Resilience Act.

Regulation (EU) 2025/327 Art. 27, 105; Regulation (EU) 2024/2847 Art. 2(2), 71(2).
"""

from compliance.law.context import Context
from compliance.law.facts.data import DataProfile
from compliance.law.text import gettext_noop, text

_FIRST = frozenset({"patient_summaries", "electronic_prescriptions", "electronic_dispensations"})
_REGULATIONS = frozenset({"MDR", "IVDR"})


def put_all(ctx: Context) -> None:
    """Put the dates that concern each profile."""
    for profile in ctx.device.data.profiles:
        path = f"data.profiles[{profile.key}]"
        if profile.claims_record_interoperability:
            _interoperability(ctx, profile, path)
        if profile.companion_product:
            ctx.fixed("cra.reporting", fact=path)
            ctx.fixed("cra.application", fact=path)
        _find_excluded(ctx, path)


def _interoperability(ctx: Context, profile: DataProfile, path: str) -> None:
    """Put the dates of the EHDS for the categories claimed; for both groups where none is named."""
    named = set(profile.record_categories)
    ctx.fixed("ehds.application", fact=path)
    if not named or named & _FIRST:
        ctx.fixed("ehds.interoperability_first", fact=path)
    if not named or named - _FIRST:
        ctx.fixed("ehds.interoperability_second", fact=path)
    if ctx.value("ehds.interoperability_proof"):
        what = text(gettext_noop("Interoperability is claimed: its components must be proved to conform."))
        reason = ctx.reason(what, rule="ehds.interoperability_proof", fact=path)
        ctx.find("interoperability_to_prove", "data", "info", reason)


def _find_excluded(ctx: Context, path: str) -> None:
    """Find that the device itself is outside the Cyber Resilience Act, where its regulation is recorded."""
    regulations = {one.regulation for one in ctx.device.ce_marking.classifications}
    if regulations & _REGULATIONS and ctx.value("cra.devices_excluded"):
        what = text(gettext_noop("A device under the MDR or the IVDR is outside the Cyber Resilience Act."))
        reason = ctx.reason(what, rule="cra.devices_excluded", fact=path)
        ctx.find("cra_does_not_apply", "data", "info", reason)
