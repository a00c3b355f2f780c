"""Certificate of the host of health data (HDS): three years, a surveillance audit every year, three months to
correct what the audit on site found.

Sources: CSP L.1111-8, R.1111-10; page of the ANS on the certification. The end of first-version
certificates is from memory and shown as to be confirmed.
"""

from datetime import date

from compliance.law.context import Context
from compliance.law.facts.devices import HdsCertificate, Organisation
from compliance.law.standing import Standing
from compliance.law.text import gettext_noop, text


def assess(ctx: Context) -> list[Standing]:
    """Put the deadlines of the host's last certificate; return a standing where it no longer covers."""
    host = ctx.organisation("host")
    if host is None:
        return []
    known = [one for one in host.hds_certificates if _issued(ctx, one)]
    for one in known:
        _nonconformities(ctx, one, _path(host, one))
    last = max(known, key=lambda one: one.issued_on or date.min, default=None)
    if last is None:
        return []
    path = _path(host, last)
    end = _put(ctx, last, path)
    ended = ctx.clock.happened(last.withdrawn_on)
    if not ended and not (end and ctx.clock.passed(end)):
        return []
    what = text(gettext_noop("The HDS certificate of the host has ended."))
    reason = ctx.reason(what, rule="hds.certificate_validity", fact=path)
    since = last.withdrawn_on if ended else end
    return [Standing("attention", "host_certificate_ended", reason, since)]


def _path(host: Organisation, certificate: HdsCertificate) -> str:
    return f"organisations[{host.key}].hds_certificates[{certificate.key}]"


def _nonconformities(ctx: Context, certificate: HdsCertificate, path: str) -> None:
    """Put the three months to correct what the audit on site found; without a correction it is done again."""
    audited, corrected = certificate.audit_ended_on, certificate.corrected_on
    if audited and ctx.clock.reached(audited) and (certificate.nonconformities_found or corrected):
        ctx.deadline("hds.nonconformity_correction", trigger=audited, fact=path, met_on=corrected)


def _issued(ctx: Context, certificate: HdsCertificate) -> bool:
    return certificate.issued_on is None or ctx.clock.reached(certificate.issued_on)


def _put(ctx: Context, certificate: HdsCertificate, path: str) -> date | None:
    """Put the end and the next surveillance audit of a certificate, and return its end."""
    if ctx.clock.happened(certificate.withdrawn_on):
        return certificate.withdrawn_on
    rule, issued, printed = "hds.certificate_validity", certificate.issued_on, certificate.ends_on
    longest = ctx.last_day(rule, issued)
    if printed and (longest is None or printed <= longest):
        ctx.until(rule, printed, fact=path)
    else:
        ctx.deadline(rule, trigger=issued, fact=path)
    if printed and longest and printed > longest:
        message = gettext_noop("The printed end %(printed)s is later than three years allow: %(longest)s.")
        reason = ctx.reason(text(message, printed=printed, longest=longest), rule=rule, fact=path)
        values = {"legal_end": longest.isoformat()}
        ctx.find("certificate_period_too_long", "ans", "attention", reason, values)
    end = min((day for day in (printed, longest) if day), default=None)
    if not (end and ctx.clock.passed(end)):
        audited = certificate.last_audit_on if ctx.clock.happened(certificate.last_audit_on) else issued
        ctx.deadline("hds.surveillance_audit", trigger=audited, fact=path)
    if certificate.version == "1":
        _first_version(ctx, path)
    return end


def _first_version(ctx: Context, path: str) -> None:
    """Put the end of first-version certificates and a finding once it has passed."""
    put = ctx.fixed("hds.v1_end", fact=path)
    if put and put.state == "elapsed":
        what = text(
            gettext_noop("First-version HDS certificates seem to have ended on %(day)s."), day=put.strict
        )
        reason = ctx.reason(what, rule="hds.v1_end", fact=path)
        ctx.find("hds_v1_to_confirm", "ans", "attention", reason, {"ended_on": put.strict.isoformat()})
