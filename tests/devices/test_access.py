"""API keys: shown once, kept as a hash, refused when they should be."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from devices.access import NewKey, create_key, revoke_key, rotate_key, stated_keys, verify_key
from devices.models import ApiKey, Membership, Role, Scope, User
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)
ACTOR = Actor.system("test")


@pytest.fixture
def place() -> Membership:
    return MembershipFactory.create(role=Role.BUYER, organisation__key="hospital")


def make(place: Membership, scopes: Sequence[Scope] = (Scope.DEVICES_READ,), **changes: Any) -> NewKey:
    asked: dict[str, Any] = {
        "user": place.user,
        "organisation": place.organisation,
        "role": Role(place.role),
        "name": "Pharmacy",
        "expires_at": NOW + 30 * DAY,
        "at": NOW,
    }
    return create_key(actor=ACTOR, scopes=scopes, **asked | changes)


@pytest.fixture
def made(place: Membership) -> NewKey:
    return make(place)


def works(plain: str, at: datetime) -> bool:
    return verify_key(plain, at=at) is not None


def state(key: ApiKey, at: datetime) -> str:
    return stated_keys().get(pk=key.pk).state(at)


def test_the_key_has_its_form_and_only_its_hash_is_kept(made: NewKey) -> None:
    scheme, prefix, secret = made.plain.split("_", 2)
    stored = ApiKey.objects.get()
    assert (scheme, prefix, len(prefix), len(secret)) == ("jln", stored.prefix, 8, 43)
    assert stored.secret_hash == hashlib.sha256(secret.encode()).hexdigest()
    assert (stored.name, stored.role, stored.created_at) == ("Pharmacy", "buyer", NOW)
    assert (stored.last_used_at, stored.revoked_at) == (None, None)


def test_the_key_is_not_shown_by_accident(made: NewKey) -> None:
    assert made.plain not in repr(made)


def test_keys_differ(place: Membership, made: NewKey) -> None:
    other = make(place)
    assert other.plain != made.plain
    assert other.key.prefix != made.key.prefix


@override("en")
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"expires_at": NOW}, "A key expires after it is created"),
        ({"expires_at": NOW + 365 * DAY + SECOND}, "365 days at most"),
        ({"expires_at": None}, "cannot be null"),
        ({"scopes": []}, "A key opens something"),
        ({"scopes": ["dossiers:steal"]}, "not a valid choice"),
        ({"role": Role.OFFICER}, "does not hold this role"),
        ({"role": Role.ADMINISTRATOR}, "does not hold this role"),
    ],
)
def test_a_key_that_cannot_be_is_refused(place: Membership, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        make(place, **changes)
    assert not ApiKey.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_role_in_another_organisation_is_not_held(place: Membership) -> None:
    elsewhere = MembershipFactory.create(role=Role.BUYER).organisation
    with pytest.raises(ValidationError):
        make(place, organisation=elsewhere)


def test_the_longest_life_is_a_year(place: Membership) -> None:
    made = make(place, expires_at=NOW + 365 * DAY)
    assert works(made.plain, NOW + 365 * DAY - SECOND)


def test_a_good_key_gives_its_person_role_and_organisation(made: NewKey, place: Membership) -> None:
    key = verify_key(made.plain, at=NOW)
    assert key is not None
    assert (key.pk, key.user, key.role, key.organisation) == (
        made.key.pk,
        place.user,
        "buyer",
        place.organisation,
    )


@pytest.mark.parametrize(
    "wrong",
    ["", "jln", "jln__", "jln_abcdefgh_", "Bearer x", "jln_abcdefgh_secret", "jln_\x00bcdefgh_secret", "é"],
)
def test_what_is_no_key_is_refused(made: NewKey, wrong: str) -> None:
    assert not works(wrong, NOW)


def test_every_part_of_the_key_counts(made: NewKey, place: Membership) -> None:
    other = make(place)
    _, prefix, secret = made.plain.split("_", 2)
    flipped = "A" if secret[-1] != "A" else "B"
    assert not works(f"jln_{prefix}_{secret[:-1]}{flipped}", NOW)
    assert not works(f"jln_{other.key.prefix}_{secret}", NOW)
    assert not works(f"xxx_{prefix}_{secret}", NOW)
    assert not works(f"{made.plain}A", NOW)
    assert not works(f"{made.plain}\n", NOW)


def test_a_key_ends_at_its_instant(made: NewKey) -> None:
    assert works(made.plain, NOW + 30 * DAY - SECOND)
    assert not works(made.plain, NOW + 30 * DAY)
    assert state(made.key, NOW + 30 * DAY - SECOND) == "live"
    assert state(made.key, NOW + 30 * DAY) == "expired"


def test_a_revoked_key_is_refused_and_keeps_its_first_instant(made: NewKey) -> None:
    revoke_key(actor=ACTOR, key=made.key, at=NOW)
    revoke_key(actor=ACTOR, key=made.key, at=NOW + MINUTE)
    assert not works(made.plain, NOW)
    assert made.key.revoked_at == ApiKey.objects.get().revoked_at == NOW
    assert state(made.key, NOW) == "revoked"
    assert AuditEvent.objects.filter(action="key.revoked").count() == 1


def test_the_key_of_an_inactive_person_is_refused(made: NewKey, place: Membership) -> None:
    User.objects.filter(pk=place.user.pk).update(is_active=False)
    assert not works(made.plain, NOW)
    assert state(made.key, NOW) == "role_ended"


@pytest.mark.parametrize("changes", [{"role": Role.READER}, {"organisation": "other"}, None])
def test_a_key_ends_with_the_role_of_its_person(
    made: NewKey, place: Membership, changes: dict[str, Any] | None
) -> None:
    if changes is None:
        place.delete()
    else:
        if "organisation" in changes:
            changes = {"organisation": MembershipFactory.create().organisation}
        Membership.objects.filter(pk=place.pk).update(**changes)
    assert not works(made.plain, NOW)
    assert state(made.key, NOW) == "role_ended"


def test_rotation_leaves_both_until_the_older_ends(made: NewKey) -> None:
    new = rotate_key(actor=ACTOR, key=made.key, overlap=7 * DAY, at=NOW + DAY)
    assert new.plain != made.plain
    last = NOW + 8 * DAY
    assert works(made.plain, last - SECOND)
    assert not works(made.plain, last)
    assert works(new.plain, last)
    assert (state(made.key, NOW + DAY), state(new.key, NOW + DAY)) == ("replaced", "live")
    assert state(made.key, last) == "expired"


def test_the_new_key_opens_the_same_for_as_long(place: Membership) -> None:
    made = make(place, [Scope.STATUS_READ, Scope.DEADLINES_READ])
    new = rotate_key(actor=ACTOR, key=made.key, overlap=DAY, at=NOW + 10 * DAY).key
    assert new.scopes == made.key.scopes == ["deadlines:read", "status:read"]
    assert (new.role, new.organisation, new.user) == ("buyer", place.organisation, place.user)
    assert new.expires_at == NOW + 40 * DAY
    assert new.replaces == made.key


def test_an_overlap_never_lengthens_a_life(made: NewKey) -> None:
    rotate_key(actor=ACTOR, key=made.key, overlap=14 * DAY, at=NOW + 29 * DAY)
    assert not works(made.plain, NOW + 30 * DAY)


@pytest.mark.parametrize("overlap", [timedelta(0), -DAY, 14 * DAY + SECOND])
def test_an_overlap_has_a_maximum(made: NewKey, overlap: timedelta) -> None:
    with pytest.raises(ValidationError):
        rotate_key(actor=ACTOR, key=made.key, overlap=overlap, at=NOW)
    assert ApiKey.objects.count() == 1


def test_only_a_valid_key_is_rotated_and_once(made: NewKey, place: Membership) -> None:
    rotate_key(actor=ACTOR, key=made.key, overlap=DAY, at=NOW)
    over = make(place)
    revoked = make(place)
    revoke_key(actor=ACTOR, key=revoked.key, at=NOW)
    for key, at in ((made.key, NOW), (over.key, NOW + 30 * DAY), (revoked.key, NOW)):
        with pytest.raises(ValidationError):
            rotate_key(actor=ACTOR, key=key, overlap=DAY, at=at)
    assert ApiKey.objects.count() == 4


def test_who_lost_the_role_rotates_nothing(made: NewKey, place: Membership) -> None:
    place.delete()
    with pytest.raises(ValidationError):
        rotate_key(actor=ACTOR, key=made.key, overlap=DAY, at=NOW)
    assert ApiKey.objects.get().expires_at == NOW + 30 * DAY


def test_revoking_the_older_key_leaves_the_new_one(made: NewKey) -> None:
    new = rotate_key(actor=ACTOR, key=made.key, overlap=DAY, at=NOW)
    revoke_key(actor=ACTOR, key=made.key, at=NOW)
    assert not works(made.plain, NOW)
    assert works(new.plain, NOW)


def test_every_operation_leaves_an_event_without_the_secret(made: NewKey, place: Membership) -> None:
    new = rotate_key(actor=ACTOR, key=made.key, overlap=DAY, at=NOW)
    revoke_key(actor=ACTOR, key=new.key, at=NOW)
    events = list(AuditEvent.objects.order_by("sequence"))
    assert [event.action for event in events] == ["key.made", "key.rotated", "key.made", "key.revoked"]
    assert {event.organisation for event in events} == {place.organisation}
    assert events[1].before is not None
    assert events[1].after is not None
    assert events[1].before["expires_at"] == (NOW + 30 * DAY).isoformat()
    assert events[1].after["expires_at"] == (NOW + DAY).isoformat()
    assert events[1].after["replaced_by"] == new.key.prefix
    said = json.dumps([[event.before, event.after, event.subject_label] for event in events])
    for one in (made, new):
        secret = one.plain.split("_", 2)[2]
        assert secret not in said
        assert one.key.secret_hash not in said


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
