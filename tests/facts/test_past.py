"""What was recorded on a past day: whatever happens later, the answer stays."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.assessments.queries import dated_answer
from compliance.audit.actors import Actor
from compliance.facts.exporting import recorded
from compliance.facts.importing import import_file
from compliance.facts.kinds import KINDS
from compliance.facts.operations import (
    amend,
    record,
    retract,
    save_device,
    save_organisation,
    save_source,
)
from compliance.facts.past import known_facts, known_file
from compliance.facts.values import device_value
from compliance.law.facts import FactsFile
from devices import wall
from devices.models import Device, Organisation, Source
from tests import portfolio
from tests.facts.conftest import PORTFOLIO

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
DAY = timedelta(days=1)
FIRST = date(2026, 3, 2)
TODAY = date(2026, 11, 22)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


def known(device: Device, day: date) -> FactsFile:
    return known_file(device, known_on=day, today=TODAY)[0]


@pytest.fixture
def device() -> Device:
    for key in ("maker", "other"):
        save_organisation(
            actor=SYSTEM, organisation=None, changes={"key": key, "name": key.title()}, at=noon(FIRST)
        )
    save_source(
        actor=SYSTEM,
        source=None,
        changes={"key": "paper", "title": "Paper", "quality": "declared"},
        at=noon(FIRST),
    )
    changes = {"key": "scanner", "name": "Scanner", "owner": "maker", "manufacturer": "maker"}
    return save_device(actor=SYSTEM, device=None, changes=changes, at=noon(FIRST))


CERTIFICATE = {
    "key": "qms",
    "kind": "quality_management",
    "regulation": "MDR",
    "number": "C-1",
    "starts_on": "2024-03-01",
    "printed_end": "2029-02-28",
    "source": "paper",
}


def test_a_correction_leaves_the_answer_of_before(device: Device) -> None:
    kind = "ce_marking.certificates"
    fact = record(actor=SYSTEM, subject=device, kind=kind, value=CERTIFICATE, at=noon(FIRST + DAY))
    corrected, day = FIRST + 5 * DAY, FIRST + 3 * DAY

    def until(known_on: date) -> str:
        found, _at = dated_answer(device, on=TODAY, known_on=known_on, today=TODAY, now=noon(TODAY))
        assert found["facts_known_on"] == known_on.isoformat()
        end: str = found["tracks"]["ce_marking"]["until"]
        return end

    assert until(day) == "2029-02-28"
    amend(
        actor=SYSTEM,
        fact=fact,
        changes={"printed_end": date(2028, 2, 28)},
        reason="read wrongly",
        at=noon(corrected),
    )
    device.refresh_from_db()
    assert until(day) == until(corrected - DAY) == "2029-02-28"
    assert until(corrected) == until(TODAY) == "2028-02-28"


def test_a_day_ends_at_midnight_in_france(device: Device) -> None:
    late = datetime(2026, 7, 1, 21, 59, 59, tzinfo=UTC)
    for n, at in enumerate((late, late + timedelta(seconds=1))):
        record(actor=SYSTEM, subject=device, kind="versions", value={"key": f"v{n}", "number": "1"}, at=at)
    assert [one.key for one in known(device, date(2026, 7, 1)).devices[0].versions] == ["v0"]
    assert [one.key for one in known(device, date(2026, 7, 2)).devices[0].versions] == ["v0", "v1"]


def test_a_fact_removed_and_recorded_again_shows_as_it_was_on_each_day(device: Device) -> None:
    days = [FIRST + n * DAY for n in range(4)]
    fact = record(
        actor=SYSTEM, subject=device, kind="versions", value={"key": "v", "number": "1"}, at=noon(days[1])
    )
    retract(actor=SYSTEM, fact=fact, reason="mistake", at=noon(days[2]))
    record(actor=SYSTEM, subject=device, kind="versions", value={"key": "v", "number": "2"}, at=noon(days[3]))
    shown = [[one.number for one in known(device, day).devices[0].versions] for day in days]
    assert shown == [[], ["1"], [], ["2"]]


def test_a_device_given_away_shows_its_keeper_of_each_day(device: Device) -> None:
    save_device(actor=SYSTEM, device=device, changes={"owner": "other"}, at=noon(FIRST + DAY))
    save_organisation(
        actor=SYSTEM,
        organisation=Organisation.objects.get(key="maker"),
        changes={"name": "Maker SE", "turnover_eur": Decimal("1234567890123.45")},
        at=noon(FIRST + 2 * DAY),
    )
    before, given, renamed = (known(device, FIRST + n * DAY) for n in range(3))
    assert before.devices[0].owner == "maker"
    assert [one.key for one in before.organisations] == ["maker"]
    assert given.devices[0].owner == "other"
    assert [one.name for one in given.organisations] == ["Maker", "Other"]
    assert [one.name for one in renamed.organisations] == ["Maker SE", "Other"]
    assert renamed.organisations[0].turnover_eur == Decimal("1234567890123.45")


def test_before_its_record_began_a_device_is_as_first_recorded(device: Device) -> None:
    """The law as known on the day asked, the facts of the first day of the record, and it says so."""
    record(
        actor=SYSTEM, subject=device, kind="versions", value={"key": "v", "number": "1"}, at=noon(FIRST + DAY)
    )
    facts = known_facts(device, known_on=date(2020, 1, 1), today=TODAY)
    assert (facts.on, facts.device.versions) == (FIRST, ())
    found, _at = dated_answer(device, on=TODAY, known_on=date(2020, 1, 1), today=TODAY, now=noon(TODAY))
    assert (found["known_on"], found["facts_known_on"]) == ("2020-01-01", "2026-03-02")


def test_an_organisation_recorded_after_the_day_is_as_first_recorded() -> None:
    """Plain rows have the instant of their transaction: a device may look older than its owner."""
    owner = Organisation.objects.create(key="late", name="Late")
    changes = {"key": "early", "name": "Early", "owner": "late"}
    early = save_device(actor=SYSTEM, device=None, changes=changes, at=noon(FIRST))
    assert [one.name for one in known_facts(early, known_on=FIRST, today=TODAY).organisations] == ["Late"]
    assert owner.created_at.date() > FIRST


def test_today_costs_no_question_more_and_a_past_day_always_as_many(device: Device) -> None:
    def cost(day: date) -> int:
        with CaptureQueriesContext(connection) as asked:
            known_facts(device, known_on=day, today=TODAY)
        assert day < TODAY or not any("audit_rowhistory" in one["sql"] for one in asked)
        return len(asked)

    value = {"key": "v", "number": "1", "source": "paper"}
    record(actor=SYSTEM, subject=device, kind="versions", value=value, at=noon(FIRST))
    few = cost(FIRST)
    cost(TODAY)
    for n in range(10):
        value = {"key": f"v{n}", "number": str(n), "source": "paper"}
        record(actor=SYSTEM, subject=device, kind="versions", value=value, at=noon(FIRST + DAY))
    steps = [{"step": "requested", "on": "2026-01-05"}, {"step": "withdrawn", "on": "2026-02-05"}]
    application = {"key": "a", "procedure": "lppr_listing", "steps": steps}
    record(
        actor=SYSTEM, subject=device, kind="cnedimts.applications", value=application, at=noon(FIRST + DAY)
    )
    assert cost(FIRST + DAY) == few == 6


def test_every_kind_of_fact_comes_back_as_it_was_recorded() -> None:
    """The whole example portfolio: rebuilt at the end of its first day, it is what is recorded."""
    content = (PORTFOLIO / "example.yaml").read_bytes()
    import_file(
        actor=SYSTEM, content=content, name="example.yaml", reason="as the file says", at=portfolio.NOW
    )
    assert Device.objects.exists()
    for row in Device.objects.all():
        rebuilt = known_file(row, known_on=portfolio.NOW.date(), today=date(2027, 1, 1))[0]
        assert rebuilt == recorded([row.key])


class Life:
    """A device whose record changes at random, with what it said at the end of each day."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311
        self.n = 0

    def value(self, kind: str) -> dict[str, Any]:
        self.n += 1
        more: dict[str, dict[str, Any]] = {
            "versions": {"number": str(self.n)},
            "ce_marking.audits": {"kind": "surveillance", "held_on": date(2025, 1, 1) + self.n * DAY},
            "cnedimts.applications": {"procedure": "lppr_listing", "steps": self.steps()},
            "organisations.hds_certificates": {"number": str(self.n)},
        }
        source = self.random.choice([None, *Source.objects.values_list("key", flat=True)])
        return {"key": f"k{self.n}", "source": source, **more[kind]}

    def steps(self) -> list[dict[str, Any]]:
        days = sorted(self.random.sample(range(300), self.random.randint(0, 3)))
        return [{"step": "requested", "on": date(2025, 1, 1) + n * DAY} for n in days]

    def act(self, device: Device, at: datetime) -> None:
        """Do one thing to the record."""
        does = self.random.choice([self.record, self.record, self.amend, self.retract, self.save])
        does(device, at)

    def record(self, device: Device, at: datetime) -> None:
        kind = self.random.choice(["versions", "ce_marking.audits", "cnedimts.applications"])
        record(actor=SYSTEM, subject=device, kind=kind, value=self.value(kind), at=at)
        if self.random.random() < 0.3:
            owner, kind = Organisation.objects.get(key__startswith="maker"), "organisations.hds_certificates"
            record(actor=SYSTEM, subject=owner, kind=kind, value=self.value(kind), at=at)

    def facts(self, device: Device) -> Iterator[Any]:
        for kind in KINDS.values():
            links = (
                {"device": device} if kind.subject == "device" else {"organisation__owned_devices": device}
            )
            yield from kind.model._default_manager.filter(**links)

    def amend(self, device: Device, at: datetime) -> None:
        for fact in self.random.sample(found := list(self.facts(device)), min(1, len(found))):
            changes: dict[str, Any] = {"note": str(self.random.random())}
            if fact._meta.model_name == "application":
                changes["steps"] = self.steps()
            amend(actor=SYSTEM, fact=fact, changes=changes, reason="correction", at=at)

    def retract(self, device: Device, at: datetime) -> None:
        for fact in self.random.sample(found := list(self.facts(device)), min(1, len(found))):
            retract(actor=SYSTEM, fact=fact, reason="mistake", at=at)

    def save(self, device: Device, at: datetime) -> None:
        keys = [None, *Organisation.objects.values_list("key", flat=True)]
        changes = {role: self.random.choice(keys) for role in ("owner", "manufacturer", "host")}
        save_device(actor=SYSTEM, device=device, changes=changes, at=at)
        for organisation in Organisation.objects.filter(key__startswith="maker"):
            changes = {"key": f"maker-{self.random.randint(1, 9)}", "size": "sme"}
            save_organisation(actor=SYSTEM, organisation=organisation, changes=changes, at=at)
        for source in Source.objects.all():
            changes = {"key": f"paper-{self.random.randint(1, 9)}"}
            save_source(actor=SYSTEM, source=source, changes=changes, at=at)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_each_day_stays_as_it_was(device: Device, seed: int) -> None:
    life, said = Life(seed), {}
    for n in range(8):
        day = FIRST + n * DAY
        for minute in range(life.random.randint(0, 4)):
            life.act(device, noon(day) + timedelta(minutes=minute))
        said[day] = recorded([device.key])
    for day, was in said.items():
        assert known(device, day) == was, day
    assert known_facts(device, known_on=TODAY - DAY, today=TODAY).device == device_value(device)


def test_of_a_device_without_a_history_nothing_was_known_then(device: Device) -> None:
    record(actor=SYSTEM, subject=device, kind="ce_marking.certificates", value=CERTIFICATE, at=noon(FIRST))
    with wall.as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_rowhistory DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM audit_rowhistory")
    then = known_facts(device, known_on=FIRST, today=TODAY)
    assert (then.device.model_dump(exclude_defaults=True), then.organisations, then.on) == (
        {"key": "scanner", "name": "Scanner"},
        (),
        None,
    )
    found, _at = dated_answer(device, on=TODAY, known_on=FIRST, today=TODAY, now=noon(TODAY))
    assert (found["known_on"], found["facts_known_on"]) == (FIRST.isoformat(), None)
    assert {one["status"] for one in found["tracks"].values()} == {"unknown"}
    assert known_facts(device, known_on=TODAY, today=TODAY).device.ce_marking.certificates
