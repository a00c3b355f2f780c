"""The deadlines of all devices that a person sees: counted, filtered, sorted, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core import paginator
from django.db.models import Count, F, Q, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from compliance.amendments.queries import law_in_force
from compliance.assessments.models import DeadlineRow
from compliance.assessments.queries import followed
from compliance.assessments.words import language, word
from compliance.backoffice import access
from compliance.backoffice.page import Page
from compliance.followup.filters import filters_of
from compliance.followup.models import MarkKind
from compliance.followup.queries import assigned, attach, covered, outdated, to_do
from compliance.law.types import PENDING
from config.clock import today
from devices.models import AREA_LABELS, Device, Organisation, User

PAGE_SIZE = 50
MOST_CHOICES = 200
_ANY: list[tuple[str, Any]] = [("", _("all"))]
_SORTS: Mapping[str, tuple[Any, ...]] = {
    "date": (F("strict").asc(),),
    "-date": (F("strict").desc(),),
    "device": (F("device__name").asc(), F("strict").asc()),
    "-device": (F("device__name").desc(), F("strict").asc()),
    "track": (F("track").asc(), F("strict").asc()),
    "-track": (F("track").desc(), F("strict").asc()),
}
_SORT_LABELS = [
    ("date", _("date, the first one first")),
    ("-date", _("date, the last one first")),
    ("device", _("device, A to Z")),
    ("-device", _("device, Z to A")),
    ("track", _("track")),
    ("-track", _("track, from the last one")),
]
_EQUAL = {"track": "track", "obliged": "obliged", "device": "device", "organisation": "device__owner"}
_STATES = [
    ("pending", _("to do")),
    ("overdue", _("overdue")),
    ("followed", _("for others to meet")),
    ("applies", _("applies")),
    ("met", _("met")),
    ("any", _("all")),
]
_DECLARED = [
    ("done", _("declared done")),
    ("waived", _("waived")),
    ("moved", _("declared for another date")),
]
_ASSIGNED = [*_ANY, ("me", _("me")), ("nobody", _("nobody"))]
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
    assigned = forms.ChoiceField(label=_("Assigned to"), required=False, choices=_ASSIGNED)
    organisation = forms.ChoiceField(label=_("Organisation"), required=False)
    device = forms.ChoiceField(label=_("Device"), required=False)
    sort = forms.ChoiceField(label=_("Order"), required=False, choices=_SORT_LABELS)

    def __init__(self, *args: Any, request: HttpRequest, devices: QuerySet[Device], **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        parties = sorted({one.obliged for one in law_in_force().parameters.values() if one.obliged})
        self._offer("obliged", [(one, word(one)) for one in parties])
        for name, choices in _choices(devices, self.data.get("device", "")).items():
            self._offer(name, choices)
        if access.reads_records(request):
            cast(forms.ChoiceField, self.fields["state"]).choices = [*_STATES, *_DECLARED]
        else:
            del self.fields["assigned"]

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = [*_ANY, *choices]


def _choices(devices: QuerySet[Device], chosen: str) -> dict[str, list[tuple[str, str]]]:
    """Return the devices and their owners by name, in one query; of very many only the one chosen."""
    owners = Organisation.objects.filter(pk__in=devices.order_by().values("owner"))
    parts = [
        _named_ids(rows, name).order_by("name", "pk")[: MOST_CHOICES + 1]
        for name, rows in (("device", devices), ("organisation", owners))
    ]
    if _is_id(chosen):
        parts.append(_named_ids(devices.filter(pk=chosen), "chosen")[:1])
    found: dict[str, list[tuple[str, str]]] = {"device": [], "organisation": [], "chosen": []}
    for field, pk, name in parts[0].union(*parts[1:], all=True):
        found[field].append((str(pk), name))
    one = found.pop("chosen")
    return {name: rows if len(rows) <= MOST_CHOICES else one for name, rows in found.items()}


def _named_ids(rows: QuerySet[Any], field: str) -> QuerySet[Any, tuple[str, UUID, str]]:
    named: QuerySet[Any, tuple[str, UUID, str]] = rows.annotate(field=Value(field)).values_list(
        "field", "pk", "name"
    )
    return named


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class DeadlineList:
    """A page of deadlines, with its filters; ``selectable``: some may be assigned or waived."""

    form: DeadlineFilter
    page: "paginator.Page[DeadlineRow]"
    filtered: bool
    sort: str
    selectable: bool


def deadline_list(request: HttpRequest, devices: QuerySet[Device], today: date) -> DeadlineList:
    """Return the asked page of the deadlines of the devices; what is to be done, unless said otherwise."""
    form, rows = asked_rows(request, devices, today)
    asked = form.cleaned_data
    page = paginator.Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    shown(request, page.object_list)
    kept = any(vars(row)["kept"] for row in page)
    filtered_at_all = any(value for name, value in asked.items() if name != "sort")
    return DeadlineList(form, page, filtered_at_all, asked.get("sort") or "date", kept)


def asked_rows(
    request: HttpRequest, devices: QuerySet[Device], today: date
) -> tuple[DeadlineFilter, QuerySet[DeadlineRow]]:
    """Return the filter form of a request, and the deadlines that fit it in the order asked for.

    A filter that cannot be read says so and hides nothing.
    """
    form = DeadlineFilter(request.GET, request=request, devices=devices)
    form.is_valid()
    rows = filtered(of(devices), form.cleaned_data, today, access.person(request))
    rows = rows.select_related("device__manufacturer", "device__owner")
    return form, rows.order_by(*_SORTS[form.cleaned_data.get("sort") or "date"], "pk")


def shown(request: HttpRequest, rows: Any) -> Any:
    """Give each row its name, what is said of it, and whether the person keeps its record (``kept``)."""
    if access.reads_records(request):
        attach(rows)
    for row in rows:
        row.kept = access.keeps(request, row.device.owner_id)
    return named(rows)


def of(devices: QuerySet[Device]) -> QuerySet[DeadlineRow]:
    """Return the deadlines of the devices."""
    return DeadlineRow.objects.filter(device__in=devices)


def filtered(
    rows: QuerySet[DeadlineRow], asked: Mapping[str, str], today: date, person: User
) -> QuerySet[DeadlineRow]:
    """Return the deadlines that fit every filter given; of what is to be done, those of companies that no
    declaration covers."""
    for text in asked.get("q", "").split():
        rows = rows.filter(
            Q(device__name__unaccent__icontains=text)
            | Q(device__manufacturer__name__unaccent__icontains=text)
            | Q(citation__icontains=text)
            | Q(rule__icontains=text)
        )
    match asked.get("state") or "pending":
        case "pending":
            rows = rows.filter(to_do())
        case "overdue":
            rows = rows.filter(to_do(), state="overdue")
        case "followed":
            rows = rows.filter(followed(), state__in=PENDING)
        case "met":
            rows = rows.filter(state__startswith="met")
        case "applies":
            rows = rows.filter(state="applies")
        case "done" | "waived" as kind:
            rows = rows.filter(covered(MarkKind(kind)))
        case "moved":
            rows = rows.filter(outdated())
    for name, field in _EQUAL.items():
        if asked.get(name):
            rows = rows.filter(**{field: asked[name]})
    match asked.get("assigned"):
        case "me":
            rows = rows.filter(assigned(person))
        case "nobody":
            rows = rows.filter(~assigned())
    if asked.get("period"):
        rows = rows.filter(strict__range=(today, today + timedelta(days=int(asked["period"]))))
    return rows


def counts(
    request: HttpRequest, devices: QuerySet[Device], today: date, **others: QuerySet[DeadlineRow]
) -> dict[str, int]:
    """Return how many deadlines are overdue, and due within 30 and 90 days; and how many ``others`` are.

    One query, in narrow parts: each finds its rows by an index and asks for the marks of those alone. The
    number of notices comes with them, for the frame.
    """
    rows = of(devices).filter(to_do())
    asked: dict[str, QuerySet[Any]] = {
        "notices": access.notices(request),
        "overdue": rows.filter(state="overdue"),
        "soon": rows.filter(strict__range=(today, today + timedelta(days=30))),
        "later": rows.filter(strict__range=(today, today + timedelta(days=90))),
        **others,
    }
    first, *rest = (
        some.order_by().values(name=Value(name)).annotate(number=Count("pk")).values_list("name", "number")
        for name, some in asked.items()
    )
    numbers = dict(first.union(*rest, all=True))
    access.remember_number_of_notices(request, numbers.pop("notices", 0))
    return numbers


def next_ones(devices: QuerySet[Device], limit: int) -> list[DeadlineRow]:
    """Return the first deadlines to do, overdue ones first."""
    rows = of(devices).filter(to_do()).select_related("device").order_by("strict", "pk")[:limit]
    return list(named(rows))


def named(rows: Any) -> Any:
    """Give each row its rule (``parameter``) and the rule's name in the active language, and return them."""
    parameters = law_in_force().parameters
    for row in rows:
        row.parameter = parameter = parameters.get(row.rule)
        row.label = getattr(parameter.label, language()) if parameter else row.rule
    return rows


def deadlines(request: HttpRequest) -> Page | HttpResponse:
    """Return the deadlines of all devices that the person sees; opened bare, under their default filter."""
    kept = list(filters_of(access.person(request)))
    default = next((one for one in kept if one.is_default and one.asked), None)
    if default and not request.GET:
        return redirect(f"{request.path}?{urlencode(default.asked)}")
    devices, day = access.visible(request), today()
    shown = {
        "today": day,
        "list": deadline_list(request, devices, day),
        "counts": counts(request, devices, day),
        "saved": [(one, urlencode(one.asked)) for one in kept],
        "asked": request.GET.urlencode(),
    }
    return Page("backoffice/deadlines.html", _("Deadlines"), shown)
