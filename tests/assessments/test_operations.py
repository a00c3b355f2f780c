"""Projections: what the law answers today, kept by the operations and by the nightly work."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.assessments.assess import assess
from compliance.assessments.models import DeadlineRow, DeviceAssessment, TrackState
from compliance.assessments.operations import due, reassess
from compliance.assessments.render import body
from compliance.assessments.tasks import reassess_due
from compliance.facts.values import device_value, organisation_values
from compliance.law.parameters import current_law
from tests import portfolio

pytestmark = pytest.mark.django_db
TODAY = portfolio.NOW.date()


@pytest.fixture(autouse=True)
def _portfolio() -> None:
    portfolio.record()


def test_the_projection_is_the_answer_of_the_law() -> None:
    device = portfolio.device()
    answer = assess(
        device_value(device), organisation_values(device).values(), current_law(), on=TODAY, known_on=TODAY
    )
    assert device.assessment.body == body(answer)
    assert {one.track: one.status for one in TrackState.objects.filter(device=device)} == {
        track: one.status for track, one in answer.tracks.items()
    }
    assert {(one.rule, one.strict, one.state) for one in DeadlineRow.objects.filter(device=device)} == {
        (one.rule, one.strict, one.state) for one in answer.deadlines
    }


def test_a_deadline_keeps_its_row_when_its_state_changes() -> None:
    device = portfolio.device()
    before = DeadlineRow.objects.get(device=device, rule="mdr.surveillance_audit")
    later = before.rolled + timedelta(days=1)
    reassess(devices=[device], today=later, at=portfolio.NOW)
    after = DeadlineRow.objects.get(device=device, rule="mdr.surveillance_audit")
    assert (after.pk, before.state, after.state) == (before.pk, "open", "overdue")


def test_the_night_touches_only_what_changes() -> None:
    device = portfolio.device()
    change = DeviceAssessment.objects.get(device=device).next_change
    assert change is not None
    assert due(change - timedelta(days=1)) == []
    assert device in due(change)
    with time_machine.travel(f"{change}T03:00:00+01:00", tick=False):
        assert reassess_due() == len(due(change)) or reassess_due() == 0
    assert DeviceAssessment.objects.get(device=device).on == change


def test_another_version_of_the_law_makes_all_due() -> None:
    DeviceAssessment.objects.update(law_version="older")
    assert len(due(date(2000, 1, 1))) == 3


def test_reading_costs_the_same_for_one_device_or_ten() -> None:
    many = [{**portfolio.CERTIFIED, "key": f"d{n}", "identifiers": []} for n in range(10)]
    portfolio.record(many)
    counts = []
    for size in (1, 10):
        devices = [portfolio.device(f"d{n}") for n in range(size)]
        with CaptureQueriesContext(connection) as queries:
            reassess(devices=devices, today=TODAY, at=portfolio.NOW)
        counts.append(
            len([one for one in queries if one["sql"].startswith("SELECT") and "deadline" not in one["sql"]])
        )
    assert counts[1] - counts[0] <= 9  # the lock of the projection row of each device
