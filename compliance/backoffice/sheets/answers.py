"""Any list, and any workbook, as a download."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify

from compliance.backoffice import access
from compliance.sheets.tables import Head, table
from config.clock import now, today

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
            words = {str(code): label for code, label in getattr(field, "choices", ())}
            said.append(f"{field.label}: {words.get(str(value), value)}")
    return ", ".join(said)


def xlsx(content: bytes, name: str) -> HttpResponse:
    """Return a workbook as a download named after what it holds and the day."""
    answer = HttpResponse(content, content_type=XLSX)
    file_name = f"jalon-{slugify(name) or 'export'}-{today():%Y-%m-%d}.xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{file_name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def only_keepers(request: HttpRequest) -> None:
    """Let pass who keeps any record. Raises PermissionDenied."""
    if not access.keeps_records(request):
        raise PermissionDenied
