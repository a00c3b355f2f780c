"""The watch over the law: the rules with their certainty, the history of each, the texts applied here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from compliance.amendments.models import Amendment
from compliance.amendments.preview import both_laws, day_of, moved
from compliance.amendments.queries import law_in_force
from compliance.amendments.words import Labels, Moved
from compliance.assessments.models import DeadlineRow
from compliance.assessments.operations import recorded_facts
from compliance.assessments.words import language, word
from compliance.law.amendments import proposals, read
from compliance.law.parameters import DatedValue, Law, Parameter
from compliance.law.types import PENDING
from devices.models import AREA_LABELS, Device

PAGE_SIZE = 50
_ANY: list[tuple[str, Any]] = [("", _("all"))]
_TO_CONFIRM = "to_confirm"
_CERTAINTIES = ("verified", "quoted", "secondary", "interpretation", "unconfirmed")


class RuleFilter(forms.Form):
    """The filters above the rules."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"type": "search", "placeholder": _("Rule, article, text")}),
    )
    track = forms.ChoiceField(label=_("Track"), required=False, choices=[*_ANY, *AREA_LABELS.items()])
    certainty = forms.ChoiceField(label=_("Certainty"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = [(one, word(one)) for one in _CERTAINTIES]
        self.fields["certainty"].choices = [*_ANY, (_TO_CONFIRM, _("all to be confirmed")), *said]  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Row:
    """A rule as the list shows it: the value that governs today, or the first one to come."""

    rule: Parameter
    label: str
    value: DatedValue
    governs: bool
    track: str
    history: int


@dataclass(frozen=True, slots=True)
class Watch:
    """The list of the rules, with its filters, and the texts applied here, the last one first."""

    form: RuleFilter
    page: "Page[Row]"
    filtered: bool
    texts: list[Any]
    proposals: list[tuple[str, str, str]]
    law_version: str


@dataclass(frozen=True, slots=True)
class RulePage:
    """A rule: what it says today, all its values, the texts that changed it, what is due under it."""

    row: Row
    values: list[tuple[DatedValue, "Words"]]
    words: "Words"
    deadlines: list[DeadlineRow]
    texts: list[Amendment]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a rule, or of one of its values, in the active language; "" where there are none."""

    late: str = ""
    silence: str = ""
    note: str = ""
    settled_by: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed text in the active language; ``on`` is the day on which it is simulated."""

    title: str
    note: str
    reference: str
    published: date
    on: date


def watch(request: HttpRequest, devices: QuerySet[Device], today: date) -> Watch:
    """Return the asked page of the rules, and the texts with the number of the person's devices they move."""
    form = RuleFilter(request.GET, label_suffix="")
    form.is_valid()
    law = law_in_force()
    rows = [row for row in _rows(law, today) if _fits(row, form.cleaned_data)]
    touched = Count("effects", filter=Q(effects__device__in=devices))
    return Watch(
        form,
        Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        any(form.cleaned_data.values()),
        list(Amendment.objects.annotate(touched=touched).order_by("-applied_at")),
        [(one.key, getattr(one.title, language()), one.reference) for one in proposals()],
        law.version,
    )


def rule_page(name: str, devices: QuerySet[Device], today: date) -> RulePage:
    """Return the page of a rule. Raises Http404 where the law has no such rule."""
    law = law_in_force()
    rule = law.parameters.get(name)
    if rule is None:
        raise Http404
    pending = DeadlineRow.objects.filter(rule=name, state__in=PENDING, device__in=devices)
    return RulePage(
        _row(rule, today),
        [(one, words(one, ("note", "settled_by"))) for one in sorted(rule.values, key=_age)],
        words(rule, ("late", "silence")),
        list(pending.select_related("device").order_by("strict", "pk")),
        [one for one in Amendment.objects.order_by("pk") if name in read(one.document).rules],
    )


def moved_devices(text: Amendment, devices: QuerySet[Device]) -> list[tuple[Device, list[Moved]]]:
    """Return the person's devices that a text moves, each with what moves."""
    labels = Labels(law_in_force(), language())
    effects = text.effects.filter(device__in=devices).select_related("device").order_by("device__name")
    return [(one.device, [labels.moved(move) for move in one.moves]) for one in effects]


def simulated(
    key: str, devices: QuerySet[Device], today: date
) -> tuple[Proposal, list[tuple[Device, list[Moved]]]]:
    """Return a proposed text and what it would move for the devices, once it governs. Raises Http404.

    Nothing is recorded, and no other page knows of it.
    """
    text = next((one for one in proposals() if one.key == key), None)
    if text is None:
        raise Http404
    before, after = both_laws(law_in_force(), text)
    rows = {row.key: row for row in devices}
    on, labels = day_of(text, today), Labels(after, language())
    found = moved(recorded_facts(rows.values()), before, after, on=on, known_on=on)
    told = [(rows[device.key], [labels.moved(one.as_json()) for one in what]) for device, what in found]
    title, note = (getattr(one, language()) if one else "" for one in (text.title, text.note))
    return Proposal(title, note, text.reference, text.published, on), sorted(
        told, key=lambda one: one[0].name
    )


def _rows(law: Law, today: date) -> Iterable[Row]:
    return (_row(law[name], today) for name in sorted(law.parameters) if law[name].values)


def _row(rule: Parameter, today: date) -> Row:
    governing = rule.as_known(today).value_at(today)
    shown = governing or max(rule.values, key=_age)
    label = getattr(rule.label, language())
    return Row(rule, label, shown, governing is not None, str(AREA_LABELS[rule.track]), len(rule.values))


def _fits(row: Row, asked: Mapping[str, str]) -> bool:
    said = " ".join((row.rule.id, row.label, str(row.value.citation))).casefold()
    certainty = asked.get("certainty") or row.value.certainty
    return (
        all(text in said for text in asked.get("q", "").casefold().split())
        and (asked.get("track") or row.rule.track) == row.rule.track
        and (
            row.value.certainty != "verified"
            if certainty == _TO_CONFIRM
            else certainty == row.value.certainty
        )
    )


def words(holder: Parameter | DatedValue, names: Iterable[str]) -> Words:
    """Return words of a rule or of one of its values in the active language, by the names of its fields."""
    held = {name: getattr(holder, name) for name in names}
    return Words(**{name: getattr(one, language()) for name, one in held.items() if one})


def _age(value: DatedValue) -> tuple[date, date]:
    return value.applies, value.published
