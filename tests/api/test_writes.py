"""Writes of programs: through the operations of the back office, once, from what was read, and audited."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from compliance.api.facts import pointer
from compliance.api.models import KeptAnswer
from compliance.audit.models import AuditEvent
from devices.models import Organisation, Role, Scope, User, Version
from tests import portfolio
from tests.api.conftest import Client
from tests.api.programs import key_with, refused, register, token_of, with_bearer

ONCE = {"Idempotency-Key": "order-7"}
NEW = {"fact": {"number": "3.1", "released_on": "2026-11-02"}, "reason": "release"}


def path(*parts: str, device: str = "scan-one") -> str:
    return "/".join(["/api/v1/devices", str(portfolio.device(device).pk), "facts", *parts])


def record(client: Any, body: Any = None, **headers: str) -> Any:
    return client.post(path("versions"), NEW if body is None else body, format="json", headers=headers)


def test_a_fact_is_recorded_changed_and_retracted_under_the_name_of_the_key(client_of: Client) -> None:
    client = client_of("officer")
    made = record(client)
    assert made.status_code == 201
    assert made.json()["fact"] == {"key": "version-1", "number": "3.1", "released_on": "2026-11-02"}
    place = made["Location"]
    read = client.get(place)
    assert (read["ETag"], read.json()) == (made["ETag"], made.json())
    changed = client.patch(
        place,
        {"changes": {"released_on": None, "number": "3.2"}, "reason": "misread"},
        format="json",
        headers={"If-Match": read["ETag"]},
    )
    assert changed.json()["fact"] == {"key": "version-1", "number": "3.2"}
    assert changed["ETag"] != read["ETag"]
    gone = client.post(
        place + "/retract", {"reason": "never released"}, format="json", headers={"If-Match": changed["ETag"]}
    )
    assert (gone.status_code, gone.content) == (204, b"")
    refused(client.get(place), 404)
    last = list(AuditEvent.objects.order_by("-id")[:3])
    assert [one.action for one in last] == ["fact.retracted", "fact.amended", "fact.recorded"]
    officer = User.objects.get(email="officer@example.org")
    assert {(one.actor_id, one.on_behalf_of) for one in last} == {(str(officer.pk), "maker")}
    assert "jln_" in last[0].actor_label
    assert last[0].reason == "never released"


def test_a_change_needs_the_version_that_it_starts_from(client_of: Client) -> None:
    client = client_of("officer")
    made = record(client)
    change = {"changes": {"number": "4"}, "reason": "misread"}
    refused(client.patch(made["Location"], change, format="json"), 428)
    refused(client.post(made["Location"] + "/retract", {"reason": "x"}, format="json"), 428)
    first = {"If-Match": made["ETag"]}
    assert client.patch(made["Location"], change, format="json", headers=first).status_code == 200
    refused(client.patch(made["Location"], change, format="json", headers=first), 412)
    refused(client.post(made["Location"] + "/retract", {"reason": "x"}, format="json", headers=first), 412)
    assert Version.objects.get().number == "4"


def test_a_repeated_write_is_done_once_and_answered_alike(client_of: Client) -> None:
    client = client_of("officer")
    first, again = record(client, **ONCE), record(client, **ONCE)
    assert (again.status_code, again.json(), again["ETag"], again["Location"]) == (
        201, first.json(), first["ETag"], first["Location"],
    )  # fmt: skip
    assert Version.objects.count() == 1
    other = {"fact": {"number": "9"}}
    refused(record(client, other, **ONCE), 422)
    assert Version.objects.count() == 1
    user, maker = User.objects.get(email="officer@example.org"), Organisation.objects.get(key="maker")
    another = with_bearer(portfolio.key_of(user, maker, Role.OFFICER).plain)
    assert record(another, other, **ONCE).status_code == 201  # its own keys
    with time_machine.travel(portfolio.NOW + timedelta(days=1), tick=False):
        assert record(client, {"fact": {"number": "10"}}, **ONCE).status_code == 201
    assert KeptAnswer.objects.count() == 1  # nobody's answer is kept longer


def test_a_refused_write_may_be_repeated_with_the_same_key(client_of: Client) -> None:
    client = client_of("officer")
    problem = refused(record(client, {"fact": {"released_on": "2026-02-30"}}, **ONCE), 422)
    assert {one["pointer"] for one in problem["errors"]} == {"#/fact/number", "#/fact/released_on"}
    assert all(one["code"] and one["detail"] for one in problem["errors"])
    assert record(client, **ONCE).status_code == 201


def test_pointers_name_the_place_in_the_body() -> None:
    assert pointer("steps[0].on", "fact") == "#/fact/steps/0/on"
    assert pointer("reason", "changes") == "#/reason"
    assert pointer("", "fact") == "#/fact"


@pytest.mark.parametrize(
    ("role", "device", "status"),
    [
        ("buyer", "scan-one", 403),
        ("auditor", "scan-one", 403),
        ("rival", "scan-one", 404),
        ("buyer", "draft-two", 404),
        ("nobody", "scan-one", 401),
    ],
)
def test_only_keepers_write(client_of: Client, role: str, device: str, status: int) -> None:
    answer = client_of(role).post(path("versions", device=device), NEW, format="json")
    refused(answer, status)
    assert not Version.objects.exists()


def test_a_key_writes_within_its_role_and_its_scope_only(client_of: Client) -> None:
    client_of("officer")
    refused(record(with_bearer(key_with(Scope.STATUS_READ))), 403)
    made = register(Role.OFFICER, "maker", scopes=[Scope.FACTS_WRITE])
    assert record(with_bearer(token_of(made))).status_code == 201
    assert AuditEvent.objects.order_by("id").last().on_behalf_of == "maker"  # type: ignore[union-attr]
    reader = register(Role.READER, "maker", scopes=[Scope.FACTS_WRITE])
    refused(record(with_bearer(token_of(reader))), 403)


def test_what_is_no_kind_of_facts_of_a_device_is_not_found(client_of: Client) -> None:
    client = client_of("officer")
    for kind in ("zebras", "organisations.hds_certificates"):
        refused(client.post(path(kind), NEW, format="json"), 404)
    refused(client.get(path("versions")), 405)
