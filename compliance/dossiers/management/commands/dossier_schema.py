"""``manage.py dossier_schema``: prints the JSON Schema of dossier.json."""

from typing import Any

from django.core.management.base import BaseCommand

from compliance.dossiers.shape import schema_text


class Command(BaseCommand):
    help = "Print the JSON Schema of dossier.json, as committed in compliance/dossiers/schema."
    requires_system_checks: tuple[str, ...] = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(schema_text(), ending="")
