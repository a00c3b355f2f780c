"""Where every queryset of documents starts: at the caller and the devices that the caller sees."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from compliance.audit.chain import canonical_instant
from compliance.evidence.models import Document, DocumentVersion
from devices.models import Device
from devices.queries import Caller, whole_devices


def visible_documents(caller: Caller, devices: QuerySet[Device]) -> QuerySet[Document]:
    """Return the standing documents of devices that the caller sees.

    Who sees a device only because it is published, a hospital buyer, gets its published documents.
    """
    shown = Q(published=True) | Q(device__in=whole_devices(caller).order_by())
    return Document.objects.filter(shown, removed_at=None, device__in=devices.order_by())


def visible_versions(caller: Caller, devices: QuerySet[Device]) -> QuerySet[DocumentVersion]:
    """Return the versions of those documents, with document and file, the latest of a document first."""
    documents = visible_documents(caller, devices).order_by().values("pk")
    rows = DocumentVersion.objects.filter(document__in=documents).select_related("document", "blob")
    return rows.order_by("document__kind", "document__title", "document__language", "document_id", "-number")


def with_versions(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Return the documents with their versions and files, the latest first, in two queries for all."""
    versions = DocumentVersion.objects.select_related("blob").order_by("-number")
    return documents.prefetch_related(Prefetch("versions", versions))


def as_recorded(device: Device, until: datetime) -> Iterable[dict[str, Any]]:
    """Yield the versions of documents that stood before an instant, under what is said of them now."""
    rows = DocumentVersion.objects.filter(document__device=device, uploaded_at__lt=until)
    rows = rows.exclude(document__removed_at__lt=until).select_related("document", "blob")
    ordered = rows.order_by("document__created_at", "document_id", "number")
    for row in ordered.prefetch_related("links"):
        yield {
            "document": str(row.document_id),
            "kind": row.document.kind,
            "title": row.document.title,
            "language": row.document.language,
            "version": row.number,
            "added_at": canonical_instant(row.uploaded_at),
            "file": row.name,
            "issued_on": row.issued_on.isoformat() if row.issued_on else None,
            "media_type": row.blob.media_type,
            "size": row.blob.size,
            "sha256": row.blob_id,
            "facts": [one.fact for one in row.links.all()],
        }
