"""What the watch asks of the ledger of alerts. The one place that knows its columns.

The model is asked of Django by its name: surfaces that show the verdict import no other surface with it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Greatest

from compliance.watch.models import SeenFailure


def unsent(now: datetime) -> QuerySet[Any]:
    """Return the alerts that are to be sent by now and are not, each with ``due``: since when.

    That is since its letter was made, else since it was due, or since the assessment that it was planned
    from. The pauses between failed attempts do not count. A digest that gathers is not due yet.
    """
    planned = Greatest(F("due_at"), F("device__assessment__computed_at"))
    due = Case(When(state="claimed", then=F("letter__made_at")), default=planned)
    waits = Q(state="planned", due_at__lte=now) | Q(state="claimed")
    found: QuerySet[Any] = _alerts().filter(waits).annotate(due=due)
    return found


def failed() -> QuerySet[Any]:
    """Return the alerts that were given up and that nobody has seen as such, each with ``due``."""
    seen = SeenFailure.objects.filter(alert=OuterRef("pk"))
    given_up: QuerySet[Any] = _alerts().filter(~Exists(seen), state="failed").annotate(due=F("due_at"))
    return given_up


def sent_to(person: UUID, since: datetime) -> int:
    """Return how many alerts were mailed to a person since an instant."""
    mailed = _alerts().filter(recipient=person, channel="email", state="sent")
    return mailed.filter(sent_at__gte=since).count()


def by_state() -> dict[str, int]:
    """Return how many alerts there are in each state."""
    return dict(_alerts().values_list("state").annotate(Count("pk")))


def _alerts() -> QuerySet[Any]:
    found: QuerySet[Any] = apps.get_model("alerts", "Alert")._default_manager.order_by()
    return found
