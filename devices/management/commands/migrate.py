"""``manage.py migrate``: as the owner of the tables, past the second wall."""

from typing import Any

from django.core.management.commands import migrate

from devices import wall


class Command(migrate.Command):
    """Django's own command, in front of the wall and as the system where the owner is no superuser."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate."""
        with wall.system(), wall.as_owner():
            super().handle(*args, **options)
