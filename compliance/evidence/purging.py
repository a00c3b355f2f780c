"""Files that no document holds any more: what a crash left, and what was removed long enough ago."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from compliance.evidence import store
from compliance.evidence.models import Blob, DocumentVersion
from compliance.evidence.operations import lock_blob

_LEFT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Purge:
    """What went, or would go: ends of uploads, files without a row, files of removed documents."""

    leftovers: int
    unnamed: list[str]
    removed: list[str]


def purge(*, at: datetime, keep_removed: timedelta, dry_run: bool) -> Purge:
    """Delete the files that no document holds; with ``dry_run`` only say which.

    The file of a removed document stays for ``keep_removed``, then goes; its row, its hash and the audit
    trail stay, so that a copy found elsewhere can still be recognised.
    """
    ends = store.leftovers(_LEFT_FOR.total_seconds())
    if not dry_run:
        for path in ends:
            path.unlink(missing_ok=True)
    known = set(Blob.objects.filter(purged_at=None).values_list("sha256", flat=True))
    unnamed = [one for one in store.hashes() if one not in known and _gone(one, at, None, dry_run)]
    before = at - keep_removed
    removed = [one for one in sorted(known) if _gone(one, at, before, dry_run)]
    return Purge(len(ends), unnamed, removed)


@transaction.atomic
def _gone(hash_: str, at: datetime, before: datetime | None, dry_run: bool) -> bool:
    """Delete one file if, with nobody keeping it meanwhile, no document holds it; return whether it is so.

    The file goes before the transaction ends, while uploads of the same bytes still wait for it.
    """
    lock_blob(hash_)
    holders = DocumentVersion.objects.filter(blob=hash_, blob__purged_at=None)
    if before is not None:
        holders = holders.exclude(document__removed_at__lt=before)
    if holders.exists():
        return False
    if not dry_run:
        store.path_of(hash_).unlink(missing_ok=True)
        Blob.objects.filter(pk=hash_, purged_at=None).update(purged_at=at)
    return True
