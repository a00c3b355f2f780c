import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

SCOPES = ["devices:read", "status:read", "deadlines:read"]
# A key opened its role in every organisation: it keeps the first in which its person holds it. One whose
# person holds its role nowhere opened nothing.
PLACED = """
UPDATE devices_apikey k SET organisation_id = (
    SELECT m.organisation_id FROM devices_membership m
    WHERE m.user_id = k.user_id AND m.role = k.role ORDER BY m.created_at, m.id LIMIT 1);
DELETE FROM devices_apikey WHERE organisation_id IS NULL;
UPDATE devices_apikey SET scopes = ARRAY['devices:read', 'status:read', 'deadlines:read'],
    expires_at = LEAST(expires_at, created_at + interval '365 days');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("devices", "0003_emails_in_small_letters")]

    operations = [
        migrations.AddField(
            model_name="apikey",
            name="organisation",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="api_keys",
                to="devices.organisation",
                verbose_name="organisation",
            ),
        ),
        migrations.AddField(
            model_name="apikey",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("devices:read", "Devices, with one status per track"),
                        ("status:read", "The whole status of a device, with its reasons"),
                        ("deadlines:read", "The deadlines of a device"),
                    ],
                    max_length=50,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="scopes",
            ),
        ),
        migrations.AddField(
            model_name="apikey",
            name="replaces",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="devices.apikey",
                verbose_name="replaces",
            ),
        ),
        migrations.RunSQL(PLACED, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="apikey",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="api_keys",
                to="devices.organisation",
                verbose_name="organisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=Q(scopes__contained_by=SCOPES),
                name="apikey_scopes_choice",
                violation_error_code="choice",
                violation_error_message="A code of this list is not one of the choices.",
            ),
        ),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=~Q(scopes=[]),
                name="apikey_scopes_some",
                violation_error_code="required",
                violation_error_message="A key opens something.",
            ),
        ),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=Q(expires_at__lte=F("created_at") + datetime.timedelta(days=365)),
                name="apikey_longest_life",
                violation_error_code="too_long",
                violation_error_message="A key lives for 365 days at most.",
            ),
        ),
    ]
