"""The dashboard: numbers that open the very rows that they count, what blocks, what changed, the portfolio.

All of it is read from what is stored, in a number of queries that does not depend on the devices.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet, Value, Window
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.amendments.models import Amendment
from compliance.assessments.models import DeviceAssessment
from compliance.assessments.queries import spoken_reason
from compliance.assessments.render import Json
from compliance.audit.models import AuditEvent
from compliance.backoffice import access
from compliance.backoffice.deadlines.listing import counts, named, next_ones, of
from compliance.backoffice.home.matrix import matrix
from compliance.backoffice.page import Page
from compliance.backoffice.periods import WEEK, start_of
from config.clock import today
from devices.models import Device

SHOWN = 5
TEXTS = 3
PAGE_SIZE = 50
DOORS: Mapping[str, Promise] = {
    "market_access": _("Market access blocked"),
    "reimbursement": _("Reimbursement blocked"),
}


@dataclass(frozen=True, slots=True)
class Number:
    """A number and the address of the list of what it counts."""

    name: str
    value: int
    label: str | Promise
    url: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class Blocked:
    """A device that a door is closed to, with the first of the reasons."""

    device_id: UUID
    device: str
    reason: Json | None


@dataclass(frozen=True, slots=True)
class Door:
    """A door with the first of the devices that it is closed to; ``number`` counts them all."""

    name: str
    number: Number
    blocked: tuple[Blocked, ...]


def dashboard(request: HttpRequest) -> Page:
    """Return the dashboard of the person."""
    devices, day = access.visible(request), today()
    shown_matrix = matrix(request, devices)
    shown: dict[str, Any] = {
        "today": day,
        "matrix": shown_matrix,
        "may_add": access.keeps_records(request),
        "may_ask": access.reads_records(request),
    }
    if not shown_matrix.page.paginator.count and not shown_matrix.filtered:
        return Page("backoffice/dashboard.html", _("Dashboard"), {**shown, "empty": True})
    doors = [_door(name, found) for name, found in _blocked(devices).items()]
    events = _events(request)
    numbers = [*_deadlines(request, devices, day), *(one.number for one in doors)]
    if access.reads_records(request):
        numbers.append(_recorded(events))
    shown |= {
        "numbers": numbers,
        "next_deadlines": next_ones(devices, SHOWN),
        "doors": [one for one in doors if one.blocked],
        "events": events,
        "texts": texts(devices),
    }
    return Page("backoffice/dashboard.html", _("Dashboard"), shown)


def moved_dates(request: HttpRequest) -> Page:
    """Return the deadlines whose date moved in the last days, the last one first."""
    rows = of(access.visible(request).order_by()).filter(moved_at__gte=start_of(WEEK))
    rows = rows.select_related("device").order_by("-moved_at", "pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    named(page.object_list)
    return Page("backoffice/moved_dates.html", _("Dates that moved"), {"today": today(), "page": page})


def texts(devices: QuerySet[Device]) -> "QuerySet[Amendment, Any]":
    """Return the last texts that moved one of the devices, each with their number (``touched``)."""
    touching = Amendment.objects.filter(effects__device__in=devices.order_by())
    return touching.annotate(touched=Count("effects")).order_by("-applied_at", "-pk")[:TEXTS]


def _deadlines(request: HttpRequest, devices: QuerySet[Device], day: date) -> Iterable[Number]:
    """Return the numbers of deadlines, in one query."""
    url = reverse("admin:deadlines")
    found = counts(request, devices, day, moved=of(devices).filter(moved_at__gte=start_of(WEEK)))
    late = found["overdue"]
    yield Number("overdue", late, _("overdue"), f"{url}?state=overdue", late=bool(late))
    yield Number("soon", found["soon"], _("within 30 days"), f"{url}?period=30")
    yield Number("later", found["later"], _("within 90 days"), f"{url}?period=90")
    yield Number("moved", found["moved"], _("dates moved in 7 days"), reverse("admin:moved_dates"))


def _blocked(devices: QuerySet[Device]) -> dict[str, list[dict[str, Any]]]:
    """Return the first devices that each door is closed to, in one query; ``total`` counts them all."""

    def closed(name: str) -> Any:
        rows = DeviceAssessment.objects.filter(device__in=devices.order_by(), **{name: "blocked"})
        return rows.order_by("device__name", "device_id").values(
            "device_id",
            door=Value(name),
            name=F("device__name"),
            blocker=F(f"body__{name}__blockers__0"),
            total=Window(Count("*")),
        )[:SHOWN]

    first, second = DOORS
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in DOORS}
    for row in closed(first).union(closed(second), all=True):
        found[row["door"]].append(row)
    return found


def _door(name: str, rows: list[dict[str, Any]]) -> Door:
    total = rows[0]["total"] if rows else 0
    url = f"{reverse('admin:index')}?{name}=blocked#portfolio"
    said = [
        Blocked(row["device_id"], row["name"], spoken_reason(row["blocker"]) if row["blocker"] else None)
        for row in sorted(rows, key=lambda row: (row["name"], row["device_id"]))
    ]
    return Door(name, Number(name, total, DOORS[name], url, late=bool(total)), tuple(said))


def _events(request: HttpRequest) -> list[AuditEvent]:
    """Return the last events on the person's devices; ``total`` counts those of the week."""
    if not access.reads_records(request):
        return []
    week = access.events(request).filter(Q(subject_type="device"), at__gte=start_of(WEEK))
    return list(week.annotate(total=Window(Count("*"))).order_by("-id")[:SHOWN])


def _recorded(events: list[AuditEvent]) -> Number:
    url = f"{reverse('admin:audit_auditevent_changelist')}?days={WEEK}&about=device"
    total = vars(events[0])["total"] if events else 0
    return Number("events", total, _("changes recorded in 7 days"), url)
