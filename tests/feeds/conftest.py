"""A recorded portfolio, whose people read English."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from devices.models import User
from tests import portfolio
from tests.kept import kept


@pytest.fixture(scope="package", autouse=True)
def _recorded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let every test of this folder begin with the portfolio and its people."""
    with kept(django_db_blocker, _portfolio):
        yield


def _portfolio() -> None:
    portfolio.with_people()
    User.objects.update(language="en")
