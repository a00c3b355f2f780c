"""Run worked cases: a line per case, the totals last, a non-zero exit when one fails."""

from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError, CommandParser
from pydantic import ValidationError

from compliance.assessments.cases import CasesFile, Verdict, run
from compliance.law import strict_yaml
from compliance.law.parameters import current_law


class Command(BaseCommand):
    """``run_cases FILE…``: needs no database."""

    help = "Run worked cases of the law and report each."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the files."""
        parser.add_argument("files", nargs="+", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the verdicts. Raises CommandError when a file is wrong or a case fails."""
        law = current_law()
        verdicts = [run(case, law) for file in options["files"] for case in _read(file).cases]
        for verdict in verdicts:
            self._print(verdict)
        failed = sum(bool(verdict.differences) for verdict in verdicts)
        self.stdout.write(f"{len(verdicts)} cases: {len(verdicts) - failed} passed, {failed} failed")
        if failed:
            raise CommandError(f"{failed} of {len(verdicts)} cases failed")

    def _print(self, verdict: Verdict) -> None:
        word = "FAIL" if verdict.differences else "pass"
        self.stdout.write(f"{word} {verdict.case.id}: {verdict.case.title}")
        for difference in verdict.differences:
            self.stdout.write(f"     {difference}")


def _read(file: Path) -> CasesFile:
    try:
        return CasesFile.model_validate(strict_yaml.load(file.read_bytes()))
    except (OSError, yaml.YAMLError) as error:
        raise CommandError(f"{file}: {error}") from error
    except ValidationError as error:
        lines = [f"{file}: {'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        raise CommandError("\n".join(lines)) from error
