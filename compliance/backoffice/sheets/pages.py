"""Spreadsheets in and out: the template, the import with its preview, and any list as a workbook."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from compliance.backoffice import access
from compliance.backoffice.documents.forms import OperationForm
from compliance.backoffice.documents.pages import document_list
from compliance.backoffice.home.matrix import MatrixFilter, filtered, listed, row
from compliance.backoffice.page import Page
from compliance.backoffice.sheets import words
from compliance.facts.errors import FactError, stale
from compliance.facts.exporting import recorded
from compliance.facts.rows import fields_of
from compliance.sheets import opening, writing
from compliance.sheets.importing import Reading, import_workbook, read_workbook
from compliance.sheets.marking import marked
from compliance.sheets.tables import Head, table
from config.clock import now, today
from devices.models import Device, TrackName

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHANGES_SHOWN = 100
FAULTS_SHOWN = 500


class UploadForm(OperationForm):
    """A workbook."""

    file = forms.FileField(
        label=_("Workbook"),
        max_length=1000,
        widget=forms.FileInput({"accept": ".xlsx"}),
        help_text=_("An .xlsx file made from the template, at most 10 MB; no password, no macros."),
        error_messages={"empty": _("The file is empty: choose the right file.")},
    )


class ConfirmForm(OperationForm):
    """The changes that were seen, and why, where they correct or take out what is recorded."""

    seen = forms.CharField(widget=forms.HiddenInput())
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("The import corrects or takes out what is recorded: why stays in the audit trail."),
    )

    def __init__(self, *args: Any, corrects: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not corrects:
            del self.fields["reason"]


def upload(request: HttpRequest) -> Page | HttpResponse:
    """Offer the template and the record, and take a workbook to be imported."""
    _only_keepers(request)
    form, user = UploadForm(label_suffix=""), access.person(request)
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES, label_suffix="")

    def keep() -> UUID:
        file = form.cleaned_data["file"]
        return opening.keep_upload(user, file.name, file.chunks())

    if request.method == "POST" and (kept := form.done(keep)):
        return redirect("admin:sheet_preview", kept)
    shown = {"form": form, "devices": access.editable(request).count()}
    return Page("backoffice/sheets.html", _("Spreadsheets"), shown, 400 if form.errors else 200)


def preview(request: HttpRequest, upload_id: UUID) -> Page | HttpResponse:
    """Show all that a workbook would change and all that is wrong in it; once confirmed, write it."""
    path = _kept(request, upload_id)
    if path is None:
        return _gone(request)
    user = access.person(request)
    try:
        reading = read_workbook(path, user=user, at=now())
    except FactError as refused:
        return _refused(refused)
    form = _confirm_form(request, reading)
    if request.method == "POST" and not reading.faults:

        def write() -> Any:
            asked = form.cleaned_data
            return import_workbook(
                path, user=user, seen=asked["seen"], reason=asked.get("reason", ""), at=now()
            )

        if report := form.done(write):
            opening.forget_upload(user, upload_id)
            messages.success(request, _said(report))
            return redirect("admin:index")
        if form.data.get("seen") != reading.digest:  # what is shown now is what may be confirmed now
            messages.error(request, stale().problems[0].text)
            form = _confirm_form(request, reading, anew=True)
    return _preview_page(request, upload_id, reading, form)


def marked_copy(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Return the workbook with its errors marked in red."""
    path = _kept(request, upload_id)
    if path is None:
        return _gone(request)
    try:
        reading = read_workbook(path, user=access.person(request), at=now())
    except FactError:
        return redirect("admin:sheet_preview", upload_id)
    return xlsx(marked(path, reading.faults), gettext("errors"))


def template(request: HttpRequest) -> HttpResponse:
    """Return the empty workbook."""
    _only_keepers(request)
    return xlsx(writing.template(), gettext("template"))


def record(request: HttpRequest) -> HttpResponse:
    """Return the whole record of devices as the filled workbook: of one, of those that fit the filters of
    the matrix, or of all whose record the person reads.
    """
    if not access.reads_records(request):
        raise PermissionDenied
    found = access.readable(request)
    if asked := request.GET.get("device"):
        found = found.filter(key=asked)
    else:
        form = MatrixFilter(request.GET)
        form.is_valid()
        found = filtered(found, form.cleaned_data)
    keys = list(found.values_list("key", flat=True))
    return xlsx(writing.filled(recorded(keys)), asked if asked and keys else gettext("record"))


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


def list_response(
    request: HttpRequest,
    *,
    title: Any,
    heads: Sequence[Head],
    rows: Iterable[Sequence[Any]],
    filters: str = "",
) -> HttpResponse:
    """Return a list as a workbook. ``filters`` says in words by what it was narrowed (see ``filters_of``)."""
    content = table(
        title=title, heads=heads, rows=rows, filters=filters, by=access.person(request).email, at=now()
    )
    return xlsx(content, str(title))


def filters_of(form: forms.Form) -> str:
    """Return in words what a form of filters asks: "Track: CE marking, Search: scan"."""
    said = []
    for name, value in form.cleaned_data.items():
        field = form.fields[name]
        if value and not isinstance(field.widget, forms.HiddenInput):
            words = dict(getattr(field, "choices", ()))
            said.append(f"{field.label}: {words.get(value, value)}")
    return ", ".join(said)


def xlsx(content: bytes, name: str) -> HttpResponse:
    """Return a workbook as a download named after what it holds and the day."""
    answer = HttpResponse(content, content_type=XLSX)
    file_name = f"jalon-{slugify(name) or 'export'}-{today():%Y-%m-%d}.xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{file_name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _only_keepers(request: HttpRequest) -> None:
    if not access.keeps_records(request):
        raise PermissionDenied


def _kept(request: HttpRequest, upload_id: UUID) -> Path | None:
    _only_keepers(request)
    return opening.kept_upload(access.person(request), upload_id)


def _gone(request: HttpRequest) -> HttpResponse:
    messages.error(request, gettext("This file is no longer kept: upload it again."))
    return redirect("admin:sheets")


def _refused(refused: FactError) -> Page:
    form = UploadForm(label_suffix="")
    shown = {"form": form, "refused": [one.text for one in refused.problems], "devices": None}
    return Page("backoffice/sheets.html", _("Spreadsheets"), shown, 400)


def _confirm_form(request: HttpRequest, reading: Reading, *, anew: bool = False) -> ConfirmForm:
    sent = request.POST if request.method == "POST" and not anew else None
    initial = {"seen": reading.digest, "reason": request.POST.get("reason", "")}
    return ConfirmForm(sent, corrects=reading.corrects, initial=initial, label_suffix="")


def _preview_page(request: HttpRequest, upload_id: UUID, reading: Reading, form: ConfirmForm) -> Page:
    page = Paginator(reading.changes, CHANGES_SHOWN).get_page(request.GET.get("page"))
    states = [words.state(one) for one in reading.changes]
    shown = {
        "upload": upload_id,
        "reading": reading,
        "faults": reading.faults[:FAULTS_SHOWN],
        "more_faults": max(len(reading.faults) - FAULTS_SHOWN, 0),
        "counts": [(words.LABELS[one], states.count(one)) for one in words.LABELS],
        "page": page,
        "changes": [words.described(one) for one in page],
        "kept": reading.merged.kept[:FAULTS_SHOWN],
        "form": form,
    }
    return Page("backoffice/sheet_preview.html", _("Import of a workbook"), shown)


def _said(report: Any) -> str:
    done = report.recorded + report.amended + report.retracted
    text = ngettext("%(count)d change is imported.", "%(count)d changes are imported.", done)
    return text % {"count": done}
