from django.db import migrations, models

APPEND_ONLY = """
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit_seal
    FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
ALTER TABLE audit_seal ENABLE ALWAYS TRIGGER audit_no_change;
ALTER TABLE audit_seal ENABLE ALWAYS TRIGGER audit_no_truncate;
"""
REMOVED = """
DROP TRIGGER audit_no_truncate ON audit_seal;
DROP TRIGGER audit_no_change ON audit_seal;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_existing_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                (
                    "number",
                    models.PositiveBigIntegerField(primary_key=True, serialize=False, verbose_name="number"),
                ),
                ("at", models.DateTimeField(verbose_name="date and time")),
                ("body", models.JSONField(verbose_name="content")),
            ],
            options={"verbose_name": "seal", "verbose_name_plural": "seals", "ordering": ["number"]},
        ),
        migrations.RunSQL(APPEND_ONLY, REMOVED),
    ]
