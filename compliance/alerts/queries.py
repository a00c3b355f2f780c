"""What the back office shows of the ledger."""

from datetime import datetime

from django.db.models import Q, QuerySet

from compliance.alerts.models import Alert, AlertState, Channel
from devices.models import User


def notices_of(person: User, *, now: datetime) -> QuerySet[Alert]:
    """Return the notices that a person has before them: neither acknowledged nor snoozed, urgent ones first.

    Each deadline has one, the most urgent that was told.
    """
    awake = Q(snoozed_until=None) | Q(snoozed_until__lte=now)
    return shown_to(person).filter(awake).order_by("strict", "id")


def snoozed_of(person: User, *, now: datetime) -> QuerySet[Alert]:
    """Return the notices that a person put off, the first to come back first."""
    return shown_to(person).filter(snoozed_until__gt=now).order_by("snoozed_until", "id")


def shown_to(person: User) -> QuerySet[Alert]:
    """Return the notices of a person that are not taken down, those put off among them."""
    return Alert.objects.filter(
        recipient=person, channel=Channel.NOTICE, state=AlertState.SENT, closed_at=None
    )
