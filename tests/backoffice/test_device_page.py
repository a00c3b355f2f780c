"""The page of a device: its path, its gaps, its dates, and who sees what of it."""

import json
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from compliance.assessments.models import DeadlineRow
from compliance.assessments.queries import dated_answer
from compliance.audit.actors import Actor
from compliance.backoffice.device import page as device_page
from compliance.backoffice.device.page import DevicePage
from compliance.ce_marking.models import Audit
from compliance.facts.operations import record
from compliance.facts.past import Known
from compliance.law.facts import Device as DeviceValue
from compliance.timeline.shapes import Bar, Mark
from devices.models import Device
from tests import portfolio
from tests.backoffice.conftest import Session
from tests.backoffice.pages import text


def _url(key: str = "scan-one") -> str:
    return reverse("admin:device", args=[portfolio.device(key).pk])


def _page(session: Client, **query: str) -> DevicePage:
    page: DevicePage = session.get(_url(), query).context["page"]
    return page


def _add(kind: str, value: dict[str, Any]) -> None:
    record(actor=Actor.system("test"), subject=portfolio.device(), kind=kind, value=value, at=portfolio.NOW)


def _things(page: DevicePage) -> list[Bar | Mark]:
    return [one.thing for one in page.path.lines]


def _bar(page: DevicePage, path: str, kind: str = "validity") -> Bar:
    return next(
        one for one in _things(page) if isinstance(one, Bar) and one.path == path and one.kind == kind
    )


def _events(page: DevicePage, lane: str) -> list[tuple[str, date]]:
    return [
        (one.text, one.day)
        for one in _things(page)
        if isinstance(one, Mark) and one.kind == "event" and one.lane == lane
    ]


def test_validity_runs_from_the_first_to_the_last_day(officer: Client) -> None:
    page = _page(officer)
    certificate = _bar(page, "ce_marking.certificates[qms]")
    assert (certificate.start, certificate.end) == (date(2024, 3, 1), date(2029, 2, 28))
    assert certificate.printed is None
    assert certificate.text == "Quality management system C-1"
    listing = _bar(page, "listing.listings[lppr]")
    assert (listing.lane, listing.text) == ("listing", "LPPR 1140921")
    assert (listing.start, listing.end) == (date(2022, 7, 1), date(2027, 6, 30))
    assert _events(page, "ce_marking") == [("Surveillance", date(2025, 11, 30))]


def test_the_legal_end_stands_against_the_printed_one(officer: Client) -> None:
    """Five years counted from 1 March 2026 end on 1 March 2031 (MDR Art. 56(2)), whatever the paper says."""
    value = {
        "key": "long", "number": "C-9", "kind": "technical_documentation", "regulation": "MDR",
        "starts_on": "2026-03-01", "issued_on": "2026-03-01", "printed_end": "2033-12-31",
    }  # fmt: skip
    _add("ce_marking.certificates", value)
    page = _page(officer, range="all")
    bar = _bar(page, "ce_marking.certificates[long]")
    assert bar.end == date(2031, 3, 1)
    assert bar.printed == date(2033, 12, 31)
    shown = officer.get(_url(), {"range": "all"}).content.decode()
    assert 'class="beyond"' in shown
    assert "printed end: 31 December 2033" in shown


def test_a_stopped_clock_and_a_procedure_are_times(officer: Client) -> None:
    value = {
        "key": "file", "procedure": "lppr_modification",
        "steps": [{"step": "requested", "on": "2026-09-01"}, {"step": "acknowledged", "on": "2026-09-10"}],
        "information_requests": [
            {"sent_on": "2026-10-01", "received_on": "2026-10-03", "answered_on": "2026-10-20"}
        ],
    }  # fmt: skip
    _add("cnedimts.applications", value)
    page = _page(officer)
    path = "cnedimts.applications[file]"
    assert (_bar(page, path, "procedure").start, _bar(page, path, "procedure").end) == (
        date(2026, 9, 1),
        None,
    )
    stop = _bar(page, path, "stop")
    assert (stop.start, stop.end) == (date(2026, 10, 3), date(2026, 10, 20))
    assert _events(page, "cnedimts") == [
        ("Request received by the authority", date(2026, 9, 1)),
        ("Complete file acknowledged", date(2026, 9, 10)),
    ]


def test_deadlines_stand_on_the_path_with_their_safe_date(officer: Client) -> None:
    page = _page(officer)
    of_audit = [one for one in _things(page) if one.path == "ce_marking.audits[y1]"]
    due = next(one for one in of_audit if isinstance(one, Mark) and one.kind != "event")
    assert (due.kind, due.lane, due.day) == ("deadline", "ce_marking", date(2026, 11, 30))
    assert due.safe == date(2026, 11, 30)
    shown = officer.get(_url()).content.decode()
    assert shown.count('class="sign deadline"') > 2


def test_deadlines_of_today_open_their_page_from_the_lists_and_the_path(officer: Client) -> None:
    row = DeadlineRow.objects.get(rule="mdr.surveillance_audit", device__key="scan-one").pk
    page = _page(officer)
    (line,) = [
        one
        for one in page.path.lines
        if isinstance(one.thing, Mark) and one.thing.page == f"/deadlines/{row}/"
    ]
    assert line.url == f"/deadlines/{row}/"
    shown = officer.get(_url()).content.decode()
    assert shown.count(f'href="/deadlines/{row}/"') == 5  # next action, two drawings, list of each
    for query in ({"on": "2026-10-01"}, {"known_on": "2026-11-21"}):
        assert 'href="/deadlines/' not in officer.get(_url(), query).content.decode().replace(
            'href="/deadlines/"', ""
        )


def test_each_lane_says_the_status_of_its_track(officer: Client) -> None:
    for sheet in _page(officer).path.sheets:
        assert [(one.label, one.status) for one in sheet.lanes] == [
            ("CE marking", "valid"),
            ("CNEDiMTS", "unknown"),
            ("Reimbursement", "attention"),
            ("ANS certificate", "unknown"),
            ("AI Act", "in progress"),
        ]


def test_a_click_on_an_event_opens_its_fact(officer: Client) -> None:
    shown = officer.get(_url()).content.decode()
    links = re.findall(r'<a href="(/[^"]+/change/)"><title>Surveillance', shown)
    assert links
    assert officer.get(links[0]).status_code == 200
    assert str(Audit.objects.get(device=portfolio.device()).pk) in links[0]


def test_the_list_says_what_the_drawing_shows(officer: Client) -> None:
    page = _page(officer)
    numbers = [one.thing.number for one in page.path.lines]
    assert numbers == list(range(1, len(numbers) + 1))
    shown = text(officer.get(_url()))
    assert "Show as a list" in shown
    assert "from 1 March 2024 until 28 February 2029" in shown
    assert "Today, 22 November 2026" in shown


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ({}, date(2023, 11, 22), date(2029, 11, 22)),
        ({"range": "1"}, date(2025, 11, 22), date(2027, 11, 22)),
        ({"range": "nonsense"}, date(2023, 11, 22), date(2029, 11, 22)),
        ({"range": "1", "on": "2024-02-29"}, date(2023, 2, 28), date(2025, 2, 28)),
    ],
)
def test_the_range_is_chosen(officer: Client, query: dict[str, str], first: date, last: date) -> None:
    for sheet in _page(officer, **query).path.sheets:
        assert (sheet.drawing.first, sheet.drawing.last) == (first, last)


def test_the_asked_date_has_its_line(officer: Client) -> None:
    shown = text(officer.get(_url(), {"on": "2025-06-01"}))
    assert "Date of the page, 1 June 2025" in shown
    assert "Today, 22 November 2026" in shown
    assert "Date of the page" not in text(officer.get(_url()))


def test_a_page_of_another_day_says_so_at_every_part(officer: Client) -> None:
    shown = officer.get(_url(), {"on": "2025-06-01"}).content.decode()
    headings = re.findall(r'<h2 id="(\w+)">(.*?)</h2>', shown, re.S)
    said = "on 1 June 2025, as known on 22 November 2026"
    assert {name for name, words in headings if said not in words} == {"history"}
    assert f'<a href="{_url()}">Back to today</a>' in shown


def test_presets_open_other_days(officer: Client) -> None:
    page = _page(officer)
    assert [(str(one.label), one.on, one.known_on) for one in page.presets] == [
        ("A year ago", date(2025, 11, 22), date(2026, 11, 22)),
        ("A year ago, as known then", date(2025, 11, 22), date(2025, 11, 22)),
        ("At the end of last year", date(2025, 12, 31), date(2026, 11, 22)),
        ("On the day of the next deadline", date(2026, 11, 30), date(2026, 11, 22)),
        ("In six months", date(2027, 5, 22), date(2026, 11, 22)),
        ("In a year", date(2027, 11, 22), date(2026, 11, 22)),
    ]
    assert 'href="?on=2025-11-22&amp;known_on=2025-11-22"' in officer.get(_url()).content.decode()


def test_the_answer_of_another_day_is_that_of_all_facts(officer: Client) -> None:
    """The facts read as rows give the answer that the facts read as values give."""
    _add("data.breaches", {"key": "b", "aware_on": "2026-11-20", "aware_at": "14:20", "risk": "high_risk"})
    device, on = portfolio.device(), date(2026, 12, 24)
    page = _page(officer, on=on.isoformat())
    expected, _ = dated_answer(
        device, on=on, known_on=date(2026, 11, 22), today=date(2026, 11, 22), now=portfolio.NOW
    )
    assert json.dumps(page.answer, sort_keys=True) == json.dumps(expected, sort_keys=True)


def test_gaps_say_what_they_would_decide(officer: Client) -> None:
    page = _page(officer)
    decides = {one.reason["text"]: one.decides for one in page.gaps}
    assert decides["Whether a file was filed is not recorded."] == ["CNEDiMTS"]
    _add("ce_marking.audits", {"key": "bare", "kind": "surveillance", "held_on": "2026-01-10"})
    unproved = _page(officer).gaps[-1]
    assert "neither a source nor a document" in unproved.reason["text"]
    assert [name for name, _ in unproved.facts] == ["Surveillance"]


def test_who_and_what_stands_at_the_top(officer: Client) -> None:
    page = _page(officer)
    assert (page.classes, page.notified_bodies) == (["MDR IIa"], ["0459"])


def test_a_buyer_sees_the_answers_on_the_path_and_not_the_record(session_of: Session) -> None:
    session = session_of("buyer")
    page, shown = _page(session), text(session.get(_url()))
    assert {one.kind for one in _things(page)} == {"status", "deadline"}
    assert page.classes == ["MDR IIa"]
    assert page.gaps[0].facts == []
    for hidden in ("C-1 · Quality", "Quality management system C-1", "1140921", "0459", "Notified body"):
        assert hidden not in shown
    later = session.get(_url(), {"on": "2027-01-01"})
    assert "C-1 ·" not in text(later)
    assert {one.kind for one in _things(later.context["page"])} <= {"status", "deadline", "overdue"}


def test_an_auditor_with_a_grant_reads_the_record(session_of: Session) -> None:
    page = _page(session_of("auditor"))
    assert _bar(page, "ce_marking.certificates[qms]").end == date(2029, 2, 28)
    assert "Add a fact" not in text(session_of("auditor").get(_url()))


def test_a_rival_finds_no_page(session_of: Session) -> None:
    for query in ({}, {"on": "2025-06-01"}, {"known_on": "2025-06-01"}):
        assert session_of("rival").get(_url(), query).status_code == 404


def test_what_was_not_known_then_is_unknown(officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(device: Device, **days: date) -> Known:
        return Known(DeviceValue(key=device.key, name=device.name), (), None)

    monkeypatch.setattr(device_page, "known_facts", nothing)
    answer = officer.get(_url(), {"known_on": "2026-05-01"})
    assert "Nothing was known of this device on 1 May 2026" in text(answer)
    statuses = {one["status"] for one in answer.context["page"].answer["tracks"].values()}
    assert statuses == {"unknown"}


def test_nothing_is_styled_in_the_page(officer: Client) -> None:
    shown = officer.get(_url()).content.decode()
    body = shown[shown.index("<main") : shown.index("</main>")]
    assert " style=" not in body
    assert "<script" not in body
