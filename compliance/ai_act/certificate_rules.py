"""Certificates of notified bodies under the AI Act: the printed end and the legal one (Art. 44(2))."""

from datetime import date

from compliance.law.context import Context
from compliance.law.facts.ai_act import AiCertificate, CertifiedAnnex
from compliance.law.text import gettext_noop, text

_MAX: dict[CertifiedAnnex, str] = {
    "annex_i": "aia.nb_certificate_max_annex_i",
    "annex_iii": "aia.nb_certificate_max_annex_iii",
}
_PRINTED = "aia.nb_certificate_end"


def put(ctx: Context) -> None:
    """Put the end of each certificate issued by the date: the printed one, the longest allowed at most."""
    for one in ctx.device.ai_act.certificates:
        if one.issued_on is not None and not ctx.clock.reached(one.issued_on):
            continue
        if one.supplement_of:
            _put_supplement(ctx, one)
        else:
            _put_end(ctx, one)


def _fact(certificate: AiCertificate) -> str:
    return f"ai_act.certificates[{certificate.key}]"


def _longest(ctx: Context, certificate: AiCertificate) -> date | None:
    """Return the last day that the law allows: five years for Annex I, four for Annex III."""
    return ctx.last_day(_MAX[certificate.annex], certificate.starts_on or certificate.issued_on)


def _put_end(ctx: Context, certificate: AiCertificate) -> None:
    fact, rule = _fact(certificate), _MAX[certificate.annex]
    longest, printed = _longest(ctx, certificate), certificate.printed_end
    if printed and longest and printed > longest:
        message = gettext_noop(
            "Certificate %(number)s prints an end on %(printed)s, but its legal end is %(end)s."
        )
        words = text(message, number=certificate.number, printed=printed, end=longest)
        values = {"printed_end": printed.isoformat(), "legal_end": longest.isoformat()}
        reason = ctx.reason(words, rule=rule, fact=fact)
        ctx.find("ai_certificate_period_too_long", "ai_act", "attention", reason, values)
    if ctx.clock.happened(certificate.withdrawn_on):
        return
    if printed and (longest is None or printed < longest):
        ctx.until(_PRINTED, printed, fact=fact)
    else:
        ctx.deadline(rule, trigger=certificate.starts_on or certificate.issued_on, fact=fact)


def _put_supplement(ctx: Context, supplement: AiCertificate) -> None:
    """Put the end of a supplement: it is valid as long as the certificate that it completes."""
    parent = next(
        (
            one
            for one in ctx.device.ai_act.certificates
            if supplement.supplement_of in {one.key, one.number} and not one.supplement_of
        ),
        None,
    )
    ends = [parent.printed_end, _longest(ctx, parent), parent.withdrawn_on] if parent else []
    end = min((day for day in ends if day), default=None)
    if end:
        ctx.until(_PRINTED, end, fact=_fact(supplement))
        return
    message = gettext_noop("Supplement %(number)s follows certificate %(parent)s, whose end is unknown.")
    words = text(message, number=supplement.number, parent=supplement.supplement_of or "")
    reason = ctx.reason(words, rule=_PRINTED, fact=_fact(supplement))
    ctx.find("ai_supplement_without_certificate", "ai_act", "attention", reason)
