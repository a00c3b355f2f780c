"""Documents of devices, their versions, and the files, each of which is kept once whoever uploads it."""

import uuid
from typing import Any

from django.conf.locale import LANG_INFO
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from compliance.facts import fields
from compliance.facts.constraints import between, matches, one_of

HASH_LENGTH = 64
NAME_LENGTH = 150
# Those in which a document of a device in France may be: the official languages of the Union.
LANGUAGES: list[tuple[str, Any]] = [
    (code, _(LANG_INFO[code]["name"]))
    for code in (
        *("fr", "en", "bg", "cs", "da", "de", "el", "es", "et", "fi", "ga", "hr"),
        *("hu", "it", "lt", "lv", "nl", "pl", "pt", "ro", "sk", "sl", "sv"),
    )
]


class DocumentKind(models.TextChoices):
    """What a document is, as the field names it."""

    CERTIFICATE = "certificate", _("Certificate")
    DECLARATION_OF_CONFORMITY = "declaration_of_conformity", _("Declaration of conformity")
    IFU = "ifu", _("Instructions for use (IFU)")
    CNEDIMTS_OPINION = "cnedimts_opinion", _("CNEDiMTS opinion")
    JO_ACT = "jo_act", _("Act in the Journal officiel (JO)")
    ANS_CERTIFICATE = "ans_certificate", _("ANS certificate")
    PSUR = "psur", _("PSUR")
    TEST_REPORT = "test_report", _("Test report")
    CONTRACT = "contract", _("Contract")
    OTHER = "other", _("Other document")


class MediaType(models.TextChoices):
    """What a file may be. Nothing else is kept or served."""

    PDF = "application/pdf", "PDF"
    PNG = "image/png", "PNG"
    JPEG = "image/jpeg", "JPEG"
    TIFF = "image/tiff", "TIFF"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "DOCX"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"
    ODT = "application/vnd.oasis.opendocument.text", "ODT"
    ODS = "application/vnd.oasis.opendocument.spreadsheet", "ODS"
    TEXT = "text/plain", "TXT"
    CSV = "text/csv", "CSV"
    XML = "application/xml", "XML"
    JSON = "application/json", "JSON"


class Scan(models.TextChoices):
    """What the virus scanner said of a file. Only ``unscanned`` and ``clean`` are served."""

    UNSCANNED = "unscanned", _("not scanned")
    PENDING = "pending", _("being scanned")
    CLEAN = "clean", _("scanned: nothing found")
    REFUSED = "refused", _("refused by the virus scanner")


class Blob(models.Model):
    """The bytes of a file, named by their SHA-256.

    Two organisations that upload the same bytes share the row, and neither is told. The row outlives the
    file, which is purged once no document stands that holds it.
    """

    sha256 = models.CharField("SHA-256", max_length=HASH_LENGTH, primary_key=True)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    media_type = models.CharField(_("type"), max_length=100, choices=MediaType.choices)
    scan = models.CharField(_("virus scan"), max_length=fields.CODE_LENGTH, choices=Scan.choices)
    scanned_at = models.DateTimeField(_("scanned at"), null=True, blank=True)
    purged_at = models.DateTimeField(_("file purged at"), null=True, blank=True)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [
            matches("sha256", "^[0-9a-f]{64}$", _("A SHA-256 hash has 64 hexadecimal digits.")),
            models.CheckConstraint(condition=Q(size__gt=0), name="blob_size_positive"),
            one_of("media_type", MediaType),
            one_of("scan", Scan),
        ]
        indexes = [
            # compliance.evidence.scanning.scan_waiting: what the scanner has not seen yet
            models.Index(
                fields=["sha256"], condition=Q(scan__in=["unscanned", "pending"]), name="blob_to_scan"
            ),
        ]

    def __str__(self) -> str:
        return self.sha256

    @property
    def served(self) -> bool:
        """Return whether the file may be given to those who see its document."""
        return self.purged_at is None and self.scan in (Scan.UNSCANNED, Scan.CLEAN)


class Document(models.Model):
    """A document of a device. A removed one stays here with its reason, and is shown no more."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    device = models.ForeignKey(
        "devices.Device", on_delete=models.PROTECT, related_name="documents", verbose_name=_("device")
    )
    kind = fields.choice(DocumentKind, _("kind of document"))
    title = fields.required_text(_("title"), 200)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="fr")
    published = models.BooleanField(
        _("published"), default=False, help_text=_("Hospitals that see the device may download it.")
    )
    created_at = models.DateTimeField(_("created at"), editable=False)
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True, editable=False)
    removal_reason = models.TextField(_("reason of the removal"), blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["kind", "title", "language", "id"]
        constraints = [
            one_of("kind", DocumentKind),
            matches("language", "^[a-z]{2}$", _("A language has a code of two letters.")),
            models.UniqueConstraint(
                fields=["device", "kind", "title", "language"],
                condition=Q(removed_at=None),
                name="document_once",
                violation_error_code="duplicate",
                violation_error_message=_(
                    "The device has a document of this kind, title and language: add a version to it, "
                    "or choose another title."
                ),
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None) | ~Q(removal_reason=""), name="document_removal_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class DocumentVersion(models.Model):
    """One upload of a document. Never changed or deleted; numbers count from 1 without a gap."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The unique constraint below starts with the document: its index serves every search by document.
    document = models.ForeignKey(
        Document,
        on_delete=models.PROTECT,
        related_name="versions",
        db_index=False,
        verbose_name=_("document"),
    )
    number = models.PositiveIntegerField(_("version"))
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="versions", verbose_name=_("file"))
    name = models.CharField(_("name of the file"), max_length=NAME_LENGTH)
    issued_on = fields.optional_day(_("issued on"))
    uploaded_at = models.DateTimeField(_("uploaded at"))
    uploaded_by = models.CharField(_("uploaded by"), max_length=300)

    class Meta:
        verbose_name = _("version of a document")
        verbose_name_plural = _("versions of documents")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(F("document"), F("number").desc(), name="documentversion_number"),
            between("number", 1, 100_000, _("Versions are numbered from 1.")),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.number}"


class DocumentLink(models.Model):
    """A fact that a version of a document shows, by the path that reasons name it."""

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(
        DocumentVersion,
        on_delete=models.PROTECT,
        related_name="links",
        db_index=False,
        verbose_name=_("version"),
    )
    fact = models.CharField(_("fact"), max_length=200)

    class Meta:
        verbose_name = _("fact shown by a document")
        verbose_name_plural = _("facts shown by documents")
        ordering = ["fact"]
        constraints = [
            models.UniqueConstraint(fields=["version", "fact"], name="documentlink_once"),
            matches("fact", r"^[a-z_.]+\[[a-z0-9._-]+\]$", _("A fact is named like versions[v1].")),
        ]

    def __str__(self) -> str:
        return self.fact
