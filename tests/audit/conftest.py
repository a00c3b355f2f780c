"""What the tests of the trail share."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.audit.operations import append
from devices import wall
from devices.models import Organisation

AT = datetime(2026, 11, 22, 9, 30, 15, 123456, tzinfo=UTC)
Add = Callable[..., AuditEvent]


@pytest.fixture
def maker(db: None) -> Organisation:
    return Organisation.objects.create(key="maker", name="Maker SAS")


@pytest.fixture
def add() -> Add:
    """Return a function that adds an event; what it is not given it makes up."""

    def add(organisation: Organisation | None = None, **parts: Any) -> AuditEvent:
        return append(
            **{
                "actor": Actor.system("test"),
                "organisation": organisation,
                "action": "fact.recorded",
                "subject_type": "device",
                "subject_id": "1",
                "subject_label": "Scanner",
                "before": None,
                "after": {"note": "é"},
                "at": AT,
                **parts,
            }
        )

    return add


def tamper(*statements: str) -> None:
    """Do what only the owner of the table can: switch the triggers off, then write."""
    with wall.as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
