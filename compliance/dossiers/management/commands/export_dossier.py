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
from compliance.dossiers.models import DossierScope
from compliance.dossiers.scopes import MAKERS, Question, check
from compliance.facts.errors import FactError
from config import clock
from devices.commands import SystemCommand
from devices.models import Device, TrackName


class Command(SystemCommand):
    """``export_dossier DEVICE… --on D --known-on D --output P``: the same dates give the same bytes."""

    help = (
        "Builds the dossier of a device, of one of its tracks, of several devices, or of what changed: a "
        "BagIt bag in a ZIP. Dates are those of today unless given."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the devices, the scope, the dates, the file and the language."""
        parser.add_argument("device", nargs="+", help="key or UUID; several for a portfolio")
        parser.add_argument("--scope", choices=DossierScope.values, default=DossierScope.DEVICE)
        parser.add_argument("--track", choices=TrackName.values, help="of a dossier of one track")
        parser.add_argument("--since", type=_day, help="what changed since this date (YYYY-MM-DD)")
        parser.add_argument("--on", type=_day, help="status on this date (YYYY-MM-DD)")
        parser.add_argument("--known-on", type=_day, help="as known on this date (YYYY-MM-DD)")
        parser.add_argument(
            "--output", type=Path, required=True, help="the ZIP to write; it may not exist yet"
        )
        parser.add_argument("--language", choices=["fr", "en"], default="fr")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the dossier. Raises CommandError where it cannot be made or written."""
        devices, path = tuple(_device(one) for one in options["device"]), options["output"]
        try:
            with path.open("x+b") as file:
                dossier = _written(file, path, devices, options)
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


def _written(file: BinaryIO, path: Path, devices: tuple[Device, ...], options: dict[str, Any]) -> Dossier:
    """Build the dossier into the file; where that fails, leave neither a file nor an event behind."""
    now, today = clock.now(), clock.today()
    question = Question(
        options["scope"],
        devices,
        options["on"] or today,
        options["known_on"] or today,
        options["language"],
        options["since"],
        options["track"],
    )
    try:
        check(question, today=today)
        actor = Actor.system("export_dossier")
        return MAKERS[question.scope](question, actor, now, file, lambda *_: None, lambda _: None)
    except BaseException:
        path.unlink()
        raise
