"""Where every queryset of documents starts: at the caller and the devices that the caller sees."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from compliance.audit.chain import canonical_instant
from compliance.audit.models import Action, AuditEvent
from compliance.evidence.models import Document, DocumentVersion
from devices.models import Device
from devices.queries import Caller, whole_devices

_SAID = ("kind", "title", "language")


def visible_documents(caller: Caller, devices: QuerySet[Device]) -> QuerySet[Document]:
    """Return the standing documents of devices that the caller sees.

    Who sees a device only because it is published, a hospital buyer, gets its published documents.
    """
    return Document.objects.filter(_shown(caller), device__in=devices.order_by())


def shown_versions(caller: Caller) -> QuerySet[DocumentVersion]:
    """Return the versions of standing documents that the caller gets of a device, if they see the device."""
    return DocumentVersion.objects.filter(_shown(caller, of="document__"))


def published_versions() -> QuerySet[DocumentVersion]:
    """Return the versions of the documents that a hospital sees of the devices that it sees."""
    return DocumentVersion.objects.filter(document__published=True, document__removed_at=None)


def visible_versions(caller: Caller, devices: QuerySet[Device]) -> QuerySet[DocumentVersion]:
    """Return the versions of those documents, with document and file, the latest of a document first."""
    rows = shown_versions(caller).filter(document__device__in=devices.order_by())
    rows = rows.select_related("document", "blob")
    return rows.order_by("document__kind", "document__title", "document__language", "document_id", "-number")


def _shown(caller: Caller, of: str = "") -> Q:
    """Return: a document stands, and is published or of a device that the caller sees whole."""
    whole = whole_devices(caller).order_by()
    return Q(**{f"{of}removed_at": None}) & (Q(**{f"{of}published": True}) | Q(**{f"{of}device__in": whole}))


def with_versions(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Return the documents with their versions and files, the latest first, in two queries for all."""
    versions = DocumentVersion.objects.select_related("blob").order_by("-number")
    return documents.prefetch_related(Prefetch("versions", versions))


def as_recorded(device: Device, until: datetime) -> Iterator[dict[str, Any]]:
    """Yield the versions of documents that stood before an instant, under what was said of them then.

    ``withheld`` says why a file is not given: ``purged``, ``refused`` by the virus scanner, or ``pending``.
    """
    said, shown = _told(device, until)
    rows = DocumentVersion.objects.filter(document__device=device, uploaded_at__lt=until)
    rows = rows.exclude(document__removed_at__lt=until).select_related("document", "blob")
    for row in rows.order_by("document__created_at", "document_id", "number"):
        document, blob = str(row.document_id), row.blob
        facts = shown.get((document, row.number), set())
        yield {
            "document": document,
            **{name: said.get(document, {}).get(name, getattr(row.document, name)) for name in _SAID},
            "version": row.number,
            "added_at": canonical_instant(row.uploaded_at),
            "file": row.name,
            "issued_on": row.issued_on.isoformat() if row.issued_on else None,
            "media_type": blob.media_type,
            "size": blob.size,
            "sha256": row.blob_id,
            "withheld": "purged" if blob.purged_at else None if blob.served else str(blob.scan),
            "facts": sorted(facts),
        }


def _told(device: Device, until: datetime) -> tuple[dict[str, Any], dict[tuple[str, int], set[str]]]:
    """Return what the trail says of documents before an instant: of each by its id, and the facts it shows.

    The rows hold what is said now; that a title was mended later must not change an older dossier.
    """
    said: dict[str, Any] = {}
    shown: dict[tuple[str, int], set[str]] = defaultdict(set)
    events = AuditEvent.objects.filter(subject_type="device", subject_id=str(device.pk), at__lt=until)
    telling = events.filter(action__startswith="document.").exclude(action=Action.DOCUMENT_REFUSED)
    for action, before, after in telling.order_by("id").values_list("action", "before", "after"):
        for one in (after or before or {})["document"].values():
            if action == Action.DOCUMENT_LINKED:
                shown[one["id"], one["version"]].add(one["fact"])
            elif action == Action.DOCUMENT_UNLINKED:
                shown[one["id"], one["version"]].discard(one["fact"])
            else:
                said[one["id"]] = one
    return said, shown
