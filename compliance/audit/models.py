"""The audit trail: what was done, by whom, for whom and why. Rows are added, never touched again."""

from django.db import models
from django.db.models import Func
from django.utils.translation import gettext_lazy as _


class Action(models.TextChoices):
    """What an event says was done."""

    ACCOUNT_CLOSED = "account.closed", _("Account closed")
    ACCOUNT_LOCKED = "account.locked", _("Login locked")
    ACCOUNT_LOGGED_IN = "account.logged_in", _("Logged in")
    ACCOUNT_LOGIN_FAILED = "account.login_failed", _("Login failed")
    ACCOUNT_PASSWORD_CHANGED = "account.password_changed", _("Password changed")
    ACCOUNT_PROVIDER_LINKED = "account.provider_linked", _("Identity provider linked")
    ACCOUNT_PROVIDER_UNLINKED = "account.provider_unlinked", _("Identity provider unlinked")
    ACCOUNT_REOPENED = "account.reopened", _("Account opened again")
    ACCOUNT_SECOND_FACTOR_ADDED = "account.second_factor_added", _("Second factor added")
    ACCOUNT_SECOND_FACTOR_FAILED = "account.second_factor_failed", _("Second factor failed")
    ACCOUNT_SECOND_FACTOR_LOCKED = "account.second_factor_locked", _("Second factor locked")
    ACCOUNT_SECOND_FACTOR_REMOVED = "account.second_factor_removed", _("Second factor removed")
    ACCOUNT_SESSIONS_ENDED = "account.sessions_ended", _("Sessions ended")
    ACCOUNT_WEEKLY_MAIL = "account.weekly_mail", _("Weekly mail asked for or declined")
    ALERTS_ACKNOWLEDGED = "alerts.acknowledged", _("Failed alerts acknowledged")
    ALERTS_LEAVE_ADDED = "alerts.leave_added", _("Leave entered")
    ALERTS_LEAVE_REMOVED = "alerts.leave_removed", _("Leave removed")
    ALERTS_PREFERENCE_SET = "alerts.preference_set", _("Way of being alerted chosen")
    ALERTS_THRESHOLDS_SET = "alerts.thresholds_set", _("Thresholds of alerts set")
    CLIENT_REGISTERED = "client.registered", _("OAuth2 client registered")
    CLIENT_REVOKED = "client.revoked", _("OAuth2 client revoked")
    DEADLINE_ACKNOWLEDGED = "deadline.acknowledged", _("Deadline acknowledged")
    DEADLINE_ASSIGNED = "deadline.assigned", _("Deadline assigned")
    DEADLINE_DONE = "deadline.done", _("Deadline declared done")
    DEADLINE_UNASSIGNED = "deadline.unassigned", _("Deadline no longer assigned")
    DEADLINE_UNMARKED = "deadline.unmarked", _("Declaration on a deadline undone")
    DEADLINE_WAIVED = "deadline.waived", _("Deadline waived")
    DECISION_SIGNED = "decision.signed", _("Decision by a table of the law signed")
    DEVICE_PUBLISHED = "device.published", _("Device published")
    DEVICE_SAVED = "device.saved", _("Device saved")
    DEVICE_UNPUBLISHED = "device.unpublished", _("Device unpublished")
    DOCUMENT_ADDED = "document.added", _("Document added")
    DOCUMENT_AMENDED = "document.amended", _("Document amended")
    DOCUMENT_LINKED = "document.linked", _("Document linked to a fact")
    DOCUMENT_REFUSED = "document.refused", _("Document refused by the virus scanner")
    DOCUMENT_REMOVED = "document.removed", _("Document removed")
    DOCUMENT_UNLINKED = "document.unlinked", _("Document no longer linked to a fact")
    DOCUMENT_VERSION_ADDED = "document.version_added", _("Version of a document added")
    DOSSIER_ASKED = "dossier.asked", _("Dossier asked for")
    DOSSIER_BUILT = "dossier.built", _("Dossier built")
    DOSSIER_CANCELLED = "dossier.cancelled", _("Dossier cancelled")
    DOSSIER_DOWNLOADED = "dossier.downloaded", _("Dossier downloaded")
    DOSSIER_EXPIRED = "dossier.expired", _("Dossier expired")
    DOSSIER_SEALED = "dossier.sealed", _("Dossier sealed")
    DOSSIER_SIGNATURE_WITHDRAWN = "dossier.signature_withdrawn", _("Signature of a dossier withdrawn")
    DOSSIER_SIGNED = "dossier.signed", _("Dossier signed")
    FACT_AMENDED = "fact.amended", _("Fact amended")
    FACT_RECORDED = "fact.recorded", _("Fact recorded")
    FACT_RETRACTED = "fact.retracted", _("Fact retracted")
    FEED_MADE = "feed.made", _("Address of a calendar feed made")
    FEED_REVOKED = "feed.revoked", _("Address of a calendar feed revoked")
    FEED_ROTATED = "feed.rotated", _("Address of a calendar feed made anew")
    GRANT_GIVEN = "grant.given", _("Grant given")
    GRANT_REVOKED = "grant.revoked", _("Grant revoked")
    INVITATION_ACCEPTED = "invitation.accepted", _("Invitation accepted")
    INVITATION_RESENT = "invitation.resent", _("Invitation sent again")
    INVITATION_SENT = "invitation.sent", _("Invitation sent")
    INVITATION_WITHDRAWN = "invitation.withdrawn", _("Invitation withdrawn")
    KEY_MADE = "key.made", _("API key made")
    KEY_REVOKED = "key.revoked", _("API key revoked")
    KEY_ROTATED = "key.rotated", _("API key rotated")
    LAW_AMENDED = "law.amended", _("Law amended")
    MEMBERSHIP_CHANGED = "membership.changed", _("Role changed")
    MEMBERSHIP_REMOVED = "membership.removed", _("Membership removed")
    ORGANISATION_SAVED = "organisation.saved", _("Organisation saved")
    RECORD_IMPORTED = "record.imported", _("Record imported")
    REQUIREMENT_APPLICABLE = "requirement.applicable", _("Requirement applicable after all")
    REQUIREMENT_NOT_APPLICABLE = "requirement.not_applicable", _("Requirement not applicable")
    REQUIREMENT_SERVED = "requirement.served", _("Document attached to requirements")
    REQUIREMENT_UNSERVED = "requirement.unserved", _("Document detached from requirements")
    SOURCE_SAVED = "source.saved", _("Source saved")
    WEBHOOK_ADDED = "webhook.added", _("Webhook added")
    WEBHOOK_CHANGED = "webhook.changed", _("Webhook changed")
    WEBHOOK_DISABLED = "webhook.disabled", _("Webhook disabled")
    WEBHOOK_ENABLED = "webhook.enabled", _("Webhook enabled")
    WEBHOOK_REPLAYED = "webhook.replayed", _("Webhook sent again")
    WEBHOOK_ROTATED = "webhook.rotated", _("Secret of a webhook rotated")


class TransactionId(Func):
    """The number of the running transaction, which the database never gives twice."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class AuditEvent(models.Model):
    """One operation on one subject.

    Events of an organisation form a chain: ``sequence`` counts from 1 without a gap, ``hash`` covers the
    event and the hash before it. Events of no organisation form the chain of the platform. The author is
    kept as plain text, so that nothing that happens to the account reaches the trail. ``before`` and
    ``after`` hold what the operation changed, by kind and key.
    """

    id = models.BigAutoField(primary_key=True)
    # The unique constraint below starts with the organisation.
    organisation = models.ForeignKey(
        "devices.Organisation",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("organisation"),
    )
    sequence = models.PositiveBigIntegerField(_("sequence"))
    at = models.DateTimeField(_("date and time"))
    actor_id = models.CharField(_("actor identifier"), max_length=64, default="")
    actor_label = models.CharField(_("actor"), max_length=300)
    on_behalf_of = models.CharField(_("on behalf of"), max_length=300, default="")
    action = models.CharField(_("action"), max_length=60)
    subject_type = models.CharField(_("subject type"), max_length=60)
    subject_id = models.CharField(_("subject identifier"), max_length=80)
    subject_label = models.CharField(_("subject"), max_length=300)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    reason = models.TextField(_("reason"), default="")
    legal_basis = models.TextField(_("legal basis"), default="")
    previous_hash = models.CharField(_("previous hash"), max_length=64, default="")
    hash = models.CharField(_("hash"), max_length=64)
    # Not a part of the hash: ties the event to the rows that its transaction wrote.
    transaction_id = models.BigIntegerField(
        _("transaction"), null=True, db_default=TransactionId(), editable=False
    )

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["id"]
        constraints = [
            # Also the order in which a chain is appended to (its last event) and verified.
            models.UniqueConstraint(
                fields=["organisation", "sequence"],
                nulls_distinct=False,
                name="audit_event_sequence_unique",
            ),
        ]
        indexes = [
            # The history of one subject, last event first.
            models.Index(fields=["subject_type", "subject_id", "-id"], name="audit_event_subject"),
            # rows.unexplained: the events of a transaction
            models.Index(fields=["transaction_id"], name="audit_event_transaction"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_label}"

    @property
    def action_label(self) -> str:
        """Return the action in the user's language, as it is kept if it is none of ours."""
        return str(dict(Action.choices).get(self.action, self.action))


class RowOperation(models.TextChoices):
    """How a version of a row came about; ``EXISTING``: it was there when the history began."""

    EXISTING = "EXISTING", _("existing")
    INSERT = "INSERT", _("insert")
    UPDATE = "UPDATE", _("update")
    DELETE = "DELETE", _("delete")


class RowHistory(models.Model):
    """Every version of every row of the record, whatever wrote it. Only triggers write here.

    ``holder_id`` is the device or organisation that a fact belongs to, the fact that a part belongs to; for
    a device, an organisation or a source its own id. ``row`` is what was written, of a DELETE what was
    removed. Within an operation, ``at`` is its instant and ``actor`` its author (``in_operation``);
    elsewhere they are those of the transaction. Versions of a row follow each other by ``id``.
    """

    id = models.BigAutoField(primary_key=True)
    table = models.CharField(_("table"), max_length=63)
    row_id = models.UUIDField(_("row"))
    holder_id = models.UUIDField(_("belongs to"))
    operation = models.CharField(_("operation"), max_length=8, choices=RowOperation.choices)
    row = models.JSONField(_("content"))
    at = models.DateTimeField(_("date and time"))
    actor = models.CharField(_("actor"), max_length=300)
    in_operation = models.BooleanField(_("within an operation"))
    transaction_id = models.BigIntegerField(_("transaction"))

    class Meta:
        verbose_name = _("version of a row")
        verbose_name_plural = _("versions of rows")
        ordering = ["id"]
        indexes = [
            # facts.past: the rows that ever belonged to a device, an organisation or a fact
            models.Index(fields=["holder_id", "row_id"], name="row_history_holder"),
            # facts.past: the versions of a row, the last one first
            models.Index(fields=["row_id", "-id"], name="row_history_row"),
            # rows.unexplained: the changes that no event may explain
            models.Index(fields=["transaction_id"], name="row_history_transaction"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.table} {self.row_id}"


class Seal(models.Model):
    """The heads of all chains at an instant, signed: ``body`` is the seal as it leaves the database."""

    number = models.PositiveBigIntegerField(_("number"), primary_key=True)
    at = models.DateTimeField(_("date and time"))
    body = models.JSONField(_("content"))

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ["number"]

    def __str__(self) -> str:
        return str(self.number)
