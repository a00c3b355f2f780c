"""The history of rows beside the trail: what was changed outside of every operation."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from compliance.audit.models import AuditEvent, RowHistory, RowOperation


def unexplained() -> QuerySet[RowHistory]:
    """Return the changes that no event explains: made outside of an operation, or by one without an event."""
    told = AuditEvent.objects.filter(transaction_id=OuterRef("transaction_id"))
    explained = Q(operation=RowOperation.EXISTING) | Q(in_operation=True) & Exists(told)
    return RowHistory.objects.exclude(explained)
