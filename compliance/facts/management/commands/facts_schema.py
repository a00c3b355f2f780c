"""``manage.py facts_schema``: prints the JSON Schema of the facts file."""

from typing import Any

from django.core.management.base import BaseCommand

from compliance.facts.schema import schema_text


class Command(BaseCommand):
    help = "Print the JSON Schema of the facts file, as published in compliance/facts/schema."
    requires_system_checks: tuple[str, ...] = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(schema_text(), ending="")
