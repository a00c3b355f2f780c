"""Certificates of notified bodies: legal end, supplements, extensions, suspension, and where they stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from compliance.law.context import Context
from compliance.law.facts.ce_marking import Certificate
from compliance.law.questions import fixed_date
from compliance.law.standing import Standing
from compliance.law.text import Text, gettext_noop, text
from compliance.law.types import Reason, Status, TrackStatus

MAX_VALIDITY = "mdr.certificate_max_validity"
EXTENSION = "mdr.certificate_extension_max"
LEAD = "mdr.recert_application_lead"

Condition = Literal["withdrawn", "expired", "suspended", "end_unknown", "expiring", "running"]
# From the worst: what stands for the track when several certificates are needed.
_SEVERITY: tuple[Condition, ...] = ("withdrawn", "expired", "suspended", "end_unknown", "expiring", "running")
_STANDING: dict[Condition, tuple[Status, str]] = {
    "withdrawn": ("expired", "certificate_withdrawn"),
    "expired": ("expired", "certificate_expired"),
    "suspended": ("suspended", "certificate_suspended"),
    "end_unknown": ("unknown", "certified"),
    "expiring": ("attention", "certificate_expiring"),
    "running": ("valid", "certified"),
}


@dataclass(frozen=True, slots=True)
class LegalEnd:
    """The last day of a certificate and the rule that sets it; ``longest`` is the last day the law allows."""

    day: date | None
    rule: str
    start: date | None = None
    longest: date | None = None


def assess(ctx: Context) -> TrackStatus | None:
    """Put the ends and anomalies of the certificates on the bench; return where they stand together.

    None when no certificate under the MDR or the IVDR is in place on the date.
    """
    certificates = _in_place(ctx)
    ends = {one.key: legal_end(ctx, one, certificates) for one in certificates}
    for one in certificates:
        _put_end(ctx, one, ends[one.key])
    current = _current(ctx, certificates, ends)
    if not current:
        return None
    renewed = {one.key: _is_renewed(one, certificates, ends) for one in current}
    conditions = {one.key: _condition(ctx, one, ends[one.key].day, renewed[one.key]) for one in current}
    for one in current:
        if conditions[one.key] in {"running", "expiring"} and not renewed[one.key]:
            _put_lead(ctx, one, ends[one.key])
    worst = min(
        current, key=lambda one: (_SEVERITY.index(conditions[one.key]), ends[one.key].day or date.max)
    )
    status, state = _STANDING[conditions[worst.key]]
    return TrackStatus(
        status,
        state,
        tuple(_reason(ctx, one, conditions[one.key], ends[one.key]) for one in current),
        since=worst.starts_on or worst.issued_on,
        until=ends[worst.key].day,
    )


def standings(ctx: Context) -> list[tuple[Certificate, Standing]]:
    """Return where each certificate in place stands by itself, since when and until when."""
    certificates = _in_place(ctx)
    ends = {one.key: legal_end(ctx, one, certificates) for one in certificates}
    return [
        (one, _standing(ctx, one, ends[one.key], _is_renewed(one, certificates, ends)))
        for one in certificates
    ]


def _standing(ctx: Context, certificate: Certificate, end: LegalEnd, renewed: bool) -> Standing:
    condition = _condition(ctx, certificate, end.day, renewed)
    since = {"withdrawn": certificate.withdrawn_on, "expired": end.day, "suspended": certificate.suspended_on}
    status, state = _STANDING[condition]
    return Standing(
        status,
        state,
        _reason(ctx, certificate, condition, end),
        since.get(condition, certificate.starts_on or certificate.issued_on),
        end.day,
        running=condition in {"running", "expiring"},
    )


def legal_end(ctx: Context, certificate: Certificate, known: Iterable[Certificate]) -> LegalEnd:
    """Return the legal end: the printed one, at most five years; that of the parent for a supplement."""
    return _legal_end(ctx, certificate, tuple(known), frozenset())


def _legal_end(
    ctx: Context, certificate: Certificate, known: tuple[Certificate, ...], seen: frozenset[str]
) -> LegalEnd:
    if certificate.key in seen:
        return LegalEnd(None, "mdr.certificate_end")
    seen |= {certificate.key}
    if certificate.supplement_of:
        day = _parent_end(ctx, _named(certificate.supplement_of, known), known, seen)
        return LegalEnd(day, "mdr.supplement_follows_certificate", certificate.issued_on, day)
    rule, start = MAX_VALIDITY, certificate.starts_on or certificate.issued_on
    if certificate.extends:
        extended = _named(certificate.extends, known)
        previous = _legal_end(ctx, extended, known, seen).day if extended else None
        rule, start = EXTENSION, previous or start
    longest = ctx.last_day(rule, start)
    printed = certificate.printed_end
    if printed and (longest is None or printed < longest):
        return LegalEnd(printed, "mdr.certificate_end", start, longest)
    return LegalEnd(longest, rule, start, longest)


def _parent_end(
    ctx: Context, parent: Certificate | None, known: tuple[Certificate, ...], seen: frozenset[str]
) -> date | None:
    """Return the last day of the certificate that a supplement completes: its end or its withdrawal."""
    if parent is None:
        return None
    withdrawn = parent.withdrawn_on if ctx.clock.happened(parent.withdrawn_on) else None
    ends = [day for day in (_legal_end(ctx, parent, known, seen).day, withdrawn) if day]
    return min(ends, default=None)


def _named(name: str, known: Iterable[Certificate]) -> Certificate | None:
    return next((one for one in known if name in {one.key, one.number}), None)


def _in_place(ctx: Context) -> list[Certificate]:
    """Return the MDR and IVDR certificates issued by the date."""
    return [
        one
        for one in ctx.device.ce_marking.certificates
        if one.regulation in {"MDR", "IVDR"} and (one.issued_on is None or ctx.clock.reached(one.issued_on))
    ]


def _current(ctx: Context, certificates: list[Certificate], ends: dict[str, LegalEnd]) -> list[Certificate]:
    """Return the latest begun certificate of each kind: it stands in the place of those before it."""
    latest: dict[str, Certificate] = {}
    begun = [
        one
        for one in certificates
        if not one.supplement_of and (one.starts_on is None or ctx.clock.reached(one.starts_on))
    ]
    for one in sorted(
        begun,
        key=lambda one: (one.starts_on or one.issued_on or date.min, ends[one.key].day or date.min, one.key),
    ):
        latest[one.kind] = one
    return [latest[kind] for kind in sorted(latest)]


def _is_renewed(
    certificate: Certificate, certificates: Iterable[Certificate], ends: dict[str, LegalEnd]
) -> bool:
    """Return whether a certificate of the same kind that is already issued runs on after this one."""
    end = ends[certificate.key].day
    return end is not None and any(
        (ends[other.key].day or date.min) > end
        for other in certificates
        if other.kind == certificate.kind and not other.supplement_of
    )


def _condition(ctx: Context, certificate: Certificate, end: date | None, renewed: bool) -> Condition:
    clock = ctx.clock
    if clock.happened(certificate.withdrawn_on):
        return "withdrawn"
    if end and clock.passed(end):
        return "expired"
    if is_suspended(ctx, certificate):
        return "suspended"
    if end is None:
        return "end_unknown"
    mark = ctx.last_day(LEAD, end)
    return "expiring" if mark and not renewed and clock.reached(mark) else "running"


def is_suspended(ctx: Context, certificate: Certificate) -> bool:
    """Return whether a suspension runs on the date (MDR Art. 56(4))."""
    suspended, reinstated = certificate.suspended_on, certificate.reinstated_on
    if suspended is None or not ctx.clock.reached(suspended):
        return False
    return reinstated is None or reinstated < suspended or not ctx.clock.reached(reinstated)


def _put_end(ctx: Context, certificate: Certificate, end: LegalEnd) -> None:
    fact = f"ce_marking.certificates[{certificate.key}]"
    if certificate.printed_end and end.longest and certificate.printed_end > end.longest:
        _find_too_long(ctx, certificate, end.rule, certificate.printed_end, end.longest)
    if certificate.supplement_of and end.day is None:
        message = gettext_noop("Supplement %(number)s follows certificate %(parent)s, whose end is unknown.")
        words = text(message, number=certificate.number, parent=certificate.supplement_of)
        reason = ctx.reason(words, rule=end.rule, fact=fact)
        ctx.find("supplement_without_certificate", "ce_marking", "attention", reason)
    if end.day is None or ctx.clock.happened(certificate.withdrawn_on):
        return
    if certificate.restricted_on and ctx.clock.reached(certificate.restricted_on):
        message = gettext_noop("Certificate %(number)s is restricted since %(day)s.")
        words = text(message, number=certificate.number, day=certificate.restricted_on)
        reason = ctx.reason(words, rule="mdr.certificate_restriction", fact=fact)
        ctx.find("certificate_restricted", "ce_marking", "attention", reason)
    if end.rule in {MAX_VALIDITY, EXTENSION}:
        ctx.deadline(end.rule, trigger=end.start, fact=fact)
    else:
        ctx.until(end.rule, end.day, fact=fact)
    _put_upload(ctx, certificate, fact)


def _find_too_long(ctx: Context, certificate: Certificate, rule: str, printed: date, longest: date) -> None:
    message = gettext_noop(
        "Certificate %(number)s prints an end on %(printed)s, but its legal end is %(end)s."
    )
    words = text(message, number=certificate.number, printed=printed, end=longest)
    reason = ctx.reason(words, rule=rule, fact=f"ce_marking.certificates[{certificate.key}]")
    values = {"printed_end": printed.isoformat(), "legal_end": longest.isoformat()}
    ctx.find("certificate_period_too_long", "ce_marking", "attention", reason, values)


def _put_upload(ctx: Context, certificate: Certificate, fact: str) -> None:
    """Put the upload owed by the notified body for a certificate older than the use of EUDAMED."""
    mandatory = fixed_date(ctx, "eudamed.mandatory_use")
    if mandatory and certificate.issued_on and certificate.issued_on < mandatory:
        ctx.fixed("eudamed.certificate_upload", fact=fact)


def _put_lead(ctx: Context, certificate: Certificate, end: LegalEnd) -> None:
    """Put the reference mark for recertification; an application made since the certificate meets it.

    The mark is no law: nobody is late with it, so it leaves with an application made after it.
    """
    applied = [
        one.received_on
        for one in ctx.device.ce_marking.applications
        if one.received_on and end.start and one.received_on > end.start
    ]
    met_on, mark = min(applied, default=None), ctx.last_day(LEAD, end.day)
    if not (met_on and mark and met_on > mark and ctx.clock.reached(met_on)):
        ctx.deadline(LEAD, trigger=end.day, fact=f"ce_marking.certificates[{certificate.key}]", met_on=met_on)


def _reason(ctx: Context, certificate: Certificate, condition: Condition, end: LegalEnd) -> Reason:
    rule = "mdr.certificate_suspension" if condition in {"withdrawn", "suspended"} else end.rule
    return ctx.reason(
        _words(certificate, condition, end.day), rule=rule, fact=f"ce_marking.certificates[{certificate.key}]"
    )


def _words(certificate: Certificate, condition: Condition, end: date | None) -> Text:
    number = certificate.number
    if condition == "withdrawn" and certificate.withdrawn_on:
        message = gettext_noop("Certificate %(number)s was withdrawn on %(day)s.")
        return text(message, number=number, day=certificate.withdrawn_on)
    if condition == "suspended" and certificate.suspended_on:
        message = gettext_noop("Certificate %(number)s is suspended since %(day)s.")
        return text(message, number=number, day=certificate.suspended_on)
    if end is None:
        return text(gettext_noop("The end of certificate %(number)s is not recorded."), number=number)
    if condition == "expired":
        return text(gettext_noop("Certificate %(number)s ended on %(end)s."), number=number, end=end)
    return text(gettext_noop("Certificate %(number)s ends on %(end)s."), number=number, end=end)
