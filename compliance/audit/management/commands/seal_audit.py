"""``manage.py seal_audit``: seals the audit trail as it stands; ``--rotate`` hands over to a new key."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from compliance.audit.sealing import public_key, rotate, seal
from config import clock
from devices.commands import SystemCommand


class Command(SystemCommand):
    help = "Signs the heads of all chains of the audit trail and writes the seal into the folder of seals."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rotate", action="store_true", help="hand over to a new key, and seal with it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make a seal and say which, with the public key to check it with."""
        made = (rotate if options["rotate"] else seal)(clock.now())
        self.stdout.write(
            _("Seal %(number)d: %(chains)d chains. Public key: %(key)s")
            % {"number": made.number, "chains": len(made.body["heads"]), "key": public_key()}
        )
