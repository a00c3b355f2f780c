import datetime
import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("devices", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ActorRegistration",
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
                ("srn", models.CharField(max_length=300, verbose_name="SRN")),
                ("submitted_on", models.DateField(blank=True, null=True, verbose_name="submitted on")),
                ("confirmed_on", models.DateField(blank=True, null=True, verbose_name="confirmed on")),
                ("data_changed_on", models.DateField(blank=True, null=True, verbose_name="data changed on")),
                ("updated_on", models.DateField(blank=True, null=True, verbose_name="updated in EUDAMED on")),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="devices.organisation",
                        verbose_name="organisation",
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
                "verbose_name": "registration in EUDAMED",
                "verbose_name_plural": "registrations in EUDAMED",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="actorregistration_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="actorregistration_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("organisation", "key"),
                        name="actorregistration_key_of_organisation",
                        violation_error_code="duplicate_key",
                        violation_error_message="This organisation already has such a fact with this key.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("srn__regex", "^[A-Z]{2}-(MF|AR|IM|PR)-[0-9]{9}$")),
                        name="actorregistration_srn_format",
                        violation_error_code="format",
                        violation_error_message="An SRN is written like FR-MF-000012345.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("confirmed_on__gte", models.F("submitted_on"))),
                        name="actorregistration_submitted_on_confirmed_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The data are confirmed before they are submitted.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("updated_on__gte", models.F("data_changed_on"))),
                        name="actorregistration_data_changed_on_updated_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The data are updated before they change.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Audit",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("initial", "Initial"),
                            ("surveillance", "Surveillance"),
                            ("unannounced", "Unannounced"),
                            ("recertification", "Recertification"),
                        ],
                        max_length=50,
                        verbose_name="kind of audit",
                    ),
                ),
                ("held_on", models.DateField(verbose_name="held on")),
                (
                    "notified_body",
                    models.CharField(
                        blank=True,
                        help_text="4 digits",
                        max_length=4,
                        null=True,
                        verbose_name="notified body (number)",
                    ),
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
                "verbose_name": "audit",
                "verbose_name_plural": "audits",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="audit_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="audit_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("device", "key"),
                        name="audit_key_of_device",
                        violation_error_code="duplicate_key",
                        violation_error_message="This device already has such a fact with this key.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("notified_body__regex", "^[0-9]{4}$")),
                        name="audit_notified_body_format",
                        violation_error_code="format",
                        violation_error_message="A notified body has a number of 4 digits.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["initial", "surveillance", "unannounced", "recertification"])
                        ),
                        name="audit_kind_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Certificate",
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
                ("number", models.CharField(max_length=80, verbose_name="number")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("quality_management", "Quality management system"),
                            ("technical_documentation", "Technical documentation"),
                            ("type_examination", "Type examination"),
                            ("product_verification", "Product verification"),
                        ],
                        max_length=50,
                        verbose_name="kind of certificate",
                    ),
                ),
                (
                    "regulation",
                    models.CharField(
                        choices=[
                            ("MDR", "Regulation (EU) 2017/745 (MDR)"),
                            ("IVDR", "Regulation (EU) 2017/746 (IVDR)"),
                            ("MDD", "Directive 93/42/EEC (MDD)"),
                            ("AIMDD", "Directive 90/385/EEC (AIMDD)"),
                            ("IVDD", "Directive 98/79/EC (IVDD)"),
                        ],
                        max_length=50,
                        verbose_name="regulation",
                    ),
                ),
                (
                    "notified_body",
                    models.CharField(
                        blank=True,
                        help_text="4 digits",
                        max_length=4,
                        null=True,
                        verbose_name="notified body (number)",
                    ),
                ),
                ("issued_on", models.DateField(blank=True, null=True, verbose_name="issued on")),
                (
                    "starts_on",
                    models.DateField(
                        blank=True,
                        help_text="When it differs from the day of issue",
                        null=True,
                        verbose_name="valid from",
                    ),
                ),
                (
                    "printed_end",
                    models.DateField(
                        blank=True,
                        help_text="The last day of validity printed on it",
                        null=True,
                        verbose_name="printed end",
                    ),
                ),
                (
                    "supplement_of",
                    models.CharField(
                        blank=True,
                        help_text="Key or number of the certificate it supplements",
                        max_length=300,
                        null=True,
                        verbose_name="supplement of",
                    ),
                ),
                (
                    "extends",
                    models.CharField(
                        blank=True,
                        help_text="Key or number of the certificate whose validity it extends",
                        max_length=300,
                        null=True,
                        verbose_name="extends",
                    ),
                ),
                ("suspended_on", models.DateField(blank=True, null=True, verbose_name="suspended on")),
                ("reinstated_on", models.DateField(blank=True, null=True, verbose_name="reinstated on")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="withdrawn on")),
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
                "verbose_name": "certificate of a notified body",
                "verbose_name_plural": "certificates of notified bodies",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="certificate_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="certificate_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("device", "key"),
                        name="certificate_key_of_device",
                        violation_error_code="duplicate_key",
                        violation_error_message="This device already has such a fact with this key.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("notified_body__regex", "^[0-9]{4}$")),
                        name="certificate_notified_body_format",
                        violation_error_code="format",
                        violation_error_message="A notified body has a number of 4 digits.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "quality_management",
                                    "technical_documentation",
                                    "type_examination",
                                    "product_verification",
                                ],
                            )
                        ),
                        name="certificate_kind_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("regulation__in", ["MDR", "IVDR", "MDD", "AIMDD", "IVDD"])),
                        name="certificate_regulation_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("printed_end__gte", models.F("issued_on"))),
                        name="certificate_issued_on_printed_end_order",
                        violation_error_code="date_order",
                        violation_error_message="The certificate ends before it is issued.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("printed_end__gte", models.F("starts_on"))),
                        name="certificate_starts_on_printed_end_order",
                        violation_error_code="date_order",
                        violation_error_message="The certificate ends before it starts.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("suspended_on__gte", models.F("issued_on"))),
                        name="certificate_issued_on_suspended_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The certificate is suspended before it is issued.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reinstated_on__gte", models.F("suspended_on"))),
                        name="certificate_suspended_on_reinstated_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The certificate is reinstated before it is suspended.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("withdrawn_on__gte", models.F("issued_on"))),
                        name="certificate_issued_on_withdrawn_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The certificate is withdrawn before it is issued.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(
                            ("supplement_of__isnull", True),
                            models.Q(
                                ("starts_on__isnull", False), ("issued_on__isnull", False), _connector="OR"
                            ),
                        ),
                        expressions=[
                            ("device", "="),
                            ("regulation", "="),
                            ("number", "="),
                            (
                                models.Func(
                                    django.db.models.functions.comparison.Coalesce("starts_on", "issued_on"),
                                    django.db.models.functions.comparison.Greatest(
                                        django.db.models.functions.comparison.Coalesce(
                                            "starts_on", "issued_on"
                                        ),
                                        django.db.models.functions.comparison.Coalesce(
                                            django.db.models.functions.comparison.Least(
                                                "withdrawn_on",
                                                models.Func(
                                                    django.db.models.functions.comparison.Cast(
                                                        "printed_end", models.DateField()
                                                    ),
                                                    output_field=models.DateField(),
                                                    template="(%(expressions)s + 1)",
                                                ),
                                            ),
                                            models.Value(
                                                datetime.date(9999, 12, 31), output_field=models.DateField()
                                            ),
                                        ),
                                    ),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="certificate_no_overlap",
                        violation_error_code="overlap",
                        violation_error_message="Another certificate with this number has some of the same days: say when it ends.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Classification",
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
                    "regulation",
                    models.CharField(
                        choices=[
                            ("MDR", "Regulation (EU) 2017/745 (MDR)"),
                            ("IVDR", "Regulation (EU) 2017/746 (IVDR)"),
                            ("MDD", "Directive 93/42/EEC (MDD)"),
                            ("AIMDD", "Directive 90/385/EEC (AIMDD)"),
                            ("IVDD", "Directive 98/79/EC (IVDD)"),
                        ],
                        max_length=50,
                        verbose_name="regulation",
                    ),
                ),
                (
                    "device_class",
                    models.CharField(
                        choices=[
                            ("I", "Class I"),
                            ("Is", "Class I, sterile"),
                            ("Im", "Class I, measuring"),
                            ("Ir", "Class I, reusable surgical instrument"),
                            ("IIa", "Class IIa"),
                            ("IIb", "Class IIb"),
                            ("III", "Class III"),
                            ("A", "Class A"),
                            ("As", "Class A, sterile"),
                            ("B", "Class B"),
                            ("C", "Class C"),
                            ("D", "Class D"),
                        ],
                        max_length=50,
                        verbose_name="class",
                    ),
                ),
                (
                    "rule",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="rule of classification"
                    ),
                ),
                (
                    "rationale",
                    models.TextField(
                        blank=True,
                        default="",
                        validators=[django.core.validators.MaxLengthValidator(4000)],
                        verbose_name="reasons",
                    ),
                ),
                ("implantable", models.BooleanField(blank=True, null=True, verbose_name="implantable")),
                (
                    "well_established",
                    models.BooleanField(
                        blank=True,
                        help_text="Of the types excepted by MDR Art. 52(4): sutures, staples, screws…",
                        null=True,
                        verbose_name="well-established implant",
                    ),
                ),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="valid from")),
                (
                    "valid_to",
                    models.DateField(
                        blank=True,
                        help_text="The first day on which it is not valid any more",
                        null=True,
                        verbose_name="valid to",
                    ),
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
                "verbose_name": "classification",
                "verbose_name_plural": "classifications",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="classification_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="classification_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("device", "key"),
                        name="classification_key_of_device",
                        violation_error_code="duplicate_key",
                        violation_error_message="This device already has such a fact with this key.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("rationale"), 4000
                        ),
                        name="classification_rationale_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("regulation__in", ["MDR", "IVDR", "MDD", "AIMDD", "IVDD"])),
                        name="classification_regulation_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "device_class__in",
                                ["I", "Is", "Im", "Ir", "IIa", "IIb", "III", "A", "As", "B", "C", "D"],
                            )
                        ),
                        name="classification_device_class_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_to__gt", models.F("valid_from"))),
                        name="classification_valid_from_valid_to_order",
                        violation_error_code="date_order",
                        violation_error_message="The classification ends before it starts, or on the same day.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("valid_from__isnull", False)),
                        expressions=[
                            ("device", "="),
                            ("regulation", "="),
                            (
                                models.Func(
                                    "valid_from",
                                    django.db.models.functions.comparison.Greatest(
                                        "valid_from",
                                        django.db.models.functions.comparison.Coalesce(
                                            "valid_to",
                                            models.Value(
                                                datetime.date(9999, 12, 31), output_field=models.DateField()
                                            ),
                                        ),
                                    ),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="classification_no_overlap",
                        violation_error_code="overlap",
                        violation_error_message="Another classification under this regulation covers some of the same days: end it first.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Declaration",
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
                    "regulation",
                    models.CharField(
                        choices=[
                            ("MDR", "Regulation (EU) 2017/745 (MDR)"),
                            ("IVDR", "Regulation (EU) 2017/746 (IVDR)"),
                            ("MDD", "Directive 93/42/EEC (MDD)"),
                            ("AIMDD", "Directive 90/385/EEC (AIMDD)"),
                            ("IVDD", "Directive 98/79/EC (IVDD)"),
                        ],
                        max_length=50,
                        verbose_name="regulation",
                    ),
                ),
                ("signed_on", models.DateField(blank=True, null=True, verbose_name="signed on")),
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
                "verbose_name": "declaration of conformity",
                "verbose_name_plural": "declarations of conformity",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="declaration_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="declaration_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("device", "key"),
                        name="declaration_key_of_device",
                        violation_error_code="duplicate_key",
                        violation_error_message="This device already has such a fact with this key.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("regulation__in", ["MDR", "IVDR", "MDD", "AIMDD", "IVDD"])),
                        name="declaration_regulation_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Incident",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("serious_incident", "Serious incident"),
                            ("death", "Death"),
                            (
                                "unanticipated_serious_deterioration",
                                "Unanticipated serious deterioration of health",
                            ),
                            ("public_health_threat", "Serious public health threat"),
                            ("fundamental_rights", "Infringement of fundamental rights (AI Act)"),
                            (
                                "widespread_or_critical_infrastructure",
                                "Widespread infringement or critical infrastructure (AI Act)",
                            ),
                        ],
                        max_length=50,
                        verbose_name="kind of incident",
                    ),
                ),
                (
                    "event",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="The same for the incidents that one report covers",
                        max_length=300,
                        verbose_name="event",
                    ),
                ),
                (
                    "aware_on",
                    models.DateField(
                        help_text="The first awareness of anyone who handles complaints",
                        verbose_name="first known on",
                    ),
                ),
                (
                    "reportable_since",
                    models.DateField(
                        blank=True,
                        help_text="The day of the information that made it reportable, if it was not at first",
                        null=True,
                        verbose_name="reportable since",
                    ),
                ),
                ("reported_on", models.DateField(blank=True, null=True, verbose_name="reported on")),
                ("final_report_on", models.DateField(blank=True, null=True, verbose_name="final report on")),
                (
                    "summary",
                    models.TextField(
                        blank=True,
                        default="",
                        validators=[django.core.validators.MaxLengthValidator(4000)],
                        verbose_name="summary",
                    ),
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
                "verbose_name": "incident",
                "verbose_name_plural": "incidents",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="incident_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="incident_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("device", "key"),
                        name="incident_key_of_device",
                        violation_error_code="duplicate_key",
                        violation_error_message="This device already has such a fact with this key.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("summary"), 4000
                        ),
                        name="incident_summary_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "serious_incident",
                                    "death",
                                    "unanticipated_serious_deterioration",
                                    "public_health_threat",
                                    "fundamental_rights",
                                    "widespread_or_critical_infrastructure",
                                ],
                            )
                        ),
                        name="incident_kind_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reportable_since__gte", models.F("aware_on"))),
                        name="incident_aware_on_reportable_since_order",
                        violation_error_code="date_order",
                        violation_error_message="The incident is reportable before it is known.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reported_on__gte", models.F("aware_on"))),
                        name="incident_aware_on_reported_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The incident is reported before it is known.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("final_report_on__gte", models.F("aware_on"))),
                        name="incident_aware_on_final_report_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The final report comes before the incident is known.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("final_report_on__gte", models.F("reported_on"))),
                        name="incident_reported_on_final_report_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The final report comes before the first report.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LegacyDevice",
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
                    "route",
                    models.CharField(
                        choices=[
                            ("3a", "Art. 120(3a): certificate of a directive"),
                            ("3b", "Art. 120(3b): declaration of conformity of a directive"),
                        ],
                        max_length=50,
                        verbose_name="route",
                    ),
                ),
                (
                    "directive_class",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="class under the directive"
                    ),
                ),
                (
                    "declaration_on",
                    models.DateField(blank=True, null=True, verbose_name="declaration signed on"),
                ),
                (
                    "qms_in_place_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="quality management system in place on"
                    ),
                ),
                (
                    "application_on",
                    models.DateField(blank=True, null=True, verbose_name="application to a notified body on"),
                ),
                (
                    "agreement_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="agreement with the notified body on"
                    ),
                ),
                (
                    "significant_change_on",
                    models.DateField(blank=True, null=True, verbose_name="significant change on"),
                ),
                (
                    "complies_with_directive",
                    models.BooleanField(
                        blank=True, null=True, verbose_name="complies with the directive still"
                    ),
                ),
                (
                    "unacceptable_risk",
                    models.BooleanField(blank=True, null=True, verbose_name="unacceptable risk"),
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
                "verbose_name": "transition from a directive",
                "verbose_name_plural": "transitions from a directive",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="legacydevice_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="legacydevice_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("device", "key"),
                        name="legacydevice_key_of_device",
                        violation_error_code="duplicate_key",
                        violation_error_message="This device already has such a fact with this key.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("route__in", ["3a", "3b"])),
                        name="legacydevice_route_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MarketPresence",
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
                    "first_placed_on",
                    models.DateField(blank=True, null=True, verbose_name="first placed on the market on"),
                ),
                (
                    "last_placed_on",
                    models.DateField(blank=True, null=True, verbose_name="last placed on the market on"),
                ),
                (
                    "importer_placed_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="placed on the market by the importer on"
                    ),
                ),
                (
                    "importer_checked_on",
                    models.DateField(blank=True, null=True, verbose_name="checked by the importer on"),
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
                "verbose_name": "presence on the market",
                "verbose_name_plural": "presences on the market",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="marketpresence_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="marketpresence_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("device", "key"),
                        name="marketpresence_key_of_device",
                        violation_error_code="duplicate_key",
                        violation_error_message="This device already has such a fact with this key.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_placed_on__gte", models.F("first_placed_on"))),
                        name="marketpresence_first_placed_on_last_placed_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The last placing comes before the first.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NotifiedBodyApplication",
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
                    "notified_body",
                    models.CharField(
                        blank=True,
                        help_text="4 digits",
                        max_length=4,
                        null=True,
                        verbose_name="notified body (number)",
                    ),
                ),
                ("received_on", models.DateField(blank=True, null=True, verbose_name="received on")),
                ("reviewed_on", models.DateField(blank=True, null=True, verbose_name="reviewed on")),
                (
                    "contract_signed_on",
                    models.DateField(blank=True, null=True, verbose_name="contract signed on"),
                ),
                (
                    "assessment_ended_on",
                    models.DateField(blank=True, null=True, verbose_name="assessment ended on"),
                ),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="decided on")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("certified", "Certified"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=50,
                        null=True,
                        verbose_name="outcome",
                    ),
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
                "verbose_name": "application to a notified body",
                "verbose_name_plural": "applications to notified bodies",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="notifiedbodyapplication_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="notifiedbodyapplication_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("device", "key"),
                        name="notifiedbodyapplication_key_of_device",
                        violation_error_code="duplicate_key",
                        violation_error_message="This device already has such a fact with this key.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("notified_body__regex", "^[0-9]{4}$")),
                        name="notifiedbodyapplication_notified_body_format",
                        violation_error_code="format",
                        violation_error_message="A notified body has a number of 4 digits.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["certified", "refused", "withdrawn"])),
                        name="notifiedbodyapplication_outcome_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reviewed_on__gte", models.F("received_on"))),
                        name="notifiedbodyapplication_received_on_reviewed_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The application is reviewed before it is received.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decided_on__gte", models.F("received_on"))),
                        name="notifiedbodyapplication_received_on_decided_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The application is decided before it is received.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decided_on__gte", models.F("assessment_ended_on"))),
                        name="notifiedbodyapplication_assessment_ended_on_decided_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The application is decided before its assessment ends.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Report",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("psur", "Periodic safety update report (PSUR)"),
                            ("pmsr", "Post-market surveillance report (PMSR)"),
                            ("pmcf", "PMCF evaluation report"),
                            ("sscp", "Summary of safety and clinical performance (SSCP)"),
                        ],
                        max_length=50,
                        verbose_name="kind of report",
                    ),
                ),
                ("issued_on", models.DateField(verbose_name="issued on")),
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
                "verbose_name": "periodic report",
                "verbose_name_plural": "periodic reports",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="report_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="report_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("device", "key"),
                        name="report_key_of_device",
                        violation_error_code="duplicate_key",
                        violation_error_message="This device already has such a fact with this key.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["psur", "pmsr", "pmcf", "sscp"])),
                        name="report_kind_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rule11Answers",
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
                    "informs_diagnosis_or_therapy",
                    models.BooleanField(
                        blank=True, null=True, verbose_name="informs decisions of diagnosis or therapy"
                    ),
                ),
                (
                    "worst_decision_impact",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "None of the two"),
                            (
                                "serious_deterioration_or_surgery",
                                "Serious deterioration of health, or a surgical intervention",
                            ),
                            ("death_or_irreversible", "Death, or irreversible deterioration of health"),
                        ],
                        max_length=50,
                        null=True,
                        verbose_name="worst that these decisions may cause",
                    ),
                ),
                (
                    "monitors_physiology",
                    models.BooleanField(
                        blank=True, null=True, verbose_name="monitors physiological processes"
                    ),
                ),
                (
                    "vital_with_immediate_danger",
                    models.BooleanField(
                        blank=True,
                        null=True,
                        verbose_name="vital parameters whose variation may be an immediate danger",
                    ),
                ),
                (
                    "drives_device_class",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("I", "Class I"),
                            ("IIa", "Class IIa"),
                            ("IIb", "Class IIb"),
                            ("III", "Class III"),
                        ],
                        max_length=50,
                        null=True,
                        verbose_name="class of the device that it drives or influences",
                    ),
                ),
                ("answered_on", models.DateField(blank=True, null=True, verbose_name="answered on")),
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
                "verbose_name": "answers to rule 11",
                "verbose_name_plural": "answers to rule 11",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="rule11answers_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="rule11answers_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("device", "key"),
                        name="rule11answers_key_of_device",
                        violation_error_code="duplicate_key",
                        violation_error_message="This device already has such a fact with this key.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "worst_decision_impact__in",
                                ["none", "serious_deterioration_or_surgery", "death_or_irreversible"],
                            )
                        ),
                        name="rule11answers_worst_decision_impact_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("drives_device_class__in", ["I", "IIa", "IIb", "III"])),
                        name="rule11answers_drives_device_class_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SupplyInterruption",
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
                ("planned_on", models.DateField(verbose_name="foreseen on")),
                (
                    "serious_harm_foreseeable",
                    models.BooleanField(blank=True, null=True, verbose_name="serious harm foreseeable"),
                ),
                ("custom_made", models.BooleanField(blank=True, null=True, verbose_name="custom-made")),
                (
                    "exceptional_circumstances",
                    models.BooleanField(blank=True, null=True, verbose_name="exceptional circumstances"),
                ),
                ("notified_on", models.DateField(blank=True, null=True, verbose_name="notified on")),
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
                "verbose_name": "interruption of supply",
                "verbose_name_plural": "interruptions of supply",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="supplyinterruption_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="supplyinterruption_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("device", "key"),
                        name="supplyinterruption_key_of_device",
                        violation_error_code="duplicate_key",
                        violation_error_message="This device already has such a fact with this key.",
                    ),
                ],
            },
        ),
    ]
