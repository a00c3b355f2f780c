"""The feed of changes: which devices to read again, in the order in which transactions became visible.

A transaction that began earlier may commit later: read by the time or the number of a row, it would be passed
over. So each row holds the transaction that wrote it, and only those rows are read that are older than every
transaction still running. Nothing can then appear before what was read.

A device has one row for each thing that is said of it, which moves to the end when it is said again: what
follows the feed reads the device anew, and needs to be told so once.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from compliance.assessments.models import DeviceChange, What
from devices import wall
from devices.models import Device, Role
from devices.queries import Caller, visible_devices

Place = tuple[int, int]  # transaction, row
# The oldest transaction of this database that runs while the statement asks; the next, where none does.
# The snapshot names those of the whole server. Those of other databases, which its locks tell, write nothing
# here; a transaction of which nothing is found counts as one of ours.
_OLDEST_RUNNING = """(
    SELECT coalesce(min(running::text::bigint), pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
    FROM pg_snapshot_xip(pg_current_snapshot()) running
    WHERE mod(running::text::bigint, 4294967296) NOT IN (
        SELECT held.transactionid::text::bigint FROM pg_locks held JOIN pg_stat_activity USING (pid)
        WHERE held.locktype = 'transactionid' AND held.mode = 'ExclusiveLock'
            AND datname <> current_database()
    )
)"""


@wall.system()
def note(devices: Iterable[Device], what: What, *, at: datetime) -> None:
    """Say of devices that something changed, in the transaction that changes it. One statement."""
    DeviceChange.objects.bulk_create(
        [DeviceChange(device=one, what=what, at=at) for one in devices],
        update_conflicts=True,
        unique_fields=["device", "what"],
        update_fields=["at", "xid"],
    )


def after(caller: Caller, place: Place | None) -> QuerySet[DeviceChange]:
    """Return what changed after a place of the feed, in order: of devices in view, and those taken back."""
    seen = Q(device__in=visible_devices(caller).order_by())
    if Role.BUYER in caller.held:
        seen |= Q(what=What.WITHDRAWN)
    finished = RawSQL(_OLDEST_RUNNING, ())  # noqa: S611 - nothing of a caller is in it
    rows = DeviceChange.objects.filter(seen, xid__lt=finished).order_by("xid", "id")
    if place is None:
        return rows
    xid, row = place
    return rows.filter(Q(xid__gt=xid) | Q(xid=xid, id__gt=row))


def oldest_running() -> int:
    """Return the oldest transaction of this database that runs now: what older ones wrote can be read."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_OLDEST_RUNNING}")
        return int(cursor.fetchone()[0])


def lies_ahead(place: Place) -> bool:
    """Return whether a place is ahead of every transaction: it comes from another server's feed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint <= %s", [place[0]])
        return bool(cursor.fetchone()[0])
