"""Keys and clients in the back office: each person's own, and all of them for administrators."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.audit.models import AuditEvent
from compliance.clients.models import Client as Program
from devices.access import verify_key
from devices.models import ApiKey, Membership, Organisation, Role, Scope, User
from tests import portfolio
from tests.backoffice.conftest import Session, confirmed
from tests.backoffice.pages import text

LIST, NEW = "/keys/", "/keys/new/"
DAY = timedelta(days=1)


def url(name: str, key: ApiKey) -> str:
    return reverse(f"admin:{name}", args=[key.pk])


def make(session: Client, role: str = "buyer", **changes: Any) -> Any:
    place = Membership.objects.get(user__email=f"{role}@example.org")
    data = {"name": "Records", "place": str(place.pk), "scopes": ["devices:read"], "life": "90"}
    return session.post(NEW, {**data, **changes})


def plain_of(answer: Any) -> str:
    """Return the key that the page shows."""
    [plain] = answer.context["secrets"].values()
    assert plain in answer.content.decode()
    return str(plain)


@pytest.fixture
def buyer(session_of: Session) -> Client:
    return session_of("buyer")


@pytest.fixture
def key(buyer: Client) -> ApiKey:
    make(buyer)
    return ApiKey.objects.get(name="Records")


@pytest.mark.parametrize("role", ["officer", "buyer", "auditor", "administrator"])
def test_each_person_makes_a_key_which_is_shown_once(session_of: Session, role: str) -> None:
    session = session_of(role)
    answer = make(session, role)
    plain = plain_of(answer)
    assert "no-store" in answer["Cache-Control"]
    key = verify_key(plain, at=portfolio.NOW)
    assert key is not None
    assert (key.user.email, key.role, key.scopes) == (f"{role}@example.org", role, ["devices:read"])
    assert key.expires_at == portfolio.NOW + 90 * DAY
    shown = session.get(LIST).content.decode()
    assert plain not in shown
    assert key.prefix in shown
    event = AuditEvent.objects.get(action="key.made", subject_id=str(key.pk))
    assert (event.actor_label, event.organisation) == (f"{role}@example.org", key.organisation)


def test_nobody_is_sent_to_the_login_page(key: ApiKey) -> None:
    for page in (LIST, NEW, url("rotate_key", key), url("revoke_key", key)):
        for answer in (Client().get(page), Client().post(page)):
            assert answer.status_code == 302
            assert answer["Location"].startswith("/login/")
    key.refresh_from_db()
    assert key.revoked_at is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"life": "3650"}, "life"),
        ({"life": ""}, "life"),
        ({"place": ""}, "place"),
    ],
)
def test_a_key_that_cannot_be_is_refused_at_its_field(
    buyer: Client, changes: dict[str, Any], field: str
) -> None:
    answer = make(buyer, **changes)
    assert list(answer.context["form"].errors) == [field]
    assert "Nothing is made yet" in text(answer)
    assert not ApiKey.objects.filter(name="Records").exists()


def test_nobody_takes_the_role_of_another(buyer: Client) -> None:
    assert list(make(buyer, role="officer").context["form"].errors) == ["place"]
    assert list(make(buyer, role="administrator").context["form"].errors) == ["place"]
    assert not ApiKey.objects.filter(name="Records").exists()


@pytest.mark.parametrize("role", ["officer", "administrator", "stranger"])
def test_nobody_sees_rotates_or_revokes_the_keys_of_another_here(
    session_of: Session, key: ApiKey, role: str
) -> None:
    other = Client(headers={"accept-language": "en"})
    other.force_login(User.objects.get(email=f"{role}@example.org"))
    confirmed(other)
    assert key.prefix not in other.get(LIST).content.decode()
    for name in ("rotate_key", "revoke_key"):
        assert other.get(url(name, key)).status_code == 404
        assert other.post(url(name, key), {"overlap": "7"}).status_code == 404
    key.refresh_from_db()
    assert key.revoked_at is None
    assert not hasattr(key, "replaced_by")


def test_rotation_shows_the_new_key_and_lists_both(buyer: Client) -> None:
    old = plain_of(make(buyer))
    key = ApiKey.objects.get(name="Records")
    assert buyer.get(url("rotate_key", key)).status_code == 200
    new = plain_of(buyer.post(url("rotate_key", key), {"overlap": "7"}))
    at = portfolio.NOW + 7 * DAY
    assert verify_key(old, at=at - timedelta(seconds=1))
    assert verify_key(old, at=at) is None
    assert verify_key(new, at=at)
    states = [row.state.value for row in buyer.get(LIST).context["rows"] if row.key.name == "Records"]
    assert sorted(states) == ["live", "replaced"]
    with time_machine.travel(at, tick=False):
        buyer.force_login(key.user)
        states = [row.state.value for row in buyer.get(LIST).context["rows"] if row.key.name == "Records"]
    assert sorted(states) == ["expired", "live"]


def test_a_key_is_rotated_once(buyer: Client, key: ApiKey) -> None:
    buyer.post(url("rotate_key", key), {"overlap": "7"})
    answer = buyer.post(url("rotate_key", key), {"overlap": "7"})
    assert "not replaced already" in text(answer)
    assert ApiKey.objects.filter(name="Records").count() == 2


@pytest.mark.parametrize("overlap", ["0", "15", "365", "x", ""])
def test_an_overlap_that_is_not_offered_is_refused(buyer: Client, key: ApiKey, overlap: str) -> None:
    answer = buyer.post(url("rotate_key", key), {"overlap": overlap})
    assert list(answer.context["form"].errors) == ["overlap"]
    assert ApiKey.objects.filter(name="Records").count() == 1


def test_revoking_is_asked_first(buyer: Client, key: ApiKey) -> None:
    assert "cannot be undone" in text(buyer.get(url("revoke_key", key)))
    key.refresh_from_db()
    assert key.revoked_at is None
    answer = buyer.post(url("revoke_key", key), follow=True)
    assert "The key is revoked." in text(answer)
    key.refresh_from_db()
    assert key.revoked_at == portfolio.NOW


def test_a_key_whose_role_ended_is_said_to_be_over(buyer: Client, key: ApiKey) -> None:
    Membership.objects.filter(user=key.user).delete()
    assert "role ended" in text(buyer.get(LIST))


def test_the_list_costs_the_same_whatever_it_holds(buyer: Client, key: ApiKey) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert buyer.get(LIST).status_code == 200
        return len(queries)

    first = cost()
    for _ in range(5):
        make(buyer)
    assert cost() == first <= 12


# --- administrators ---


@pytest.fixture
def administrator(session_of: Session, key: ApiKey) -> Client:
    found = Client(headers={"accept-language": "en"})
    found.force_login(User.objects.get(email="administrator@example.org"))
    return found


def test_administrators_see_and_revoke_every_key_and_make_none(administrator: Client, key: ApiKey) -> None:
    shown = text(administrator.get(reverse("admin:devices_apikey_changelist")))
    assert key.prefix in shown
    assert "valid" in shown
    assert administrator.get(reverse("admin:devices_apikey_add")).status_code == 403
    page = url("devices_apikey_change", key)
    assert key.secret_hash not in administrator.get(page).content.decode()
    revoke = url("devices_apikey_revoke", key)
    assert "cannot be undone" in text(administrator.get(revoke))
    administrator.post(revoke)
    key.refresh_from_db()
    assert key.revoked_at == portfolio.NOW
    event = AuditEvent.objects.get(action="key.revoked")
    assert event.actor_label == "administrator@example.org"


def test_the_list_of_keys_costs_the_same_whatever_it_holds(administrator: Client, buyer: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert administrator.get(reverse("admin:devices_apikey_changelist")).status_code == 200
        return len(queries)

    cost()  # what the frame asks half a minute apart
    first = cost()
    for _ in range(5):
        make(buyer)
    assert cost() == first <= 12


def register(session: Client, **changes: Any) -> Any:
    data = {
        "organisation": str(Organisation.objects.get(key="hospital").pk),
        "role": "buyer",
        "user": str(User.objects.get(email="buyer@example.org").pk),
        "name": "Hospital records",
        "scopes": ["devices:read", "status:read"],
    }
    return session.post(reverse("admin:clients_client_add"), {**data, **changes})


def test_administrators_register_a_client_whose_secret_is_shown_once(administrator: Client) -> None:
    answer = register(administrator)
    client = Program.objects.get()
    identifier, secret = answer.context["secrets"].values()
    assert identifier == client.client_id
    assert secret in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert (client.organisation.key, client.role) == ("hospital", Role.BUYER)
    assert client.scopes == [Scope.DEVICES_READ, Scope.STATUS_READ]
    page = administrator.get(reverse("admin:clients_client_change", args=[client.pk])).content.decode()
    assert client.client_id in page
    assert secret not in page
    assert client.client_secret not in page
    assert AuditEvent.objects.get(action="client.registered").actor_label == "administrator@example.org"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"role": "administrator"}, "role"),
        ({"role": "king"}, "role"),
        ({"organisation": ""}, "organisation"),
        ({"user": ""}, "user"),
        ({"name": ""}, "name"),
    ],
)
def test_a_client_that_cannot_be_is_refused_at_its_field(
    administrator: Client, changes: dict[str, Any], field: str
) -> None:
    answer = register(administrator, **changes)
    assert list(answer.context["adminform"].form.errors) == [field]
    assert not Program.objects.exists()


def test_a_client_is_revoked_once_asked(administrator: Client) -> None:
    register(administrator)
    client = Program.objects.get()
    revoke = reverse("admin:clients_client_revoke", args=[client.pk])
    assert "cannot be undone" in text(administrator.get(revoke))
    administrator.post(revoke)
    client.refresh_from_db()
    assert client.revoked_at == portfolio.NOW


@pytest.mark.parametrize("role", ["officer", "buyer", "auditor", "stranger"])
def test_others_reach_none_of_it(administrator: Client, key: ApiKey, role: str) -> None:
    register(administrator)
    client = Program.objects.get()
    other = Client()
    other.force_login(User.objects.get(email=f"{role}@example.org"))
    pages = [
        reverse("admin:devices_apikey_changelist"),
        url("devices_apikey_change", key),
        url("devices_apikey_revoke", key),
        reverse("admin:clients_client_changelist"),
        reverse("admin:clients_client_add"),
        reverse("admin:clients_client_change", args=[client.pk]),
        reverse("admin:clients_client_revoke", args=[client.pk]),
    ]
    for page in pages:
        assert other.get(page).status_code == 403
        assert other.post(page).status_code == 403
    key.refresh_from_db()
    client.refresh_from_db()
    assert key.revoked_at is client.revoked_at is None


def test_a_key_asks_who_one_is_once_more(session_of: Session, key: ApiKey) -> None:
    user = User.objects.get(email="buyer@example.org")
    user.set_password("Une phrase de passe")
    user.save()
    session = Client(headers={"accept-language": "en"})
    session.force_login(user)
    for page in (NEW, url("rotate_key", key)):
        for answer in (session.get(page), session.post(page, {"overlap": "1"})):
            assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/account/confirm/")
    assert ApiKey.objects.filter(user=user, name="Records").count() == 1
    session.post("/account/confirm/", {"password": "Une phrase de passe", "next": NEW})
    assert session.get(NEW).status_code == 200
    plain_of(make(session))
