"""What many tests begin with: made once for a folder or a module of tests, not once for each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import time_machine
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from tests import portfolio

T = TypeVar("T")


@contextmanager
def kept(blocker: DjangoDbBlocker, build: Callable[[], T]) -> Iterator[T]:
    """Build on the day of the portfolio, and give what that returns until the end of the block.

    It stands in a transaction, undone at the end of the block; each test within undoes what it adds. All
    tests of the scope of a fixture that uses this ask for it, or it is ``autouse``: no order of them matters.
    """
    with blocker.unblock():
        assert not connection.in_atomic_block, "a wider scope, or a test, keeps something already"
        with transaction.atomic():
            with time_machine.travel(portfolio.NOW, tick=False):
                found = build()
            connection.check_constraints()  # once for all: each test checks what is deferred
            with blocker.block():
                yield found
            transaction.set_rollback(True)
