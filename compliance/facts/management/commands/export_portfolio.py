"""``manage.py export_portfolio``: writes recorded devices as a facts file."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from compliance.facts.errors import FactError
from compliance.facts.exporting import recorded
from compliance.facts.files import dump
from devices.commands import SystemCommand


class Command(SystemCommand):
    help = "Write what is recorded as a facts file (YAML): the same facts give the same bytes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, help="the file to write (default: standard output)")
        parser.add_argument(
            "--device", nargs="+", metavar="KEY", help="only these devices and what they name"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            text = dump(recorded(options["device"]))
        except FactError as error:
            raise CommandError(str(error)) from error
        if options["output"] is None:
            self.stdout.write(text, ending="")
            return
        try:
            options["output"].write_text(text, encoding="utf-8")
        except OSError as error:
            why = {"path": options["output"], "why": error.strerror}
            raise CommandError(_("The file %(path)s cannot be written: %(why)s.") % why) from error
