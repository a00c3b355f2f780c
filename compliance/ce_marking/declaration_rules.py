"""The EU declaration of conformity: there, and as recent as the certificates that it identifies."""

from datetime import date

from compliance.law.context import Context
from compliance.law.facts.ce_marking import Certificate, Declaration, Regulation
from compliance.law.text import gettext_noop, text

DECLARATION = "mdr.declaration_of_conformity"


def declared(ctx: Context, regulation: Regulation) -> list[Declaration]:
    """Return the declarations under a regulation signed by the date; an undated one counts as signed."""
    return [
        one
        for one in ctx.device.ce_marking.declarations
        if one.regulation == regulation and (one.signed_on is None or ctx.clock.reached(one.signed_on))
    ]


def check(ctx: Context) -> None:
    """Say where a certified device has no declaration, or one older than the certificate it identifies.

    The declaration names the certificate (Annex IV point 8) and is continuously updated (Art. 19(1)).
    """
    latest = _latest_certificate(ctx)
    if latest is None:
        return
    signed = declared(ctx, latest.regulation)
    if not signed:
        _find_missing(ctx, latest)
        return
    days = [one.signed_on for one in signed if one.signed_on]
    if len(days) == len(signed) and latest.issued_on and max(days) < latest.issued_on:
        _find_old(ctx, latest, max(days))


def _latest_certificate(ctx: Context) -> Certificate | None:
    """Return the last certificate issued by the date, supplements left out."""
    issued = [
        one
        for one in ctx.device.ce_marking.certificates
        if one.regulation in {"MDR", "IVDR"} and not one.supplement_of and ctx.clock.happened(one.issued_on)
    ]
    return max(issued, key=lambda one: (one.issued_on or date.min, one.key), default=None)


def _find_missing(ctx: Context, certificate: Certificate) -> None:
    if ctx.keeps("ce_marking"):
        message = gettext_noop(
            "Certificate %(number)s is issued, and no EU declaration of conformity is recorded."
        )
        reason = ctx.reason(
            text(message, number=certificate.number), rule=DECLARATION, fact="ce_marking.declarations"
        )
        ctx.find("declaration_not_recorded", "ce_marking", "attention", reason)


def _find_old(ctx: Context, certificate: Certificate, signed_on: date) -> None:
    message = gettext_noop(
        "The EU declaration of %(day)s is older than certificate %(number)s, which it has to identify."
    )
    words = text(message, day=signed_on, number=certificate.number)
    reason = ctx.reason(words, rule=DECLARATION, fact=f"ce_marking.certificates[{certificate.key}]")
    ctx.find("declaration_to_update", "ce_marking", "attention", reason, {"certificate": certificate.number})
