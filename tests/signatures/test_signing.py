"""Who signs a dossier, after what, and what shows that it holds, is broken, or was taken back."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.dossiers import keeping, standalone, verify
from compliance.dossiers.findings import GOOD, TOUCHED, UNREADABLE
from compliance.dossiers.models import DossierRequest
from compliance.facts.errors import FactError
from compliance.signatures import operations
from compliance.signatures.models import Signature
from compliance.signatures.paper import signatures_file
from compliance.signatures.queries import with_signatures
from devices import wall
from devices.models import Grant, User
from devices.queries import Caller, reach
from tests.backoffice.pages import text
from tests.login.conftest import set_up_app, submit, totp
from tests.signatures.conftest import NOW, PASSWORD, bag, flip


def person(role: str = "officer") -> User:
    return User.objects.get(email=f"{role}@example.org")


def sign(row: DossierRequest, role: str = "officer", **changes: Any) -> Signature:
    user = person(role)
    said = {"meaning": "approved", "sha512": row.sha512, "shown": ["password"], "remark": "", **changes}
    with wall.within(reach(Caller(user))):
        return operations.sign(actor=Actor.person(user), caller=Caller(user), dossier=row, at=NOW, **said)


def withdraw(one: Signature, role: str = "officer", reason: str = "Wrong file") -> Signature:
    user = person(role)
    with wall.within(reach(Caller(user))):
        return operations.withdraw(
            actor=Actor.person(user), caller=Caller(user), signature=one, reason=reason, shown=["password"],
            at=NOW,
        )  # fmt: skip


def enter(role: str = "officer") -> Client:
    client = Client(headers={"accept-language": "en"})
    assert submit(client, f"{role}@example.org", PASSWORD).status_code == 302
    return client


def address(name: str, *ids: Any) -> str:
    return reverse(f"admin:{name}", args=[one.pk for one in ids])


def codes(refused: Any) -> list[str]:
    return [one.code for one in refused.value.problems]


def test_a_signature_holds_name_time_and_meaning_in_row_and_trail(dossier: DossierRequest) -> None:
    one = sign(dossier, remark="Read in full")
    assert (one.signer_name, one.signer_label, one.meaning) == (
        "Camille Officer", "officer@example.org", "approved",
    )  # fmt: skip
    with wall.system():
        event: Any = AuditEvent.objects.get(action="dossier.signed")
    assert one.event == event
    assert (event.at, event.actor_label, event.reason) == (NOW, "officer@example.org", "Read in full")
    said = event.after["dossier"][dossier.name]
    assert {name: said[name] for name in ("name", "meaning", "sha512", "code", "shown", "signature")} == {
        "name": "Camille Officer", "meaning": "approved", "sha512": bag().sha512, "code": dossier.code,
        "shown": ["password"], "signature": str(one.pk),
    }  # fmt: skip
    with pytest.raises(FactError) as refused:
        sign(dossier)
    assert codes(refused) == ["twice"]
    assert sign(dossier, meaning="prepared").meaning == "prepared"
    assert sign(dossier, role="owner").signer_name == "Camille Owner"


@pytest.mark.parametrize(
    ("role", "changes", "code"),
    [
        ("auditor", {}, "forbidden"),
        ("reader", {}, "forbidden"),
        ("buyer", {}, "forbidden"),
        ("rival", {}, "forbidden"),
        ("officer", {"shown": []}, "not_confirmed"),
        ("officer", {"meaning": "seen"}, "choice"),
        ("officer", {"sha512": "0" * 128}, "not_ready"),
    ],
)
def test_who_may_not_and_what_is_not(
    dossier: DossierRequest, role: str, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(FactError) as refused:
        sign(dossier, role, **changes)
    assert codes(refused) == [code]
    with wall.system():
        assert not Signature.objects.exists()
        assert not AuditEvent.objects.filter(action="dossier.signed").exists()


def test_a_changed_file_and_a_nameless_person_sign_nothing(dossier: DossierRequest) -> None:
    User.objects.filter(email="owner@example.org").update(name="")
    with pytest.raises(FactError) as nameless:
        sign(dossier, role="owner")
    flip(keeping.path_of(dossier.file))
    with pytest.raises(FactError) as broken:
        sign(dossier)
    assert (codes(nameless), codes(broken)) == (["nameless"], ["broken"])


def test_a_row_is_never_changed_and_seen_by_who_sees_the_dossier(dossier: DossierRequest) -> None:
    one = sign(dossier)
    for attempt in (
        lambda: Signature.objects.update(signer_name="Other"),
        lambda: Signature.objects.all()._raw_delete("default"),
        lambda: connection.cursor().execute("TRUNCATE signatures_signature CASCADE"),
    ):
        with wall.system(), pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    for role, seen in (("officer", 1), ("reader", 1), ("buyer", 0), ("rival", 0)):
        with wall.within(reach(Caller(person(role)))):
            assert Signature.objects.count() == seen, role
    with wall.within(reach(Caller(person()))), pytest.raises(DatabaseError), transaction.atomic():
        Signature.objects.create(
            dossier=dossier, meaning="reviewed", signer_id="x", signer_label="x", signer_name="x",
            signed_at=NOW, shown=[], sha512=one.sha512, code="x", event=one.event,
        )  # fmt: skip


def test_it_is_withdrawn_by_a_row_and_only_by_who_signed(dossier: DossierRequest) -> None:
    one = sign(dossier)
    for role, reason, code in (("owner", "x", "forbidden"), ("officer", " ", "missing")):
        with pytest.raises(FactError) as refused:
            withdraw(one, role, reason)
        assert codes(refused) == [code]
    back = withdraw(one)
    with pytest.raises(FactError) as refused:
        withdraw(one)
    assert codes(refused) == ["twice"]
    with wall.system():
        (found,) = with_signatures(DossierRequest.objects.all()).get().signed  # type: ignore[attr-defined]
        assert (found, found.withdrawal, found.withdrawal.note) == (one, back, "Wrong file")
        assert AuditEvent.objects.latest("id").action == "dossier.signature_withdrawn"


def test_the_program_in_the_bag_tells_what_holds_and_what_is_broken(
    dossier: DossierRequest, tmp_path: Path
) -> None:
    sign(dossier)
    withdraw(sign(dossier, meaning="reviewed"))
    paper, copy = tmp_path / "s.json", tmp_path / "d.zip"
    paper.write_bytes(signatures_file(dossier))
    copy.write_bytes(bag().content)
    report = verify.verify(copy, paper)
    assert report.exit_code == GOOD
    lines = list(report.lines("en"))
    stamp = f"{NOW:%Y-%m-%dT%H:%M:%S}Z"
    assert f"holds: signature by Camille Officer, {stamp} (approved)" in lines
    assert f"withdrawn: signature by Camille Officer, {stamp} (reviewed)" in lines

    (tmp_path / "verify.py").write_bytes(standalone.program())
    flip(copy)
    ran = subprocess.run(
        [sys.executable, tmp_path / "verify.py", copy, paper],
        capture_output=True, text=True, env={"LANG": "fr_FR.UTF-8"}, check=False,
    )  # fmt: skip
    assert ran.returncode == TOUCHED
    said = f"ROMPUE, le contenu a changé : signature de Camille Officer, {stamp} (approuvé)"
    assert said in ran.stdout.splitlines()


def test_a_forged_file_of_signatures_does_not_pass(dossier: DossierRequest, tmp_path: Path) -> None:
    sign(dossier)
    copy = tmp_path / "d.zip"
    copy.write_bytes(bag().content)
    said = json.loads(signatures_file(dossier))
    (told,) = said["events"][0]["after"]["dossier"].values()
    told["name"] = "Somebody Else"
    (forged := tmp_path / "s.json").write_text(json.dumps(said))
    report = verify.verify(copy, forged)
    assert (report.exit_code, report.problems[0].kind) == (TOUCHED, "not_as_signed")
    for content in (
        "{}",
        "[]",
        '{"format": "jalon-signatures/1"}',
        '{"format": "jalon-signatures/1", "events": [1]}',
    ):
        forged.write_text(content)
        report = verify.verify(copy, forged)
        assert (report.exit_code, report.problems[-1].kind) == (UNREADABLE, "not_signatures"), content
    assert verify.verify(copy, tmp_path / "none").exit_code == UNREADABLE


def test_signing_asks_for_the_password_again(dossier: DossierRequest) -> None:
    session, place = enter(), address("dossier_sign", dossier)
    way = session.get(place)
    assert (way.status_code, way["Location"].split("?")[0]) == (302, "/account/confirm/")
    said = {"meaning": "approved", "sha512": dossier.sha512, "remark": "é"}
    assert session.post(place, said)["Location"].startswith("/account/confirm/")
    assert session.post("/account/confirm/", {"password": "wrong", "next": place}).status_code == 200
    with wall.system():
        assert not Signature.objects.exists()
    done = session.post("/account/confirm/", {"password": PASSWORD, "next": place})
    assert done["Location"] == address("dossier", dossier)  # what was sent has gone on
    page = text(session.get(done["Location"]))
    for words in ("Camille Officer", "approved", "holds", "é"):
        assert words in page, words
    assert "approved: Camille Officer" in text(session.get("/dossiers/"))
    with wall.system():
        assert Signature.objects.get().shown == ["password"]
    with time_machine.travel(NOW.timestamp() + 301, tick=False):
        assert session.get(place)["Location"].startswith("/account/confirm/")


def test_signing_asks_for_the_second_factor_too(dossier: DossierRequest) -> None:
    session, place = enter(), address("dossier_sign", dossier)
    secret = set_up_app(session)
    with time_machine.travel(NOW.timestamp() + 600, tick=False):
        assert session.get(place)["Location"].startswith("/account/confirm/?")
        way = session.post("/account/confirm/", {"password": PASSWORD, "next": place}, follow=True)
        assert way.redirect_chain[-1][0].startswith("/account/confirm/code/?")
        answer = session.post("/account/confirm/code/", {"code": totp(secret), "next": place}, follow=True)
        assert "What will stand in the signature" in text(answer)
        said = {"meaning": "reviewed", "sha512": dossier.sha512}
        assert "Signed." in text(session.post(place, said, follow=True))
    with wall.system():
        assert Signature.objects.get().shown == ["password", "mfa:totp"]


def test_the_page_says_in_words_that_the_content_has_changed(dossier: DossierRequest) -> None:
    one = sign(dossier)
    session = enter()
    assert "its content has changed" not in text(session.get(address("dossier", dossier)))
    flip(keeping.path_of(dossier.file))
    page = session.get(address("dossier", dossier))
    assert "The kept file is not the one that was signed: its content has changed." in text(page)
    assert "broken" in text(page)
    session.post("/account/confirm/", {"password": PASSWORD, "next": "/"})
    place = reverse("admin:dossier_unsign", args=[dossier.pk, one.pk])
    assert "withdrawn" in text(session.post(place, {"reason": "Changed"}, follow=True))
    keeping.forget(dossier.file)
    assert "broken" not in text(session.get(address("dossier", dossier)))


def test_an_auditor_sees_and_does_not_sign(dossier: DossierRequest) -> None:
    sign(dossier)
    with wall.system():
        Grant.objects.filter(user=person("auditor")).update(device=dossier.devices[0])
    session = enter("auditor")
    page = text(session.get(address("dossier", dossier)))
    assert "Camille Officer" in page
    assert "Sign it" not in page
    assert session.get(address("dossier_sign", dossier)).status_code == 403
    paper: Any = session.get(address("dossier_signatures", dossier))
    assert json.loads(b"".join(paper.streaming_content))["events"][0]["action"] == "dossier.signed"
    assert paper["Content-Disposition"] == f'attachment; filename="{dossier.name}.signatures.json"'
