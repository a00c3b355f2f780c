"""The accounts of the demonstration: drawn anew for a data folder, kept from one run to the next."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import Settings

from compliance.assessments.models import DeviceAssessment
from config import clock
from devices import access
from devices.management.commands import seed_demo
from devices.models import Device, Grant, Membership, User
from devices.queries import Caller, visible_devices

pytestmark = pytest.mark.django_db

FACTS = """
format: jalon-facts/1
organisations:
  - {key: keeper, name: Keeper, example: true}
devices:
  - {key: eye, name: Eye, owner: keeper, manufacturer: keeper, published: true}
"""


@pytest.fixture
def credentials(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with no accounts yet, and a portfolio of one device."""
    portfolio = tmp_path / "portfolio"
    portfolio.mkdir()
    (portfolio / "one.yaml").write_text(FACTS)
    monkeypatch.setattr(seed_demo, "PORTFOLIO", portfolio)
    settings.DEMO_DIR = tmp_path / "demo"
    settings.BASE_URL = "http://localhost:8123"
    return tmp_path / "demo" / "credentials.json"


def seed(path: Path) -> dict[str, Any]:
    call_command("seed_demo", verbosity=0)
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_accounts_and_keys_work(credentials: Path) -> None:
    found = seed(credentials)
    assert found["base_url"] == "http://localhost:8123"
    assert [account["role"] for account in found["accounts"]] == [
        "officer",
        "buyer",
        "auditor",
        "administrator",
        "owner",
    ]
    for account in found["accounts"]:
        user = User.objects.get(email=account["email"])
        assert user.check_password(account["password"])
        assert user.is_superuser is (account["role"] == "administrator")
    assert set(found["api_keys"]) == {"officer", "buyer", "auditor"}
    for role, plain in found["api_keys"].items():
        key = access.verify_key(plain, at=clock.now())
        assert key is not None
        assert key.role == role
    assert credentials.stat().st_mode & 0o777 == 0o600


def test_the_officer_acts_for_those_who_keep_devices(credentials: Path) -> None:
    seed(credentials)
    held = Membership.objects.filter(role="officer").values_list("user__email", "organisation__key")
    assert list(held) == [("officer@jalon.example", "keeper")]


def test_the_auditor_sees_the_example_devices_by_grants(credentials: Path) -> None:
    seed(credentials)
    auditor = User.objects.get(email="auditor@jalon.example")
    assert [one.key for one in visible_devices(Caller(auditor))] == ["eye"]
    seed(credentials)
    grant = Grant.objects.get()
    assert (grant.auditor.name, grant.ends_on - grant.starts_on) == (
        "Cabinet d'audit (exemple)",
        timedelta(days=365),
    )
    later = clock.today() + timedelta(days=366)
    assert not visible_devices(Caller(auditor, today=later)).exists()


def test_a_second_run_changes_nothing(credentials: Path) -> None:
    assert seed(credentials) == seed(credentials)
    assert User.objects.count() == 5
    assert Device.objects.count() == 1


def test_a_new_port_changes_the_address_only(credentials: Path, settings: Settings) -> None:
    before = seed(credentials)
    settings.BASE_URL = "http://localhost:8124"
    assert seed(credentials) == before | {"base_url": "http://localhost:8124"}


def test_a_lost_file_gives_new_secrets_and_ends_the_old_ones(credentials: Path) -> None:
    before = seed(credentials)
    credentials.unlink()
    after = seed(credentials)
    for old, new in zip(before["accounts"], after["accounts"], strict=True):
        assert old["password"] != new["password"]
        assert User.objects.get(email=old["email"]).check_password(new["password"])
    assert access.verify_key(before["api_keys"]["buyer"], at=clock.now()) is None
    assert access.verify_key(after["api_keys"]["buyer"], at=clock.now()) is not None


def test_devices_already_there_are_left_alone(credentials: Path) -> None:
    seed(credentials)
    Device.objects.update(name="Renamed")
    seed(credentials)
    assert Device.objects.get().name == "Renamed"


def test_a_second_run_answers_by_the_rules_of_today(credentials: Path) -> None:
    seed(credentials)
    answered = DeviceAssessment.objects.get()
    DeviceAssessment.objects.update(market_access="blocked", body={})
    seed(credentials)
    again = DeviceAssessment.objects.get()
    assert (again.market_access, again.body) == (answered.market_access, answered.body)
    assert again.market_access != "blocked"
