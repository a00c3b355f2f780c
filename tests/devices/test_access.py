"""API keys: shown once, kept as a hash, refused when they should be."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from devices.access import NewKey, create_key, revoke_key, verify_key
from devices.models import ApiKey, Role, User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture
def user() -> User:
    return UserFactory.create()


@pytest.fixture
def made(user: User) -> NewKey:
    return create_key(user=user, role=Role.BUYER, name="Pharmacy", expires_at=NOW + DAY, at=NOW)


def test_the_key_has_its_form_and_only_its_hash_is_kept(made: NewKey) -> None:
    scheme, prefix, secret = made.plain.split("_", 2)
    stored = ApiKey.objects.get()
    assert (scheme, prefix, len(prefix), len(secret)) == ("jln", stored.prefix, 8, 43)
    assert stored.secret_hash == hashlib.sha256(secret.encode()).hexdigest()
    assert (stored.name, stored.role, stored.created_at) == ("Pharmacy", "buyer", NOW)
    assert (stored.last_used_at, stored.revoked_at) == (None, None)


def test_the_key_is_not_shown_by_accident(made: NewKey) -> None:
    assert made.plain not in repr(made)


def test_keys_differ(user: User, made: NewKey) -> None:
    other = create_key(user=user, role=Role.BUYER, name="Pharmacy", expires_at=NOW + DAY, at=NOW)
    assert other.plain != made.plain
    assert other.key.prefix != made.key.prefix


@override("en")
def test_a_key_that_expires_before_it_is_made_is_refused(user: User) -> None:
    with pytest.raises(ValidationError, match="A key expires after it is created"):
        create_key(user=user, role=Role.BUYER, name="Pharmacy", expires_at=NOW, at=NOW)


def test_a_good_key_gives_its_user_and_role(made: NewKey, user: User) -> None:
    key = verify_key(made.plain, at=NOW)
    assert key is not None
    assert (key.pk, key.user, key.role) == (made.key.pk, user, "buyer")


@pytest.mark.parametrize(
    "wrong",
    ["", "jln", "jln__", "jln_abcdefgh_", "Bearer x", "jln_abcdefgh_secret", "jln_\x00bcdefgh_secret", "é"],
)
def test_what_is_no_key_is_refused(made: NewKey, wrong: str) -> None:
    assert verify_key(wrong, at=NOW) is None


def test_every_part_of_the_key_counts(made: NewKey, user: User) -> None:
    other = create_key(user=user, role=Role.OFFICER, name="Other", expires_at=NOW + DAY, at=NOW)
    _, prefix, secret = made.plain.split("_", 2)
    flipped = "A" if secret[-1] != "A" else "B"
    assert verify_key(f"jln_{prefix}_{secret[:-1]}{flipped}", at=NOW) is None
    assert verify_key(f"jln_{other.key.prefix}_{secret}", at=NOW) is None
    assert verify_key(f"xxx_{prefix}_{secret}", at=NOW) is None
    assert verify_key(f"{made.plain}A", at=NOW) is None
    assert verify_key(f"{made.plain}\n", at=NOW) is None


def test_a_key_ends_at_its_instant(made: NewKey) -> None:
    assert verify_key(made.plain, at=NOW + DAY - SECOND)
    assert verify_key(made.plain, at=NOW + DAY) is None


def test_a_revoked_key_is_refused_and_keeps_its_first_day(made: NewKey) -> None:
    revoke_key(key=made.key, at=NOW)
    revoke_key(key=made.key, at=NOW + MINUTE)
    assert verify_key(made.plain, at=NOW) is None
    assert made.key.revoked_at == ApiKey.objects.get().revoked_at == NOW


def test_the_key_of_an_inactive_person_is_refused(made: NewKey, user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert verify_key(made.plain, at=NOW) is None


def test_use_is_noted_once_a_minute(made: NewKey) -> None:
    noted = []
    for at in (NOW, NOW + MINUTE - SECOND, NOW + MINUTE, NOW + MINUTE + SECOND):
        verify_key(made.plain, at=at)
        noted.append(ApiKey.objects.get().last_used_at)
    assert noted == [NOW, NOW, NOW + MINUTE, NOW + MINUTE]


def test_between_notes_a_key_costs_one_query(made: NewKey) -> None:
    verify_key(made.plain, at=NOW)
    with CaptureQueriesContext(connection) as queries:
        verify_key(made.plain, at=NOW + SECOND)
    assert len(queries) == 1


def test_a_refused_key_is_not_used(made: NewKey) -> None:
    verify_key(made.plain[:-1], at=NOW)
    assert ApiKey.objects.get().last_used_at is None
