"""The database refuses to change the trail, whoever asks."""

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.models import ProtectedError

from compliance.audit.models import AuditEvent
from devices import wall
from devices.models import Organisation
from tests.audit.conftest import Add

STATEMENTS = [
    "UPDATE audit_auditevent SET reason = 'x'",
    "UPDATE audit_auditevent SET id = id",
    "DELETE FROM audit_auditevent",
    "TRUNCATE audit_auditevent CASCADE",
    "TRUNCATE devices_organisation CASCADE",
]


@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize("session", ["origin", "replica"])
def test_the_owner_of_the_table_is_refused(
    maker: Organisation, add: Add, statement: str, session: str
) -> None:
    add(maker)
    with wall.as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_auditevent ENABLE ALWAYS TRIGGER audit_no_truncate")
        cursor.execute(f"SET LOCAL session_replication_role = {session}")
        with pytest.raises(ProgrammingError, match="refused"), transaction.atomic():
            cursor.execute(statement)
    assert AuditEvent.objects.count() == 1


def test_django_is_refused(maker: Organisation, add: Add) -> None:
    event = add(maker)
    event.reason = "other"
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        event.save()
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        event.delete()
    with pytest.raises(ProtectedError):
        maker.delete()
