"""What the tests of facts share: people, an instant, and a facts file with every kind of fact."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from compliance.audit.actors import Actor
from devices.models import Device, Organisation

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
PORTFOLIO = Path(__file__).parents[2] / "compliance" / "facts" / "portfolio"


@pytest.fixture
def system() -> Actor:
    return Actor.system("test")


@pytest.fixture
def maker(db: None) -> Organisation:
    return Organisation.objects.create(key="maker", name="Maker SAS")


@pytest.fixture
def device(maker: Organisation) -> Device:
    return Device.objects.create(key="scanner", name="Scanner", owner=maker, manufacturer=maker)
