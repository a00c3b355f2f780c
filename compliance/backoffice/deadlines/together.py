"""Several deadlines at once: chosen in the list, shown once more, then assigned or waived."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from compliance.backoffice import access
from compliance.backoffice.deadlines.forms import AssignForm
from compliance.backoffice.deadlines.listing import PAGE_SIZE, of, shown
from compliance.backoffice.forms import ReasonForm, asked
from compliance.backoffice.page import Page
from compliance.followup import operations
from compliance.followup.queries import keepers
from config.clock import now, today
from devices.models import User

Answer = Page | HttpResponse


def together(request: HttpRequest) -> Answer:
    """Show the chosen deadlines with the form asked for; once it is confirmed, assign or waive them."""
    chosen = request.POST.getlist("deadline")[:PAGE_SIZE]
    seen = dict(one for text in chosen if (one := _seen(text)))
    if not seen:
        if request.method == "POST":
            messages.error(request, gettext("Choose at least one deadline first."))
        return redirect("admin:deadlines")
    rows = list(of(access.visible(request)).filter(pk__in=seen).select_related("device__owner"))
    if len(rows) < len(seen):
        messages.error(request, gettext("A deadline that you chose is there no more: choose again."))
        return redirect("admin:deadlines")
    shown(request, rows)
    if not all(vars(row)["kept"] for row in rows):
        raise PermissionDenied
    rows.sort(key=lambda row: (row.strict, row.pk))
    return (_waive if _act(request) == "waive" else _assign)(request, seen, rows, chosen)


def _assign(request: HttpRequest, seen: dict[int, date], rows: list[Any], chosen: list[str]) -> Answer:
    owners = [keepers([owner]) for owner in {row.device.owner_id for row in rows}]
    people = [one for one in owners[0] if all(one in others for others in owners)]
    form = AssignForm(_confirmed(request), people=people)
    who, at = access.actor(request), now()

    def act(said: dict[str, Any]) -> None:
        person: User | None = said["person"]
        if person is None:
            operations.unassign(actor=who, seen=seen, at=at)
        else:
            operations.assign(actor=who, seen=seen, person=person, at=at)

    words = _("Alerts go to this person first, and to all who keep the record once it is overdue.")
    return _page(request, form, act, rows, chosen, "assign", _("Assign"), words)


def _waive(request: HttpRequest, seen: dict[int, date], rows: list[Any], chosen: list[str]) -> Answer:
    form = ReasonForm(_confirmed(request))
    who, at = access.actor(request), now()

    def act(said: dict[str, Any]) -> None:
        operations.waive(actor=who, seen=seen, reason=said["reason"], at=at)

    words = _(
        "You declare that these deadlines call for nothing. It silences their alerts and takes them off the "
        "lists of what is to be done, until a date moves. The rules compute them as before."
    )
    return _page(request, form, act, rows, chosen, "waive", _("Waive"), words)


def _page(
    request: HttpRequest, form: Any, act: Any, rows: list[Any], chosen: list[str], name: str, title: Any,
    words: Any,
) -> Answer:  # fmt: skip
    query = QueryDict(request.POST.get("asked", "")).urlencode()  # the list as it was filtered
    done = ngettext("%(count)d deadline is changed.", "%(count)d deadlines are changed.", len(rows))
    return asked(
        request, form, act, title=title, back=f"{reverse('admin:deadlines')}?{query}", button=title,
        done=done % {"count": len(rows)}, template="backoffice/deadline_form.html", words=words, rows=rows,
        chosen=chosen, asked=query, confirm=name, today=today(),
    )  # fmt: skip


def _act(request: HttpRequest) -> str:
    return request.POST.get("confirm") or request.POST.get("act") or ""


def _confirmed(request: HttpRequest) -> Any:
    """Return what the form is filled in with, None before it was shown."""
    return request.POST if "confirm" in request.POST else None


def _seen(text: str) -> tuple[int, date] | None:
    """Return the deadline and the date that a box of the list names (``17:2026-11-30``)."""
    pk, _colon, day = text.partition(":")
    try:
        return int(pk), date.fromisoformat(day)
    except ValueError:
        return None
