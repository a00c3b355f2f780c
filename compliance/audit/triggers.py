"""The triggers that keep the history of rows: every table of the record declares them in its ``Meta``.

They call the functions of the migration ``audit.0002_row_history`` directly: the functions that
django-pgtrigger makes for each table could be told to do nothing by a setting of the session.
"""

from django.db import models
from pgtrigger import After, Before, Delete, Insert, Row, Statement, Trigger, Truncate, Update


class _Calling(Trigger):
    """A trigger that executes one function shared by all tables."""

    func = "RETURN NULL;"  # of the function made for the table, which nothing calls
    call = ""

    def render_execute(self, model: models.Model) -> str:
        """Return the call of the shared function."""
        return self.call


class _Kept(_Calling):
    """Writes each version of each row into the history."""

    name = "kept"
    level = Row
    when = After
    operation = Insert | Update | Delete

    def __init__(self, holder: str) -> None:
        self.call = f"audit_keep_row('{holder}')"
        super().__init__()


class _NoTruncate(_Calling):
    """Refuses to empty a table at one stroke, which no row trigger would see."""

    name = "no_truncate"
    level = Statement
    when = Before
    operation = Truncate
    call = "audit_refuse_truncate()"


def history(holder: str) -> list[Trigger]:
    """Return the triggers of a table whose rows belong to what the column ``holder`` names."""
    return [_Kept(holder), _NoTruncate()]
