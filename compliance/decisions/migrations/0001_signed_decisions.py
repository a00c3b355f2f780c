"""Signed decisions: rows are added, never changed or taken out, and stand behind the second wall."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from devices import policies

APPEND_ONLY = """
CREATE TRIGGER decision_no_change BEFORE UPDATE OR DELETE ON decisions_signeddecision
    FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER decision_no_truncate BEFORE TRUNCATE ON decisions_signeddecision
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
ALTER TABLE decisions_signeddecision ENABLE ALWAYS TRIGGER decision_no_change;
ALTER TABLE decisions_signeddecision ENABLE ALWAYS TRIGGER decision_no_truncate;
"""
REMOVED = """
DROP TRIGGER decision_no_truncate ON decisions_signeddecision;
DROP TRIGGER decision_no_change ON decisions_signeddecision;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("audit", "0001_initial"),
        ("devices", "0007_second_wall"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignedDecision",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("table", models.CharField(max_length=40, verbose_name="table")),
                ("about", models.CharField(blank=True, max_length=120, verbose_name="about")),
                ("answers", models.JSONField(verbose_name="answers")),
                ("result", models.JSONField(verbose_name="result")),
                ("path", models.JSONField(verbose_name="path")),
                ("on", models.DateField(verbose_name="on")),
                ("known_on", models.DateField(verbose_name="known on")),
                ("law_version", models.CharField(max_length=12, verbose_name="version of the law")),
                ("meaning", models.CharField(max_length=200, verbose_name="meaning of the signature")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("signed_at", models.DateTimeField(verbose_name="signed at")),
                (
                    "signer_id",
                    models.CharField(blank=True, max_length=64, verbose_name="identifier of the signer"),
                ),
                ("signer_label", models.CharField(max_length=300, verbose_name="signed by")),
                (
                    "device",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="devices.device",
                        verbose_name="device",
                    ),
                ),
            ],
            options={
                "verbose_name": "signed decision",
                "verbose_name_plural": "signed decisions",
                "ordering": ["-signed_at", "pk"],
                "indexes": [models.Index(fields=["device", "-signed_at"], name="decision_of_device")],
            },
        ),
        migrations.RunSQL(APPEND_ONLY, REMOVED),
        migrations.RunSQL(
            policies.of_whole_device("decisions_signeddecision"), policies.removed("decisions_signeddecision")
        ),
    ]
