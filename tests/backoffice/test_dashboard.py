"""Every number of the dashboard opens a list of what it counts; what blocks and what moved is said."""

import copy
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.amendments.models import Amendment, Effect
from compliance.assessments.models import DeadlineRow, DeviceAssessment
from compliance.assessments.queries import followed
from compliance.audit.actors import Actor
from compliance.backoffice.home.dashboard import texts
from compliance.ce_marking.models import Certificate
from compliance.facts.operations import amend, save_device
from compliance.followup.operations import waive
from compliance.law.types import is_ours
from devices.models import Device, User
from devices.queries import Caller, visible_devices
from tests import portfolio
from tests.backoffice.conftest import Session
from tests.backoffice.pages import text

MOST = 12
LATE = {"key": "late", "name": "Late Four", "owner": "maker", "manufacturer": "maker", "identifiers": []}


def _expired() -> dict[str, Any]:
    """Return a device whose certificate ended in February 2026, its coverage in June 2025."""
    device = copy.deepcopy(portfolio.CERTIFIED) | LATE
    device["ce_marking"]["certificates"][0] |= {"number": "C-9", "printed_end": "2026-02-28"}
    device["listing"]["listings"][0] |= {"ended_on": "2025-06-30", "ended_reason": "delisted"}
    return device


def _unaudited() -> dict[str, Any]:
    """Return a device last audited in November 2024: the audit of November 2025 is overdue."""
    device = copy.deepcopy(portfolio.CERTIFIED) | LATE | {"key": "unaudited", "name": "Unaudited Five"}
    device["ce_marking"]["audits"] = [{"key": "y1", "kind": "surveillance", "held_on": "2024-11-30"}]
    return device


def _number(session: Client, name: str) -> Any:
    return next(one for one in session.get("/").context["numbers"] if one.name == name)


def _listed(session: Client, url: str) -> int:
    """Return how many rows the list at an address holds, on all its pages."""
    parts = urlsplit(url)
    context = session.get(f"{parts.path}?{parts.query}").context
    match parts.path:
        case "/":
            return int(context["matrix"].page.paginator.count)
        case "/deadlines/":
            return int(context["list"].page.paginator.count)
        case "/deadlines/moved/":
            return int(context["page"].paginator.count)
    return int(context["cl"].result_count)


@pytest.fixture
def busy(officer: Client) -> Client:
    """Return the session of the officer, with something behind every number."""
    six = _unaudited() | {"key": "six", "name": "Unaudited Six"}
    seven = copy.deepcopy(portfolio.CERTIFIED) | LATE | {"key": "seven", "name": "Certified Seven"}
    portfolio.record([_expired(), _unaudited(), six, seven])
    certificate = Certificate.objects.get(device=portfolio.device())
    amend(
        actor=Actor.system("test"), fact=certificate, changes={"printed_end": date(2028, 12, 31)},
        reason="misread", at=portfolio.NOW,
    )  # fmt: skip
    late = DeadlineRow.objects.filter(state="overdue").order_by("pk")
    soon = DeadlineRow.objects.filter(
        state="open", strict__lte=portfolio.NOW.date() + timedelta(days=30)
    ).order_by("pk")
    assert len(late) > 1
    assert len(soon) > 1
    waived = [late[0], soon[0]]
    waive(
        actor=Actor.system("test"), seen={one.pk: one.strict for one in waived}, reason="elsewhere",
        at=portfolio.NOW,
    )  # fmt: skip
    _of_an_authority(portfolio.device("seven"))
    return officer


def _of_an_authority(device: Device) -> None:
    """Let limits run that are not the company's to meet: of an authority, and of a notified body."""
    row = DeadlineRow.objects.filter(device=device, rule="mdr.surveillance_audit").values().get()
    day = portfolio.NOW.date()
    for others in (
        {"obliged": "cnedimts"},
        {"obliged": "notified_body", "rule": "eudamed.certificate_upload"},
    ):
        late = {"n": "late", "state": "overdue", "strict": day - timedelta(days=2000)}
        soon = {"n": "soon", "state": "open", "strict": day + timedelta(days=1)}
        for one in (late, soon):
            DeadlineRow.objects.create(**row | others | one | {"id": None})


@pytest.mark.parametrize(
    "name", ["overdue", "soon", "later", "moved", "market_access", "reimbursement", "events"]
)
def test_every_number_opens_as_many_rows(busy: Client, name: str) -> None:
    number = _number(busy, name)
    assert number.value > 0
    assert _listed(busy, number.url) == number.value


@pytest.mark.parametrize("role", ["officer", "buyer", "auditor", "administrator"])
def test_the_numbers_of_each_role_open_what_that_role_sees(session_of: Session, role: str) -> None:
    session = session_of(role)
    for number in session.get("/").context["numbers"]:
        assert _listed(session, number.url) == number.value, number.name


def test_limits_of_others_are_neither_late_nor_next(busy: Client) -> None:
    dashboard, day = busy.get("/").context, portfolio.NOW.date()
    assert min(one.strict for one in dashboard["next_deadlines"]) > day - timedelta(days=2000)
    found = {one.device.key: one.device.next_deadline for one in dashboard["matrix"].rows}
    assert found["seven"] == date(2026, 11, 30)
    device = portfolio.device("seven").pk
    assert _listed(busy, f"/deadlines/?state=followed&device={device}&period=30") == 2
    for row in DeadlineRow.objects.all():
        listed = DeadlineRow.objects.filter(followed(), pk=row.pk).exists()
        assert listed is not is_ours(rule=row.rule, obliged=row.obliged)


def test_every_number_is_a_link_on_the_page(busy: Client) -> None:
    html = busy.get("/").content.decode()
    numbers = busy.get("/").context["numbers"]
    assert len(numbers) == 7
    for one in numbers:
        assert f'<a href="{one.url.replace("&", "&amp;")}"><b>{one.value}</b>' in html


def test_what_blocks_is_said_with_its_reason_and_article(busy: Client) -> None:
    doors = {one.name: one for one in busy.get("/").context["doors"]}
    blocked = {one.device: one.reason["text"] for one in doors["market_access"].blocked if one.reason}
    assert blocked == {"Late Four": "The CE marking has ended. First step: obtain a new certificate."}
    assert "The CE marking has ended" in text(busy.get("/"))


def test_an_unknown_marking_is_no_blocker(officer: Client) -> None:
    """Nothing is recorded of Draft Two: its door is unknown, which is not closed."""
    assert DeviceAssessment.objects.get(device__key="draft-two").market_access == "unknown"
    assert _number(officer, "market_access").value == 0


def test_a_date_that_moved_says_from_where_and_stays_a_week(busy: Client) -> None:
    answer = busy.get(reverse("admin:moved_dates"))
    rows = {row.rule: (row.moved_from, row.strict) for row in answer.context["page"]}
    assert rows["mdr.certificate_end"] == (date(2029, 2, 28), date(2028, 12, 31))
    assert "28 February 2029" in text(answer)
    assert "31 December 2028" in text(answer)
    for days, seen in ((6, True), (7, False)):
        with time_machine.travel(portfolio.NOW + timedelta(days=days), tick=False):
            busy.force_login(User.objects.get(email="officer@example.org"))
            assert bool(_number(busy, "moved").value) is seen


def test_a_reassessment_that_moves_nothing_keeps_when_the_date_moved(busy: Client) -> None:
    before = DeadlineRow.objects.get(device__key="scan-one", rule="mdr.certificate_end")
    later = datetime(2026, 11, 23, 9, tzinfo=UTC)
    save_device(actor=Actor.system("test"), device=portfolio.device(), changes={"name": "Other"}, at=later)
    after = DeadlineRow.objects.get(pk=before.pk)
    assert (after.moved_from, after.moved_at) == (date(2029, 2, 28), portfolio.NOW)


def test_events_are_those_of_a_week_on_the_devices_in_view(session_of: Session) -> None:
    """The record of the maker was imported with two devices and their grant, that of the rival with one."""
    officer = session_of("officer")
    assert _number(officer, "events").value == 2
    with time_machine.travel(portfolio.NOW + timedelta(days=7), tick=False):
        officer.force_login(User.objects.get(email="officer@example.org"))
        assert _number(officer, "events").value == 0


@pytest.mark.usefixtures("officer")
def test_a_text_shows_how_many_devices_it_moves() -> None:
    applied = Amendment.objects.create(
        key="text", title_fr="Texte", title_en="Some text", published=date(2026, 11, 1), reference="OJ",
        document="{}", sha256="0" * 64, applied_at=portfolio.NOW, applied_by="test", law_version="1",
    )  # fmt: skip
    for key in ("scan-one", "draft-two", "rival-three"):
        Effect.objects.create(amendment=applied, device=portfolio.device(key), moves=[])
    devices = visible_devices(Caller(User.objects.get(email="officer@example.org")))
    assert [(one.key, one.touched) for one in texts(devices)] == [("text", 2)]


def test_a_filtered_portfolio_stands_without_the_summaries(busy: Client) -> None:
    shown = text(busy.get("/?market_access=blocked"))
    assert "Late Four" in shown
    assert "Draft Two" not in shown
    assert "Next deadlines" not in shown


@pytest.mark.usefixtures("db")
def test_the_dashboard_asks_as_much_for_three_devices_as_for_sixty() -> None:
    def many(number: int) -> list[dict[str, Any]]:
        return [_expired() | {"key": f"device-{n}", "name": f"Device {n}"} for n in range(number)]

    def asked() -> int:
        session.get("/")
        with CaptureQueriesContext(connection) as queries:
            assert session.get("/").status_code == 200
        return len(queries)

    portfolio.record(many(3))
    session = Client()
    session.force_login(User.objects.get(email="officer@example.org"))
    three = asked()
    portfolio.record(many(60))
    assert asked() == three
    assert three <= MOST
    assert _number(session, "market_access").value == 60
