import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("devices", "0001_initial"),
        # Those of the libraries first: each would render all our models anew, half a minute for them all.
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("oauth2_provider", "0022_refreshtoken_token_family_index"),
        ("sessions", "0001_initial"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
        ("usersessions", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="AiSystem",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "key",
                    models.CharField(
                        max_length=80,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9][a-z0-9._-]*\\Z",
                                "A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                            )
                        ],
                        verbose_name="key",
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True,
                        default="",
                        validators=[django.core.validators.MaxLengthValidator(4000)],
                        verbose_name="note",
                    ),
                ),
                ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="recorded at")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        default=1, editable=False, verbose_name="version of the record"
                    ),
                ),
                ("is_ai_system", models.BooleanField(blank=True, null=True, verbose_name="AI system")),
                (
                    "is_the_device",
                    models.BooleanField(blank=True, null=True, verbose_name="is itself the device"),
                ),
                (
                    "safety_component",
                    models.BooleanField(blank=True, null=True, verbose_name="safety component of the device"),
                ),
                (
                    "notified_body_required",
                    models.BooleanField(blank=True, null=True, verbose_name="notified body required"),
                ),
                (
                    "annex_iii",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "None"),
                            ("1", "1: biometrics"),
                            ("2", "2: critical infrastructure"),
                            ("3", "3: education"),
                            ("4", "4: employment"),
                            ("5(a)", "5(a): essential public benefits and services"),
                            ("5(b)", "5(b): creditworthiness"),
                            ("5(c)", "5(c): life and health insurance"),
                            ("5(d)", "5(d): emergency calls and triage"),
                            ("6", "6: law enforcement"),
                            ("7", "7: migration and borders"),
                            ("8", "8: justice and democracy"),
                        ],
                        max_length=50,
                        null=True,
                        verbose_name="point of Annex III",
                    ),
                ),
                (
                    "exempt_6_3",
                    models.BooleanField(blank=True, null=True, verbose_name="exempt under Art. 6(3)"),
                ),
                (
                    "profiles_persons",
                    models.BooleanField(blank=True, null=True, verbose_name="profiles persons"),
                ),
                (
                    "interacts_with_persons",
                    models.BooleanField(blank=True, null=True, verbose_name="interacts with persons"),
                ),
                (
                    "generates_content",
                    models.BooleanField(blank=True, null=True, verbose_name="generates content"),
                ),
                (
                    "prohibited_practice",
                    models.CharField(
                        blank=True,
                        help_text="Point of Art. 5, like 5(1)(ba)",
                        max_length=300,
                        null=True,
                        verbose_name="prohibited practice",
                    ),
                ),
                (
                    "for_public_authority",
                    models.BooleanField(
                        blank=True, null=True, verbose_name="intended for public authorities"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("provider", "Provider"),
                            ("deployer", "Deployer"),
                            ("provider_and_deployer", "Provider and deployer"),
                        ],
                        max_length=50,
                        null=True,
                        verbose_name="role",
                    ),
                ),
                (
                    "first_unit_placed_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="first unit placed on the market on"
                    ),
                ),
                (
                    "significant_design_change_on",
                    models.DateField(blank=True, null=True, verbose_name="significant change of design on"),
                ),
                (
                    "device",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="devices.device",
                        verbose_name="device",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="devices.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "AI system",
                "verbose_name_plural": "AI systems",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="aisystem_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="aisystem_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("device", "key"),
                        name="aisystem_key_of_device",
                        violation_error_code="duplicate_key",
                        violation_error_message="This device already has such a fact with this key.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "annex_iii__in",
                                ["none", "1", "2", "3", "4", "5(a)", "5(b)", "5(c)", "5(d)", "6", "7", "8"],
                            )
                        ),
                        name="aisystem_annex_iii_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["provider", "deployer", "provider_and_deployer"])),
                        name="aisystem_role_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Deployment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "key",
                    models.CharField(
                        max_length=80,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9][a-z0-9._-]*\\Z",
                                "A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                            )
                        ],
                        verbose_name="key",
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True,
                        default="",
                        validators=[django.core.validators.MaxLengthValidator(4000)],
                        verbose_name="note",
                    ),
                ),
                ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="recorded at")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        default=1, editable=False, verbose_name="version of the record"
                    ),
                ),
                (
                    "deployer",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="deployer"),
                ),
                (
                    "deployer_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("public_hospital", "Public hospital"),
                            ("private_hospital", "Private hospital"),
                            ("private_practice", "Private practice"),
                            ("other", "Other"),
                        ],
                        max_length=50,
                        null=True,
                        verbose_name="kind of deployer",
                    ),
                ),
                ("first_use_on", models.DateField(blank=True, null=True, verbose_name="first use on")),
                (
                    "workers_informed_on",
                    models.DateField(blank=True, null=True, verbose_name="workers informed on"),
                ),
                (
                    "oversight_assigned_on",
                    models.DateField(blank=True, null=True, verbose_name="oversight assigned on"),
                ),
                ("logging_on", models.DateField(blank=True, null=True, verbose_name="logging on")),
                (
                    "fria_notified_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="fundamental rights impact assessment notified on"
                    ),
                ),
                ("oldest_log_on", models.DateField(blank=True, null=True, verbose_name="oldest log of")),
                (
                    "planned_log_deletion_on",
                    models.DateField(blank=True, null=True, verbose_name="deletion of logs planned on"),
                ),
                (
                    "device",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="devices.device",
                        verbose_name="device",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="devices.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "deployment",
                "verbose_name_plural": "deployments",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="deployment_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="deployment_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("device", "key"),
                        name="deployment_key_of_device",
                        violation_error_code="duplicate_key",
                        violation_error_message="This device already has such a fact with this key.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "deployer_kind__in",
                                ["public_hospital", "private_hospital", "private_practice", "other"],
                            )
                        ),
                        name="deployment_deployer_kind_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("planned_log_deletion_on__gte", models.F("oldest_log_on"))),
                        name="deployment_oldest_log_on_planned_log_deletion_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The logs are deleted before they are written.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DutyEvidence",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "key",
                    models.CharField(
                        max_length=80,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9][a-z0-9._-]*\\Z",
                                "A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                            )
                        ],
                        verbose_name="key",
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True,
                        default="",
                        validators=[django.core.validators.MaxLengthValidator(4000)],
                        verbose_name="note",
                    ),
                ),
                ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="recorded at")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        default=1, editable=False, verbose_name="version of the record"
                    ),
                ),
                (
                    "duty",
                    models.CharField(
                        choices=[
                            ("risk_management", "Risk management (Art. 9)"),
                            ("data_governance", "Data governance (Art. 10)"),
                            ("technical_documentation", "Technical documentation (Art. 11)"),
                            ("logging", "Record-keeping (Art. 12)"),
                            ("instructions_for_use", "Instructions for use (Art. 13)"),
                            ("human_oversight", "Human oversight (Art. 14)"),
                            (
                                "accuracy_robustness_cybersecurity",
                                "Accuracy, robustness and cybersecurity (Art. 15)",
                            ),
                            ("quality_management", "Quality management system (Art. 17)"),
                            ("conformity_assessment", "Conformity assessment (Art. 43)"),
                            ("declaration_of_conformity", "Declaration of conformity (Art. 47)"),
                            ("registration", "Registration (Art. 49)"),
                            ("post_market_monitoring", "Post-market monitoring (Art. 72)"),
                            ("literacy", "AI literacy (Art. 4)"),
                            ("marking_50_2", "Marking of generated content (Art. 50(2))"),
                            ("article_6_3_assessment", "Assessment of the exemption (Art. 6(3))"),
                        ],
                        max_length=50,
                        verbose_name="duty",
                    ),
                ),
                ("met_on", models.DateField(verbose_name="met on")),
                (
                    "document",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="document"),
                ),
                (
                    "device",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="devices.device",
                        verbose_name="device",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="devices.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "evidence of a duty",
                "verbose_name_plural": "evidence of duties",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="dutyevidence_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="dutyevidence_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("device", "key"),
                        name="dutyevidence_key_of_device",
                        violation_error_code="duplicate_key",
                        violation_error_message="This device already has such a fact with this key.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "duty__in",
                                [
                                    "risk_management",
                                    "data_governance",
                                    "technical_documentation",
                                    "logging",
                                    "instructions_for_use",
                                    "human_oversight",
                                    "accuracy_robustness_cybersecurity",
                                    "quality_management",
                                    "conformity_assessment",
                                    "declaration_of_conformity",
                                    "registration",
                                    "post_market_monitoring",
                                    "literacy",
                                    "marking_50_2",
                                    "article_6_3_assessment",
                                ],
                            )
                        ),
                        name="dutyevidence_duty_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                ],
            },
        ),
    ]
