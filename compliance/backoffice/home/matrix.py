"""The portfolio matrix: devices by tracks, filtered, sorted, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import CharField, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from compliance.assessments.models import DeadlineRow, StatusName, TrackState
from compliance.assessments.moves import GATES
from compliance.assessments.queries import to_meet
from compliance.ce_marking.models import Classification
from compliance.ce_marking.models.choices import DeviceClass
from compliance.law.facts import TRACKS
from compliance.listing.models import Listing
from devices.models import Device, Identifier, TrackName

PAGE_SIZE = 50
GATE_STATUSES = {
    "open": _("open"),
    "blocked": _("blocked"),
    "attention": _("attention"),
    "unknown": _("unknown"),
    "not_applicable": _("not applicable"),
}
_ANY: list[tuple[str, Any]] = [("", _("all"))]
_SORTS: Mapping[str, tuple[Any, ...]] = {
    "name": (F("name").asc(),),
    "-name": (F("name").desc(),),
    "manufacturer": (F("manufacturer__name").asc(nulls_last=True), F("name").asc()),
    "-manufacturer": (F("manufacturer__name").desc(nulls_last=True), F("name").asc()),
    "deadline": (F("next_deadline").asc(nulls_last=True), F("name").asc()),
    "-deadline": (F("next_deadline").desc(nulls_last=True), F("name").asc()),
}


class MatrixFilter(forms.Form):
    """The filters above the matrix."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"type": "search", "placeholder": _("Name, manufacturer, UDI, LPP code")}),
    )
    track = forms.ChoiceField(label=_("Track"), required=False, choices=[*_ANY, *TrackName.choices])
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[*_ANY, *StatusName.choices])
    market_access = forms.ChoiceField(
        label=_("Market access"), required=False, choices=[*_ANY, *GATE_STATUSES.items()]
    )
    reimbursement = forms.ChoiceField(
        label=_("Access to reimbursement"), required=False, choices=[*_ANY, *GATE_STATUSES.items()]
    )
    device_class = forms.ChoiceField(label=_("Class"), required=False, choices=[*_ANY, *DeviceClass.choices])
    example = forms.ChoiceField(
        label=_("Data"), required=False, choices=[*_ANY, ("real", _("real")), ("example", _("example"))]
    )
    published = forms.ChoiceField(
        label=_("Published"), required=False, choices=[*_ANY, ("yes", _("yes")), ("no", _("no"))]
    )
    sort = forms.ChoiceField(
        required=False, choices=[(one, one) for one in _SORTS], widget=forms.HiddenInput()
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """A track of a device in the matrix."""

    track: str
    label: str
    state: TrackState | None


@dataclass(frozen=True, slots=True)
class Row:
    """A device in the matrix."""

    device: Device
    cells: tuple[Cell, ...]

    @property
    def example(self) -> bool:
        """Return whether it is example data."""
        return is_example(self.device)


@dataclass(frozen=True, slots=True)
class Matrix:
    """A page of the matrix, with its filters."""

    form: MatrixFilter
    page: "Page[Any]"
    rows: tuple[Row, ...]
    filtered: bool
    sort: str


def matrix(request: HttpRequest, devices: QuerySet[Device]) -> Matrix:
    """Return the asked page of the devices; a filter that cannot be read filters nothing and says why."""
    form = MatrixFilter(request.GET, label_suffix="")
    form.is_valid()
    asked = form.cleaned_data
    page = Paginator(listed(devices, asked), PAGE_SIZE).get_page(request.GET.get("page"))
    rows, sort = tuple(row(device) for device in page), asked.get("sort") or "name"
    return Matrix(form, page, rows, any(value for name, value in asked.items() if name != "sort"), sort)


def listed(devices: QuerySet[Device], asked: Mapping[str, str]) -> QuerySet[Any]:
    """Return the devices that fit the filters, in the order asked for, with all that ``row`` needs."""
    found = filtered(devices, asked).annotate(
        next_deadline=Subquery(_pending().order_by("strict").values("strict")[:1]),
        current_class=Subquery(_classes()),
    )
    found = found.select_related("manufacturer", "owner", "exploitant").prefetch_related(
        Prefetch("track_states", to_attr="states")
    )
    return found.order_by(*_SORTS[asked.get("sort") or "name"], "pk")


def filtered(devices: QuerySet[Device], asked: Mapping[str, str]) -> QuerySet[Device]:
    """Return the devices that fit every filter given."""
    for text in asked.get("q", "").split():
        devices = devices.filter(
            Q(name__unaccent__icontains=text)
            | Q(manufacturer__name__unaccent__icontains=text)
            | Q(exploitant__name__unaccent__icontains=text)
            | Exists(Identifier.objects.filter(device=OuterRef("pk"), value__icontains=text))
            | Exists(Listing.objects.filter(device=OuterRef("pk"), code__startswith=text).exclude(code=""))
        )
    state = {name: asked[name] for name in ("track", "status") if asked.get(name)}
    if state:
        devices = devices.filter(Exists(TrackState.objects.filter(device=OuterRef("pk"), **state)))
    doors = {f"assessment__{name}": asked[name] for name in GATES if asked.get(name)}
    if doors:
        devices = devices.filter(**doors)
    if asked.get("device_class"):
        devices = devices.filter(
            Exists(Classification.objects.filter(device=OuterRef("pk"), device_class=asked["device_class"]))
        )
    example = Q(owner__example=True) | Q(manufacturer__example=True)
    match asked.get("example"):
        case "example":
            devices = devices.filter(example)
        case "real":
            devices = devices.filter(~example | Q(owner=None, manufacturer=None))
    if asked.get("published"):
        devices = devices.filter(published=asked["published"] == "yes")
    return devices


def is_example(device: Device) -> bool:
    """Return whether the device is example data."""
    return any(one is not None and one.example for one in (device.owner, device.manufacturer))


def _pending() -> QuerySet[DeadlineRow]:
    return DeadlineRow.objects.filter(to_meet(), device=OuterRef("pk"))


def _classes() -> "QuerySet[Classification, Any]":
    """Return the class last valid of a device, with its regulation: "MDR IIa"."""
    own = Classification.objects.filter(device=OuterRef("pk"))
    whole = Concat("regulation", Value(" "), "device_class", output_field=CharField())
    last_first = own.order_by(F("valid_from").desc(nulls_last=True), "key")
    return last_first.annotate(whole=whole).values("whole")[:1]


def row(device: Any) -> Row:
    """Return a listed device as a row."""
    states = {one.track: one for one in device.states}
    return Row(device, tuple(Cell(track, str(TrackName(track).label), states.get(track)) for track in TRACKS))
