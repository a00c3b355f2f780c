"""The calendar feed: what it says, what it said before, and to whom; read by two parsers."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
import vobject  # type: ignore[import-untyped]
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from compliance.alerts import plan
from compliance.assessments.models import DeadlineRow
from compliance.assessments.queries import to_meet
from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.feeds.models import FeedAddress, Said
from compliance.feeds.operations import make_address, revoke_address
from compliance.followup.operations import undo, waive
from config.clock import PARIS
from devices.models import Device, User
from tests import portfolio
from tests.followup.test_operations import move_audit, seen

pytestmark = pytest.mark.django_db
NOW = portfolio.NOW
RULE = "mdr.surveillance_audit"
SYSTEM = Actor.system("test")


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


def person(name: str = "officer") -> User:
    return User.objects.get(email=f"{name}@example.org")


def address(name: str = "officer") -> str:
    return f"/feeds/{make_address(user=person(name), at=NOW)}/deadlines.ics"


def read(url: str) -> bytes:
    answer = Client().get(url)
    assert answer.status_code == 200
    return answer.content


def events(url: str) -> dict[str, Any]:
    """Return the events of a feed by their summary."""
    found = Calendar.from_ical(read(url)).walk("VEVENT")
    return {str(one["summary"]): one for one in found}


def audit(url: str) -> Any:
    return events(url)["Écho Scan One : Surveillance audit"]


def revision(event: Any) -> tuple[int, str, date]:
    return int(event["sequence"]), str(event["status"]), event.decoded("dtstart")


def test_it_says_what_is_to_be_done_as_days_with_alarms_and_words() -> None:
    plan.plan_changed(now=portfolio.NOW)
    url = address()
    event = audit(url)
    pending = DeadlineRow.objects.filter(to_meet(), device__owner__key="maker")
    assert len(events(url)) == pending.count() > 2
    assert revision(event) == (0, "CONFIRMED", date(2026, 11, 30))
    assert event["description"] == (
        "If late : To be raised with the notified body; the text sets a frequency, not a day\n"
        "If nobody answers : The text attaches no effect to silence\n"
        "MDR Annex IX 3.3; IVDR Annex IX 3.3\nObliged party : notified body\n"
        f"Safe date : 30 November 2026\n{event['url']}"
    )
    assert event["url"] == f"http://localhost:8000/deadlines/{DeadlineRow.objects.get(rule=RULE).pk}/"
    alarms = sorted(one.decoded("trigger") for one in event.walk("VALARM"))
    last = [(11, 30), (12, 1), (12, 3), (12, 7), (12, 14)]  # the day itself, and overdue
    assert alarms[6:] == [datetime(2026, *day, 7, tzinfo=UTC) for day in last]


def test_an_hour_is_an_instant_in_france_and_midnight_ends_its_day() -> None:
    row = DeadlineRow.objects.filter(rule=RULE)
    url = address()
    for hour, start in (("15:00", "20261130T150000"), ("24:00", "20261201T000000")):
        row.update(hour=hour)
        content = read(url)
        assert f"DTSTART;TZID=Europe/Paris:{start}\r\n".encode() in content
    assert audit(url).decoded("dtstart") == datetime(2026, 11, 30, 23, tzinfo=UTC)
    zone = vobject.readOne(content.decode()).vtimezone.tzinfo
    days = [
        datetime(year, month, day, 12)  # noqa: DTZ001 - the zone is asked
        for year in range(2024, 2050) for month in (3, 10) for day in (20, 31)
    ]  # fmt: skip
    assert [zone.utcoffset(one) for one in days] == [PARIS.utcoffset(one) for one in days]


def test_another_parser_reads_the_same_and_every_line_keeps_the_grammar() -> None:
    Device.objects.filter(key="scan-one").update(name="Échographe, très; longue désignation\\ à plier " * 4)
    User.objects.update(language="fr")
    content = read(address())
    lines = content.decode().split("\r\n")
    assert "\n" not in "".join(lines)
    assert max(len(one.encode()) for one in lines) <= 75
    unfolded = re.sub(r"\r\n[ \t]", "", content.decode()).split("\r\n")
    assert all(re.match(r"[A-Z-]+(;[A-Z-]+=[^:;]+)*:", one) for one in unfolded[:-1])
    mine = Calendar.from_ical(content).walk("VEVENT")
    others = list(vobject.readOne(content.decode()).vevent_list)
    assert [str(one["uid"]) for one in mine] == [one.uid.value for one in others]
    assert [str(one["summary"]) for one in mine] == [one.summary.value for one in others]
    assert [one.decoded("dtstart") for one in mine] == [one.dtstart.value for one in others]
    assert "Échographe, très; longue désignation\\ à plier" in others[0].summary.value


def test_a_moved_date_is_a_new_revision_of_the_same_event(clock: Any) -> None:
    url = address()
    before = audit(url)
    clock.shift(timedelta(days=1))
    assert read(url) == read(url)
    move_audit(date(2025, 12, 1))
    after = audit(url)
    assert after["uid"] == before["uid"]
    assert revision(after) == (1, "CONFIRMED", date(2026, 12, 1))
    assert after.decoded("last-modified") == after.decoded("dtstamp") == NOW + timedelta(days=1)
    assert before.decoded("last-modified") == NOW
    Device.objects.filter(key="scan-one").update(name="Renamed")
    assert revision(events(url)["Renamed : Surveillance audit"])[0] == 2


def test_waived_is_crossed_out_comes_back_and_ends_after_ninety_days(clock: Any) -> None:
    url = address()
    uid = audit(url)["uid"]
    waive(actor=SYSTEM, seen=seen(), reason="Another device", at=NOW)
    assert revision(audit(url)) == (1, "CANCELLED", date(2026, 11, 30))
    undo(actor=SYSTEM, seen=seen(), at=NOW)
    back = audit(url)
    assert (back["uid"], *revision(back)) == (uid, 2, "CONFIRMED", date(2026, 11, 30))
    DeadlineRow.objects.filter(rule=RULE).update(state="met", met_on=date(2026, 11, 20))
    assert revision(audit(url))[:2] == (3, "CANCELLED")
    clock.shift(timedelta(days=89))
    assert revision(audit(url))[:2] == (3, "CANCELLED")
    clock.shift(timedelta(days=2))
    assert "Écho Scan One : Surveillance audit" not in events(url)


def test_what_vanished_long_before_the_next_reading_is_still_cancelled(clock: Any) -> None:
    url = address()
    audit(url)
    DeadlineRow.objects.filter(rule=RULE).delete()
    clock.shift(timedelta(days=400))
    gone = audit(url)
    assert revision(gone) == (1, "CANCELLED", date(2026, 11, 30))
    assert "url" not in gone


def test_who_reads_answers_only_hears_nothing_of_declarations() -> None:
    officer, buyer = address(), address("buyer")
    audit(officer), audit(buyer)
    waive(actor=SYSTEM, seen=seen(), reason="Another device", at=NOW)
    assert revision(audit(officer))[:2] == (1, "CANCELLED")
    assert revision(audit(buyer))[:2] == (0, "CONFIRMED")
    assert revision(audit(officer))[:2] == (1, "CANCELLED")


@pytest.mark.parametrize(
    ("name", "devices"),
    [("officer", {"scan-one", "draft-two"}), ("rival", {"rival-three"}), ("buyer", {"scan-one"}),
     ("auditor", {"scan-one"}), ("stranger", set())],
)  # fmt: skip
def test_nobody_is_told_of_what_they_do_not_see(name: str, devices: set[str]) -> None:
    for one in Device.objects.all():
        DeadlineRow.objects.create(
            device=one, rule=RULE, trigger_fact="x", track="ce_marking", strict=date(2027, 1, 4),
            rolled=date(2027, 1, 4), roll="none", safe=date(2027, 1, 4), state="open", citation="x",
            certainty="verified",
        )  # fmt: skip
    read(address("officer")), read(address("rival"))
    DeadlineRow.objects.filter(trigger_fact="x").delete()  # cancelled ones are told to nobody else either
    read(address("officer"))
    told = {one.split(" : ")[0] for one in events(address(name))}
    assert told == {one.name for one in Device.objects.filter(key__in=devices)} if devices else told == set()


def test_the_secret_is_kept_by_its_hash_and_opens_nothing_once_revoked_or_replaced() -> None:
    first = address()
    second = address()
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    assert second.split("/")[2] not in str(FeedAddress.objects.values().get())
    assert FeedAddress.objects.get().last_used_at == NOW
    revoke_address(user=person(), at=NOW)
    assert Client().get(second).status_code == 404
    third = address()
    User.objects.filter(email="officer@example.org").update(is_active=False)
    assert Client().get(third).status_code == 404
    told = AuditEvent.objects.filter(action__startswith="feed.").order_by("id")
    assert list(told.values_list("action", "actor_label")) == [
        (one, "officer@example.org") for one in ("feed.made", "feed.rotated", "feed.revoked", "feed.made")
    ]


def test_it_is_private_never_indexed_and_sent_again_only_where_it_changed() -> None:
    url = address()
    answer = Client().get(url)
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    same = Client().get(url, headers={"if-none-match": answer["ETag"]})
    assert (same.status_code, same.content, same["Cache-Control"]) == (304, b"", "private, no-cache")
    waive(actor=SYSTEM, seen=seen(), reason="Another device", at=NOW)
    assert Client().get(url, headers={"if-none-match": answer["ETag"]}).status_code == 200
    assert Client().post(url).status_code == 405


def test_one_calendar_and_one_guesser_are_limited(settings: Any) -> None:
    settings.API_RATES = {**settings.API_RATES, "feed": "2/h", "failure": "2/h"}
    url = address()
    assert [Client().get(url).status_code for _ in range(3)] == [200, 200, 429]
    assert [Client().get("/feeds/guess/deadlines.ics").status_code for _ in range(3)] == [404, 404, 429]
    assert Client().get(url)["Retry-After"] == str(60 * 60 - NOW.minute * 60)


def test_it_asks_as_much_for_many_deadlines_and_writes_nothing_that_is_known() -> None:
    url = address()
    read(url)
    with CaptureQueriesContext(connection) as few:
        read(url)
    row = DeadlineRow.objects.filter(rule=RULE).values().get()
    copies = [DeadlineRow(**{**row, "id": None, "n": str(n)}) for n in range(50)]
    DeadlineRow.objects.bulk_create(copies)
    read(url)
    with CaptureQueriesContext(connection) as many:
        read(url)
    assert len(many) == len(few) <= 16
    assert not [one["sql"] for one in many if re.match(r"UPDATE|INSERT|DELETE", one["sql"])]
    assert Said.objects.filter(n="49", sequence=0).exists()


def test_it_asks_as_much_where_many_deadlines_move_or_end() -> None:
    url = address()
    row = DeadlineRow.objects.filter(rule=RULE).values().get()
    DeadlineRow.objects.bulk_create([DeadlineRow(**{**row, "id": None, "n": str(n)}) for n in range(60)])
    read(url)
    asked = []
    for start, count in ((0, 2), (10, 20)):
        numbers = list(map(str, range(start, start + 2 * count)))
        DeadlineRow.objects.filter(n__in=numbers[:count]).update(citation="moved")
        DeadlineRow.objects.filter(n__in=numbers[count:]).update(state="met", met_on=NOW.date())
        with CaptureQueriesContext(connection) as queries:
            read(url)
        asked.append(len(queries))
        said = Said.objects.filter(n__in=numbers)
        assert said.filter(sequence=1, changed_at=NOW, cancelled_at=None).count() == count
        assert said.filter(sequence=1, changed_at=NOW, cancelled_at=NOW).count() == count
    assert asked[0] == asked[1]
