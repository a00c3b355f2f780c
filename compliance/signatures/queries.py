"""Signatures with the dossiers that they are of, and whether they hold."""

import hashlib
from collections.abc import Iterable

from django.db.models import Prefetch, QuerySet

from compliance.dossiers import keeping
from compliance.dossiers.models import DossierRequest
from compliance.signatures.models import Signature


def with_signatures(rows: QuerySet[DossierRequest]) -> QuerySet[DossierRequest]:
    """Return the dossiers with what people signed of them, the first one first, in one more query for all.

    Those who see a dossier see its signatures; a signature that was withdrawn comes with its withdrawal.
    """
    signed = Signature.objects.filter(withdraws=None).select_related("withdrawal")
    return rows.prefetch_related(Prefetch("signatures", signed, to_attr="signed"))


def in_force(signed: Iterable[Signature]) -> list[Signature]:
    """Return the signatures that were not withdrawn."""
    return [one for one in signed if not is_withdrawn(one)]


def is_withdrawn(one: Signature) -> bool:
    """Return whether the person took it back."""
    return hasattr(one, "withdrawal")


def hash_of_file(row: DossierRequest) -> str | None:
    """Return the SHA-512 that the kept file of a dossier has now, None where there is none to be read."""
    if not row.file:
        return None
    try:
        with keeping.path_of(row.file).open("rb") as file:
            return hashlib.file_digest(file, "sha512").hexdigest()
    except OSError:
        return None
