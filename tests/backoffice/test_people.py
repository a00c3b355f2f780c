"""People and keys are for administrators; a key is shown once."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from devices.access import verify_key
from devices.models import ApiKey, Membership, Organisation, Role, User
from tests.backoffice.conftest import Session
from tests.backoffice.pages import text


@pytest.fixture
def administrator(session_of: Session) -> Client:
    return session_of("administrator")


@pytest.mark.parametrize("name", ["devices_user_changelist", "devices_apikey_changelist", "devices_user_add"])
def test_only_administrators_open_people_and_keys(session_of: Session, name: str) -> None:
    url = reverse(f"admin:{name}")
    assert session_of("officer").get(url).status_code == 403
    assert session_of("administrator").get(url).status_code == 200
    assert url not in session_of("officer").get("/").content.decode()


def _make_key(session: Client, **changes: Any) -> Any:
    buyer = User.objects.get(email="buyer@example.org")
    data = {"user": str(buyer.pk), "role": "buyer", "name": "Records", "expires_at": "2027-11-22T09:00"}
    return session.post(reverse("admin:devices_apikey_add"), {**data, **changes})


def test_a_key_is_shown_once_and_works(administrator: Client) -> None:
    answer = _make_key(administrator)
    plain = answer.context["plain"]
    assert plain in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    key = verify_key(plain, at=now())
    assert key is not None
    assert (key.user.email, key.role) == ("buyer@example.org", "buyer")
    shown = administrator.get(reverse("admin:devices_apikey_change", args=[key.pk])).content.decode()
    assert plain not in shown
    assert key.prefix in shown


def test_a_key_is_revoked(administrator: Client) -> None:
    plain = _make_key(administrator).context["plain"]
    key = ApiKey.objects.get(name="Records")
    url = reverse("admin:devices_apikey_revoke", args=[key.pk])
    assert administrator.get(url).status_code == 405
    administrator.post(url)
    assert verify_key(plain, at=now()) is None


@pytest.mark.parametrize(
    ("changes", "field"), [({"role": "officer"}, "role"), ({"expires_at": "2020-01-01T00:00"}, "expires_at")]
)
def test_a_key_that_cannot_be_is_refused_at_its_field(
    administrator: Client, changes: dict[str, str], field: str
) -> None:
    answer = _make_key(administrator, **changes)
    assert list(answer.context["adminform"].form.errors) == [field]
    assert not ApiKey.objects.filter(name="Records").exists()


def test_officers_cannot_revoke(session_of: Session) -> None:
    _make_key(session_of("administrator"))
    key = ApiKey.objects.get(name="Records")
    session_of("officer").post(reverse("admin:devices_apikey_revoke", args=[key.pk]))
    key.refresh_from_db()
    assert key.revoked_at is None


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
