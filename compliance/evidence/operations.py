"""The way in for documents: upload, new version, change, link to a fact, removal.

Each operation is one transaction with its audit event and raises ``FactError``, and then nothing is
written. ``at`` is the instant of the operation. A file is read and checked before the transaction starts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from compliance.audit.actors import Actor
from compliance.audit.models import Action
from compliance.audit.operations import append
from compliance.evidence import formats, store
from compliance.evidence.errors import refusal, refusals
from compliance.evidence.models import Blob, Document, DocumentLink, DocumentVersion, MediaType, Scan
from compliance.evidence.names import checked_name
from compliance.facts.errors import stale
from compliance.facts.kinds import KINDS
from compliance.facts.permissions import permit
from compliance.law.text import gettext_noop
from devices import wall
from devices.models import Device

OWN = ("kind", "title", "language", "published")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it comes in: the name that it carries, its bytes in pieces, the day it was issued."""

    name: str
    chunks: Iterable[bytes]
    issued_on: date | None = None


def add_document(
    *, actor: Actor, device: Device, details: Mapping[str, Any], upload: Upload, at: datetime
) -> DocumentVersion:
    """Record a document of a device (``details``: the fields of ``OWN``) and return its first version."""
    permit(actor, device)
    name, ending = checked_name(upload.name)
    with store.received(upload.chunks, limit=settings.DOCUMENT_MAX_BYTES) as file:
        media_type = formats.inspect(file.path, ending)
        with transaction.atomic():
            # Whoever adds to the same device waits: a form sent twice meets the document of the first.
            device = Device.objects.select_for_update(no_key=True).get(pk=device.pk)
            document = Document(device=device, created_at=at, **details)
            _checked(document)
            document.save(force_insert=True)
            version = _version(document, 1, _blob(file, media_type), name, upload, actor, at)
            _audit(actor, document, Action.DOCUMENT_ADDED, None, _said(version), at)
    return version


def add_version(
    *, actor: Actor, document: Document, upload: Upload, reason: str = "", at: datetime
) -> DocumentVersion:
    """Add a version to a document and return it; the versions before it stay."""
    permit(actor, document.device)
    name, ending = checked_name(upload.name)
    with store.received(upload.chunks, limit=settings.DOCUMENT_MAX_BYTES) as file:
        media_type = formats.inspect(file.path, ending)
        with transaction.atomic():
            blob = _blob(file, media_type)
            document = lock(document)
            last = document.versions.order_by("-number")[0]
            if last.blob_id == file.sha256:
                message = gettext_noop("This is the same file as version %(number)d: choose the new one.")
                raise refusal("same_file", message, number=last.number)
            version = _version(document, last.number + 1, blob, name, upload, actor, at)
            said = _said(last), _said(version)
            _audit(actor, document, Action.DOCUMENT_VERSION_ADDED, *said, at, reason=reason)
    return version


@transaction.atomic
def amend_document(
    *, actor: Actor, document: Document, changes: Mapping[str, Any], reason: str, at: datetime
) -> Document:
    """Change what is said of a document (the fields of ``OWN``), not its files, and return it."""
    permit(actor, document.device)
    document = lock(document)
    before = _own(document)
    for name in OWN:
        setattr(document, name, changes.get(name, before[name]))
    if _own(document) != before:
        _checked(document)
        document.save(update_fields=OWN)
        _audit(actor, document, Action.DOCUMENT_AMENDED, before, _own(document), at, reason=reason)
    return document


@transaction.atomic
def remove_document(*, actor: Actor, document: Document, reason: str, at: datetime) -> None:
    """Show and serve a document no more. What was said of it stays, with the hashes of its files."""
    permit(actor, document.device)
    document = lock(document)
    if not reason.strip():
        raise refusal("required", gettext_noop("Say why the document is removed."), field="reason")
    document.removed_at, document.removal_reason = at, reason
    document.save(update_fields=["removed_at", "removal_reason"])
    last = document.versions.select_related("blob")[0]
    _audit(actor, document, Action.DOCUMENT_REMOVED, _said(last), None, at, reason=reason)


@transaction.atomic
def link(*, actor: Actor, version: DocumentVersion, fact: str, at: datetime) -> DocumentLink:
    """Say that a version shows a recorded fact of its device, named like ``versions[v1]``."""
    permit(actor, version.document.device)
    document = lock(version.document)
    if not _recorded(document.device, fact):
        message = gettext_noop("The device has no such fact any more: choose another one.")
        raise refusal("unknown_fact", message, field="fact")
    row, new = DocumentLink.objects.get_or_create(version=version, fact=fact)
    if new:
        after = {"version": version.number, "fact": fact}
        _audit(actor, document, Action.DOCUMENT_LINKED, None, after, at)
    return row


@transaction.atomic
def unlink(*, actor: Actor, row: DocumentLink, at: datetime) -> None:
    """Take back that a version shows a fact."""
    permit(actor, row.version.document.device)
    document = lock(row.version.document)
    if DocumentLink.objects.filter(pk=row.pk).delete()[0]:
        before = {"version": row.version.number, "fact": row.fact}
        _audit(actor, document, Action.DOCUMENT_UNLINKED, before, None, at)


def lock_blob(hash_: str) -> None:
    """Wait for whoever keeps or purges this file; until the end of the transaction nobody else does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"blob {hash_}"])


@wall.system()  # another organisation may have kept the same file
def _blob(file: store.Received, media_type: MediaType) -> Blob:
    """Keep a received file and return its row, which may be another organisation's too."""
    lock_blob(file.sha256)
    scan = Scan.PENDING if settings.DOCUMENT_SCANNER else Scan.UNSCANNED
    found = {"size": file.size, "media_type": media_type, "scan": scan}
    blob, new = Blob.objects.get_or_create(sha256=file.sha256, defaults=found)
    store.keep(file)
    if not new and blob.purged_at is not None:
        blob.purged_at = None
        blob.save(update_fields=["purged_at"])
    return blob


def _version(
    document: Document, number: int, blob: Blob, name: str, upload: Upload, actor: Actor, at: datetime
) -> DocumentVersion:
    return DocumentVersion.objects.create(
        document=document, number=number, blob=blob, name=name, issued_on=upload.issued_on,
        uploaded_at=at, uploaded_by=actor.label,
    )  # fmt: skip


def _checked(document: Document) -> None:
    try:
        document.full_clean()
    except ValidationError as error:
        raise refusals(error) from error


def lock(document: Document) -> Document:
    """Return the document as recorded, locked. Raises FactError (stale) if it is removed."""
    rows = Document.objects.select_related("device__owner").select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=document.pk, removed_at=None).first()
    if found is None:
        raise stale()
    return found


def _recorded(device: Device, fact: str) -> bool:
    path, _bracket, key = fact.rstrip("]").partition("[")
    kind = KINDS.get(path)
    if kind is None or kind.subject != "device":
        return False
    return kind.model._default_manager.filter(**{"device": device, "key": key}).exists()


def _own(document: Document) -> dict[str, Any]:
    return {name: getattr(document, name) for name in OWN}


def _said(version: DocumentVersion) -> dict[str, Any]:
    """Return what the trail keeps of a version."""
    return {
        **_own(version.document),
        "version": version.number,
        "file": version.name,
        "sha256": version.blob_id,
        "size": version.blob.size,
        "media_type": str(version.blob.media_type),
        "issued_on": version.issued_on.isoformat() if version.issued_on else None,
    }


def _audit(
    actor: Actor,
    document: Document,
    action: Action,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    at: datetime,
    *,
    reason: str = "",
) -> None:
    """Add the event to the history of the device, under the title of the document."""

    def named(said: Mapping[str, Any] | None) -> dict[str, Any] | None:
        return {"document": {document.title: {"id": str(document.pk), **said}}} if said else None

    append(
        actor=actor, organisation=document.device.owner, action=action, subject_type="device",
        subject_id=str(document.device_id), subject_label=str(document.device), before=named(before),
        after=named(after), reason=reason, at=at,
    )  # fmt: skip
