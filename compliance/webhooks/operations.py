"""Endpoints are added, changed, rotated, disabled and enabled; deliveries are tested and replayed."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from compliance.audit.actors import Actor
from compliance.audit.models import Action
from compliance.audit.operations import append
from compliance.facts.errors import FactError, Problem, given_reason
from compliance.law.text import gettext_noop
from compliance.webhooks import addresses, announcing, signing
from compliance.webhooks.models import (
    FOR_BUYERS,
    TEST,
    Delivery,
    DeliveryState,
    DisabledBy,
    Endpoint,
    Event,
    Watch,
)
from compliance.webhooks.queries import endpoints_of, places_of
from config.cipher import decrypted, encrypted
from devices import wall
from devices.models import Device, Organisation, Role
from devices.queries import Caller, visible_devices

MOST_ENDPOINTS = 20
LONGEST_OVERLAP = timedelta(days=14)
_PURPOSE = "webhook"


@dataclass(frozen=True, slots=True)
class NewSecret:
    """An endpoint with a secret just drawn: the only time that it is shown."""

    endpoint: Endpoint
    secret: str = field(repr=False)


@transaction.atomic
def add_endpoint(
    *,
    actor: Actor,
    organisation: Organisation,
    role: Role,
    url: str,
    events: Collection[str],
    devices: Collection[Device] = (),
    at: datetime,
) -> NewSecret:
    """Add an endpoint of an organisation, or of the buyer who acts with the devices to watch.

    Raises FactError.
    """
    user = actor.user
    if user is None or (role, organisation.pk) not in places_of(Caller(user)):
        raise _forbidden()
    _check_url(url)
    whose = {"user": user} if role == Role.BUYER else {}
    if Endpoint.objects.filter(organisation=organisation, role=role, **whose).count() >= MOST_ENDPOINTS:
        message = gettext_noop("There are 20 endpoints already: change or enable one of these.")
        raise FactError([Problem("", "too_many", message)])
    secret = signing.draw_secret()
    endpoint = Endpoint(
        organisation=organisation, role=role, user=user, url=url, events=_checked_events(role, events),
        secret=encrypted(secret, _PURPOSE), created_at=at,
    )  # fmt: skip
    endpoint.save(force_insert=True)
    _watch(endpoint, devices)
    _audit(actor, Action.WEBHOOK_ADDED, endpoint, after=_told(endpoint), at=at)
    return NewSecret(endpoint, secret)


@transaction.atomic
def change_endpoint(
    *, actor: Actor, endpoint: Endpoint, events: Collection[str], devices: Collection[Device], at: datetime
) -> None:
    """Choose anew what an endpoint hears of. Raises FactError."""
    row = _turn(actor, endpoint)
    before = _told(row)
    row.events = _checked_events(row.role, events)
    row.save(update_fields=["events"])
    _watch(row, devices)
    if (after := _told(row)) != before:
        _audit(actor, Action.WEBHOOK_CHANGED, row, before=before, after=after, at=at)


@transaction.atomic
def rotate_secret(*, actor: Actor, endpoint: Endpoint, overlap: timedelta, at: datetime) -> NewSecret:
    """Draw a new secret; the older one signs beside it until the overlap ends. Raises FactError.

    An overlap of nothing ends the older secret at once, and with it any that came before.
    """
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        message = gettext_noop("The older secret signs for 14 days at most.")
        raise FactError([Problem("overlap", "overlap", message)])
    row, secret = _turn(actor, endpoint), signing.draw_secret()
    row.previous_secret, row.previous_until = (row.secret, at + overlap) if overlap else ("", None)
    row.secret = encrypted(secret, _PURPOSE)
    row.save(update_fields=["secret", "previous_secret", "previous_until"])
    until = row.previous_until.isoformat() if row.previous_until else None
    _audit(actor, Action.WEBHOOK_ROTATED, row, after={"older_secret_until": until}, at=at)
    return NewSecret(row, secret)


def secrets_of(endpoint: Endpoint, at: datetime) -> list[str]:
    """Return the secrets that sign at an instant, the newer one first."""
    older = endpoint.previous_until is not None and at < endpoint.previous_until
    kept = [endpoint.secret, *([endpoint.previous_secret] if older else [])]
    return [decrypted(one, _PURPOSE) for one in kept]


@transaction.atomic
def disable_endpoint(*, actor: Actor, endpoint: Endpoint, reason: str, at: datetime) -> None:
    """Send nothing more to an endpoint, for a reason; what waits stays. Raises FactError."""
    reason, row = given_reason(reason), _turn(actor, endpoint)
    if not row.disabled_by:
        disable(actor=actor, row=row, by=DisabledBy.PERSON, reason=reason, at=at)


def disable(*, actor: Actor, row: Endpoint, by: DisabledBy, reason: str, at: datetime) -> None:
    """Write that a locked endpoint is disabled."""
    row.disabled_by, row.disabled_at = by, at
    row.save(update_fields=["disabled_by", "disabled_at"])
    after = {"disabled_by": str(by)}
    _audit(actor, Action.WEBHOOK_DISABLED, row, before={"disabled_by": ""}, after=after, reason=reason, at=at)


@transaction.atomic
def enable_endpoint(*, actor: Actor, endpoint: Endpoint, at: datetime) -> None:
    """Send again to an endpoint, what waited for it first. Raises FactError."""
    row = _turn(actor, endpoint)
    if not row.disabled_by:
        return
    _check_url(row.url)
    before = {"disabled_by": row.disabled_by}
    row.disabled_by, row.disabled_at, row.failures, row.failing_since = "", None, 0, None
    row.save(update_fields=["disabled_by", "disabled_at", "failures", "failing_since"])
    _audit(actor, Action.WEBHOOK_ENABLED, row, before=before, after={"disabled_by": ""}, at=at)


@transaction.atomic
def send_test(*, actor: Actor, endpoint: Endpoint, at: datetime) -> None:
    """Put a test event in line for an endpoint; one that waits already is enough. Raises FactError."""
    row = _turn(actor, endpoint)
    _refuse_disabled(row)
    waiting = Q(state__in=(DeliveryState.PENDING, DeliveryState.CLAIMED), attempts=0)
    if not row.deliveries.filter(waiting, event=TEST).exists():
        announcing.write(f"evt_{secrets.token_hex(16)}", TEST, {"endpoint": str(row.pk)}, [row.pk], at)


@transaction.atomic
def replay(*, actor: Actor, delivery: Delivery, at: datetime) -> None:
    """Send a delivery again, with its id and bytes as they were. Raises FactError."""
    row = _turn(actor, delivery.endpoint)
    _refuse_disabled(row)
    with wall.system():
        again = Delivery.objects.filter(pk=delivery.pk).exclude(state=DeliveryState.CLAIMED)
        count = again.update(state=DeliveryState.PENDING, attempts=0, not_before=at)
    if count:
        after = {"event": delivery.event, "webhook_id": delivery.event_id}
        _audit(actor, Action.WEBHOOK_REPLAYED, row, after=after, at=at)


def _turn(actor: Actor, endpoint: Endpoint) -> Endpoint:
    """Return the recorded endpoint, locked, for who looks after it. Raises FactError."""
    found = Endpoint.objects.all() if actor.user is None else endpoints_of(Caller(actor.user))
    row = found.select_related(None).select_for_update().filter(pk=endpoint.pk).first()
    if row is None:
        raise _forbidden()
    return row


def _check_url(url: str) -> None:
    try:
        place = addresses.target(url, loopback=settings.WEBHOOK_LOOPBACK)
        addresses.resolve(place, loopback=settings.WEBHOOK_LOOPBACK)
    except addresses.RefusedError as refusal:
        raise FactError([Problem("url", "refused", str(refusal))]) from None


def _checked_events(role: str, events: Collection[str]) -> list[str]:
    """Return the events in their order. Raises FactError where there is none, or one not for the role."""
    offered = events_for(role)
    chosen = [one.value for one in offered if one in events]
    if not chosen or len(chosen) != len(set(events)):
        raise FactError([Problem("events", "choice", gettext_noop("Choose one or more of these events."))])
    return chosen


def events_for(role: str) -> Sequence[Event]:
    """Return the events that an endpoint may hear of: those of a buyer are of the public answer."""
    return FOR_BUYERS if role == Role.BUYER else tuple(Event)


def _watch(endpoint: Endpoint, devices: Collection[Device]) -> None:
    """Let the endpoint of a buyer watch these devices and no other. Raises FactError."""
    if endpoint.role != Role.BUYER:
        return
    ids = {one.pk for one in devices}
    buyer = Caller(None, role=Role.BUYER, organisation_id=endpoint.organisation_id)
    if visible_devices(buyer).filter(pk__in=ids, published=True).count() != len(ids):
        message = gettext_noop("Only published devices are watched.")
        raise FactError([Problem("devices", "not_published", message)])
    endpoint.watches.exclude(device__in=ids).delete()
    rows = [Watch(endpoint=endpoint, device_id=one) for one in sorted(ids)]
    Watch.objects.bulk_create(rows, ignore_conflicts=True)


def _refuse_disabled(endpoint: Endpoint) -> None:
    if endpoint.disabled_by:
        message = gettext_noop("The endpoint is disabled: enable it first.")
        raise FactError([Problem("", "disabled", message)])


def _forbidden() -> FactError:
    message = gettext_noop("Only who looks after the endpoint may do this.")
    return FactError([Problem("", "forbidden", message)])


def _told(endpoint: Endpoint) -> dict[str, Any]:
    """Return what the trail keeps of an endpoint: no secret."""
    watched = endpoint.watches.order_by("device__key").values_list("device__key", flat=True)
    return {
        "url": endpoint.shown_url,
        "role": str(endpoint.role),
        "events": list(endpoint.events),
        "devices": list(watched),
    }


def _audit(
    actor: Actor,
    action: Action,
    endpoint: Endpoint,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any],
    reason: str = "",
    at: datetime,
) -> None:
    append(
        actor=actor, organisation=endpoint.organisation, action=action, subject_type="endpoint",
        subject_id=str(endpoint.pk), subject_label=str(endpoint)[:300], before=before, after=after,
        reason=reason, at=at,
    )  # fmt: skip
