"""The portfolio and its people, on their day, with a place for the files of dossiers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils.translation import override
from pytest_django.plugin import DjangoDbBlocker

from devices import wall
from tests import portfolio
from tests.kept import kept


@pytest.fixture(scope="module")
def _people(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with kept(django_db_blocker, portfolio.with_people):
        yield


@pytest.fixture
def world(_people: None, db: None, settings: Any, tmp_path: Path) -> Iterator[None]:
    """Begin with the recorded portfolio, as the system."""
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(portfolio.NOW, tick=False), override("en"), wall.system():
        yield
