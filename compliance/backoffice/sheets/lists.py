"""The lists of the back office as workbooks: their page, whole, by the filters asked for."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from compliance.backoffice import access
from compliance.backoffice.documents.pages import document_list
from compliance.backoffice.home.matrix import MatrixFilter, listed, row
from compliance.backoffice.sheets.answers import filters_of, list_response
from compliance.facts.rows import fields_of
from compliance.sheets.tables import Head
from devices.models import Device, TrackName


def devices(request: HttpRequest) -> HttpResponse:
    """Return the matrix, whole, by the filters asked for."""
    form = MatrixFilter(request.GET)
    form.is_valid()
    tracks = [Head(one.label, 22) for one in TrackName]
    first = [Head(_("Device"), 36), Head(_("key")), Head(_("Class"), 14), Head(_("Manufacturer"), 30)]
    rows = (
        [
            one.name,
            one.key,
            one.current_class,
            one.manufacturer and one.manufacturer.name,
            *(cell.state.get_status_display() if cell.state else _("Unknown") for cell in row(one).cells),
            one.next_deadline,
        ]
        for one in listed(access.visible(request), form.cleaned_data)
    )
    heads = [*first, *tracks, Head(_("Next deadline"), 16)]
    return list_response(request, title=_("Devices"), heads=heads, rows=rows, filters=filters_of(form))


def documents(request: HttpRequest) -> HttpResponse:
    """Return the documents by the filters asked for."""
    form, found = document_list(request)
    heads = [
        Head(_("Document"), 40),
        Head(_("Device"), 30),
        Head(_("Kind")),
        Head(_("Language"), 12),
        Head(_("Shown to hospitals"), 12),
        Head(_("Version"), 10),
        Head(_("Issued on"), 14),
        Head(_("Virus scan"), 16),
        Head(_("SHA-256"), 60),
    ]
    rows = (
        [
            one.title,
            one.device.name,
            one.get_kind_display(),
            one.get_language_display(),
            one.published,
            last.number,
            last.issued_on,
            last.blob.get_scan_display(),
            last.blob_id,
        ]
        for one in found
        for last in one.versions.all()[:1]
    )
    return list_response(request, title=_("Documents"), heads=heads, rows=rows, filters=filters_of(form))


def model_list(request: HttpRequest, admin: Any) -> HttpResponse:
    """Return a list of the admin with all fields of its model, by the search and the filters asked for."""
    if not admin.has_view_or_change_permission(request):
        raise PermissionDenied
    shown = admin.get_changelist_instance(request)
    model = admin.model
    subject = [one for one in model._meta.concrete_fields if one.name in ("device", "organisation")]
    key = [model._meta.get_field("key")]
    own = [one for one in fields_of(model) if one.name not in ("created_at", "row_version", "published")]
    last = [one for one in model._meta.concrete_fields if one.name in ("source", "note", "recorded_at")]
    columns = [*subject, *key, *own, *last]
    related = [one.name for one in columns if one.many_to_one]
    rows = shown.get_queryset(request).select_related(*related)
    if model is Device:  # a buyer sees the answers, not the record
        rows = rows.filter(pk__in=access.readable(request).values("pk"))
    said = [f"{admin.search_help_text}: {shown.query}"] if shown.query else []
    for spec in shown.filter_specs:
        chosen = [one["display"] for one in [*spec.choices(shown)][1:] if one["selected"]]
        said += [f"{spec.title}: {', '.join(map(str, chosen))}"] if chosen else []
    return list_response(
        request,
        title=model._meta.verbose_name_plural,
        heads=[Head(one.verbose_name) for one in columns],
        rows=([_shown(field, found) for field in columns] for found in rows),
        filters="; ".join(said),
    )


def _shown(field: Any, found: Any) -> Any:
    value = getattr(found, field.name)
    words = dict(getattr(field, "base_field", field).flatchoices)
    if isinstance(value, list):
        return ", ".join(str(words.get(one, one)) for one in value)
    return words.get(value, value) if words else value
