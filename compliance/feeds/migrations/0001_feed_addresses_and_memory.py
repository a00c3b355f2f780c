import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from devices import policies


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("devices", "0008_text_search"),
    ]

    operations = [
        migrations.CreateModel(
            name="FeedAddress",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("last_used_at", models.DateTimeField(null=True, verbose_name="last used at")),
            ],
            options={
                "verbose_name": "address of a calendar feed",
                "verbose_name_plural": "addresses of calendar feeds",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("token_hash__regex", "^[0-9a-f]{64}$")),
                        name="feedaddress_token_hash_format",
                        violation_error_code="format",
                        violation_error_message="A SHA-256 hash has 64 hexadecimal digits.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Said",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.CharField(max_length=80)),
                ("trigger_fact", models.CharField(max_length=200)),
                ("n", models.CharField(blank=True, default="", max_length=80)),
                ("whole", models.BooleanField()),
                ("strict", models.DateField()),
                ("hour", models.CharField(blank=True, default="", max_length=5)),
                ("words", models.CharField(max_length=64)),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("changed_at", models.DateTimeField()),
                ("cancelled_at", models.DateTimeField(null=True)),
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
                "verbose_name": "deadline as feeds said it last",
                "verbose_name_plural": "deadlines as feeds said them last",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("device", "rule", "trigger_fact", "n", "whole"), name="one_memory_a_deadline"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cancelled_at", None),
                            ("cancelled_at__lte", models.F("changed_at")),
                            _connector="OR",
                        ),
                        name="cancelled_when_last_changed",
                    ),
                ],
            },
        ),
        migrations.RunSQL(policies.of_person("feeds_feedaddress"), policies.removed("feeds_feedaddress")),
        migrations.RunSQL(policies.of_system("feeds_said"), policies.removed("feeds_said")),
    ]
