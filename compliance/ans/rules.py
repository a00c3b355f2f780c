"""Rules of the ANS: certificate of conformity of the digital device, and HDS certificate of its host.

Sources: CSS R.165-5-2, R.165-5-3 (LPPR), R.162-76, R.162-77 (LATM), R.162-115 and R.165-90 III (opinions
on early and transitional coverage), CSP R.1470-1 to R.1470-9 (general regime). For a listed device the
CSS rules are taken as the special ones: an interpretation.
"""

from compliance.ans import certificate_rules, change_rules, hds_rules, request_rules
from compliance.law.context import Context
from compliance.law.facts.reimbursement import AnsCertificate
from compliance.law.standing import Standing, combined
from compliance.law.text import gettext_noop, text
from compliance.law.types import Reason, TrackStatus


def assess(ctx: Context) -> TrackStatus:
    """Return where the certificate of the device stands.

    The most favourable running certificate counts, then the most advanced request; a change of the
    référentiels, a formal notice, or a host without a valid HDS certificate makes it ``attention``.
    """
    standings = [standing for _, standing in certified(ctx)]
    standings += request_rules.assess(ctx)
    running = any(one.running for one in standings)
    for change in ctx.device.ans.referentiel_changes:
        standings += change_rules.put_change(ctx, change, running)
    for notice in ctx.device.ans.formal_notices:
        standings += change_rules.put_notice(ctx, notice, running)
    standings += hds_rules.assess(ctx)
    return combined(standings, _without_certificate(ctx))


def certified(ctx: Context) -> list[tuple[AnsCertificate, Standing]]:
    """Return where each certificate issued by the date stands, after putting what is due on it."""
    issued = (one for one in ctx.device.ans.certificates if _issued(ctx, one))
    return [(one, certificate_rules.assess(ctx, one)) for one in issued]


def _issued(ctx: Context, certificate: AnsCertificate) -> bool:
    return certificate.issued_on is None or ctx.clock.reached(certificate.issued_on)


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
