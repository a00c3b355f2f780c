import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Cast

from devices import policies

# The feed begins with every device that has an answer.
BEGIN = """
SELECT set_config('jalon.reach', 'system', true);
INSERT INTO assessments_devicechange (device_id, what, at)
SELECT device_id, 'changed', computed_at FROM assessments_deviceassessment ORDER BY computed_at, device_id;
SELECT set_config('jalon.reach', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [("assessments", "0004_words_to_search"), ("devices", "0008_text_search")]

    operations = [
        migrations.CreateModel(
            name="DeviceChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[("changed", "changed"), ("withdrawn", "no longer published")], max_length=10
                    ),
                ),
                (
                    "xid",
                    models.BigIntegerField(
                        db_default=Cast(
                            Cast(models.Func(function="pg_current_xact_id"), models.TextField()),
                            models.BigIntegerField(),
                        )
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "device",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="devices.device",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["xid", "id"], name="device_change_order")],
                "constraints": [
                    models.UniqueConstraint(fields=("device", "what"), name="one_change_of_a_kind")
                ],
            },
        ),
        migrations.RunSQL(BEGIN, migrations.RunSQL.noop),
        migrations.RunSQL(policies.changes(), policies.removed("assessments_devicechange")),
    ]
