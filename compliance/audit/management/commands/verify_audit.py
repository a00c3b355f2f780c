"""``manage.py verify_audit``: checks the audit trail."""

from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from compliance.audit.check import Chain, SealFault
from compliance.audit.models import RowHistory
from compliance.audit.rows import unexplained
from compliance.audit.verify import verify
from devices.commands import SystemCommand

SHOWN = 20


class Command(SystemCommand):
    help = (
        "Walks every chain of the audit trail and checks it against the seals; exits with 1 and names the "
        "first event that does not hold. Lists the changes of the record that no event explains."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was found. Raises CommandError where the trail does not hold."""
        verdict = verify()
        for chain in verdict.chains:
            self.stdout.write(_line(chain))
        for fault in verdict.seal_faults:
            self.stdout.write(_seal_line(fault))
        self._list_unexplained()
        if not verdict.holds:
            raise CommandError(_("The audit trail does not hold."))
        values = {
            "events": sum(one.events for one in verdict.chains),
            "chains": len(verdict.chains),
            "seals": verdict.seals,
        }
        self.stdout.write(_("Seals that hold: %(seals)d.") % values)
        self.stdout.write(_("The audit trail holds: %(events)d events in %(chains)d chains.") % values)

    def _list_unexplained(self) -> None:
        """Write how many changes no event explains, and the last of them."""
        found = unexplained()
        if number := found.count():
            self.stdout.write(
                _("Changes that no event explains: %(number)d. The last ones:") % {"number": number}
            )
        for version in found.order_by("-id")[:SHOWN]:
            self.stdout.write(_version_line(version))


def _version_line(version: RowHistory) -> str:
    at = version.at.isoformat(timespec="seconds")
    return f"{at} {version.actor} {version.operation} {version.table} {version.row_id}"


def _line(chain: Chain) -> str:
    """Return the sentence on one chain."""
    values = {"chain": chain.organisation or _("platform"), "events": chain.events, "head": chain.head}
    if chain.fault is None:
        return _("%(chain)s: %(events)d events, head %(head)s") % values
    messages = {
        "missing": _("%(chain)s: event %(n)d is missing"),
        "moved": _("%(chain)s: event %(n)d does not follow the one before"),
        "edited": _("%(chain)s: event %(n)d was edited"),
        "rewritten": _("%(chain)s: event %(n)d or one after it is not as it was sealed"),
        "cut": _("%(chain)s: event %(n)d was sealed and is gone"),
    }
    return messages[chain.fault.damage] % {**values, "n": chain.fault.sequence}


def _seal_line(fault: SealFault) -> str:
    """Return the sentence on one seal."""
    messages = {
        "missing": _("seal %(n)d is missing"),
        "moved": _("seal %(n)d does not follow the one before"),
        "forged": _("seal %(n)d does not carry the signature of this installation"),
    }
    return messages[fault.damage] % {"n": fault.number}
