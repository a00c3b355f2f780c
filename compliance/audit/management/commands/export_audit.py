"""``manage.py export_audit``: the audit trail as JSON lines, for who checks it without this application."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from compliance.audit.verify import exported_events
from devices.commands import SystemCommand


class Command(SystemCommand):
    help = "Writes every event of the audit trail, one a line, as compliance/audit/check.py reads them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file to write."""
        parser.add_argument("output", type=Path, help="the file to write; it may not exist yet")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the events. Raises CommandError where the file exists already."""
        count = 0
        try:
            with options["output"].open("x", encoding="utf-8") as file:
                for event in exported_events():
                    file.write(json.dumps(event, ensure_ascii=False) + "\n")
                    count += 1
        except FileExistsError as error:
            message = _("%(path)s exists already: choose another name.") % {"path": options["output"]}
            raise CommandError(message) from error
        self.stdout.write(
            _("%(count)d events written to %(path)s.") % {"count": count, "path": options["output"]}
        )
