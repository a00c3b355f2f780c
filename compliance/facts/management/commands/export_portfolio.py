"""``manage.py export_portfolio``: writes recorded devices as a facts file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from compliance.facts import values
from compliance.facts.files import dump, facts_file
from compliance.law.facts import FORMAT, FactsFile
from devices.models import Device, Organisation, Source


class Command(BaseCommand):
    help = "Write what is recorded as a facts file (YAML): the same facts give the same bytes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, help="the file to write (default: standard output)")
        parser.add_argument(
            "--device", nargs="+", metavar="KEY", help="only these devices and what they name"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        text = dump(_facts(options["device"]))
        if options["output"] is None:
            self.stdout.write(text, ending="")
            return
        try:
            options["output"].write_text(text, encoding="utf-8")
        except OSError as error:
            why = {"path": options["output"], "why": error.strerror}
            raise CommandError(_("The file %(path)s cannot be written: %(why)s.") % why) from error


def _facts(keys: list[str] | None) -> FactsFile:
    """Return all that is recorded, or the devices of these keys with what they name."""
    rows = Device.objects.all() if keys is None else Device.objects.filter(key__in=keys)
    devices = values.device_values(rows.values_list("pk", flat=True))
    organisations = values.organisations_by_id(Organisation.objects.values_list("pk", flat=True))
    sources = [values.source_value(one) for one in Source.objects.order_by("key")]
    if keys is None:
        return FactsFile(
            format=FORMAT,
            sources=tuple(sources),
            organisations=tuple(organisations.values()),
            devices=tuple(devices.values()),
        )
    if unknown := set(keys) - {one.key for one in devices.values()}:
        raise CommandError(_("No device has the key %(key)s.") % {"key": ", ".join(sorted(unknown))})
    return facts_file(sources, organisations.values(), devices.values())
