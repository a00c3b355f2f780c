"""People, and what lets their programs in, are for administrators."""

import pytest
from django.test import Client
from django.urls import reverse

from compliance.audit.models import AuditEvent
from devices.models import Membership, Organisation, Role, User
from tests.backoffice.conftest import Session
from tests.backoffice.pages import text


@pytest.fixture
def administrator(session_of: Session) -> Client:
    return session_of("administrator")


@pytest.mark.parametrize(
    "name",
    [
        "devices_user_changelist",
        "devices_apikey_changelist",
        "clients_client_changelist",
        "clients_client_add",
        "devices_user_add",
    ],
)
def test_only_administrators_open_people_and_keys(session_of: Session, name: str) -> None:
    url = reverse(f"admin:{name}")
    assert session_of("officer").get(url).status_code == 403
    assert session_of("administrator").get(url).status_code == 200
    assert url not in session_of("officer").get("/").content.decode()


def test_a_person_is_recorded_and_the_roles_are_read(administrator: Client) -> None:
    data = {
        "email": "New@example.org",
        "name": "New",
        "language": "fr",
        "is_staff": "on",
    }
    data |= {"password1": "Une autre phrase", "password2": "Une autre phrase"}
    answer = administrator.post(reverse("admin:devices_user_add"), data)
    assert answer.status_code == 302, answer.context["errors"]
    user = User.objects.get(email__iexact="new@example.org")
    maker = Organisation.objects.get(key="maker")
    Membership.objects.create(user=user, organisation=maker, role=Role.READER)
    url = reverse("admin:devices_user_change", args=[user.pk])
    assert "Maker" in text(administrator.get(url))
    data = {"email": user.email, "name": "Newer", "language": "en", "is_staff": "on", "is_active": "on"}
    data |= {"memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0"}
    data |= {"memberships-0-organisation": str(maker.pk), "memberships-0-role": "owner"}
    answer = administrator.post(url, data)
    assert answer.status_code == 302, answer.context["errors"]
    assert Membership.objects.get(user=user).role == Role.READER
    assert "Newer" in text(administrator.get(reverse("admin:devices_user_changelist")))


def test_an_account_is_closed_for_a_reason_and_not_that_of_the_last_owner(administrator: Client) -> None:
    person = User.objects.create_user("leaver@example.org", None, is_staff=True)
    maker = Organisation.objects.create(key="small", name="Small SARL")
    held = Membership.objects.create(user=person, organisation=maker, role=Role.OWNER)
    url = reverse("admin:devices_user_change", args=[person.pk])
    data = {"email": person.email, "name": "", "language": "en", "is_staff": "on"}
    data |= {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    refused = administrator.post(url, data)
    assert refused.status_code == 200
    assert "last active owner of Small SARL" in text(refused)
    assert "Say why" in text(refused)
    held.delete()
    answer = administrator.post(url, data | {"reason": "Left the firm"})
    assert answer.status_code == 302, answer.context["errors"]
    person.refresh_from_db()
    assert (person.is_active, person.session_epoch) == (False, 1)
    event = AuditEvent.objects.get(action="account.closed")
    assert (event.reason, event.organisation, event.subject_label) == ("Left the firm", None, person.email)
    assert administrator.post(url, data | {"is_active": "on"}).status_code == 302
    assert AuditEvent.objects.filter(action="account.reopened").count() == 1
