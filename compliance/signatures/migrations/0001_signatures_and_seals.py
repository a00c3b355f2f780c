"""Signatures of dossiers, which nobody changes or removes, and seals; both behind the second wall."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from devices import policies

APPEND_ONLY = """
CREATE TRIGGER signature_no_change BEFORE UPDATE OR DELETE ON signatures_signature
    FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER signature_no_truncate BEFORE TRUNCATE ON signatures_signature
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
ALTER TABLE signatures_signature ENABLE ALWAYS TRIGGER signature_no_change;
ALTER TABLE signatures_signature ENABLE ALWAYS TRIGGER signature_no_truncate;
"""
REMOVED = """
DROP TRIGGER signature_no_truncate ON signatures_signature;
DROP TRIGGER signature_no_change ON signatures_signature;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("audit", "0004_seals"),
        ("dossiers", "0001_dossiers_asked_for"),
    ]

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="seal",
                        serialize=False,
                        to="dossiers.dossierrequest",
                    ),
                ),
                ("sha512", models.CharField(max_length=128, verbose_name="SHA-512")),
                ("subject", models.CharField(blank=True, max_length=500, verbose_name="certificate")),
                (
                    "fingerprint",
                    models.CharField(blank=True, max_length=64, verbose_name="SHA-256 of the certificate"),
                ),
                ("signature", models.BinaryField(null=True)),
                ("sealed_at", models.DateTimeField(null=True, verbose_name="sealed at")),
                ("token", models.BinaryField(null=True)),
                ("stamped_at", models.DateTimeField(null=True, verbose_name="time-stamped at")),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="attempts")),
                ("not_before", models.DateTimeField(null=True, verbose_name="not before")),
                ("problem", models.JSONField(null=True, verbose_name="problem")),
            ],
            options={
                "verbose_name": "seal of a dossier",
                "verbose_name_plural": "seals of dossiers",
                "indexes": [
                    models.Index(
                        condition=models.Q(("not_before__isnull", False)),
                        fields=["not_before"],
                        name="seal_to_try",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("fingerprint", ""),
                                ("sealed_at__isnull", True),
                                ("signature__isnull", True),
                                ("subject", ""),
                            ),
                            models.Q(
                                ("sealed_at__isnull", False),
                                ("signature__isnull", False),
                                models.Q(("subject", ""), _negated=True),
                                models.Q(("fingerprint", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="seal_made_or_not",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("stamped_at__isnull", True), ("token__isnull", True)),
                            models.Q(
                                ("signature__isnull", False),
                                ("stamped_at__isnull", False),
                                ("token__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="seal_stamped_or_not",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "meaning",
                    models.CharField(
                        choices=[
                            ("prepared", "prepared"),
                            ("reviewed", "reviewed"),
                            ("approved", "approved"),
                        ],
                        max_length=20,
                        verbose_name="meaning of the signature",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="remark")),
                ("signer_id", models.CharField(max_length=64, verbose_name="identifier of the signer")),
                ("signer_label", models.CharField(max_length=300, verbose_name="account")),
                ("signer_name", models.CharField(max_length=300, verbose_name="signed by")),
                ("signed_at", models.DateTimeField(verbose_name="signed at")),
                ("shown", models.JSONField(verbose_name="logged in again with")),
                ("sha512", models.CharField(max_length=128, verbose_name="SHA-512")),
                ("code", models.CharField(max_length=40, verbose_name="verification code")),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="dossiers.dossierrequest",
                        verbose_name="dossier",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="audit.auditevent"
                    ),
                ),
                (
                    "withdraws",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawal",
                        to="signatures.signature",
                        verbose_name="withdraws",
                    ),
                ),
            ],
            options={
                "verbose_name": "signature of a dossier",
                "verbose_name_plural": "signatures of dossiers",
                "ordering": ["signed_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("meaning__in", ["prepared", "reviewed", "approved"])),
                        name="signature_meaning_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sha512__regex", "^[0-9a-f]{128}$")),
                        name="signature_sha512_format",
                        violation_error_code="format",
                        violation_error_message="A SHA-512 hash has 128 hexadecimal digits.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdraws__isnull", True)),
                        fields=("dossier", "signer_id", "meaning"),
                        name="signature_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("withdraws", models.F("id")), _negated=True),
                        name="signature_of_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdraws__isnull", True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="signature_withdrawn_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("signer_id", ""),
                            ("signer_name", ""),
                            ("signer_label", ""),
                            _connector="OR",
                            _negated=True,
                        ),
                        name="signature_of_a_person",
                    ),
                ],
            },
        ),
        migrations.RunSQL(APPEND_ONLY, REMOVED),
        migrations.RunSQL(
            policies.of_dossier("signatures_signature"), policies.removed("signatures_signature")
        ),
        migrations.RunSQL(policies.of_dossier("signatures_seal"), policies.removed("signatures_seal")),
    ]
