"""The workbook out: the empty template, or devices with their whole record."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from compliance.backoffice import access
from compliance.backoffice.home.matrix import MatrixFilter, filtered
from compliance.backoffice.sheets.answers import only_keepers, xlsx
from compliance.facts.exporting import recorded
from compliance.sheets import writing


def template(request: HttpRequest) -> HttpResponse:
    """Return the empty workbook."""
    only_keepers(request)
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
