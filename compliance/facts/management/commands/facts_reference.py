"""``manage.py facts_reference``: prints docs/facts-reference.md."""

from typing import Any

from django.core.management.base import BaseCommand

from compliance.facts.reference import reference


class Command(BaseCommand):
    help = "Print the reference of the facts file (Markdown), as kept in docs/facts-reference.md."
    requires_system_checks: tuple[str, ...] = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(reference(), ending="")
