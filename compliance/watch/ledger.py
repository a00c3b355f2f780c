"""What the watch asks of the ledger of alerts. The one place that knows its columns.

The model is asked of Django by its name: surfaces that show the verdict import no other surface with it.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Case, Count, DateTimeField, Exists, F, Func, OuterRef, QuerySet, When
from django.db.models.functions import Greatest

from compliance.watch.models import SeenFailure

_DAY_BEGAN = Func(
    F("due_on"), template="(%(expressions)s::timestamp AT TIME ZONE 'Europe/Paris')",
    output_field=DateTimeField(),
)  # fmt: skip


def unsent(today: date) -> QuerySet[Any]:
    """Return the alerts that are to be sent by now and are not, each with ``due``: since when.

    That is since the day began in France, or since the assessment that it was planned from. What a first
    attempt has to wait for counts; the pauses between failed attempts do not.
    """
    waits = Case(When(attempts=0, then=F("not_before")))
    due = Greatest(_DAY_BEGAN, F("device__assessment__computed_at"), waits)
    planned: QuerySet[Any] = _alerts().filter(state="planned", due_on__lte=today).annotate(due=due)
    return planned


def failed() -> QuerySet[Any]:
    """Return the alerts that were given up and that nobody has seen as such, each with ``due``."""
    seen = SeenFailure.objects.filter(alert=OuterRef("pk"))
    given_up: QuerySet[Any] = _alerts().filter(~Exists(seen), state="failed").annotate(due=_DAY_BEGAN)
    return given_up


def sent_to(person: UUID, since: datetime) -> int:
    """Return how many alerts went out to a person since an instant."""
    return _alerts().filter(recipient=person, state="sent", sent_at__gte=since).count()


def by_state() -> dict[str, int]:
    """Return how many alerts there are in each state."""
    return dict(_alerts().values_list("state").annotate(Count("pk")))


def _alerts() -> QuerySet[Any]:
    found: QuerySet[Any] = apps.get_model("alerts", "Alert")._default_manager.order_by()
    return found
