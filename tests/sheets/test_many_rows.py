"""What an import asks of the database does not grow with the rows that it changes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.audit.actors import Actor
from compliance.cnedimts.models import Application
from compliance.facts.importing import import_file
from compliance.law.facts import FORMAT
from compliance.sheets.importing import read_workbook
from devices.models import User
from tests import portfolio
from tests.facts.conftest import AT
from tests.sheets.books import content

pytestmark = pytest.mark.django_db
MOST_QUERIES = 40


def dumped(file: dict[str, Any]) -> bytes:
    return json.dumps(file).encode()


def device(n: int) -> dict[str, Any]:
    application = {
        "key": "first", "procedure": "lppr_listing", "source": f"s{n}",
        "steps": [{"step": "requested", "on": "2026-06-02"}],
    }  # fmt: skip
    audit = {"key": "y1", "kind": "surveillance", "held_on": "2025-11-30", "source": f"s{n}"}
    return {
        "key": f"d{n}", "name": f"D{n}", "owner": "maker",
        "ce_marking": {"audits": [audit]}, "cnedimts": {"applications": [application]},
    }  # fmt: skip


@pytest.fixture
def officer() -> User:
    """Return the officer of a house with twenty devices, each with a fact that has parts."""
    sources = [{"key": f"s{n}", "title": f"S{n}", "quality": "declared"} for n in range(20)]
    file = {**portfolio.FILE, "sources": sources, "devices": [device(n) for n in range(20)]}
    import_file(actor=Actor.system("test"), content=dumped(file), name="x.json", at=AT)
    return portfolio.people().users["officer"]


def lines(many: int) -> dict[str, list[dict[str, Any]]]:
    """Return lines that correct, add and take out in each of so many devices."""

    def each(**cells: Any) -> Iterator[dict[str, Any]]:
        return ({"device": f"d{n}", **cells} for n in range(many))

    return {
        "devices": [{"key": f"d{n}", "name": f"Other {n}"} for n in range(many)],
        "ce_marking.audits": [
            *each(key="y1", mark="remove"), *each(key="y2", kind="initial", held_on="2026-01-14"),
        ],
        "cnedimts.applications": [*each(key="first", note="Corrected")],
        "cnedimts.applications:steps": [*each(key="first", step="notified", on="2026-07-01")],
    }  # fmt: skip


def test_the_preview_asks_as_much_for_two_rows_as_for_twenty(officer: User, tmp_path: Path) -> None:
    path, asked = tmp_path / "book.xlsx", {}
    for many in (2, 20):
        path.write_bytes(content(lines(many)))
        with CaptureQueriesContext(connection) as queries:
            reading = read_workbook(path, user=officer, at=AT)
        assert reading.faults == ()
        assert len(reading.changes) == 4 * many
        asked[many] = len(queries)
    assert asked[2] == asked[20] <= MOST_QUERIES
    assert Application.objects.filter(note="").count() == 20  # all of it is undone


def test_one_row_refused_among_many_is_named_and_costs_no_query_a_row(officer: User, tmp_path: Path) -> None:
    path, bad = tmp_path / "book.xlsx", lines(20)
    taken = {"key": "di", "scheme": "udi_di", "value": "04250802900152"}
    other = {"format": FORMAT, "devices": [{"key": "z", "name": "Z", "identifiers": [taken]}]}
    import_file(actor=Actor.system("test"), content=dumped(other), name="z.json", at=AT)
    bad["identifiers"] = [{"device": "d0", **taken}, {"device": "d1", **taken, "value": "03760123456784"}]
    path.write_bytes(content(bad))
    with CaptureQueriesContext(connection) as queries:
        reading = read_workbook(path, user=officer, at=AT)
    assert [(one.place and one.place.cell, one.problem.code) for one in reading.faults] == [
        ("E3", "duplicate_udi_di")
    ]
    assert len(queries) <= 2 * MOST_QUERIES
