"""Who signed a dossier and what it means; and the seal that the installation puts on one."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from compliance.audit.models import AuditEvent
from compliance.dossiers.models import DossierRequest
from compliance.facts.constraints import matches, one_of


class Meaning(models.TextChoices):
    """What a signature says (21 CFR 11.50(a)(3); EU GMP Annex 11, 14)."""

    PREPARED = "prepared", pgettext_lazy("meaning of a signature", "prepared")
    REVIEWED = "reviewed", pgettext_lazy("meaning of a signature", "reviewed")
    APPROVED = "approved", pgettext_lazy("meaning of a signature", "approved")


class Signature(models.Model):
    """A person signs the bytes of a dossier; or (``withdraws``) takes that back. Rows never change.

    ``signer_name`` is the name as it stood, ``signer_label`` the account, ``sha512`` and ``code`` are those
    of the dossier that was signed, ``shown`` is what the person had just shown to log in again. ``note`` is
    the remark of a signature, the reason of a withdrawal. ``event`` holds the same in the trail.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dossier = models.ForeignKey(
        DossierRequest, on_delete=models.PROTECT, related_name="signatures", verbose_name=_("dossier")
    )
    meaning = models.CharField(_("meaning of the signature"), max_length=20, choices=Meaning)
    withdraws = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="withdrawal", verbose_name=_("withdraws")
    )
    note = models.TextField(_("remark"), blank=True)
    signer_id = models.CharField(_("identifier of the signer"), max_length=64)
    signer_label = models.CharField(_("account"), max_length=300)
    signer_name = models.CharField(_("signed by"), max_length=300)
    signed_at = models.DateTimeField(_("signed at"))
    shown = models.JSONField(_("logged in again with"))
    sha512 = models.CharField("SHA-512", max_length=128)
    code = models.CharField(_("verification code"), max_length=40)
    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("signature of a dossier")
        verbose_name_plural = _("signatures of dossiers")
        ordering: ClassVar = ["signed_at", "pk"]
        constraints: ClassVar = [
            one_of("meaning", Meaning),
            matches("sha512", "^[0-9a-f]{128}$", _("A SHA-512 hash has 128 hexadecimal digits.")),
            models.UniqueConstraint(
                fields=["dossier", "signer_id", "meaning"],
                condition=Q(withdraws__isnull=True),
                name="signature_once",
            ),
            models.CheckConstraint(condition=~Q(withdraws=F("id")), name="signature_of_another"),
            models.CheckConstraint(
                condition=Q(withdraws__isnull=True) | ~Q(note=""), name="signature_withdrawn_says_why"
            ),
            models.CheckConstraint(
                condition=~(Q(signer_id="") | Q(signer_name="") | Q(signer_label="")),
                name="signature_of_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signer_name}, {self.get_meaning_display()}"


class Seal(models.Model):
    """The seal of a dossier by the certificate of the installation, and how far it is.

    ``signature`` is a detached CMS signature (DER) over the ZIP of this ``sha512``; ``token`` an RFC 3161
    time-stamp (DER) over that signature. ``problem`` says why the last attempt came to nothing, and
    ``not_before`` when the next one follows; null: none does.
    """

    dossier = models.OneToOneField(
        DossierRequest, on_delete=models.PROTECT, primary_key=True, related_name="seal"
    )
    sha512 = models.CharField("SHA-512", max_length=128)
    subject = models.CharField(_("certificate"), max_length=500, blank=True)
    fingerprint = models.CharField(_("SHA-256 of the certificate"), max_length=64, blank=True)
    signature = models.BinaryField(null=True)
    sealed_at = models.DateTimeField(_("sealed at"), null=True)
    token = models.BinaryField(null=True)
    stamped_at = models.DateTimeField(_("time-stamped at"), null=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    not_before = models.DateTimeField(_("not before"), null=True)
    problem = models.JSONField(_("problem"), null=True)

    class Meta:
        verbose_name = _("seal of a dossier")
        verbose_name_plural = _("seals of dossiers")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(signature__isnull=True, sealed_at__isnull=True, subject="", fingerprint="")
                | Q(signature__isnull=False, sealed_at__isnull=False) & ~Q(subject="") & ~Q(fingerprint=""),
                name="seal_made_or_not",
            ),
            models.CheckConstraint(
                condition=Q(token__isnull=True, stamped_at__isnull=True)
                | Q(token__isnull=False, stamped_at__isnull=False, signature__isnull=False),
                name="seal_stamped_or_not",
            ),
        ]
        indexes: ClassVar = [
            # sealing.work: what is to be tried again
            models.Index(fields=["not_before"], condition=Q(not_before__isnull=False), name="seal_to_try"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
