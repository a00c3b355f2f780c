"""The pages of webhook endpoints: those of an organisation's officers, and those of a buyer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from compliance.backoffice.access import actor
from compliance.backoffice.forms import ReasonForm, asked, data, show
from compliance.backoffice.page import Page
from compliance.backoffice.people.own_keys import confirmed, shown_once
from compliance.backoffice.webhooks.forms import EventsForm, NewForm, RotationForm
from compliance.facts.errors import FactError
from compliance.webhooks import operations
from compliance.webhooks.models import DeliveryState, Endpoint
from compliance.webhooks.queries import endpoints_of, places_of
from config.clock import now
from devices.models import Organisation, Role
from devices.queries import caller_of

CHIPS = {
    DeliveryState.PENDING: "pending",
    DeliveryState.CLAIMED: "in_progress",
    DeliveryState.DELIVERED: "valid",
    DeliveryState.FAILED: "refused",
}
_PAGE = 50


def endpoints(request: HttpRequest) -> Page:
    """Return the endpoints that the person looks after."""
    shown = {"rows": endpoints_of(caller_of(request)), "may_add": bool(_places(request))}
    return Page("backoffice/webhooks.html", _("Webhooks"), shown)


def endpoint(request: HttpRequest, endpoint_id: UUID) -> Page:
    """Return the page of an endpoint: what it hears of, and what was sent to it, the last first."""
    row = _own(request, endpoint_id)
    page = Paginator(row.deliveries.all(), _PAGE).get_page(request.GET.get("page"))
    watched = row.watches.filter(device__published=True).order_by("device__name")
    shown = {
        "endpoint": row,
        "now": now(),
        "page": page,
        "deliveries": [(one, CHIPS[DeliveryState(one.state)]) for one in page],
        "watched": list(watched.values_list("device__name", flat=True)) if row.role == Role.BUYER else None,
    }
    return Page("backoffice/webhook.html", row.shown_url, shown)


@confirmed  # type: ignore[untyped-decorator]
def new_endpoint(request: HttpRequest) -> Page:
    """Ask where to send what; once that is said, add the endpoint and show its secret."""
    form = NewForm(data(request), places=_places(request))
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        role, organisation = said["place"]
        try:
            made = operations.add_endpoint(
                actor=actor(request), organisation=organisation, role=role, url=said["url"],
                events=said["events"], devices=said.get("devices", ()), at=now(),
            )  # fmt: skip
            return _made(made)
        except FactError as refusal:
            show(refusal, form)
    return _asking(form, _("New webhook"), _("Add the webhook"), reverse("admin:webhooks"))


@confirmed  # type: ignore[untyped-decorator]
def rotate(request: HttpRequest, endpoint_id: UUID) -> Page:
    """Ask how long the older secret signs too; then draw the new one and show it."""
    row, form = _own(request, endpoint_id), RotationForm(data(request))
    if form.is_bound and form.is_valid():
        overlap = timedelta(days=form.cleaned_data["overlap"])
        try:
            return _made(
                operations.rotate_secret(actor=actor(request), endpoint=row, overlap=overlap, at=now())
            )
        except FactError as refusal:
            show(refusal, form)
    return _asking(form, _("Rotate the secret"), _("Make the new secret"), _url(row))


def edit(request: HttpRequest, endpoint_id: UUID) -> Page | HttpResponse:
    """Ask anew what an endpoint hears of."""
    row = _own(request, endpoint_id)
    start = {"events": row.events, "devices": list(row.watches.values_list("device", flat=True))}
    form = EventsForm(data(request), initial=start, roles={row.role})

    def act(said: dict[str, Any]) -> None:
        operations.change_endpoint(
            actor=actor(request), endpoint=row, events=said["events"], devices=said.get("devices", ()),
            at=now(),
        )  # fmt: skip

    return asked(
        request, form, act, title=_("Events and devices"), back=_url(row), button=_("Save"),
        done=gettext("It is saved."), template="backoffice/webhook_form.html",
    )  # fmt: skip


def disable(request: HttpRequest, endpoint_id: UUID) -> Page | HttpResponse:
    """Ask why nothing more is sent to an endpoint; then disable it."""
    row = _own(request, endpoint_id)

    def act(said: dict[str, Any]) -> None:
        operations.disable_endpoint(actor=actor(request), endpoint=row, reason=said["reason"], at=now())

    return asked(
        request, ReasonForm(data(request)), act, title=_("Disable the webhook"), back=_url(row),
        button=_("Disable"), done=gettext("Nothing more is sent to it."), danger=True,
        template="backoffice/webhook_form.html",
        words=_("What happens from now on is not kept for it. What waits is sent once it is enabled again."),
    )  # fmt: skip


@require_POST
def enable(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Send again to an endpoint."""
    done = gettext("It is enabled: what waited is sent first.")
    return _done(request, endpoint_id, operations.enable_endpoint, done)


@require_POST
def test(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Put a test event in line."""
    done = gettext("The test event is in line: read the page again in a moment.")
    return _done(request, endpoint_id, operations.send_test, done)


@require_POST
def replay(request: HttpRequest, endpoint_id: UUID, delivery_id: int) -> HttpResponse:
    """Put a delivery in line again."""
    found = get_object_or_404(_own(request, endpoint_id).deliveries, pk=delivery_id)

    def again(*, endpoint: Endpoint, **named: Any) -> None:
        operations.replay(delivery=found, **named)

    return _done(request, endpoint_id, again, gettext("It is in line again, under the same id."))


def _done(request: HttpRequest, endpoint_id: UUID, act: Callable[..., None], done: str) -> HttpResponse:
    """Act on an endpoint, say what came of it and go back to its page."""
    row = _own(request, endpoint_id)
    try:
        act(actor=actor(request), endpoint=row, at=now())
    except FactError as refusal:
        messages.error(request, " ".join(one.text for one in refusal.problems))
    else:
        messages.success(request, done)
    return redirect(_url(row))


def _made(made: operations.NewSecret) -> Page:
    note = gettext("The receiver checks each signature with it (Standard Webhooks).")
    secrets = {_("Secret"): made.secret}
    return shown_once(str(made.endpoint), secrets, note, _url(made.endpoint))


def _asking(form: Any, title: Any, button: Any, back: str) -> Page:
    context = {"form": form, "button": button, "back": back}
    return Page("backoffice/webhook_form.html", title, context)


def _places(request: HttpRequest) -> dict[tuple[Role, UUID], Organisation]:
    """Return where the person may add an endpoint: roles and organisations, by name."""
    places = set(places_of(caller_of(request)))
    named = Organisation.objects.in_bulk({pk for _, pk in places})
    return {one: named[one[1]] for one in sorted(places, key=lambda one: (named[one[1]].name, one))}


def _own(request: HttpRequest, endpoint_id: UUID) -> Endpoint:
    """Return an endpoint that the person looks after. Raises Http404 for any other."""
    return get_object_or_404(endpoints_of(caller_of(request)), pk=endpoint_id)


def _url(row: Endpoint) -> str:
    return reverse("admin:webhook", args=[row.pk])
