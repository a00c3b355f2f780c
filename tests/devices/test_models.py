"""People, organisations, devices, versions and identifiers as rows."""

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.db.models import ProtectedError
from django.utils.translation import override

from devices.models import ApiKey, Device, Identifier, Membership, Role, User, Version
from tests.factories import (
    ApiKeyFactory,
    DeviceFactory,
    MembershipFactory,
    OrganisationFactory,
    SourceFactory,
)
from tests.rows import insert, refused_by

pytestmark = pytest.mark.django_db
OWN_APPS = ["devices", "ce_marking", "cnedimts", "listing", "ans", "ai_act"]


def test_migrations_hold_all_that_the_models_say() -> None:
    call_command("makemigrations", *OWN_APPS, check=True, dry_run=True, verbosity=0)


def test_the_extensions_are_there() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        assert {"btree_gist", "pg_trgm", "unaccent"} <= {name for (name,) in cursor.fetchall()}


def test_every_model_and_field_has_a_name_in_words() -> None:
    for label in OWN_APPS:
        for model in apps.get_app_config(label).get_models():
            assert not isinstance(model._meta.verbose_name, str), model


class TestUsers:
    def test_an_email_is_one_whatever_its_case(self) -> None:
        insert(User, email="Ada@Example.org", password="!")
        with refused_by("user_email_any_case"):
            insert(User, email="ada@example.ORG", password="!")

    def test_login_by_email_whatever_its_case(self) -> None:
        ada = User.objects.create_user("Ada@Example.org", "correct horse battery")
        assert authenticate(username="ada@EXAMPLE.org", password="correct horse battery") == ada
        assert authenticate(username="ada@example.org", password="wrong") is None

    def test_a_user_without_password_cannot_log_in(self) -> None:
        assert not User.objects.create_user("ada@example.org").has_usable_password()

    def test_creation_refuses_what_is_no_email(self) -> None:
        with pytest.raises(ValidationError):
            User.objects.create_user("ada")

    def test_a_superuser_opens_the_back_office(self) -> None:
        root = User.objects.create_superuser("root@example.org", "correct horse battery")
        assert (root.is_staff, root.is_superuser, root.is_active) == (True, True, True)

    def test_names(self) -> None:
        assert str(User(email="ada@example.org")) == "ada@example.org"
        assert str(User(email="ada@example.org", name="Ada")) == "Ada"


class TestMemberships:
    def test_a_role_is_held_once_in_an_organisation(self) -> None:
        held = MembershipFactory.create(role=Role.OFFICER)
        MembershipFactory.create(user=held.user, organisation=held.organisation, role=Role.READER)
        with refused_by("membership_once"):
            insert(Membership, user_id=held.user_id, organisation_id=held.organisation_id, role=Role.OFFICER)

    def test_roles_are_the_known_ones(self) -> None:
        held = MembershipFactory.create()
        with refused_by("membership_role_choice"):
            insert(Membership, user_id=held.user_id, organisation_id=held.organisation_id, role="king")

    def test_an_organisation_with_members_stays(self) -> None:
        with pytest.raises(ProtectedError):
            MembershipFactory.create().organisation.delete()


class TestApiKeys:
    @pytest.mark.parametrize(
        ("column", "value", "constraint"),
        [
            ("role", "king", "apikey_role_choice"),
            ("prefix", "ABCDEFGH", "apikey_prefix_format"),
            ("secret_hash", "plain secret", "apikey_secret_hash_format"),
        ],
    )
    def test_what_a_key_may_hold(self, column: str, value: str, constraint: str) -> None:
        key = ApiKeyFactory.create()
        with refused_by(constraint):
            ApiKey.objects.filter(pk=key.pk).update(**{column: value})

    def test_a_key_expires_after_it_is_made(self) -> None:
        key = ApiKeyFactory.create()
        with refused_by("apikey_created_at_expires_at_order"):
            ApiKey.objects.filter(pk=key.pk).update(expires_at=key.created_at)

    def test_its_name_hides_the_secret(self) -> None:
        assert str(ApiKeyFactory.create(name="Pharmacy", prefix="abcd1234")) == "Pharmacy (jln_abcd1234_…)"


class TestDevices:
    @pytest.mark.parametrize(
        "role", ["owner", "manufacturer", "exploitant", "authorised_representative", "host"]
    )
    def test_an_organisation_with_a_role_stays(self, role: str) -> None:
        organisation = OrganisationFactory.create()
        DeviceFactory.create(**{role: organisation})
        with pytest.raises(ProtectedError):
            organisation.delete()

    def test_a_source_in_use_stays(self) -> None:
        source = SourceFactory.create()
        Version.objects.create(device=DeviceFactory.create(), key="v1", number="1", source=source)
        with pytest.raises(ProtectedError):
            source.delete()

    def test_facts_go_with_their_device(self) -> None:
        device = DeviceFactory.create()
        Version.objects.create(device=device, key="v1", number="1")
        device.delete()
        assert Version.objects.count() == 0

    def test_unknown_at_first(self) -> None:
        device = Device.objects.create(key="d", name="D")
        device.refresh_from_db()
        assert (device.is_software, device.digital_device, device.owner) == (None, None, None)
        assert (device.published, device.functions, device.complete_tracks) == (False, [], [])
        assert device.row_version == 1


class TestIdentifiers:
    @pytest.mark.parametrize(
        "again", ["03760123456784", "3760123456784", "0 3760123456784", "03760123456784 "]
    )
    def test_a_udi_di_names_one_device(self, again: str) -> None:
        insert(Identifier, scheme="udi_di", value="03760123456784")
        with refused_by("identifier_udi_di_once"):
            insert(Identifier, scheme="udi_di", value=again)

    def test_in_capitals_or_not(self) -> None:
        insert(Identifier, scheme="udi_di", value="+A999XYZ1")
        with refused_by("identifier_udi_di_once"):
            insert(Identifier, scheme="udi_di", value="+a999xyz1")

    def test_nor_twice_within_a_device(self) -> None:
        device = insert(Device)
        insert(Identifier, device_id=device, key="a", scheme="udi_di", value="03760123456784")
        with refused_by("identifier_udi_di_once"):
            insert(Identifier, device_id=device, key="b", scheme="udi_di", value="03760123456784")

    @pytest.mark.parametrize("scheme", ["basic_udi_di", "eudamed_di", "catalogue"])
    def test_other_identifiers_may_be_shared(self, scheme: str) -> None:
        for value in ("376012345AB", "376012345AB"):
            insert(Identifier, scheme=scheme, value=value)
        insert(Identifier, scheme="udi_di", value="376012345AB")

    @override("en")
    def test_the_form_says_so(self) -> None:
        insert(Identifier, scheme="udi_di", value="03760123456784")
        device = DeviceFactory.create()
        other = Identifier(device=device, key="i", scheme="udi_di", value="3760123456784")
        with pytest.raises(ValidationError) as caught:
            other.full_clean()
        (error,) = caught.value.error_dict["__all__"]
        assert (error.code, error.message) == ("duplicate_udi_di", "This UDI-DI is recorded already.")
