"""A dossier that is made, of a recorded device, frozen on one day."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils.translation import override
from pytest_django.plugin import DjangoDbBlocker

from compliance.dossiers import keeping
from compliance.dossiers.models import DossierDevice, DossierRequest, DossierState
from devices import wall
from devices.models import Membership, Organisation, Role, User
from tests import portfolio
from tests.dossiers.samples import Made, made, of
from tests.kept import kept

NOW = portfolio.NOW
PASSWORD = "Une phrase de passe"


@cache
def bag() -> Made:
    """Return a dossier, built once."""
    return made(of())


def record_people() -> None:
    """Record the portfolio and its people, who have names."""
    portfolio.with_people()
    maker = Organisation.objects.get(key="maker")
    for role in (Role.OWNER, Role.READER):
        user = User.objects.create_user(f"{role}@example.org", is_staff=True)
        Membership.objects.create(user=user, organisation=maker, role=role)
    for one in User.objects.all():
        one.name = f"Camille {one.email.partition('@')[0].title()}"
        one.set_password(PASSWORD)
        one.save()


@pytest.fixture(scope="package")
def _recorded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with kept(django_db_blocker, record_people):
        yield


@pytest.fixture(autouse=True)
def _world(_recorded: None, db: None, settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(NOW, tick=False), override("en"):
        yield


@pytest.fixture
def dossier() -> DossierRequest:
    """Return the dossier of the maker's device, ready, with its file in place."""
    with keeping.being_written() as (file, output), wall.system():
        output.write(bag().content)
        keeping.keep(file, output)
        row = DossierRequest.objects.create(
            scope="device", device_count=1, on=NOW.date(), known_on=NOW.date(), language="fr",
            asked_label="x", asked_at=NOW, state=DossierState.READY, ended_at=NOW, name=bag().name,
            file=file, size=len(bag().content), sha512=bag().sha512, code=bag().dossier.code,
            expires_at=NOW + timedelta(days=30),
        )  # fmt: skip
        DossierDevice.objects.create(dossier=row, device=portfolio.device("scan-one"))
    return row


def flip(path: Path) -> None:
    """Change one byte in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
