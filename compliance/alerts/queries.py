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
    return _shown(person).filter(awake).order_by("strict", "id")


def snoozed_of(person: User, *, now: datetime) -> QuerySet[Alert]:
    """Return the notices that a person put off, the first to come back first."""
    return _shown(person).filter(snoozed_until__gt=now).order_by("snoozed_until", "id")


def _shown(person: User) -> QuerySet[Alert]:
    return Alert.objects.filter(
        recipient=person, channel=Channel.NOTICE, state=AlertState.SENT, closed_at=None
    )
