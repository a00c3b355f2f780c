"""``manage.py verify_dossier``: checks a dossier offline."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import get_language

from compliance.dossiers import verify


class Command(BaseCommand):
    """``verify_dossier P [S]``: the same as the file verify.py in each dossier, and no more."""

    help = "Checks a dossier (ZIP or folder): exit 0 good, 1 names what was touched, 2 cannot be read."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the dossier, and the file of its signatures."""
        parser.add_argument("dossier", type=Path, help="the ZIP or the folder")
        parser.add_argument("signatures", type=Path, nargs="?", help="the file of its signatures")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was found. Raises CommandError with the verdict where the dossier does not hold."""
        report = verify.verify(options["dossier"], options["signatures"])
        *found, verdict = report.lines(get_language() or "fr")
        for line in found:
            self.stdout.write(line)
        if report.exit_code:
            raise CommandError(verdict, returncode=report.exit_code)
        self.stdout.write(verdict)
