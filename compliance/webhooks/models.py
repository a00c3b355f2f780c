"""Where events are sent to, and the ledger of what was sent: one row for each endpoint and event."""

import uuid
from typing import ClassVar, cast
from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from compliance.facts import fields
from compliance.facts.constraints import all_of, one_of
from devices.models import Device, Membership, Organisation, Role, User


class Event(models.TextChoices):
    """What an endpoint may be told."""

    DEADLINE_DUE = "deadline.due", _("A deadline comes near")
    DEADLINE_OVERDUE = "deadline.overdue", _("A deadline is overdue")
    STATUS_CHANGED = "device.status_changed", _("The status of a device changes")


TEST = "webhook.test"  # sent when asked for, whatever the endpoint listens to
# Of the public answer: deadlines are told to who keeps the record.
FOR_BUYERS = (Event.STATUS_CHANGED,)


class DisabledBy(models.TextChoices):
    """Why nothing is sent to an endpoint."""

    PERSON = "person", _("a person disabled it")
    GONE = "gone", _("the receiver answered 410 Gone")
    FAILING = "failing", _("it failed too often in a row")


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    """Endpoints, and which of them are told anything."""

    def live(self) -> "EndpointQuerySet":
        """Return those that are enabled; a buyer's ends with the role of the buyer."""
        held = Membership.objects.filter(
            user=OuterRef("user"), organisation=OuterRef("organisation"), role=Role.BUYER
        )
        is_buyer = Q(Exists(held), user__is_active=True)
        return self.filter(Q(role=Role.OFFICER) | is_buyer, disabled_by="")


class Endpoint(models.Model):
    """An address that is told what happens.

    In the role ``officer`` it belongs to the organisation and hears of all its devices; in the role
    ``buyer`` it belongs to the person and hears of the published devices that it watches. The secrets are
    kept encrypted (``operations.secrets_of``). ``failing_since`` is when the first of the ``failures`` in a
    row happened.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    role = fields.choice(Role, _("role"))
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("added by"))
    url = models.CharField(_("address"), max_length=500)
    events: "ArrayField[list[str], list[str]]" = fields.choice_list(Event, _("events"))
    secret = models.TextField(editable=False)
    previous_secret = models.TextField(default="", editable=False)
    previous_until = models.DateTimeField(null=True, editable=False)
    disabled_by = models.CharField(max_length=20, choices=DisabledBy.choices, default="", editable=False)
    disabled_at = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), editable=False)

    objects = cast("EndpointQuerySet", EndpointQuerySet.as_manager())

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[Role.OFFICER, Role.BUYER]), name="webhook_endpoint_role"
            ),
            all_of("events", Event),
            models.CheckConstraint(condition=~Q(events=[]), name="webhook_endpoint_events_some"),
            models.CheckConstraint(
                condition=~Q(role=Role.BUYER) | Q(events__contained_by=list(FOR_BUYERS)),
                name="webhook_endpoint_events_of_buyers",
            ),
            models.CheckConstraint(
                condition=Q(previous_secret="", previous_until=None)
                | (~Q(previous_secret="") & Q(previous_until__isnull=False)),
                name="webhook_endpoint_previous_secret_ends",
            ),
            models.CheckConstraint(
                condition=Q(disabled_by="", disabled_at=None)
                | (Q(disabled_by__in=DisabledBy.values) & Q(disabled_at__isnull=False)),
                name="webhook_endpoint_disabled_at",
            ),
            models.CheckConstraint(
                condition=Q(failures=0, failing_since=None)
                | (Q(failures__gt=0) & Q(failing_since__isnull=False)),
                name="webhook_endpoint_failing_since",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_url

    @property
    def shown_url(self) -> str:
        """Return the address without its query, which may hold a secret of the receiver."""
        return urlsplit(self.url)._replace(query="").geturl()


class Watch(models.Model):
    """A published device that the endpoint of a buyer hears of."""

    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.CASCADE, related_name="watches", db_index=False, verbose_name=_("endpoint")
    )
    # Its index serves announcing.listeners: who watches a device.
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="+", verbose_name=_("device"))

    class Meta:
        verbose_name = _("watched device")
        verbose_name_plural = _("watched devices")
        constraints = [models.UniqueConstraint(fields=["endpoint", "device"], name="webhook_watch_once")]

    def __str__(self) -> str:
        return f"{self.endpoint_id} {self.device_id}"


class DeliveryState(models.TextChoices):
    """Where a delivery stands. Only ``pending`` and ``claimed`` may still be sent by themselves."""

    PENDING = "pending", _("waits")
    CLAIMED = "claimed", _("being sent")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("failed")


class Delivery(models.Model):
    """An event for an endpoint. ``payload`` is what is sent, byte for byte, however often.

    ``event_id`` is the ``webhook-id`` of every attempt; the endpoints that hear of one event share it.
    ``status``, ``answer`` (its first bytes, as text) and ``error`` are those of the last attempt.
    """

    # The unique constraint starts with the endpoint: its index serves the log of an endpoint, too.
    endpoint = models.ForeignKey(
        Endpoint,
        on_delete=models.CASCADE,
        related_name="deliveries",
        db_index=False,
        verbose_name=_("endpoint"),
    )
    event_id = models.CharField(max_length=64)
    event = models.CharField(_("event"), max_length=40)
    payload = models.BinaryField()
    created_at = models.DateTimeField(_("date and time"))
    state = models.CharField(
        _("state"), max_length=20, choices=DeliveryState.choices, default=DeliveryState.PENDING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    not_before = models.DateTimeField(_("not before"))
    claimed_until = models.DateTimeField(null=True)
    attempted_at = models.DateTimeField(_("last attempt"), null=True)
    status = models.PositiveSmallIntegerField(_("status of the answer"), null=True)
    answer = models.TextField(_("answer"), default="")
    error = models.CharField(_("error"), max_length=300, default="")

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering: ClassVar = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event_id"], name="one_delivery_an_event"),
            one_of("state", DeliveryState),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.CLAIMED) | Q(claimed_until__isnull=False),
                name="claimed_delivery_has_its_lease",
            ),
        ]
        indexes = [
            # delivery.claim: what may be sent now, the first of each endpoint
            models.Index(
                fields=["endpoint", "not_before"], condition=Q(state="pending"), name="delivery_pending"
            ),
            # delivery.claim: what a dead worker left behind
            models.Index(fields=["claimed_until"], condition=Q(state="claimed"), name="delivery_claimed"),
            # backoffice: the log of an endpoint, the last one first
            models.Index(fields=["endpoint", "-id"], name="delivery_log"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.event_id}"
