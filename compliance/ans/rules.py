"""Rules of the ANS: certificate of conformity of the digital device, and HDS certificate of its host.

Sources: CSS R.165-5-2, R.165-5-3 (LPPR), R.162-76, R.162-77 (LATM), R.162-115 and R.165-90 III (opinions
on early and transitional coverage), CSP R.1470-1 to R.1470-9 (general regime). For a listed device the
CSS rules are taken as the special ones: an interpretation.
"""

from collections.abc import Iterator
from datetime import date

from compliance.ans import hds_rules, request_rules
from compliance.law.calendar import Period
from compliance.law.context import Context
from compliance.law.facts.reimbursement import AnsCertificate, FormalNotice, ReferentielChange
from compliance.law.standing import Standing, combined
from compliance.law.text import gettext_noop, text
from compliance.law.types import Reason, TrackStatus

_DELISTING = {"lppr": "lppr.delisting_without_opinion", "latm": "latm.delisting_without_opinion"}


def assess(ctx: Context) -> TrackStatus:
    """Return where the certificate of the device stands.

    The most favourable running certificate counts, then the most advanced request; a change of the
    référentiels, a formal notice, or a host without a valid HDS certificate makes it ``attention``.
    """
    certificates = [one for one in ctx.device.ans.certificates if _issued(ctx, one)]
    standings = [_certificate(ctx, one) for one in certificates]
    standings += request_rules.assess(ctx)
    running = any(one.running for one in standings)
    for change in ctx.device.ans.referentiel_changes:
        standings += _change(ctx, change, running)
    for notice in ctx.device.ans.formal_notices:
        standings += _notice(ctx, notice, running)
    standings += hds_rules.assess(ctx)
    return combined(standings, _without_certificate(ctx))


def _without_certificate(ctx: Context) -> TrackStatus:
    if ctx.device.digital_device is False:
        what = text(gettext_noop("The device neither processes personal data nor hosts health data."))
        reason = ctx.reason(what, rule="lppr.dmn_certificate_required", fact="digital_device")
        return TrackStatus("not_applicable", "not_applicable", (reason,))
    if ctx.keeps("ans"):
        reason = Reason(text(gettext_noop("No certificate of the ANS was asked for.")))
        return TrackStatus("not_started", "not_started", (reason,))
    reason = Reason(text(gettext_noop("Whether the ANS certified the device is not recorded.")))
    return TrackStatus("unknown", "unknown", (reason,))


def _issued(ctx: Context, certificate: AnsCertificate) -> bool:
    return certificate.issued_on is None or ctx.clock.reached(certificate.issued_on)


def _certificate(ctx: Context, certificate: AnsCertificate) -> Standing:
    """Return where one certificate stands; its length is what is printed on it, if anything."""
    path = f"ans.certificates[{certificate.key}]"
    ended = certificate.ended_on or certificate.ended_reason
    if ended and (certificate.ended_on is None or ctx.clock.reached(certificate.ended_on)):
        what, rule = text(gettext_noop("The certificate of the ANS has ended.")), None
        if certificate.ended_reason == "breach":
            what = text(gettext_noop("The ANS ended the certificate after a breach."))
            rule = "ans.breach_ends_certificate"
            for list_name in sorted({one.list for one in ctx.device.listing.listings} & set(_DELISTING)):
                _find_delistable(ctx, list_name, path)
        reason = ctx.reason(what, rule=rule, fact=path)
        return Standing("expired", "ended", reason, since=certificate.ended_on)
    end = certificate.ends_on
    if end is not None:
        ctx.until("ans.certificate_end", end, fact=path)
        if ctx.clock.passed(end):
            what = text(gettext_noop("The certificate of the ANS ended on %(end)s."), end=end)
            return Standing("expired", "expired", ctx.reason(what, fact=path), since=end, until=end)
    what = text(gettext_noop("The ANS certified the device."))
    return Standing(
        "valid", "certified", ctx.reason(what, fact=path), certificate.issued_on, end, running=True
    )


def _change(ctx: Context, change: ReferentielChange, running: bool) -> Iterator[Standing]:
    """Put the request for a new certificate after a change of the référentiels; stand until it is made.

    Only listed devices and telemonitoring have fifteen days. A request, or a certificate issued since the
    change, meets it.
    """
    path, rule = f"ans.referentiel_changes[{change.key}]", "ans.recertification_request"
    in_force = change.in_force_on
    certified = [one.issued_on for one in ctx.device.ans.certificates if one.issued_on]
    if change.purpose not in _DELISTING or _again(ctx, change, certified):
        return
    asked = change.requested_on or _request_since(ctx, change)
    put = ctx.deadline(rule, trigger=in_force, fact=path, met_on=asked)
    late = put is not None and put.state in {"overdue", "met_late"}
    if late and not any(day >= in_force and ctx.clock.reached(day) for day in certified):
        _find_delistable(ctx, change.purpose, path)
    if ctx.clock.happened(asked) or not ctx.clock.reached(in_force):
        return
    what = text(
        gettext_noop("The référentiels changed on %(day)s: a new certificate is to be asked for."),
        day=in_force,
    )
    state = "stale" if late else "recertification_due"
    yield Standing("attention", state, ctx.reason(what, rule=rule, fact=path), in_force, running=running)


def _again(ctx: Context, change: ReferentielChange, certified: list[date]) -> bool:
    """Return whether a certificate was issued since the change, by a request that is not recorded."""
    since = [day for day in certified if day >= change.in_force_on and ctx.clock.reached(day)]
    return bool(since) and change.requested_on is None


def _request_since(ctx: Context, change: ReferentielChange) -> date | None:
    """Return the day of the first request for the purpose since the change."""
    days = [one.on("requested") for one in ctx.device.ans.applications if one.purpose == change.purpose]
    return min((day for day in days if day and day >= change.in_force_on), default=None)


def _find_delistable(ctx: Context, list_name: str, path: str) -> None:
    rule = _DELISTING[list_name]
    what = text(gettext_noop("The ministers may delist the device without asking the CNEDiMTS."))
    reason = ctx.reason(what, rule=rule, fact=path)
    ctx.find("delistable", "ans", "attention", reason, {"rule": rule})


def _notice(ctx: Context, notice: FormalNotice, running: bool) -> Iterator[Standing]:
    """Put the time to correct after a formal notice, six months at most, and stand until corrected."""
    path, rule = f"ans.formal_notices[{notice.key}]", "ans.csp_formal_notice"
    if not ctx.clock.reached(notice.notified_on):
        return
    governing = ctx.value(rule, notice.notified_on)
    most = Period.parse(governing.value).months if governing and governing.value else None
    given = notice.time_set_months
    if most is not None and given is not None and given > most:
        message = gettext_noop("The time set is longer than the law's %(most)s months.")
        reason = ctx.reason(text(message, most=most), rule=rule, fact=path)
        ctx.find("time_set_too_long", "ans", "attention", reason, {"set": str(given), "most": str(most)})
        given = most
    time_set = None if given is None else f"P{given}M"
    corrected = notice.corrected_on
    ctx.deadline(rule, trigger=notice.notified_on, fact=path, met_on=corrected, time_set=time_set)
    if not ctx.clock.happened(corrected):
        what = text(gettext_noop("A formal notice of the ANS is to be answered."))
        reason = ctx.reason(what, rule=rule, fact=path)
        yield Standing("attention", "formal_notice", reason, notice.notified_on, running=running)
