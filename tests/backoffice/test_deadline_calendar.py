"""The month of the deadlines: weeks from Monday, public holidays, entries that open their deadline."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from compliance.assessments.models import DeadlineRow
from tests.backoffice.conftest import Session
from tests.backoffice.pages import text

CALENDAR = "/deadlines/calendar/"


def test_a_month_runs_from_monday_to_sunday_in_french(officer: Client) -> None:
    answer = officer.get(f"{CALENDAR}?month=2026-11", headers={"accept-language": "fr"})
    month = answer.context["month"]
    assert [name for name, _short in month.weekdays] == [
        *("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    ]
    assert month.weeks[0][0].day == date(2026, 10, 26)
    assert month.weeks[-1][-1].day == date(2026, 12, 6)
    assert {len(week) for week in month.weeks} == {7}
    assert "Novembre 2026" in text(answer)


def test_public_holidays_and_days_off_are_marked(officer: Client) -> None:
    month = officer.get(f"{CALENDAR}?month=2027-05").context["month"]
    days = {one.day: one for week in month.weeks for one in week if one.inside}
    assert len(days) == 31
    assert [day.day for day, one in days.items() if one.holiday] == [1, 6, 8, 17]  # Ascension, Whit Monday
    assert not days[date(2027, 5, 17)].working
    assert days[date(2027, 5, 18)].working
    assert not days[date(2027, 5, 22)].working


def test_each_entry_stands_on_its_day_and_opens_its_deadline(officer: Client) -> None:
    row = DeadlineRow.objects.get(rule="mdr.surveillance_audit")
    answer = officer.get(f"{CALENDAR}?month=2026-11")
    days = {one.day: one.first for week in answer.context["month"].weeks for one in week}
    assert [one.pk for one in days[date(2026, 11, 30)]] == [row.pk]
    assert [day for day, rows in answer.context["month"].agenda] == [date(2026, 11, 30)]
    html = answer.content.decode()
    assert html.count(f'href="{reverse("admin:deadline", args=[row.pk])}"') == 2  # in the grid, in the agenda


def test_many_on_one_day_are_all_there(officer: Client) -> None:
    template = DeadlineRow.objects.filter(rule="mdr.surveillance_audit").values().get()
    for n in range(7):
        DeadlineRow.objects.create(**{**template, "id": None, "n": f"x{n}"})
    month = officer.get(f"{CALENDAR}?month=2026-11").context["month"]
    (day,) = [one for week in month.weeks for one in week if one.first]
    assert (len(day.first), len(day.others), month.count) == (5, 3, 8)


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("", date(2026, 11, 1)),
        ("nonsense", date(2026, 11, 1)),
        ("2026-13", date(2026, 11, 1)),
        ("0001-01", date(2026, 11, 1)),
        ("2027-01", date(2027, 1, 1)),
    ],
)
def test_a_month_that_cannot_be_read_is_this_one(officer: Client, asked: str, first: date) -> None:
    assert officer.get(f"{CALENDAR}?month={asked}").context["month"].first == first


def test_the_ends_of_the_calendar_have_no_month_beyond(officer: Client) -> None:
    assert officer.get(f"{CALENDAR}?month=1990-01").context["month"].before is None
    assert officer.get(f"{CALENDAR}?month=2099-12").context["month"].after is None


def test_filters_hold_and_nobody_sees_the_deadlines_of_others(session_of: Session) -> None:
    officer = session_of("officer")
    assert officer.get(f"{CALENDAR}?month=2026-11&track=listing").context["month"].count == 0
    assert officer.get(f"{CALENDAR}?month=2026-11&track=ce_marking").context["month"].count == 1
    assert session_of("rival").get(f"{CALENDAR}?month=2026-11").context["month"].count == 0
    assert session_of("buyer").get(f"{CALENDAR}?month=2026-11").context["month"].count == 1
