"""``manage.py flush``: as the owner of the tables, for only the owner empties one."""

from typing import Any

from django.core.management.commands import flush

from devices import wall


class Command(flush.Command):
    """Django's own command, in front of the wall."""

    def handle(self, **options: Any) -> None:
        """Empty the tables."""
        with wall.as_owner():
            super().handle(**options)
