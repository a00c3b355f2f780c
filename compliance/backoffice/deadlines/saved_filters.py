"""The filters of the deadlines that a person keeps: saved from the list, renamed, deleted, opened with."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.backoffice import access
from compliance.backoffice.deadlines.forms import NameForm
from compliance.backoffice.deadlines.listing import DeadlineFilter
from compliance.backoffice.page import Page
from compliance.facts.errors import FactError
from compliance.followup.filters import filters_of, forget, keep, open_with, rename
from compliance.followup.models import SavedFilter


def saved_filters(request: HttpRequest) -> Page | HttpResponse:
    """Show the person's filters; a post saves, renames or deletes one, or lets the page open with it."""
    if request.method == "POST":
        return _changed(request)
    rows = [(row, address(row)) for row in filters_of(access.person(request))]
    return Page("backoffice/saved_filters.html", _("Your filters"), {"rows": rows})


def address(row: SavedFilter) -> str:
    """Return the address of the list under a saved filter."""
    return f"{reverse('admin:deadlines')}?{urlencode(row.asked)}"


def _changed(request: HttpRequest) -> HttpResponse:
    user, act = access.person(request), request.POST.get("act", "save")
    form = NameForm(request.POST)
    try:
        if act == "save":
            asked = _asked(request)
            if form.is_valid():
                row = keep(user=user, name=form.cleaned_data["name"], asked=asked)
                _say(request, gettext("The filter “%(name)s” is saved.") % {"name": row.name})
                return redirect(address(row))
        else:
            row = get_object_or_404(filters_of(user), pk=_pk(request))
            _act(act, user, row, form)
    except FactError as refusal:
        messages.error(request, " ".join(one.text for one in refusal.problems))
    else:
        if act in ("save", "rename") and not form.is_valid():
            messages.error(request, gettext("Give the filter a name of 80 letters at most."))
    return redirect("admin:saved_filters")


def _act(act: str, user: Any, row: SavedFilter, form: NameForm) -> None:
    match act:
        case "rename" if form.is_valid():
            rename(user=user, row=row, name=form.cleaned_data["name"])
        case "delete":
            forget(user=user, row=row)
        case "open_with":
            open_with(user=user, row=row)
        case "open_without":
            open_with(user=user, row=None)


def _asked(request: HttpRequest) -> dict[str, str]:
    """Return the filter of the list as its form reads it: what it does not know is left out."""
    given = QueryDict(request.POST.get("asked", ""))
    form = DeadlineFilter(given, request=request, devices=access.visible(request))
    form.is_valid()
    return {name: str(value) for name, value in form.cleaned_data.items() if value}


def _pk(request: HttpRequest) -> str | None:
    try:
        return str(UUID(request.POST.get("filter", "")))
    except ValueError:
        return None


def _say(request: HttpRequest, words: str) -> None:
    messages.success(request, words)
