"""Assess a facts file: statuses and deadlines as JSON, with no database."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext, override

from compliance.amendments.errors import AmendmentError
from compliance.amendments.operations import read
from compliance.amendments.preview import both_laws
from compliance.assessments.assess import assess
from compliance.assessments.dates import write_date
from compliance.assessments.render import body, spoken
from compliance.assessments.words import word
from compliance.facts.errors import FactError
from compliance.facts.files import read_file
from compliance.law.parameters import Law, current_law
from config import clock


class Command(BaseCommand):
    """``assess_facts FILE --on D --known-on D``: the same input gives the same bytes."""

    help = "Assess a facts file and print the answers as JSON."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, the two dates and the language."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--on", type=date.fromisoformat, default=None)
        parser.add_argument("--known-on", type=date.fromisoformat, default=None)
        parser.add_argument("--device", help="only the device of this key")
        parser.add_argument("--simulate", type=Path, help="a text to assess under, as if it were the law")
        parser.add_argument("--language", choices=["fr", "en"], default="fr")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the answers. Raises CommandError where the file is wrong, with every problem and its path."""
        on = options["on"] or clock.today()
        known_on = options["known_on"] or clock.today()
        law = simulated(options["simulate"]) if options["simulate"] else current_law()
        with override(options["language"]):
            try:
                facts = read_file(options["file"])
            except FactError as error:
                raise CommandError(str(error)) from error
            devices = [one for one in facts.devices if options["device"] in {None, one.key}]
            if not devices:
                raise CommandError(gettext("The file holds no such device."))
            answers = [
                spoken(
                    body(assess(device, facts.organisations, law, on=on, known_on=known_on)),
                    law,
                    options["language"],
                    translate=gettext,
                    say=word,
                    write_date=write_date,
                )
                for device in devices
            ]
        if options["simulate"]:
            answers = [{"simulation": options["simulate"].name, **one} for one in answers]
        self.stdout.write(json.dumps(answers, ensure_ascii=False, indent=2, sort_keys=True))


def simulated(file: Path) -> Law:
    """Return the shipped law as it would be with a text, proposed or adopted. Raises CommandError."""
    try:
        return both_laws(current_law(), read(file.read_bytes()))[1]
    except (AmendmentError, OSError) as error:
        raise CommandError(f"{file}: {error}") from error
