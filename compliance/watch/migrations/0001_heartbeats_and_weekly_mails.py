import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from devices import policies


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("alerts", "0002_amendments"),
        ("devices", "0008_text_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SeenFailure",
            fields=[
                (
                    "alert",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="alerts.alert",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="date and time")),
                ("by", models.CharField(max_length=300, verbose_name="author")),
            ],
            options={
                "verbose_name": "failed alert that was seen",
                "verbose_name_plural": "failed alerts that were seen",
            },
        ),
        migrations.CreateModel(
            name="WeeklyWish",
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
                (
                    "wanted",
                    models.BooleanField(
                        verbose_name="mail of each Monday: what is watched, what was sent, what is next"
                    ),
                ),
            ],
            options={
                "verbose_name": "wish for the weekly mail",
                "verbose_name_plural": "wishes for the weekly mail",
            },
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                (
                    "name",
                    models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="task"),
                ),
                ("at", models.DateTimeField(verbose_name="last tick")),
                ("took", models.DurationField(verbose_name="took")),
                ("error", models.CharField(blank=True, default="", max_length=100, verbose_name="error")),
                ("good_at", models.DateTimeField(null=True, verbose_name="last good tick")),
            ],
            options={
                "verbose_name": "heartbeat",
                "verbose_name_plural": "heartbeats",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("error", ""), _negated=True),
                            ("good_at", models.F("at")),
                            _connector="OR",
                        ),
                        name="good_tick_is_the_last_good_one",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WeeklyMail",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("week", models.CharField(max_length=8, verbose_name="week")),
                ("claimed_until", models.DateTimeField(null=True, verbose_name="claimed until")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="sent at")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("error", models.CharField(blank=True, default="", max_length=300, verbose_name="error")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recipient",
                    ),
                ),
            ],
            options={
                "verbose_name": "weekly mail",
                "verbose_name_plural": "weekly mails",
                "constraints": [
                    models.UniqueConstraint(fields=("week", "user"), name="one_mail_a_week"),
                    models.CheckConstraint(
                        condition=models.Q(("week__regex", "^[0-9]{4}-W[0-9]{2}$")),
                        name="weeklymail_week_format",
                        violation_error_code="format",
                        violation_error_message="A week is written as 2026-W48.",
                    ),
                ],
            },
        ),
        # An installation is given the same time as any tick: its first ones are not missed yet.
        migrations.RunSQL(
            "INSERT INTO watch_heartbeat (name, at, took, error, good_at)"
            " VALUES ('alerts', now(), '0', '', now()), ('reassess', now(), '0', '', now())",
            migrations.RunSQL.noop,
        ),
        # ledger.failed, on each page of who looks after the installation: alerts given up, among millions
        migrations.RunSQL(
            "CREATE INDEX alert_failed ON alerts_alert (id) WHERE state = 'failed'",
            "DROP INDEX alert_failed",
        ),
        *(
            migrations.RunSQL(policies.of_system(f"watch_{one}"), policies.removed(f"watch_{one}"))
            for one in ("heartbeat", "seenfailure", "weeklymail")
        ),
        migrations.RunSQL(policies.of_person("watch_weeklywish"), policies.removed("watch_weeklywish")),
    ]
