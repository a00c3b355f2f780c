"""Dossiers through the API: asked for once, followed, cancelled, downloaded by who reads the whole record."""

from datetime import timedelta
from hashlib import sha512
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.audit.models import AuditEvent
from compliance.dossiers import scopes, working
from compliance.dossiers.models import DossierRequest
from devices import wall
from devices.models import Role, Scope
from tests import portfolio
from tests.api.conftest import Client
from tests.api.programs import key_with, refused, register, token_of, with_bearer

LIST = "/api/v1/dossiers"
ONCE = {"Idempotency-Key": "audit-2026"}


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def ask(client: Any, key: str = "scan-one", headers: Any = None, **body: Any) -> Any:
    asked = {"device": str(portfolio.device(key).pk), **body}
    return client.post(LIST, {k: v for k, v in asked.items() if v != ""}, format="json", headers=headers)


def work() -> None:
    with wall.system():
        working.work(lambda: portfolio.NOW)


def events() -> list[tuple[str, str]]:
    rows = AuditEvent.objects.filter(action__startswith="dossier.").order_by("id")
    return [(one.action, one.on_behalf_of) for one in rows]


def test_it_is_asked_for_followed_and_downloaded(client_of: Client) -> None:
    client = client_of("officer")
    made = ask(client, known_on="2026-05-01", language="en")
    body = made.json()
    assert (made.status_code, made["Location"]) == (202, f"{LIST}/{body['id']}")
    assert (body["state"], body["progress"], body["download"]) == ("asked", {"done": 0, "total": 0}, None)
    assert (body["on"], body["known_on"], body["scope"]) == ("2026-11-22", "2026-05-01", "device")
    waiting = client.get(made["Location"])
    assert (waiting.json(), waiting["Retry-After"]) == (body, "5")
    assert client.get(made["Location"], headers={"If-None-Match": waiting["ETag"]}).status_code == 304
    refused(client.get(made["Location"] + "/download"), 409)
    work()
    ready = client.get(made["Location"])
    body = ready.json()
    assert (body["state"], body["expires_at"]) == ("ready", "2026-12-22T09:00:00Z")
    assert "Retry-After" not in ready
    file: Any = client.get(body["download"])
    content = b"".join(file.streaming_content)
    assert (sha512(content).hexdigest(), len(content)) == (body["sha512"], body["size"])
    assert (file["ETag"], file["Content-Type"]) == (f'"{body["sha512"]}"', "application/zip")
    assert file["Content-Disposition"] == f'attachment; filename="{body["file"]}"'
    assert "no-store" in file["Cache-Control"]
    assert events() == [(f"dossier.{one}", "maker") for one in ("asked", "built", "downloaded")]
    same = client.get(body["download"], headers={"If-None-Match": file["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert client.head(body["download"]).status_code == 405
    assert len(events()) == 3
    DossierRequest.objects.update(expires_at=portfolio.NOW)
    refused(client.get(body["download"]), 410)
    assert client.get(made["Location"]).json()["download"] is None


def test_the_same_is_given_again_and_made_anew_on_demand(client_of: Client) -> None:
    client = client_of("officer")
    first, again = ask(client, headers=ONCE), ask(client, headers=ONCE)
    assert (again.status_code, again.json(), again["Location"]) == (202, first.json(), first["Location"])
    other = ask(client)
    assert (other.status_code, other.json()["id"]) == (200, first.json()["id"])
    assert DossierRequest.objects.count() == 1
    assert ask(client, anew=True).status_code == 202
    refused(ask(client, language="en", headers=ONCE), 422)
    assert DossierRequest.objects.count() == 2


def test_it_is_cancelled_by_who_may(client_of: Client) -> None:
    client = client_of("officer")
    place = ask(client)["Location"]
    refused(client_of("auditor").post(f"{place}/cancel"), 403)
    cancelled = client.post(f"{place}/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    refused(client.post(f"{place}/cancel"), 409)
    refused(client.get(f"{place}/download"), 410)
    assert events() == [("dossier.asked", "maker"), ("dossier.cancelled", "maker")]


@pytest.mark.parametrize(
    ("role", "device", "status"),
    [("auditor", "scan-one", 202), ("auditor", "draft-two", 404), ("buyer", "scan-one", 403),
     ("buyer", "draft-two", 404), ("rival", "scan-one", 404), ("nobody", "scan-one", 401)],
)  # fmt: skip
def test_who_may_ask_and_see(client_of: Client, role: str, device: str, status: int) -> None:
    answer = ask(client_of(role), device)
    assert answer.status_code == status
    other = ask(client_of("officer"), device, language="en")["Location"]
    if status == 202:
        assert len(client_of(role).get(LIST).json()["results"]) == 2
        return
    assert DossierRequest.objects.count() == 1
    if role == "nobody":
        return
    assert client_of(role).get(LIST).json()["results"] == []
    for path in (other, f"{other}/download"):
        refused(client_of(role).get(path), 404)
    refused(client_of(role).post(f"{other}/cancel"), 404)


def test_a_program_needs_the_scope_and_cancels_its_own(client_of: Client) -> None:
    refused(ask(with_bearer(key_with(Scope.STATUS_READ))), 403)
    reader = with_bearer(token_of(register(Role.READER, "maker", scopes=[Scope.DOSSIERS_EXPORT])))
    place = ask(reader)["Location"]
    assert DossierRequest.objects.get().asked_by is None
    refused(reader.post(ask(client_of("officer"), anew=True)["Location"] + "/cancel"), 403)
    assert reader.post(f"{place}/cancel").status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "where"),
    [
        ({"known_on": "2026-11-23"}, 422, "#/known_on"),
        ({"on": "1993-01-01", "since": "1993-01-02", "scope": "difference"}, 422, "#/since"),
        ({"track": "ans"}, 422, "#/track"),
        ({"devices": ["7c0e7a52-3f0b-4c6e-9a44-2d3f4b1c0a01"]}, 400, "device"),
        ({"device": ""}, 400, "device"),
        ({"device": "", "devices": []}, 400, "devices"),
        ({"track": "moon"}, 400, "track"),
        ({"on": "2026-02-30"}, 400, "on"),
        ({"zz": 1}, 400, "zz"),
        ({"language": "de"}, 400, "language"),
    ],
)
def test_what_is_refused(client_of: Client, body: Any, status: int, where: str) -> None:
    problem = refused(ask(client_of("officer"), **body), status)
    named = {one.get("pointer") or one["parameter"].partition(".")[0] for one in problem["errors"]}
    assert where in named
    assert all(one["detail"] for one in problem["errors"])
    assert DossierRequest.objects.count() == 0


def test_several_devices_are_a_portfolio(client_of: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of("officer")
    several = [str(portfolio.device(one).pk) for one in ("scan-one", "draft-two")]
    problem = refused(ask(client, scope="portfolio"), 422)
    assert "#/device" in {one["pointer"] for one in problem["errors"]}
    monkeypatch.setattr(scopes, "MAKERS", {"portfolio": scopes.MAKERS["device"]})
    made = client.post(LIST, {"scope": "portfolio", "devices": several}, format="json")
    assert made.status_code == 202
    assert {one["key"] for one in made.json()["devices"]} == {"scan-one", "draft-two"}


def test_the_list_is_filtered_paged_and_asks_a_constant_number_of_questions(client_of: Client) -> None:
    client = client_of("officer")
    ask(client)
    ask(client, "draft-two")

    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(LIST).status_code == 200
        return len(found)

    few = count()
    for n in range(5):
        ask(client, on=f"2027-01-0{n + 1}")
    assert count() == few <= 12
    DossierRequest.objects.update(asked_at=portfolio.NOW - timedelta(days=1))
    ids = [one["id"] for one in client.get(LIST).json()["results"]]
    first = client.get(LIST, {"page_size": 4}).json()
    rest = client.get(LIST, {"page_size": 4, "cursor": first["next_cursor"]}).json()
    assert [one["id"] for one in (*first["results"], *rest["results"])] == ids
    assert rest["next_cursor"] is None
    assert len(client.get(LIST, {"device": str(portfolio.device("draft-two").pk)}).json()["results"]) == 1
    assert client.get(LIST, {"state": "ready"}).json()["results"] == []
    refused(client.get(LIST, {"state": "made"}), 400)
    refused(client.get(LIST, {"zz": "1"}), 400)
