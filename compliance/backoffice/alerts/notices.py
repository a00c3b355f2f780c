"""The notices of a person: shown, acknowledged, put off; and the page that mails link to."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core import paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.alerts import operations
from compliance.alerts.models import Alert
from compliance.alerts.queries import notices_of, snoozed_of
from compliance.alerts.schedule import instant
from compliance.assessments.models import DeadlineRow
from compliance.backoffice import access
from compliance.backoffice.deadlines.forms import SeenForm
from compliance.backoffice.deadlines.listing import shown
from compliance.backoffice.deadlines.page import asked_of, kept_row
from compliance.backoffice.forms import data
from compliance.backoffice.page import Page
from compliance.facts.errors import FactError
from compliance.followup.queries import acknowledged
from config.clock import now, today

PAGE_SIZE = 50
SNOOZES = (1, 3, 7)


def notices(request: HttpRequest) -> Page | HttpResponse:
    """Show the notices of the person; take what they do with one."""
    if request.method == "POST":
        return _act(request)
    person, at = access.person(request), now()
    rows = notices_of(person, now=at).select_related("device", "amendment")
    page = paginator.Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    later = snoozed_of(person, now=at).select_related("device", "amendment")[:PAGE_SIZE]
    awake, asleep = _with_deadlines(request, page, later)
    context = {"page": page, "rows": awake, "later": asleep, "snoozes": SNOOZES, "today": today()}
    return Page("backoffice/notices.html", _("Notices"), context)


def acknowledge(request: HttpRequest, deadline_id: int) -> Page | HttpResponse:
    """Ask whether the person takes care of a deadline; then write it down."""
    row = kept_row(request, deadline_id)
    form = SeenForm(data(request), initial={"seen": row.strict})

    def act(said: dict[str, Any]) -> None:
        _acknowledge(request, {row.pk: said["seen"]})

    words = _(
        "You say that you have seen this deadline and take care of it. Nobody else is called for it any "
        "more. You are still alerted as it comes nearer, and once more if it passes."
    )
    title = _("Acknowledge")
    return asked_of(request, row, form, act, title, gettext("The deadline is acknowledged."), words)


def _act(request: HttpRequest) -> HttpResponse:
    """Acknowledge, put off or take down a notice, then show the others."""
    notice = request.POST.get("notice", "")
    try:
        if request.POST.get("act") == "snooze":
            days = int(request.POST.get("days", ""))
            until = instant(today() + timedelta(days=days))
            operations.snooze(person=access.person(request), notice=int(notice), until=until, at=now())
            messages.success(request, gettext("The notice is put off."))
        elif request.POST.get("act") == "dismiss":
            operations.dismiss(person=access.person(request), notice=int(notice), at=now())
            messages.success(request, gettext("The notice is taken down."))
        else:
            row = kept_row(request, int(request.POST.get("deadline", "")))
            _acknowledge(request, {row.pk: row.strict})
            messages.success(request, gettext("The deadline is acknowledged."))
    except (ValueError, OverflowError):
        messages.error(request, gettext("Choose what to do with a notice of the list."))
    except FactError as refusal:
        messages.error(request, " ".join(one.text for one in refusal.problems))
    return redirect(reverse("admin:notices"))


def _acknowledge(request: HttpRequest, seen: Any) -> None:
    operations.acknowledge(actor=access.actor(request), person=access.person(request), seen=seen, at=now())


def _with_deadlines(request: HttpRequest, *lists: Iterable[Alert]) -> list[list[Any]]:
    """Return the notices of each list, each with its ``deadline``; without those that have lost it."""
    told: list[list[Any]] = [list(one) for one in lists]
    devices = {one.device_id for rows in told for one in rows if one.device_id}
    found = {
        (row.device_id, row.rule, row.trigger_fact, row.n, row.strict): row
        for row in DeadlineRow.objects.filter(device__in=devices)
        .select_related("device")
        .annotate(acknowledged=acknowledged())
    }
    for one in (one for rows in told for one in rows):
        one.deadline = found.get((one.device_id, *one.identity, one.strict))
    rows = [one.deadline for several in told for one in several if one.deadline]
    shown(request, rows)
    return [[one for one in several if one.deadline or one.amendment_id] for several in told]
