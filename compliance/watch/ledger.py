"""What the watch asks of the ledger of alerts. The one place that knows its columns."""

from datetime import datetime
from uuid import UUID

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Greatest

from compliance.alerts.models import Alert, AlertState, Channel
from compliance.watch.models import SeenFailure


def unsent(now: datetime) -> QuerySet[Alert]:
    """Return the alerts that are to be sent by now and are not, each with ``due``: since when.

    That is since its letter was made, else since it was due, or since the assessment that it was planned
    from. The pauses between failed attempts do not count. A digest that gathers is not due yet.
    """
    planned = Greatest(F("due_at"), F("device__assessment__computed_at"))
    due = Case(When(state=AlertState.CLAIMED, then=F("letter__made_at")), default=planned)
    waits = Q(state=AlertState.PLANNED, due_at__lte=now) | Q(state=AlertState.CLAIMED)
    return Alert.objects.order_by().filter(waits).annotate(due=due)


def failed() -> QuerySet[Alert]:
    """Return the alerts that were given up and that nobody has seen as such, each with ``due``."""
    seen = SeenFailure.objects.filter(alert=OuterRef("pk"))
    given_up = Alert.objects.order_by().filter(~Exists(seen), state=AlertState.FAILED)
    return given_up.annotate(due=F("due_at"))


def sent_to(person: UUID, since: datetime) -> int:
    """Return how many alerts were mailed to a person since an instant."""
    mailed = Alert.objects.filter(recipient=person, channel=Channel.EMAIL, state=AlertState.SENT)
    return mailed.filter(sent_at__gte=since).count()


def by_state() -> dict[str, int]:
    """Return how many alerts there are in each state."""
    return dict(Alert.objects.order_by().values_list("state").annotate(Count("pk")))
