"""``manage.py seal_audit``: seals the audit trail as it stands."""

from typing import Any

from django.utils.translation import gettext as _

from compliance.audit.sealing import public_key, seal
from config import clock
from devices.commands import SystemCommand


class Command(SystemCommand):
    help = "Signs the heads of all chains of the audit trail and writes the seal into the folder of seals."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make a seal and say which, with the public key to check it with."""
        made = seal(clock.now())
        self.stdout.write(
            _("Seal %(number)d: %(chains)d chains. Public key: %(key)s")
            % {"number": made.number, "chains": len(made.body["heads"]), "key": public_key()}
        )
