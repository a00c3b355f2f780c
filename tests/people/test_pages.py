"""The pages of an organisation, of an invitation and of publishing, for each role."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from compliance.audit.verify import walk
from compliance.people.invitations import token_of
from devices.models import Device, Grant, Invitation, Membership, Organisation, Role, User
from tests import portfolio
from tests.backoffice.pages import text
from tests.factories import MembershipFactory, UserFactory
from tests.kept import kept

PASSWORD = "Une phrase de passe"
PAGE_QUERIES = 12
ROLES = ("owner", "officer", "reader", "buyer", "auditor", "rival", "stranger", "administrator")


@pytest.fixture(scope="module", autouse=True)
def _recorded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with kept(django_db_blocker, _people):
        yield


def _people() -> None:
    portfolio.with_people()
    maker, rival = (Organisation.objects.get(key=key) for key in ("maker", "rival"))
    for name, role, organisation in (
        ("owner", Role.OWNER, maker),
        ("reader", Role.READER, maker),
        ("administrator", Role.ADMINISTRATOR, rival),
    ):
        user = UserFactory.create(email=f"{name}@example.org", is_staff=True)
        MembershipFactory.create(user=user, organisation=organisation, role=role)


@pytest.fixture(autouse=True)
def _on_the_day(db: None) -> Iterator[None]:
    with time_machine.travel(portfolio.NOW, tick=False), override("en"):
        yield


def session(name: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(email=f"{name}@example.org"))
    return client


def maker() -> Organisation:
    return Organisation.objects.get(key="maker")


def page(name: str, *args: Any) -> str:
    return reverse(f"admin:{name}", args=args)


def send(email: str = "new@example.org", role: str = "reader") -> str:
    """Invite as the owner and return the path of the link in the mail."""
    data = {"email": email, "role": role, "language": "en"}
    answer = session("owner").post(page("invite", maker().pk), data)
    assert answer.status_code == 302, answer.context["form"].errors
    found = re.search(r"/invitations/\S+/", str(mail.outbox[-1].body))
    assert found
    return found[0]


def _managing_pages() -> dict[str, str]:
    row = Membership.objects.get(user__email="officer@example.org")
    send()
    return {
        "invite": page("invite", maker().pk),
        "grant": page("give_grant", maker().pk),
        "role": page("change_role", row.pk),
        "remove": page("remove_person", row.pk),
        "withdraw": page("withdraw", Invitation.objects.get().pk),
        "revoke": page("revoke_grant", Grant.objects.get().pk),
        "publication": page("publication", portfolio.device().pk),
    }


@pytest.mark.parametrize("role", ROLES)
def test_who_opens_which_page(role: str) -> None:
    client, own = session(role), page("organisation", maker().pk)
    assert client.get(page("organisation")).status_code == 200
    inside = {"owner", "officer", "reader", "administrator"}
    assert client.get(own).status_code == (200 if role in inside else 404)
    for name, url in _managing_pages().items():
        expected = 200 if role in {"owner", "administrator"} else 403 if role in inside else 404
        if name == "publication" and role in {"buyer", "auditor"}:
            expected = 403
        assert client.get(url).status_code == expected, name
        if expected != 200:
            assert client.post(url, {"reason": "x", "role": "reader"}).status_code == expected, name
    assert Membership.objects.get(user__email="officer@example.org").role == Role.OFFICER


def test_the_organisation_page_shows_people_invitations_and_grants() -> None:
    send()
    for name, buttons in (("owner", True), ("reader", False)):
        shown = text(session(name).get(page("organisation", maker().pk)))
        assert "officer@example.org Regulatory officer" in shown
        assert "new@example.org Reader" in shown
        assert "Écho Scan One Audit house 1 November 2026 31 October 2027 running" in shown
        assert ("Send again" in shown) is ("Revoke" in shown) is ("Remove" in shown) is buttons
    shown = text(session("auditor").get(page("organisation")))
    assert "Écho Scan One Audit house" in shown
    assert "Revoke" not in shown


def test_the_pages_ask_few_questions_whatever_stands_on_them() -> None:
    urls = [page("organisation", maker().pk), page("publication", portfolio.device().pk)]

    def counts() -> list[int]:
        found = []
        client = session("owner")
        for url in urls:
            client.get(url)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            found.append(len(asked))
        return found

    before = counts()
    for n in range(5):
        MembershipFactory.create(organisation=maker(), role=Role.READER)
        send(f"new{n}@example.org")
    assert counts() == before
    assert max(before) <= PAGE_QUERIES, before


def test_a_new_person_joins_by_the_link() -> None:
    link = send()
    stranger = Client(headers={"accept-language": "en"})
    answer = stranger.get(link)
    assert "Maker invites new@example.org in the role: Reader" in text(answer)
    assert "no-store" in answer["Cache-Control"]
    data = {"name": "New One", "language": "en", "password1": PASSWORD, "password2": "Another one, longer"}
    assert "password2" in stranger.post(link, data).context["form"].errors
    assert (
        "password2"
        in stranger.post(link, {**data, "password1": "x", "password2": "x"}).context["form"].errors
    )
    assert not User.objects.filter(email="new@example.org").exists()
    answer = stranger.post(link, {**data, "password2": PASSWORD})
    assert answer["Location"] == "/login/"
    stranger.post("/login/", {"login": "new@example.org", "password": PASSWORD})
    assert "Écho Scan One" in text(stranger.get("/"))
    again = stranger.get(link)
    assert again.status_code == 410
    assert "has expired, or was used or withdrawn" in text(again)
    assert all(chain.fault is None for chain in walk())


def test_a_person_with_an_account_accepts_with_it() -> None:
    link = send("rival@example.org")
    nobody = Client(headers={"accept-language": "en"})
    answer = nobody.get(link)
    assert "log in, and this page opens again" in text(answer)
    assert f"/login/?next={link}" in unquote(answer.content.decode())
    assert nobody.post(link, {"name": "x", "password1": PASSWORD, "password2": PASSWORD}).status_code == 200
    assert "You are logged in as buyer@example.org" in text(session("buyer").post(link))
    assert not Membership.objects.filter(user__email="rival@example.org", role=Role.READER).exists()
    answer = session("rival").post(link)
    assert answer["Location"] == page("organisation", maker().pk)
    assert Membership.objects.filter(user__email="rival@example.org", role=Role.READER).exists()


def test_the_inviter_is_told_the_same_of_a_known_and_of_an_unknown_address() -> None:
    told = []
    client = session("owner")
    for email in ("rival@example.org", "other@example.org"):
        data = {"email": email, "role": "reader", "language": "en"}
        answer = client.post(page("invite", maker().pk), data, follow=True)
        told.append(text(answer).replace(email, "…"))
        Invitation.objects.all().update(withdrawn_at=portfolio.NOW)
    assert told[0] == told[1]
    assert "The invitation is sent to …." in told[0]


def test_a_mail_that_fails_leaves_an_invitation_to_send_again(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    client = session("owner")
    data = {"email": "new@example.org", "role": "reader", "language": "en"}
    answer = client.post(page("invite", maker().pk), data, follow=True)
    assert "The mail could not be sent" in text(answer)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    row = Invitation.objects.get()
    url = page("resend", row.pk)
    assert client.get(url).status_code == 405
    assert "The invitation is sent to new@example.org." in text(client.post(url, follow=True))
    row.refresh_from_db()
    assert token_of(row) in str(mail.outbox[0].body)


def test_a_removed_person_is_out_at_once() -> None:
    officer = session("officer")
    assert officer.get("/").status_code == 200
    row = Membership.objects.get(user__email="officer@example.org")
    url = page("remove_person", row.pk)
    assert "reason" in session("owner").post(url).context["form"].errors
    session("owner").post(url, {"reason": "Left"})
    assert officer.get("/").status_code == 302
    row = Membership.objects.get(user__email="owner@example.org")
    answer = session("owner").post(page("remove_person", row.pk), {"reason": "Left"})
    assert "An organisation keeps at least one owner" in text(answer)


def test_an_administrator_finds_the_people_of_every_organisation() -> None:
    lists = page("devices_organisation_changelist")
    link = f'href="{page("organisation", maker().pk)}"'
    assert link in session("administrator").get(lists).content.decode()
    assert link not in session("officer").get(lists).content.decode()


def test_a_grant_is_given_and_revoked() -> None:
    draft = Device.objects.get(key="draft-two")
    house = Organisation.objects.get(key="audit-house")
    data = {"device": draft.pk, "auditor": house.pk, "starts_on": "2026-11-22", "ends_on": "2026-11-21"}
    owner, url = session("owner"), page("give_grant", maker().pk)
    assert "ends_on" in owner.post(url, data).context["form"].errors
    for other in ({"device": Device.objects.get(key="rival-three").pk}, {"auditor": maker().pk}):
        assert owner.post(url, {**data, "ends_on": "2026-11-30", **other}).context["form"].errors
    assert session("auditor").get(page("device", draft.pk)).status_code == 404
    assert owner.post(url, {**data, "ends_on": "2026-11-30"}).status_code == 302
    assert session("auditor").get(page("device", draft.pk)).status_code == 200
    grant = Grant.objects.get(device=draft)
    assert owner.post(page("revoke_grant", grant.pk), {"reason": "Done"}).status_code == 302
    assert session("auditor").get(page("device", draft.pk)).status_code == 404


def _body(answer: Any) -> str:
    """Return what stands between the heading of the page of a device and its end."""
    found = text(answer)
    start = found.index("Manufacturer Maker")
    return found[start : found.index("if no fact is added.") if "if no fact is added." in found else None]


def test_the_preview_is_what_a_buyer_then_sees() -> None:
    device = portfolio.device()
    Device.objects.filter(pk=device.pk).update(published=False, note="Not for hospitals")
    owner, url = session("owner"), page("publication", device.pk)
    answer = owner.get(url)
    preview = _body(answer)
    assert session("buyer").get(page("device", device.pk)).status_code == 404
    assert not Device.objects.get(pk=device.pk).published
    assert "Not for hospitals" not in answer.content.decode()
    assert "C-1 · Quality management system" not in preview
    version = answer.context["form"]["expected_version"].value()
    assert owner.post(url, {"expected_version": version}).status_code == 302
    buyer = session("buyer")
    assert _body(buyer.get(page("device", device.pk))) == preview
    previewed = owner.get(url).context["answers"]
    for name, body in zip(("device", "status"), previewed, strict=True):
        served = buyer.get(f"/api/v1/devices/{device.pk}{'' if name == 'device' else '/status'}").json()
        assert json.loads(body) == served
    assert "reason" in owner.post(url, {"expected_version": version + 1}).context["form"].errors
    owner.post(url, {"expected_version": version + 1, "reason": "Recall"})
    assert buyer.get(page("device", device.pk)).status_code == 404


def test_the_form_of_a_device_does_not_publish() -> None:
    device = Device.objects.get(key="draft-two")
    answer = session("owner").get(page("devices_device_change", device.pk))
    form = answer.context["adminform"].form
    assert "published" not in form.fields
    data = {field.html_name: field.value() for field in form if field.value() is not None}
    data |= {"published": "on", "reason": "x"}
    assert session("owner").post(page("devices_device_change", device.pk), data).status_code == 302
    assert not Device.objects.get(key="draft-two").published
