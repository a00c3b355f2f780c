"""Certificates of the ANS: their end, withdrawal, periodic verification, and the version that they are for.

Sources: CSS R.165-5-3, R.162-77 (a breach ends the certificate); CSP R.1470-7 (verification), R.1470-9
(suspension, withdrawal). No general length of the certificate was read: what is printed on it counts.
"""

from datetime import date

from compliance.law.context import Context
from compliance.law.facts.devices import ChangeKind
from compliance.law.facts.reimbursement import AnsCertificate
from compliance.law.standing import Standing
from compliance.law.text import gettext_noop, text

DELISTING = {"lppr": "lppr.delisting_without_opinion", "latm": "latm.delisting_without_opinion"}
# What a practitioner calls a major change of a certified service: its scope, its exchanges, its architecture.
_MAJOR: frozenset[ChangeKind] = frozenset({"safety_or_intended_use", "interoperability", "architecture"})


def path_of(certificate: AnsCertificate) -> str:
    """Return the path of the certificate in the facts of the device."""
    return f"ans.certificates[{certificate.key}]"


def assess(ctx: Context, certificate: AnsCertificate) -> Standing:
    """Return where one certificate stands, after putting what is due on it."""
    gone = _ended(ctx, certificate) or _printed_end(ctx, certificate)
    if gone:
        return gone
    _verification(ctx, certificate)
    _find_major_change(ctx, certificate)
    suspended = _suspended(ctx, certificate)
    if suspended:
        return suspended
    path, since, until = path_of(certificate), certificate.issued_on, certificate.ends_on
    if ctx.clock.happened(certificate.withdrawal_notified_on):
        rule, effect = "ans.csp_withdrawal_effect", certificate.ended_on
        if effect:
            ctx.until(rule, effect, fact=path)
        what = text(gettext_noop("The ANS notified that it withdraws the certificate."))
        reason = ctx.reason(what, rule=rule, fact=path)
        return Standing("attention", "withdrawal_notified", reason, since, effect, running=True)
    reason = ctx.reason(text(gettext_noop("The ANS certified the device.")), fact=path)
    return Standing("valid", "certified", reason, since, until, running=True)


def find_delistable(ctx: Context, list_name: str, path: str) -> None:
    """Put the finding that the ministers may delist without an opinion (R.165-5 II, R.162-85 II)."""
    rule = DELISTING[list_name]
    what = text(gettext_noop("The ministers may delist the device without asking the CNEDiMTS."))
    reason = ctx.reason(what, rule=rule, fact=path)
    ctx.find("delistable", "ans", "attention", reason, {"rule": rule})


def _ended(ctx: Context, certificate: AnsCertificate) -> Standing | None:
    """Return the standing of an ended certificate, or None. A withdrawal not put off has effect at once."""
    path, notified, day = path_of(certificate), certificate.withdrawal_notified_on, certificate.ended_on
    if ctx.clock.happened(notified):
        _find_withdrawal(ctx, certificate)
    day = day or notified
    if day is None and certificate.ended_reason is None:
        return None
    if day is not None and not ctx.clock.reached(day):
        return None
    what, rule = text(gettext_noop("The certificate of the ANS has ended.")), None
    if certificate.ended_reason == "breach":
        what = text(gettext_noop("The ANS ended the certificate after a breach."))
        rule = "ans.breach_ends_certificate"
        for list_name in sorted({one.list for one in ctx.device.listing.listings} & set(DELISTING)):
            find_delistable(ctx, list_name, path)
    elif certificate.withdrawal_notified_on:
        what = text(gettext_noop("The ANS withdrew the certificate."))
        rule = "ans.csp_withdrawal_effect"
    return Standing("expired", "ended", ctx.reason(what, rule=rule, fact=path), since=day)


def _find_withdrawal(ctx: Context, certificate: AnsCertificate) -> None:
    """Find users who are not told of a withdrawal, and an effect put off longer than six months."""
    path, rule = path_of(certificate), "ans.csp_withdrawal_effect"
    if not ctx.clock.happened(certificate.users_informed_on):
        what = text(gettext_noop("The users are to be told of the withdrawal without delay."))
        reason = ctx.reason(what, rule="ans.csp_users_informed", fact=path)
        ctx.find("users_to_inform", "ans", "attention", reason)
    latest, effect = ctx.last_day(rule, certificate.withdrawal_notified_on), certificate.ended_on
    if latest and effect and effect > latest:
        message = gettext_noop(
            "The withdrawal is put off to %(day)s, later than six months allow: %(latest)s."
        )
        reason = ctx.reason(text(message, day=effect, latest=latest), rule=rule, fact=path)
        ctx.find("withdrawal_effect_too_late", "ans", "attention", reason, {"latest": latest.isoformat()})


def _printed_end(ctx: Context, certificate: AnsCertificate) -> Standing | None:
    """Put the end printed on the certificate; return the standing once it is over."""
    path, end = path_of(certificate), certificate.ends_on
    if end is None:
        return None
    ctx.until("ans.certificate_end", end, fact=path)
    if not ctx.clock.passed(end):
        return None
    what = text(gettext_noop("The certificate of the ANS ended on %(end)s."), end=end)
    return Standing("expired", "expired", ctx.reason(what, fact=path), since=end, until=end)


def _suspended(ctx: Context, certificate: AnsCertificate) -> Standing | None:
    """Return the standing of a certificate that a formal notice suspends until the correction."""
    for notice in ctx.device.ans.formal_notices:
        held = ctx.clock.happened(notice.suspended_on) and not ctx.clock.happened(notice.corrected_on)
        if held and (certificate.issued_on or date.min) <= notice.notified_on:
            what = text(gettext_noop("The ANS suspended the certificate until the correction."))
            path = f"ans.formal_notices[{notice.key}]"
            reason = ctx.reason(what, rule="ans.csp_formal_notice", fact=path)
            return Standing("suspended", "certificate_suspended", reason, notice.suspended_on)
    return None


def _verification(ctx: Context, certificate: AnsCertificate) -> None:
    """Put the next verification, where the arrêté that approves the référentiel asks for one."""
    verified, months = certificate.last_verified_on, certificate.verification_months
    since = verified if ctx.clock.happened(verified) else certificate.issued_on
    if months is not None:
        ctx.deadline("ans.csp_verification", trigger=since, fact=path_of(certificate), time_set=f"P{months}M")


def _find_major_change(ctx: Context, certificate: AnsCertificate) -> None:
    """Find a major version of the software that came after the certificate, with no request since."""
    asked = [one.on("requested") or one.on("acknowledged") for one in ctx.device.ans.applications]
    issued = [one.issued_on for one in ctx.device.ans.certificates]
    for version in ctx.device.versions:
        day = version.released_on
        if day is None or certificate.issued_on is None or not ctx.clock.reached(day):
            continue
        since = [one for one in (*asked, *issued) if one and one >= day and ctx.clock.reached(one)]
        if day <= certificate.issued_on or not _MAJOR & set(version.changes) or since:
            continue
        message = gettext_noop(
            "Version %(number)s changes what was certified: it may need a new certificate."
        )
        reason = ctx.reason(
            text(message, number=version.number), rule="ans.major_change", fact=path_of(certificate)
        )
        values = {"version": version.number, "certified": certificate.software_version}
        ctx.find("certified_version_changed", "ans", "attention", reason, values)
