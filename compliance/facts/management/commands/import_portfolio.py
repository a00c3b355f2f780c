"""``manage.py import_portfolio FILE``: loads a facts file, all or nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.audit.actors import Actor
from compliance.facts.errors import FactError
from compliance.facts.files import content_of
from compliance.facts.importing import Report, import_file
from config import clock
from devices.commands import SystemCommand


class Command(SystemCommand):
    help = "Load a facts file (YAML or JSON), all or nothing; print every error with its path in the file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--reason", default="", help="why it corrects or removes what is recorded")
        parser.add_argument("--dry-run", action="store_true", help="check and count, then undo all")
        parser.add_argument("--owner", help="key of the organisation that keeps devices without an owner")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            report = import_file(
                actor=Actor.system("import_portfolio"),
                content=content_of(path),
                name=path.name,
                reason=options["reason"],
                at=clock.now(),
                owner=options["owner"],
                dry_run=options["dry_run"],
            )
        except FactError as error:
            self.stderr.write(str(error))
            count = len(error.problems)
            message = ngettext(
                "%(count)d error: nothing was written.", "%(count)d errors: nothing was written.", count
            )
            raise CommandError(message % {"count": count}) from error
        self.stdout.write(_summary(report))
        if options["dry_run"]:
            self.stdout.write(_("Dry run: nothing was written."))


def _summary(report: Report) -> str:
    return _(
        "Read: %(devices)d devices, %(organisations)d organisations, %(sources)d sources. "
        "Entries recorded: %(recorded)d, amended: %(amended)d, retracted: %(retracted)d."
    ) % {name: getattr(report, name) for name in Report.__dataclass_fields__}
