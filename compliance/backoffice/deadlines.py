"""The deadlines of all devices that a person sees: counted, filtered, sorted, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from compliance.amendments.queries import law_in_force
from compliance.assessments.models import DeadlineRow
from compliance.assessments.words import word
from compliance.law.types import PENDING
from devices.models import AREA_LABELS, Device

PAGE_SIZE = 50
_ANY: list[tuple[str, Any]] = [("", _("all"))]
_SORTS: Mapping[str, tuple[Any, ...]] = {
    "date": (F("strict").asc(),),
    "-date": (F("strict").desc(),),
    "device": (F("device__name").asc(), F("strict").asc()),
    "-device": (F("device__name").desc(), F("strict").asc()),
}
_STATES = [
    ("pending", _("to do")),
    ("overdue", _("overdue")),
    ("applies", _("applies")),
    ("met", _("met")),
    ("any", _("all")),
]
_PERIODS = [*_ANY, ("30", _("next 30 days")), ("90", _("next 90 days")), ("365", _("next 12 months"))]


class DeadlineFilter(forms.Form):
    """The filters above the deadlines."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"type": "search", "placeholder": _("Device, manufacturer, article")}),
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=_STATES)
    track = forms.ChoiceField(label=_("Track"), required=False, choices=[*_ANY, *AREA_LABELS.items()])
    period = forms.ChoiceField(label=_("Period"), required=False, choices=_PERIODS)
    obliged = forms.ChoiceField(label=_("Obliged party"), required=False)
    sort = forms.ChoiceField(
        required=False, choices=[(one, one) for one in _SORTS], widget=forms.HiddenInput()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parties = sorted({one.obliged for one in law_in_force().parameters.values() if one.obliged})
        field = cast(forms.ChoiceField, self.fields["obliged"])
        field.choices = [*_ANY, *((one, word(one)) for one in parties)]


@dataclass(frozen=True, slots=True)
class DeadlineList:
    """A page of deadlines, with its filters."""

    form: DeadlineFilter
    page: "Page[DeadlineRow]"
    filtered: bool
    sort: str


def deadline_list(request: HttpRequest, devices: QuerySet[Device], today: date) -> DeadlineList:
    """Return the asked page of the deadlines of the devices; what is to be done, unless said otherwise."""
    form = DeadlineFilter(request.GET, label_suffix="")
    form.is_valid()
    asked = form.cleaned_data
    sort = asked.get("sort") or "date"
    rows = filtered(of(devices), asked, today).select_related("device__manufacturer")
    page = Paginator(rows.order_by(*_SORTS[sort], "pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    named(page.object_list)
    return DeadlineList(form, page, any(value for name, value in asked.items() if name != "sort"), sort)


def of(devices: QuerySet[Device]) -> QuerySet[DeadlineRow]:
    """Return the deadlines of the devices."""
    return DeadlineRow.objects.filter(device__in=devices)


def filtered(rows: QuerySet[DeadlineRow], asked: Mapping[str, str], today: date) -> QuerySet[DeadlineRow]:
    """Return the deadlines that fit every filter given."""
    for text in asked.get("q", "").split():
        rows = rows.filter(
            Q(device__name__unaccent__icontains=text)
            | Q(device__manufacturer__name__unaccent__icontains=text)
            | Q(citation__icontains=text)
            | Q(rule__icontains=text)
        )
    match asked.get("state") or "pending":
        case "pending":
            rows = rows.filter(state__in=PENDING)
        case "met":
            rows = rows.filter(state__startswith="met")
        case "overdue" | "applies" as state:
            rows = rows.filter(state=state)
    for name in ("track", "obliged"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    if asked.get("period"):
        rows = rows.filter(strict__range=(today, today + timedelta(days=int(asked["period"]))))
    return rows


def counts(devices: QuerySet[Device], today: date) -> dict[str, int]:
    """Return how many deadlines are overdue, and due within 30 and 90 days."""
    pending = Q(state__in=PENDING)
    return of(devices).aggregate(
        overdue=Count("pk", filter=Q(state="overdue")),
        soon=Count("pk", filter=pending & Q(strict__range=(today, today + timedelta(days=30)))),
        later=Count("pk", filter=pending & Q(strict__range=(today, today + timedelta(days=90)))),
    )


def next_ones(devices: QuerySet[Device], limit: int) -> list[DeadlineRow]:
    """Return the first deadlines to do, overdue ones first."""
    rows = of(devices).filter(state__in=PENDING).select_related("device").order_by("strict", "pk")[:limit]
    return list(named(rows))


def named(rows: Any) -> Any:
    """Give each row the name of its rule in the active language (``label``), and return the rows."""
    parameters, language = law_in_force().parameters, "en" if get_language() == "en" else "fr"
    for row in rows:
        parameter = parameters.get(row.rule)
        row.label = getattr(parameter.label, language) if parameter else row.rule
    return rows
