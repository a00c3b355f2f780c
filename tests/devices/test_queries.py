"""Who sees and who changes which devices."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from devices.models import Device, Role, User
from devices.queries import Caller, editable_devices, visible_devices
from tests.factories import DeviceFactory, MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
Hold = Callable[..., None]


@pytest.fixture
def user() -> User:
    return UserFactory.create()


@pytest.fixture
def hold(user: User) -> Hold:
    """Return a function that gives the user a role in an organisation (another one by default)."""

    def give(role: Role, organisation: str | None = None) -> None:
        found = Device.objects.get(key=organisation).owner if organisation else OrganisationFactory.create()
        MembershipFactory.create(user=user, organisation=found, role=role)

    return give


@pytest.fixture(autouse=True)
def devices() -> None:
    """Two organisations, each with a device; a third device is published, a fourth has no owner."""
    DeviceFactory.create(key="mine")
    DeviceFactory.create(key="theirs")
    DeviceFactory.create(key="published", published=True)
    DeviceFactory.create(key="orphan", owner=None)


ALL = {"mine", "theirs", "published", "orphan"}


def seen(user: User, role: str | None = None) -> set[str]:
    return set(visible_devices(Caller(user, role)).values_list("key", flat=True))


def changed(user: User, role: str | None = None) -> set[str]:
    return set(editable_devices(Caller(user, role)).values_list("key", flat=True))


@pytest.mark.parametrize(
    ("role", "visible", "editable"),
    [
        (Role.OWNER, {"mine"}, {"mine"}),
        (Role.OFFICER, {"mine"}, {"mine"}),
        (Role.READER, {"mine"}, set()),
        (Role.BUYER, {"published"}, set()),
        (Role.AUDITOR, set(), set()),
        (Role.ADMINISTRATOR, ALL, ALL),
    ],
)
def test_what_a_role_opens(user: User, hold: Hold, role: Role, visible: set[str], editable: set[str]) -> None:
    hold(role, "mine")
    assert seen(user) == visible
    assert changed(user) == editable


def test_nobody_sees_nothing(user: User) -> None:
    anonymous = Caller(AnonymousUser())
    assert not visible_devices(anonymous).exists()
    assert not editable_devices(anonymous).exists()
    assert (seen(user), changed(user)) == (set(), set())


def test_roles_add_up(user: User, hold: Hold) -> None:
    hold(Role.OFFICER, "mine")
    hold(Role.READER, "theirs")
    hold(Role.BUYER)
    assert seen(user) == {"mine", "theirs", "published"}
    assert changed(user) == {"mine"}


def test_the_role_of_a_key_narrows(user: User, hold: Hold) -> None:
    hold(Role.OFFICER, "mine")
    hold(Role.BUYER)
    hold(Role.ADMINISTRATOR)
    assert seen(user, Role.BUYER) == {"published"}
    assert changed(user, Role.BUYER) == set()
    assert seen(user, Role.OFFICER) == {"mine"}
    assert seen(user, Role.AUDITOR) == set()
    assert seen(user, Role.ADMINISTRATOR) == ALL


def test_an_inactive_person_sees_nothing(user: User, hold: Hold) -> None:
    hold(Role.ADMINISTRATOR)
    user.is_active = False
    assert (seen(user), changed(user)) == (set(), set())


def test_a_superuser_is_an_administrator() -> None:
    root = UserFactory.create(is_superuser=True)
    assert (seen(root), changed(root)) == (ALL, ALL)
    assert seen(root, Role.ADMINISTRATOR) == ALL
    assert seen(root, Role.BUYER) == set()


def test_no_device_comes_twice(user: User, hold: Hold) -> None:
    for role in (Role.OWNER, Role.OFFICER, Role.READER, Role.BUYER, Role.AUDITOR):
        hold(role, "published")
    assert [one.key for one in visible_devices(Caller(user))] == ["published"]


def test_two_queries_whatever_the_roles(user: User, hold: Hold) -> None:
    for role in Role:
        hold(role, "mine")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        list(visible_devices(Caller(user)))
    assert len(queries) == 2
