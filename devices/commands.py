"""What commands that read or write records share: they are the system's own work, and say so."""

from typing import Any

from django.core.management.base import BaseCommand

from devices import wall


class SystemCommand(BaseCommand):
    """A command that works within the reach of the system."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command."""
        with wall.system():
            return super().execute(*args, **options)
