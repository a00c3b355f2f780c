"""``manage.py export_dossier``: builds the dossier of a device."""

from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext

from compliance.assessments.dates import FIRST_DAY, LAST_DAY
from compliance.audit.actors import Actor
from compliance.dossiers.making import Dossier
from compliance.dossiers.operations import build
from compliance.facts.errors import FactError
from config import clock
from devices.commands import SystemCommand
from devices.models import Device


class Command(SystemCommand):
    """``export_dossier DEVICE --on D --known-on D --output P``: the same dates give the same bytes."""

    help = "Builds the dossier of a device, a BagIt bag in a ZIP. Dates are those of today unless given."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the device, the two dates, the file and the language."""
        parser.add_argument("device", help="key or UUID")
        parser.add_argument("--on", type=_day, help="status on this date (YYYY-MM-DD)")
        parser.add_argument("--known-on", type=_day, help="as known on this date (YYYY-MM-DD)")
        parser.add_argument(
            "--output", type=Path, required=True, help="the ZIP to write; it may not exist yet"
        )
        parser.add_argument("--language", choices=["fr", "en"], default="fr")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the dossier. Raises CommandError where it cannot be made or written."""
        device, path = _device(options["device"]), options["output"]
        try:
            with path.open("x+b") as file:
                dossier = _written(file, path, device, options)
        except FactError as error:
            raise CommandError(str(error)) from error
        except FileExistsError as error:
            raise CommandError(
                gettext("%(path)s exists already: choose another name.") % {"path": path}
            ) from error
        except OSError as error:
            why = {"path": path, "why": error.strerror}
            raise CommandError(gettext("The file %(path)s cannot be written: %(why)s.") % why) from error
        self.stdout.write(
            gettext("%(path)s: %(size)d bytes, SHA-512 %(hash)s")
            % {"path": path, "size": dossier.size, "hash": dossier.sha512}
        )


def _day(text: str) -> date:
    """Return the date of an argument. Raises ArgumentTypeError, whose text the user reads."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        message = gettext("%(text)s is no date of the calendar: write it like 2027-01-14.")
        raise ArgumentTypeError(message % {"text": text}) from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ArgumentTypeError(gettext("%(text)s: choose a date from 1990 to 2099.") % {"text": text})
    return day


def _device(named: str) -> Device:
    """Return the device of a key or UUID. Raises CommandError."""
    try:
        found = Device.objects.filter(pk=UUID(named)).first()
    except ValueError:
        found = Device.objects.filter(key=named).first()
    if found is None:
        raise CommandError(gettext("No device has the key or identifier %(name)s.") % {"name": named})
    return found


def _written(file: BinaryIO, path: Path, device: Device, options: dict[str, Any]) -> Dossier:
    """Build the dossier into the file; where that fails, leave neither a file nor an event behind."""
    today = clock.today()
    try:
        return build(
            actor=Actor.system("export_dossier"),
            device=device,
            on=options["on"] or today,
            known_on=options["known_on"] or today,
            language=options["language"],
            at=clock.now(),
            output=file,
        )
    except BaseException:
        path.unlink()
        raise
