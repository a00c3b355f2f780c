"""How far the catalogues of a device are covered: all of them, one of them, and as a workbook."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from compliance.assessments.render import Json
from compliance.assessments.words import language, word
from compliance.backoffice import access
from compliance.backoffice.device.page import DatesForm
from compliance.backoffice.page import Page
from compliance.backoffice.sheets.answers import list_response
from compliance.requirements.queries import coverage_of
from compliance.sheets.tables import Head
from config.clock import today
from devices.models import Device


def overview(request: HttpRequest, device_id: UUID) -> Page:
    """Return the catalogues of a device with their coverage; those that are not for it stand apart."""
    device = readable(request, device_id)
    shown = _covered(request, device)
    found = shown["coverage"]["catalogues"]
    asked = [one for one in found if one["applies"] != "no"]
    others = [one for one in found if one["applies"] == "no"]
    return Page(
        "backoffice/requirements.html", _("Requirements"), {**shown, "asked": asked, "others": others}
    )


def catalogue(request: HttpRequest, device_id: UUID, catalogue: str) -> Page:
    """Return the requirements of a catalogue, with what serves each; ``gaps`` leaves the open ones only."""
    device = readable(request, device_id)
    shown = _covered(request, device)
    found = next((one for one in shown["coverage"]["catalogues"] if one["catalogue"] == catalogue), None)
    if found is None:
        raise Http404
    gaps = request.GET.get("show") == "gaps"
    rows = [one for one in found["requirements"] if not gaps or one["state"] == "gap"]
    changes = {"catalogue": found, "rows": rows, "gaps": gaps, "titles": _titles(shown["coverage"])}
    return Page("backoffice/requirements_of.html", found["title"], {**shown, **changes})


def workbook(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """Return the requirements of all catalogues with what serves them, a line for each document."""
    device = readable(request, device_id)
    coverage = _covered(request, device)["coverage"]
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
        for one in coverage["catalogues"]
        for row in one["requirements"]
        for line in _lines(row)
    )
    title = _("Requirements of %(device)s") % {"device": device.name}
    said = f"{coverage['on']}, {coverage['known_on']}"
    return list_response(request, title=title, heads=heads, rows=rows, filters=said)


def readable(request: HttpRequest, device_id: UUID) -> Device:
    """Return a device whose whole record the person reads."""
    return get_object_or_404(access.readable(request), pk=device_id)


def _covered(request: HttpRequest, device: Device) -> dict[str, Any]:
    """Return the coverage on the dates asked for, and whether the page may change it: only that of today."""
    form, now = DatesForm(request.GET, label_suffix=""), today()
    dates = form.cleaned_data if form.is_valid() else {}
    on, known_on = dates.get("on") or now, dates.get("known_on") or now
    elsewhen = (on, known_on) != (now, now)
    return {
        "device": device,
        "coverage": coverage_of(device, on=on, known_on=known_on, today=now, language=language()),
        "dates": form,
        "on": on,
        "known_on": known_on,
        "elsewhen": elsewhen,
        "editable": not elsewhen and device.pk in access.editable_ids(request),
    }


def _titles(coverage: Json) -> Mapping[str, str]:
    """Return the titles of the catalogues by their keys."""
    return {one["catalogue"]: one["title"] for one in coverage["catalogues"]}


def _lines(row: Json) -> list[list[Any]]:
    """Return the last cells of the lines of a requirement: one for each document, one for none."""
    if row["not_applicable"]:
        said = row["not_applicable"]
        return [[None, None, None, date.fromisoformat(said["since"]), said["reason"]]]
    return [
        [one["title"], one["version"], one["sha256"], date.fromisoformat(one["since"]), one["note"]]
        for one in row["documents"]
    ] or [[None] * 5]
