"""The second wall: PostgreSQL itself shows and takes only the rows within the reach of who asks.

Every connection works as the role ``jalon_app``, bound by the policies of the tables (``devices.policies``).
What these compare with is a handful of settings of the session, written here: nothing said means nothing
seen. The settings outlive a transaction, and go back with one that is rolled back: they are written at once
when a block begins and ends, never later.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import _GeneratorContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.db import Error
from django.db import connection as default_connection
from django.http import HttpRequest, HttpResponse
from psycopg.pq import TransactionStatus

_TAKE_ROLE = """
    SELECT set_config('role', 'jalon_app', false) WHERE to_regprocedure('jalon_everything()') IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Reach:
    """What the database shows and takes. The system and administrators reach everything, nobody nothing.

    ``own`` are the organisations whose records are seen, ``kept`` those whose records are written and
    ``granted`` single devices of others that are seen whole. ``published`` opens what is published.
    """

    name: Literal["nobody", "person", "administrator", "system"] = "nobody"
    person: UUID | None = None
    own: frozenset[UUID] = frozenset()
    kept: frozenset[UUID] = frozenset()
    granted: frozenset[UUID] = frozenset()
    published: bool = False

    def settings(self) -> Mapping[str, str]:
        """Return the settings of the session that say it."""
        return {
            "jalon.reach": self.name,
            "jalon.person": str(self.person or ""),
            "jalon.own": _array(self.own),
            "jalon.kept": _array(self.kept),
            "jalon.granted": _array(self.granted),
            "jalon.published": "on" if self.published else "off",
        }


NOBODY, SYSTEM = Reach(), Reach("system")
current: ContextVar[Reach] = ContextVar("reach", default=NOBODY)


@contextmanager
def within(reach: Reach) -> Iterator[None]:
    """Work within a reach until the end of the block, also on a connection that opens in between."""
    token = current.set(reach)
    try:
        _say()
        yield
    finally:
        current.reset(token)
        _say()


def system() -> _GeneratorContextManager[None]:
    """Return a block, or a decorator, for the system's own work, whoever caused it."""
    return within(SYSTEM)


def enter(reach: Reach) -> None:
    """Change the reach until the end of the block that holds this one."""
    current.set(reach)
    _say()


class Wall:
    """Middleware: each request is within the reach of the signed-in person, and leaves none behind."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer within the reach."""
        from devices.queries import caller_of, reach  # the models: not loaded yet where the apps are

        with within(reach(caller_of(request))):
            return self.get_response(request)


@contextmanager
def as_owner() -> Iterator[None]:
    """Work as the role that connected, which owns the tables: for the schema, and nothing else."""
    default_connection.ensure_connection()
    _run(default_connection, "RESET ROLE")
    try:
        yield
    finally:
        take_role(default_connection)


def take_role(connection: Any, **_: Any) -> None:
    """Put a connection behind the wall, where its database has one; receives ``connection_created``."""
    if connection.vendor == "postgresql":
        _run(connection, _TAKE_ROLE)
        _run(connection, *_statement())


def _say() -> None:
    """Tell the open connection the current reach; one that is not open learns it when it opens."""
    default_connection.close_if_health_check_failed()
    if default_connection.connection is not None:
        try:
            _run(default_connection, *_statement())
        except Error:  # it cannot: the next connection starts with the current reach
            default_connection.close()


def _statement() -> tuple[str, list[str]]:
    settings = current.get().settings()
    calls = ", ".join(f"set_config('{name}', %s, false)" for name in settings)
    return f"SELECT {calls}", list(settings.values())


def _run(connection: Any, statement: str, values: list[str] | None = None) -> None:
    """Run a statement beside Django's cursors.

    In a transaction that failed nothing can be said, nor need it be: its end takes back what it had said.
    """
    link = connection.connection
    if link.info.transaction_status != TransactionStatus.INERROR:
        with connection.wrap_database_errors:
            link.execute(statement, values)


def _array(ids: frozenset[UUID]) -> str:
    return "{" + ",".join(sorted(map(str, ids))) + "}"
