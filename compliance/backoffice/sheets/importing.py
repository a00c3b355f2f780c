"""A workbook in: the upload, the preview of all that it would change, and its confirmation."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from compliance.backoffice import access
from compliance.backoffice.documents.forms import OperationForm
from compliance.backoffice.page import Page
from compliance.backoffice.sheets import words
from compliance.backoffice.sheets.answers import only_keepers, xlsx
from compliance.facts.errors import FactError, problem_of, stale
from compliance.sheets import large, opening
from compliance.sheets.importing import Reading, import_workbook, read_workbook
from compliance.sheets.marking import marked
from compliance.sheets.models import ENDED, ImportState, LargeImport
from config.clock import now

CHANGES_SHOWN = 100
FAULTS_SHOWN = 500
IMPORTS_SHOWN = 10


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
    only_keepers(request)
    form, user = UploadForm(), access.person(request)
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)

    def keep() -> UUID:
        file = form.cleaned_data["file"]
        return opening.keep_upload(user, file.name, file.chunks(), at=now())

    if request.method == "POST" and (kept := form.done(keep)):
        return redirect("admin:sheet_preview", kept)
    shown = {"form": form, "imports": large.imports_of(user, now())[:IMPORTS_SHOWN]}
    return Page("backoffice/sheets.html", _("Spreadsheets"), shown, 400 if form.errors else 200)


def preview(request: HttpRequest, upload_id: UUID) -> Page | HttpResponse:
    """Show all that a workbook would change and all that is wrong in it; once confirmed, write it."""
    only_keepers(request)
    if found := large.imports_of(access.person(request), now()).filter(pk=upload_id).first():
        return _large(request, found)
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
    only_keepers(request)
    if copy := large.marked_copy(access.person(request), upload_id, now()):
        return xlsx(copy, gettext("errors"))
    path = _kept(request, upload_id)
    if path is None:
        return _gone(request)
    try:
        reading = read_workbook(path, user=access.person(request), at=now())
    except FactError:
        return redirect("admin:sheet_preview", upload_id)
    return xlsx(marked(path, reading.faults), gettext("errors"))


def _large(request: HttpRequest, row: LargeImport) -> Page | HttpResponse:
    """Show how far the worker is with a large workbook; what it read, to be confirmed; or how it ended."""
    reading = large.reading_of(row) if row.state == ImportState.READ else None
    problems = [problem_of(one).text for one in row.problems]
    if reading is None:
        shown = {"import": row, "problems": problems, "ended": row.state in ENDED}
        return Page("backoffice/sheet_progress.html", _("Import of a workbook"), shown)
    form = _confirm_form(request, reading)
    if request.method == "POST" and not reading.faults:
        if form.data.get("seen") != reading.digest:  # of an earlier reading: what is shown now counts
            form, problems = _confirm_form(request, reading, anew=True), [stale().problems[0].text]
        elif form.is_valid():
            reason = form.cleaned_data.get("reason", "")
            large.confirm(
                user=access.person(request), import_id=row.pk, seen=reading.digest, reason=reason, at=now()
            )
            return redirect("admin:sheet_preview", row.pk)
    for said in problems:
        messages.error(request, said)
    return _preview_page(request, row.pk, reading, form, large=True)


def _kept(request: HttpRequest, upload_id: UUID) -> Path | None:
    return opening.kept_upload(access.person(request), upload_id)


def _gone(request: HttpRequest) -> HttpResponse:
    messages.error(request, gettext("This file is no longer kept: upload it again."))
    return redirect("admin:sheets")


def _refused(refused: FactError) -> Page:
    form = UploadForm()
    shown = {"form": form, "refused": [one.text for one in refused.problems]}
    return Page("backoffice/sheets.html", _("Spreadsheets"), shown, 400)


def _confirm_form(request: HttpRequest, reading: Reading, *, anew: bool = False) -> ConfirmForm:
    sent = request.POST if request.method == "POST" and not anew else None
    initial = {"seen": reading.digest, "reason": request.POST.get("reason", "")}
    return ConfirmForm(sent, corrects=reading.corrects, initial=initial)


def _preview_page(
    request: HttpRequest, upload_id: UUID, reading: Reading, form: ConfirmForm, *, large: bool = False
) -> Page:
    page = Paginator(reading.changes, CHANGES_SHOWN).get_page(request.GET.get("page"))
    states = [words.state(one) for one in reading.changes]
    shown = {
        "upload": upload_id,
        "large": large,
        "reading": reading,
        "faults": reading.faults[:FAULTS_SHOWN],
        "more_faults": max(len(reading.faults) - FAULTS_SHOWN, 0),
        "counts": [(words.LABELS[one], states.count(one)) for one in words.LABELS],
        "page": page,
        "changes": [words.described(one) for one in page],
        "kept": reading.kept[:FAULTS_SHOWN],
        "form": form,
    }
    return Page("backoffice/sheet_preview.html", _("Import of a workbook"), shown)


def _said(report: Any) -> str:
    done = report.recorded + report.amended + report.retracted
    text = ngettext("%(count)d change is imported.", "%(count)d changes are imported.", done)
    return text % {"count": done}
