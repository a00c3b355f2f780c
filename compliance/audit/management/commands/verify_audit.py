"""``manage.py verify_audit``: checks the audit trail."""

from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from compliance.audit.verify import Chain, walk
from devices.commands import SystemCommand


class Command(SystemCommand):
    help = "Walks every chain of the audit trail; exits with 1 and names the first event that does not hold."

    def handle(self, *args: Any, **options: Any) -> None:
        chains = list(walk())
        for chain in chains:
            self.stdout.write(_line(chain))
        if any(chain.fault for chain in chains):
            raise CommandError(_("The audit trail does not hold."))
        self.stdout.write(
            _("The audit trail holds: %(events)d events in %(chains)d chains.")
            % {"events": sum(one.events for one in chains), "chains": len(chains)}
        )


def _line(chain: Chain) -> str:
    """Return the sentence on one chain."""
    values = {
        "chain": chain.organisation or _("platform"),
        "events": chain.events,
        "head": chain.head,
    }
    if chain.fault is None:
        return _("%(chain)s: %(events)d events, head %(head)s") % values
    values["n"] = chain.fault.sequence
    match chain.fault.damage:
        case "missing":
            return _("%(chain)s: event %(n)d is missing") % values
        case "moved":
            return _("%(chain)s: event %(n)d does not follow the one before") % values
        case "edited":
            return _("%(chain)s: event %(n)d was edited") % values
