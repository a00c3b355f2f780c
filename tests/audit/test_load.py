"""Two hundred people of one organisation at the same moment: they log in, and write.

Passwords are hashed as in all tests, cheaply: Argon2 takes 100 MB for each hash, which the four threads of
the web server bound in use and nothing bounds here.
"""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep

import pytest
from django.db import connection
from django.test import Client

from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent, RowHistory
from compliance.audit.rows import unexplained
from compliance.audit.verify import verify
from compliance.ce_marking.models import ActorRegistration
from compliance.facts.operations import record
from devices.models import Device, Membership, Organisation, Role, User, Version
from tests.audit.conftest import AT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.load]
PEOPLE, DEVICES, PASSWORD = 200, 8, "Une phrase de passe"
# Each writes a version of a device; every tenth registers the organisation, which concerns all its devices.
REGISTERING = range(0, PEOPLE, 10)
WRITES = PEOPLE + len(REGISTERING)


def test_two_hundred_people_of_one_organisation_log_in_and_write_at_once() -> None:
    house, people, devices = _house()
    unwritten = unexplained().count()
    start = threading.Barrier(_at_once(), timeout=60)

    def work(n: int) -> str:
        try:
            if n < start.parties:
                start.wait()
            return _log_in_and_write(people[n], n, house, devices[n % DEVICES])
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        finally:
            connection.close()

    deadlocks = _deadlocks()
    with ThreadPoolExecutor(start.parties) as pool:
        said = Counter(pool.map(work, range(PEOPLE)))

    assert said == {"": PEOPLE}
    assert _deadlocks() == deadlocks
    verdict = verify()
    assert verdict.holds, verdict
    assert {one.organisation: one.events for one in verdict.chains} == {"": PEOPLE, "house": WRITES}
    for chain, events in ((None, PEOPLE), (house, WRITES)):
        held = AuditEvent.objects.filter(organisation=chain).order_by("id")
        assert list(held.values_list("sequence", flat=True)) == list(range(1, events + 1))
    _each_wrote_once(people)
    assert unexplained().count() == unwritten


def _house() -> tuple[Organisation, list[User], list[Device]]:
    """Return an organisation with its officers and its devices."""
    house = Organisation.objects.create(key="house", name="House")
    first = User.objects.create_user("officer0@example.org", PASSWORD, is_staff=True)
    people = [first] + [
        User(email=f"officer{n}@example.org", password=first.password, is_staff=True)
        for n in range(1, PEOPLE)
    ]
    User.objects.bulk_create(people[1:])
    Membership.objects.bulk_create(
        Membership(user=one, organisation=house, role=Role.OFFICER) for one in people
    )
    return house, people, [Device.objects.create(key=f"d{n}", name="D", owner=house) for n in range(DEVICES)]


def _log_in_and_write(person: User, n: int, house: Organisation, device: Device) -> str:
    """Log in through the page, from an address of one's own, and write; return what went wrong, or ""."""
    client = Client(headers={"x-forwarded-for": f"10.0.{n // 250}.{n % 250 + 1}"})
    answer = client.post("/login/", {"login": person.email, "password": PASSWORD})
    if answer.status_code != 302 or answer["Location"] != "/":
        return f"login: {answer.status_code}"
    actor = Actor.person(person, house)
    value = {"key": f"v{n}", "number": str(n)}
    record(actor=actor, subject=device, kind="versions", value=value, at=AT)
    if n in REGISTERING:
        value = {"key": f"r{n}", "srn": "FR-MF-000012345"}
        record(actor=actor, subject=house, kind="organisations.actor_registrations", value=value, at=AT)
    return "" if client.session["_auth_user_id"] == str(person.pk) else "another one's session"


def _each_wrote_once(people: list[User]) -> None:
    """Every login and write stands once: in the record, in its history and in the trail, under its author."""
    numbers = {f"v{n}": str(n) for n in range(PEOPLE)}
    assert {one.key: one.number for one in Version.objects.all()} == numbers
    assert set(ActorRegistration.objects.values_list("key", flat=True)) == {f"r{n}" for n in REGISTERING}
    written = AuditEvent.objects.exclude(organisation=None).values_list("actor_label", "after")
    told = Counter(
        (label, kind, key)
        for label, after in written
        for kind, facts in (after or {}).items()
        for key in facts
    )
    versions = Counter((people[n].email, "versions", f"v{n}") for n in range(PEOPLE))
    kind = "organisations.actor_registrations"
    assert told == versions + Counter((people[n].email, kind, f"r{n}") for n in REGISTERING)
    logins = AuditEvent.objects.filter(organisation=None, action="account.logged_in")
    assert Counter(logins.values_list("actor_label", flat=True)) == Counter(one.email for one in people)
    rows = RowHistory.objects.filter(table__in=(Version._meta.db_table, ActorRegistration._meta.db_table))
    assert rows.filter(in_operation=True, operation="INSERT").count() == rows.count() == WRITES


def _at_once() -> int:
    """Return how many may be at work at the same time: all of them, unless the server takes fewer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('max_connections')::int - 10")
        limit: int = cursor.fetchone()[0]
    return min(PEOPLE, limit)


def _deadlocks() -> int:
    """Return how many deadlocks the server has broken, once every other connection has reported its own."""
    end = monotonic() + 10
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT deadlocks, numbackends FROM pg_stat_database WHERE datname = current_database()"
            )
            deadlocks, backends = cursor.fetchone()
            if backends == 1 or monotonic() > end:
                return int(deadlocks)
            sleep(0.1)
