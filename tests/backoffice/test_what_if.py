"""Dates moved without saving: what would change, and that nothing does."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.amendments.words import Moved
from compliance.assessments.models import DeadlineRow
from compliance.audit.models import AuditEvent
from compliance.ce_marking.models import Certificate
from compliance.facts.values import device_value
from compliance.followup.shifts import recorded_dates, shifted
from compliance.law.facts import Device as DeviceValue
from tests import portfolio
from tests.backoffice.conftest import Session
from tests.backoffice.pages import text

END = "ce_marking.certificates.qms.printed_end"
MOST = 12  # queries of the page
AUDIT = "ce_marking.audits.y1.held_on"


def url(key: str = "scan-one") -> str:
    return reverse("admin:what_if", args=[portfolio.device(key).pk])


def days(**changes: str) -> dict[str, str]:
    recorded = {one.name: one.day.isoformat() for one in recorded_dates(device_value(portfolio.device()))}
    return recorded | changes


def test_every_recorded_date_may_be_moved(officer: Client) -> None:
    form = officer.get(url()).context["page"].form
    assert {name: form.initial[name] for name in form.fields} == {
        "ce_marking.certificates.qms.issued_on": date(2024, 3, 1),
        "ce_marking.certificates.qms.starts_on": date(2024, 3, 1),
        END: date(2029, 2, 28),
        AUDIT: date(2025, 11, 30),
        "listing.listings.lppr.starts_on": date(2022, 7, 1),
        "listing.listings.lppr.ends_on": date(2027, 6, 30),
    }


def test_it_shows_what_would_change_beside_what_is(officer: Client) -> None:
    before = list(DeadlineRow.objects.order_by("pk").values())
    events = AuditEvent.objects.count()
    (audit,) = officer.post(url(), days(**{AUDIT: "2026-02-15"})).context["page"].deadlines
    assert audit.said == Moved("Surveillance audit", "30 November 2026 (to do)", "15 February 2027 (to do)")
    assert audit.pk == DeadlineRow.objects.get(rule="mdr.surveillance_audit").pk
    answer = officer.post(url(), days(**{END: "2026-06-30"}))
    page = answer.context["page"]
    statuses = {one.said.label: (one.said.was, one.said.now) for one in page.statuses}
    assert statuses["CE marking"] == ("certified", "certificate expired")
    assert page.moved[0][1:] == (date(2029, 2, 28), date(2026, 6, 30))
    assert "nothing is saved" in text(answer)
    assert Certificate.objects.get(key="qms").printed_end == date(2029, 2, 28)
    assert list(DeadlineRow.objects.order_by("pk").values()) == before
    assert AuditEvent.objects.count() == events


def test_it_asks_as_much_for_many_facts(officer: Client) -> None:
    def asked() -> int:
        address, said = url(), days(**{AUDIT: "2026-02-15"})
        with CaptureQueriesContext(connection) as queries:
            assert officer.post(address, said).context["page"].deadlines
        return len(queries)

    few = asked()
    assert few <= MOST
    audits = [{"key": f"y{n}", "kind": "surveillance", "held_on": f"20{n}-11-30"} for n in range(10, 25)]
    audits.append({"key": "y1", "kind": "surveillance", "held_on": "2025-11-30"})
    more = {"ce_marking": {**portfolio.CERTIFIED["ce_marking"], "audits": audits}}
    portfolio.record([portfolio.CERTIFIED | more])
    assert asked() == few


def test_dates_left_as_they_are_change_nothing(officer: Client) -> None:
    page = officer.post(url(), days()).context["page"]
    assert (page.moved, page.statuses, page.deadlines) == ([], [], [])
    assert "No date was moved" in text(officer.post(url(), days()))


def test_a_date_that_is_none_is_refused(officer: Client) -> None:
    answer = officer.post(url(), days(**{END: "2026-02-30"}))
    assert "This is no date of the calendar" in text(answer)
    assert not answer.context["page"].asked


def test_a_device_without_dates_says_so(officer: Client) -> None:
    assert "No date is recorded" in text(officer.get(url("draft-two")))


@pytest.mark.parametrize(
    ("role", "status"), [("auditor", 200), ("buyer", 404), ("rival", 404), ("stranger", 404)]
)
def test_only_who_reads_the_record_may_ask(session_of: Session, role: str, status: int) -> None:
    assert session_of(role).get(url()).status_code == status


def test_a_date_within_a_part_is_moved_in_its_place() -> None:
    """A step of a procedure is named by its list and its number."""
    steps = [{"step": "posted", "on": "2026-01-01"}, {"step": "acknowledged", "on": "2026-02-01"}]
    file = {"key": "a1", "procedure": "lppr_listing", "steps": steps}
    value = DeviceValue.model_validate({"key": "d", "name": "D", "cnedimts": {"applications": [file]}})
    names = {one.name: one.day for one in recorded_dates(value)}
    assert names["cnedimts.applications.a1.steps.1.on"] == date(2026, 2, 1)
    moved = shifted(value, {"cnedimts.applications.a1.steps.1.on": date(2026, 3, 1)})
    assert [one.on for one in moved.cnedimts.applications[0].steps] == [date(2026, 1, 1), date(2026, 3, 1)]
    assert [one.on for one in value.cnedimts.applications[0].steps] == [date(2026, 1, 1), date(2026, 2, 1)]
