"""What of a device stands on the axis: its recorded facts, and what the law says of them.

Every date of a fact is an event, but those that begin or end a time that lasts: a certificate, a coverage, a
procedure, a stop of its clock, a suspension. Deadlines come from the answer of the law.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext, pgettext

from compliance.assessments.render import Json
from compliance.assessments.words import word
from compliance.facts.procedures import StepName
from compliance.facts.rows import Row, fields_of
from compliance.law.facts.base import AREAS
from compliance.law.types import PENDING
from compliance.timeline.shapes import Bar, Mark, MarkKind

DEVICE = "device"  # the lane of what belongs to no track: versions, identifiers
_COMING = PENDING | {"clock_stopped", "applies"}


@dataclass(frozen=True, slots=True)
class Lasting:
    """The fields between which a fact holds: its first day, its last day on paper, the day of another end."""

    starts: tuple[str, ...]
    printed: str
    ended: str


_LASTING: Mapping[str, Lasting] = {
    "ce_marking.certificates": Lasting(("starts_on", "issued_on"), "printed_end", "withdrawn_on"),
    "ai_act.certificates": Lasting(("starts_on", "issued_on"), "printed_end", "withdrawn_on"),
    "listing.listings": Lasting(("starts_on",), "ends_on", "ended_on"),
    "ans.certificates": Lasting(("issued_on",), "ends_on", "ended_on"),
    "organisations.hds_certificates": Lasting(("issued_on",), "ends_on", "withdrawn_on"),
}
# Pairs of dates between which something stands still.
_SUSPENSIONS: Mapping[str, tuple[str, str]] = {
    "ce_marking.certificates": ("suspended_on", "reinstated_on"),
    "ans.formal_notices": ("suspended_on", "corrected_on"),
}
# Limits and states of the record: dates on which nothing happens.
_NO_EVENTS = frozenset(
    {"valid_to", "oldest_log_on", "planned_log_deletion_on", "request_by", "opinion_due_on"}
    | {"reduced_period_until", "last_reimbursed_on"}
)
# The code that says what a fact is, by kind; for the second ones it says more than the kind does.
_CODE: Mapping[str, str] = {
    "identifiers": "scheme",
    "ce_marking.certificates": "kind",
    "ce_marking.audits": "kind",
    "ce_marking.reports": "kind",
    "ce_marking.incidents": "kind",
    "cnedimts.applications": "procedure",
    "listing.listings": "list",
    "listing.procedures": "procedure",
    "ai_act.evidence": "duty",
}
_MORE: Mapping[str, str] = {
    "ce_marking.classifications": "device_class",
    "ce_marking.declarations": "regulation",
    "ans.applications": "purpose",
    "ans.referentiel_changes": "purpose",
    "ai_act.certificates": "annex",
}
_OVER = ("decided", "withdrawn")  # the steps that end a procedure
_DIRECTIVES = frozenset({"MDD", "AIMDD", "IVDD"})
# The rules whose deadline is the end of the fact that triggers it, where no end is printed.
_ENDS = frozenset(
    {"mdr.certificate_max_validity", "mdr.certificate_extension_max", "mdr.supplement_follows_certificate"}
    | {"aia.nb_certificate_max_annex_i", "aia.nb_certificate_max_annex_iii", "aia.nb_certificate_end"}
    | {"pecan.duration", "lppr.listing_max_brand", "lppr.listing_max_generic", "latm.listing_max"}
    | {"ghs.listing_max", "ans.certificate_end", "hds.certificate_validity"}
)


@dataclass(frozen=True, slots=True)
class Story:
    """All that stands on the axis, and the lanes from the top. Numbers count from 1, in the order of time."""

    lanes: tuple[str, ...]
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]

    @property
    def things(self) -> list[Bar | Mark]:
        """Return all in the order of their numbers."""
        things: list[Bar | Mark] = [*self.bars, *self.marks]
        return sorted(things, key=lambda one: one.number)


def story(rows: Iterable[Row], answer: Json) -> Story:
    """Return the story that facts tell under an answer of the law, spoken in the active language.

    A deadline of the answer may name its ``page``.
    """
    ends = _Ends.of(answer)
    bars: list[Bar] = []
    marks: list[Mark] = []
    for row in rows:
        bars += _bars(row, ends)
        marks += _events(row)
    marks += [_deadline(one) for one in answer["deadlines"] if one["state"] in _COMING]
    held = {one.lane for one in bars if one.kind == "validity" and not one.path.startswith("organisations")}
    bars += _statuses(answer, held)
    things: list[Bar | Mark] = [*bars, *marks]
    ordered = sorted(things, key=lambda one: (_day(one), one.lane, one.text))
    numbered = [replace(one, number=number) for number, one in enumerate(ordered, 1)]
    used = {one.lane for one in numbered}
    lanes = [one for one in (*AREAS, DEVICE) if one in used or one not in ("data", DEVICE)]
    return Story(
        tuple(lanes),
        tuple(one for one in numbered if isinstance(one, Bar)),
        tuple(one for one in numbered if isinstance(one, Mark)),
    )


@dataclass(frozen=True, slots=True)
class _Ends:
    """What the law says of ends: where it differs from the paper, and where the paper says nothing."""

    differing: Mapping[str, date]
    computed: Mapping[str, date]
    transition: date | None

    @classmethod
    def of(cls, answer: Json) -> "_Ends":
        found = [one for one in answer["findings"] if "legal_end" in one["values"] and one["reason"]["fact"]]
        differing = {one["reason"]["fact"]: date.fromisoformat(one["values"]["legal_end"]) for one in found}
        computed: dict[str, date] = {}
        transitions = []
        for one in answer["deadlines"]:
            strict = date.fromisoformat(one["strict"])
            if one["rule"] in _ENDS:
                fact = one["trigger"]["fact"]
                computed[fact] = min(strict, computed.get(fact, strict))
            elif ".legacy_end_" in one["rule"]:
                transitions.append(strict)
        marking = answer["tracks"].get("ce_marking")  # an answer of one track names that one only
        runs = marking and marking["state"] == "legacy" and transitions
        return cls(differing, computed, max(transitions) if runs else None)

    def end_of(self, path: str, printed: date | None, regulation: str | None) -> date | None:
        """Return the last day in law of a fact: that of a directive runs on to the end of the transition."""
        if regulation in _DIRECTIVES and printed and self.transition:
            return max(printed, self.transition)
        return self.differing.get(path) or printed or self.computed.get(path)


def _bars(row: Row, ends: _Ends) -> Iterator[Bar]:
    lane, data, name = row.kind.track or DEVICE, row.data, named(row)
    if lasting := _LASTING.get(row.kind.path):
        printed, ended = _date(data.get(lasting.printed)), _date(data.get(lasting.ended))
        legal = ends.end_of(row.path, printed, data.get("regulation"))
        differs = printed if printed and legal and printed != legal else None
        last = min(legal, ended) if legal and ended else legal or ended
        start = next((day for one in lasting.starts if (day := _date(data.get(one)))), None)
        detail = gettext("legal end, not the printed one") if differs else ""
        yield Bar(lane, "validity", name, start, last, differs, path=row.path, detail=detail)
    if (pair := _SUSPENSIONS.get(row.kind.path)) and (start := _date(data.get(pair[0]))):
        text = pgettext("of a certificate", "Suspended")
        yield Bar(lane, "suspension", text, start, _date(data.get(pair[1])), path=row.path, detail=name)
    steps = [(one["step"], _date(one["on"])) for one in data.get("steps") or ()]
    days = [day for _, day in steps if day]
    if days:
        over = [day for step, day in steps if step in _OVER and day]
        end = min(over) if over else max(days) if data.get("outcome") else None
        yield Bar(lane, "procedure", name, min(days), end, path=row.path)
    elif row.kind.path == "ce_marking.applications" and (start := _date(data.get("received_on"))):
        yield Bar(lane, "procedure", name, start, _date(data.get("decided_on")), path=row.path)
    for start, stop in _stops(data):
        yield Bar(lane, "stop", gettext("Clock stopped"), start, stop, path=row.path, detail=name)


def _stops(data: Mapping[str, Any]) -> Iterator[tuple[date, date | None]]:
    for one in data.get("information_requests") or ():
        if start := _date(one.get("received_on")) or _date(one.get("sent_on")):
            yield start, _date(one.get("answered_on"))
    for one in data.get("interruptions") or ():
        if start := _date(one.get("started_on")):
            yield start, _date(one.get("ended_on"))


def _events(row: Row) -> Iterator[Mark]:
    """Yield the dates of a fact on which something happened, and the steps of a procedure."""
    lane, name = row.kind.track or DEVICE, named(row)
    lasting, pair = _LASTING.get(row.kind.path), _SUSPENSIONS.get(row.kind.path, ())
    left = {*_NO_EVENTS, *pair}
    if lasting:
        left |= {*lasting.starts, lasting.printed}
    fields = [one for one in fields_of(row.kind.model) if isinstance(one, models.DateField)]
    for field in fields:
        if field.name not in left and (day := _date(row.data.get(field.name))):
            text = name if len(fields) == 1 else f"{name} · {_happening(str(field.verbose_name))}"
            yield Mark(lane, "event", text, day, path=row.path)
    for one in row.data.get("steps") or ():
        if day := _date(one["on"]):
            label = str(StepName(one["step"]).label)
            yield Mark(lane, "event", label, day, path=row.path, detail=name)


def _deadline(one: Json) -> Mark:
    strict, safe = date.fromisoformat(one["strict"]), date.fromisoformat(one["safe"])
    kind: MarkKind = "overdue" if one["state"] == "overdue" else "deadline"
    said = f"{word(one['obliged'])} · {one['citation']}"
    fact, page = one["trigger"]["fact"], one.get("page", "")
    return Mark(one["track"], kind, one["label"], strict, safe, path=fact, detail=said, page=page)


def _statuses(answer: Json, drawn: Iterable[str]) -> Iterator[Bar]:
    """Yield the status of each track that has one from a known day, where no fact shows how long it holds."""
    for track, status in answer["tracks"].items():
        since = _date(status["since"])
        if since and track not in drawn:
            text, until = word(status["state"] or status["status"]), _date(status["until"])
            yield Bar(track, "status", _capital(text), since, until, status=status["status"])


def named(row: Row) -> str:
    """Return what a fact is called in a line: what it is, and its number or code."""
    number = next((str(row.data[one]) for one in ("number", "code", "value") if row.data.get(one)), "")
    code, more = _label(row, _CODE.get(row.kind.path)), _label(row, _MORE.get(row.kind.path))
    said = [code or str(row.kind.model._meta.verbose_name), number, f"· {more}" if more else ""]
    text = " ".join(one for one in said if one)
    return _capital(text)


def _label(row: Row, name: str | None) -> str:
    """Return the label of a code of a fact, "" where there is none."""
    if name is None:
        return ""
    field: Any = row.kind.model._meta.get_field(name)
    return str(dict(field.flatchoices).get(row.data.get(name), ""))


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _happening(verbose: str) -> str:
    """Return the name of a field as what happened: "aware on", "connaissance le" lose their preposition."""
    return verbose.removesuffix(" on").removesuffix(" le")


def _day(one: Bar | Mark) -> date:
    return one.day if isinstance(one, Mark) else one.start or one.end or date.min


def _date(value: str | date | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
