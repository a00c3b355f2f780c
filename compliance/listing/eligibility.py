"""What the law keeps out of a list: doors closed to the device, files that cannot succeed.

Sources: CSS R.165-4 5° and 6°, R.162-75 3°, R.165-90 I 13°, R.162-113 II-III, L.162-1-23 III.
"""

from datetime import date

from compliance.law.applications import family
from compliance.law.context import Context
from compliance.law.facts.reimbursement import Application, Listing
from compliance.law.filings import outcome
from compliance.law.text import Text, gettext_noop, text
from compliance.law.types import Level
from compliance.listing.coverage import filed_on, known_from

_CERTIFICATE_RULES = {"lppr": "lppr.dmn_certificate_required", "latm": "latm.certificate_required"}
_EXCLUSIVE = frozenset({"lppr", "latm", "forfait_innovation", "pect", "intra_ghs"})


def find_all(ctx: Context) -> None:
    """Put a finding for every file that the law bars, while it is not decided."""
    for application in ctx.device.cnedimts.applications:
        filed = filed_on(application)
        if outcome(ctx, application) is None and (filed is None or ctx.clock.reached(filed)):
            path = f"cnedimts.applications[{application.key}]"
            _certificate(ctx, application, path)
            _telemonitoring_only(ctx, application, path)
            _digital(ctx, application, path)
            if application.procedure == "pecan":
                _single_use(ctx, application, path)
                _cumulated(ctx, application, path)


def _find(ctx: Context, code: str, level: Level, what: Text, rule: str, path: str, **values: str) -> None:
    ctx.find(code, "listing", level, ctx.reason(what, rule=rule, fact=path), {"rule": rule, **values})


def _certificate(ctx: Context, application: Application, path: str) -> None:
    """A digital device cannot be listed when its file holds no ANS certificate."""
    rule = _CERTIFICATE_RULES.get(family(application))
    concerned = family(application) == "latm" or ctx.device.digital_device
    if rule and concerned and application.ans_certificate_in_file is False:
        if ctx.value(rule, filed_on(application)) is None:
            return
        what = text(gettext_noop("The file holds no certificate of the ANS: the device cannot be listed."))
        _find(ctx, "not_listable", "blocker", what, rule, path)


def _telemonitoring_only(ctx: Context, application: Application, path: str) -> None:
    """A digital device with telemonitoring functions alone is kept out of the LPPR."""
    barred = application.procedure in {"lppr_listing", "lppr_renewal", "lppr_modification"}
    if barred and set(ctx.device.functions) == {"telemonitoring"} and ctx.device.is_software:
        what = text(gettext_noop("A device with only telemonitoring functions is not listed on the LPPR."))
        _find(ctx, "not_listable", "blocker", what, "lppr.telemonitoring_only", path, right_door="LATM")


def _digital(ctx: Context, application: Application, path: str) -> None:
    """Transitional coverage is closed to therapeutic and telemonitoring digital devices."""
    digital = ctx.device.digital_device or ctx.device.is_software
    if (
        application.procedure == "pect"
        and digital
        and {"therapeutic", "telemonitoring"} & set(ctx.device.functions)
    ):
        what = text(gettext_noop("Transitional coverage is closed to this digital device."))
        _find(ctx, "not_eligible", "blocker", what, "pect.not_for_dmn", path, right_door="PECAN")


def _single_use(ctx: Context, application: Application, path: str) -> None:
    """Early coverage is given once for an indication, and not after a refusal but for the ongoing studies."""
    asked = filed_on(application) or date.max
    for one in ctx.device.listing.listings:
        if one.list == "pecan" and one.indication == application.indication and _before(ctx, one, asked):
            what = text(gettext_noop("The indication has already had early coverage."))
            _find(ctx, "not_eligible", "blocker", what, "pecan.single_use", path)
            return
    for other in ctx.device.cnedimts.applications:
        if (
            other.key != application.key
            and other.procedure == "pecan"
            and other.indication == application.indication
            and outcome(ctx, other) == "refused"
            and not other.refused_for_studies
        ):
            message = gettext_noop(
                "Early coverage was refused: eligible only if the ongoing studies were the ground."
            )
            level: Level = "attention" if other.refused_for_studies is None else "blocker"
            _find(ctx, "not_eligible", level, text(message), "pecan.single_use", path)
            return


def _cumulated(ctx: Context, application: Application, path: str) -> None:
    """Early coverage cannot be combined with another coverage of the indication."""
    asked = filed_on(application)
    for one in ctx.device.listing.listings:
        if (
            one.list in _EXCLUSIVE
            and one.indication == application.indication
            and asked is not None
            and _before(ctx, one, asked)
            and not ctx.clock.happened(one.ended_on)
            and not (one.ends_on and ctx.clock.passed(one.ends_on))
        ):
            what = text(gettext_noop("Another coverage of the indication runs: early coverage is excluded."))
            _find(ctx, "not_cumulable", "blocker", what, "pecan.not_cumulable", path, coverage=one.key)


def _before(ctx: Context, listing: Listing, asked: date) -> bool:
    """Return whether the coverage was decided before the request: then it is another one's."""
    days = [one for one in (listing.decided_on, listing.published_on, listing.starts_on) if one]
    return bool(days) and min(days) < asked and known_from(ctx, listing)
