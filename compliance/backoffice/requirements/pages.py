"""How far the catalogues of a device are covered: all of them, one of them, and as a workbook."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from compliance.assessments.render import Json
from compliance.assessments.words import language, word
from compliance.backoffice import access
from compliance.backoffice.device.page import DatesForm
from compliance.backoffice.page import Page
from compliance.backoffice.sheets.answers import list_response
from compliance.facts.checks import ROLES
from compliance.facts.rows import known_now, rows_of, rows_of_organisations
from compliance.requirements.queries import coverage_of
from compliance.sheets.tables import Head
from config.clock import today
from devices.models import Device


def overview(request: HttpRequest, device_id: UUID) -> Page:
    """Return the catalogues of a device with their coverage; those that are not for it stand apart."""
    shown = _covered(request, device_id)
    found = shown["coverage"]["catalogues"]
    asked = [one for one in found if one["applies"] != "no"]
    others = [one for one in found if one["applies"] == "no"]
    return Page(
        "backoffice/requirements.html", _("Requirements"), {**shown, "asked": asked, "others": others}
    )


def catalogue(request: HttpRequest, device_id: UUID, catalogue: str) -> Page:
    """Return the requirements of a catalogue, with what serves each; ``gaps`` leaves the open ones only."""
    shown = _covered(request, device_id)
    found = next((one for one in shown["coverage"]["catalogues"] if one["catalogue"] == catalogue), None)
    if found is None:
        raise Http404
    gaps = request.GET.get("show") == "gaps"
    rows = [one for one in found["requirements"] if not gaps or one["state"] == "gap"]
    changes = {"catalogue": found, "rows": rows, "gaps": gaps}
    return Page("backoffice/requirements_of.html", found["title"], {**shown, **changes})


def workbook(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """Return the requirements of all catalogues with what serves them, a line for each document."""
    shown = _covered(request, device_id)
    found = shown["coverage"]
    heads = [
        Head(_("Catalogue"), 40),
        Head(_("Version"), 10),
        Head(_("For the device"), 14),
        Head(_("Due"), 14),
        Head(_("Article"), 24),
        Head(_("Requirement"), 60),
        Head(_("Certainty"), 14),
        Head(_("Coverage"), 16),
        Head(_("Document"), 40),
        Head(_("Document version"), 10),
        Head(_("SHA-256"), 60),
        Head(_("Since"), 14),
        Head(_("Note"), 40),
    ]
    rows = (
        [
            one["title"],
            one["version"],
            word(one["applies"]),
            date.fromisoformat(one["due"]["date"]) if one["due"] else None,
            row["citation"],
            row["title"],
            word(row["certainty"]),
            word(row["state"]),
            *line,
        ]
        for one in found["catalogues"]
        for row in one["requirements"]
        for line in _lines(row)
    )
    said = f"{shown['device'].name}, {found['on']}, {found['known_on']}"
    return list_response(request, title=_("Requirements"), heads=heads, rows=rows, filters=said)


def of(request: HttpRequest, devices: QuerySet[Device], device_id: UUID) -> Device:
    """Return a device with its organisations; the number of notices that the frame shows comes with it."""
    rows = devices.select_related(*ROLES).annotate(notices=access.with_number_of_notices(request))
    found = get_object_or_404(rows, pk=device_id)
    access.remember_number_of_notices(request, vars(found)["notices"])
    return found


def coverage(device: Device, *, on: date, known_on: date) -> Json:
    """Return the coverage of a device that ``of`` gave, in the active language."""
    now = today()
    known = None
    if known_on >= now:
        known = known_now(device, [*rows_of(device), *rows_of_organisations(device)], now)
    return coverage_of(device, on=on, known_on=known_on, today=now, language=language(), known=known)


def _covered(request: HttpRequest, device_id: UUID) -> dict[str, Any]:
    """Return the coverage on the dates asked for, and whether the page may change it: only that of today."""
    device = of(request, access.readable(request), device_id)
    form, now = DatesForm(request.GET, label_suffix=""), today()
    dates = form.cleaned_data if form.is_valid() else {}
    on, known_on = dates.get("on") or now, dates.get("known_on") or now
    elsewhen = (on, known_on) != (now, now)
    return {
        "device": device,
        "coverage": coverage(device, on=on, known_on=known_on),
        "dates": form,
        "on": on,
        "known_on": known_on,
        "elsewhen": elsewhen,
        "editable": not elsewhen and access.keeps(request, device.owner_id),
    }


def _lines(row: Json) -> list[list[Any]]:
    """Return the last cells of the lines of a requirement: one for each document, one for none."""
    if row["not_applicable"]:
        said = row["not_applicable"]
        return [[None, None, None, date.fromisoformat(said["since"]), said["reason"]]]
    return [
        [one["title"], one["version"], one["sha256"], date.fromisoformat(one["since"]), one["note"]]
        for one in row["documents"]
    ] or [[None] * 5]
