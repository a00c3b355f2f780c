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
            name="AnsApplication",
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
                    "indication",
                    models.CharField(
                        blank=True,
                        help_text="Key of the indication, the same in every fact",
                        max_length=80,
                        null=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9][a-z0-9._-]*\\Z",
                                "A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                            )
                        ],
                        verbose_name="indication",
                    ),
                ),
                (
                    "listing",
                    models.CharField(
                        blank=True,
                        help_text="Key of the coverage that it concerns",
                        max_length=80,
                        null=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9][a-z0-9._-]*\\Z",
                                "A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                            )
                        ],
                        verbose_name="listing",
                    ),
                ),
                (
                    "under_pecan",
                    models.BooleanField(blank=True, null=True, verbose_name="under early coverage (PECAN)"),
                ),
                ("file_complete", models.BooleanField(blank=True, null=True, verbose_name="file complete")),
                (
                    "hearing_reduced",
                    models.BooleanField(
                        blank=True,
                        null=True,
                        verbose_name="hearing within one month, on the ministers' request",
                    ),
                ),
                (
                    "extra_days",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="days added by the authority"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("granted", "Granted"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                            ("abandoned", "Deemed abandoned"),
                        ],
                        max_length=50,
                        null=True,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "remedies_mentioned",
                    models.BooleanField(
                        blank=True,
                        null=True,
                        verbose_name="decision names the remedies and their time limits",
                    ),
                ),
                (
                    "reference",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="reference"),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("lppr", "LPPR"),
                            ("latm", "LATM"),
                            ("pecan", "Early coverage (PECAN)"),
                            ("pect", "Transitional coverage (PECT)"),
                            ("general", "None of these: general rules"),
                        ],
                        max_length=50,
                        verbose_name="needed for",
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
                "verbose_name": "request for an ANS certificate",
                "verbose_name_plural": "requests for an ANS certificate",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="ansapplication_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="ansapplication_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("device", "key"),
                        name="ansapplication_key_of_device",
                        violation_error_code="duplicate_key",
                        violation_error_message="This device already has such a fact with this key.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("indication__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="ansapplication_indication_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("listing__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="ansapplication_listing_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("extra_days__gte", 0), ("extra_days__lte", 366)),
                        name="ansapplication_extra_days_range",
                        violation_error_code="range",
                        violation_error_message="Added days are between 0 and 366.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["granted", "refused", "withdrawn", "abandoned"])),
                        name="ansapplication_outcome_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("purpose__in", ["lppr", "latm", "pecan", "pect", "general"])),
                        name="ansapplication_purpose_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AnsCertificate",
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
                ("number", models.CharField(blank=True, default="", max_length=300, verbose_name="number")),
                (
                    "referentiel",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="référentiel"),
                ),
                (
                    "referentiel_version",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="version of the référentiel"
                    ),
                ),
                (
                    "software_version",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="version of the software"
                    ),
                ),
                ("issued_on", models.DateField(blank=True, null=True, verbose_name="issued on")),
                (
                    "ends_on",
                    models.DateField(
                        blank=True,
                        help_text="The last day of validity",
                        null=True,
                        verbose_name="valid until",
                    ),
                ),
                (
                    "ended_on",
                    models.DateField(
                        blank=True,
                        help_text="The day from which it is not valid any more",
                        null=True,
                        verbose_name="ended on",
                    ),
                ),
                (
                    "ended_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("breach", "Breach found"),
                            ("withdrawn", "Withdrawn"),
                            ("superseded", "Replaced by another"),
                            ("other", "Other"),
                        ],
                        max_length=50,
                        null=True,
                        verbose_name="reason of the end",
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
                "verbose_name": "ANS certificate",
                "verbose_name_plural": "ANS certificates",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="anscertificate_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="anscertificate_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("device", "key"),
                        name="anscertificate_key_of_device",
                        violation_error_code="duplicate_key",
                        violation_error_message="This device already has such a fact with this key.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_reason__in", ["breach", "withdrawn", "superseded", "other"])
                        ),
                        name="anscertificate_ended_reason_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("issued_on"))),
                        name="anscertificate_issued_on_ends_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The certificate ends before it is issued.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ended_on__gte", models.F("issued_on"))),
                        name="anscertificate_issued_on_ended_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The certificate ended before it is issued.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(
                            ("issued_on__isnull", False), models.Q(("number", ""), _negated=True)
                        ),
                        expressions=[
                            ("device", "="),
                            ("number", "="),
                            (
                                models.Func(
                                    "issued_on",
                                    django.db.models.functions.comparison.Greatest(
                                        "issued_on",
                                        django.db.models.functions.comparison.Coalesce(
                                            django.db.models.functions.comparison.Coalesce(
                                                "ended_on",
                                                models.Func(
                                                    django.db.models.functions.comparison.Cast(
                                                        "ends_on", models.DateField()
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
                        name="anscertificate_no_overlap",
                        violation_error_code="overlap",
                        violation_error_message="Another certificate with this number has some of the same days: say when it ended.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AnsInformationRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                ("sent_on", models.DateField(verbose_name="notified on")),
                (
                    "received_on",
                    models.DateField(blank=True, null=True, verbose_name="received by the company on"),
                ),
                (
                    "answer_days",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="days given to answer"
                    ),
                ),
                (
                    "answered_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="answer received by the authority on"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="information_requests",
                        to="ans.ansapplication",
                    ),
                ),
            ],
            options={
                "verbose_name": "request for information",
                "verbose_name_plural": "requests for information",
                "ordering": ["position"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("parent", "position"),
                        name="ansinformationrequest_position",
                        violation_error_code="duplicate_position",
                        violation_error_message="Two entries of a list have the same position.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer_days__gte", 1), ("answer_days__lte", 366)),
                        name="ansinformationrequest_answer_days_range",
                        violation_error_code="range",
                        violation_error_message="The time to answer is between 1 and 366 days.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("received_on__gte", models.F("sent_on"))),
                        name="ansinformationrequest_sent_on_received_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The request is received before it is sent.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answered_on__gte", models.F("sent_on"))),
                        name="ansinformationrequest_sent_on_answered_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The request is answered before it is sent.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answered_on__gte", models.F("received_on"))),
                        name="ansinformationrequest_received_on_answered_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The request is answered before it is received.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AnsStep",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("requested", "Request received by the authority"),
                            ("acknowledged", "Complete file acknowledged"),
                            ("admissibility_decided", "Admissibility decided"),
                            ("missing_list_received", "List of missing items received"),
                            ("missing_list_answered", "Missing items sent"),
                            ("draft_opinion_sent", "Draft opinion sent"),
                            ("draft_opinion_received", "Draft opinion received"),
                            ("observations_sent", "Observations sent"),
                            ("hearing_requested", "Hearing requested"),
                            ("hearing_held", "Hearing held"),
                            ("cnedimts_opinion_received", "CNEDiMTS opinion received by the ministers"),
                            ("ans_opinion_received", "ANS opinion received by the ministers"),
                            ("opinion_received", "Opinion received"),
                            ("opinion_published", "Opinion published"),
                            ("modified_protocol_requested", "Modified protocol requested"),
                            ("modified_protocol_sent", "Modified protocol sent"),
                            ("ceps_received", "Received by the CEPS"),
                            ("notified", "Notified"),
                            ("jo_notice", "Notice in the Journal officiel"),
                            ("ceps_hearing_requested", "Hearing by the CEPS requested"),
                            ("ceps_hearing_held", "Hearing by the CEPS held"),
                            ("intent_notified", "Intent of the ministers notified"),
                            ("proposal_received", "Price proposal received"),
                            ("counter_proposal_notified", "Counter-proposal notified"),
                            ("counter_proposal_answered", "Counter-proposal answered"),
                            ("suspended", "Suspended"),
                            ("decided", "Decided"),
                            ("published", "Published"),
                            ("withdrawn", "Withdrawn"),
                            ("ceesp_opinion_received", "CEESP opinion received"),
                            ("ceesp_answered", "CEESP opinion answered"),
                            ("appeal_filed", "Appeal filed"),
                        ],
                        max_length=50,
                        verbose_name="step",
                    ),
                ),
                ("on", models.DateField(verbose_name="date")),
                (
                    "parent",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="ans.ansapplication",
                    ),
                ),
            ],
            options={
                "verbose_name": "step",
                "verbose_name_plural": "steps",
                "ordering": ["position"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("parent", "position"),
                        name="ansstep_position",
                        violation_error_code="duplicate_position",
                        violation_error_message="Two entries of a list have the same position.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "step__in",
                                [
                                    "requested",
                                    "acknowledged",
                                    "admissibility_decided",
                                    "missing_list_received",
                                    "missing_list_answered",
                                    "draft_opinion_sent",
                                    "draft_opinion_received",
                                    "observations_sent",
                                    "hearing_requested",
                                    "hearing_held",
                                    "cnedimts_opinion_received",
                                    "ans_opinion_received",
                                    "opinion_received",
                                    "opinion_published",
                                    "modified_protocol_requested",
                                    "modified_protocol_sent",
                                    "ceps_received",
                                    "notified",
                                    "jo_notice",
                                    "ceps_hearing_requested",
                                    "ceps_hearing_held",
                                    "intent_notified",
                                    "proposal_received",
                                    "counter_proposal_notified",
                                    "counter_proposal_answered",
                                    "suspended",
                                    "decided",
                                    "published",
                                    "withdrawn",
                                    "ceesp_opinion_received",
                                    "ceesp_answered",
                                    "appeal_filed",
                                ],
                            )
                        ),
                        name="ansstep_step_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FormalNotice",
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
                ("notified_on", models.DateField(verbose_name="notified on")),
                (
                    "time_set_months",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="time set (months)"),
                ),
                ("corrected_on", models.DateField(blank=True, null=True, verbose_name="corrected on")),
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
                "verbose_name": "formal notice of the ANS",
                "verbose_name_plural": "formal notices of the ANS",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="formalnotice_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="formalnotice_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("device", "key"),
                        name="formalnotice_key_of_device",
                        violation_error_code="duplicate_key",
                        violation_error_message="This device already has such a fact with this key.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("time_set_months__gte", 1), ("time_set_months__lte", 240)),
                        name="formalnotice_time_set_months_range",
                        violation_error_code="range",
                        violation_error_message="The time set is between 1 and 240 months.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("corrected_on__gte", models.F("notified_on"))),
                        name="formalnotice_notified_on_corrected_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The correction comes before the notice.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HdsCertificate",
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
                ("number", models.CharField(blank=True, default="", max_length=300, verbose_name="number")),
                (
                    "version",
                    models.CharField(
                        blank=True,
                        choices=[("1", "Version 1"), ("2", "Version 2")],
                        max_length=50,
                        null=True,
                        verbose_name="version of the référentiel",
                    ),
                ),
                (
                    "certifier",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="certifier"),
                ),
                ("issued_on", models.DateField(blank=True, null=True, verbose_name="issued on")),
                (
                    "ends_on",
                    models.DateField(
                        blank=True,
                        help_text="The last day of validity",
                        null=True,
                        verbose_name="valid until",
                    ),
                ),
                ("last_audit_on", models.DateField(blank=True, null=True, verbose_name="last audit on")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="withdrawn on")),
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
                "verbose_name": "HDS certificate",
                "verbose_name_plural": "HDS certificates",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="hdscertificate_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="hdscertificate_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("organisation", "key"),
                        name="hdscertificate_key_of_organisation",
                        violation_error_code="duplicate_key",
                        violation_error_message="This organisation already has such a fact with this key.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__in", ["1", "2"])),
                        name="hdscertificate_version_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("issued_on"))),
                        name="hdscertificate_issued_on_ends_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The certificate ends before it is issued.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("withdrawn_on__gte", models.F("issued_on"))),
                        name="hdscertificate_issued_on_withdrawn_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The certificate is withdrawn before it is issued.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(
                            ("issued_on__isnull", False), models.Q(("number", ""), _negated=True)
                        ),
                        expressions=[
                            ("organisation", "="),
                            ("number", "="),
                            (
                                models.Func(
                                    "issued_on",
                                    django.db.models.functions.comparison.Greatest(
                                        "issued_on",
                                        django.db.models.functions.comparison.Coalesce(
                                            django.db.models.functions.comparison.Coalesce(
                                                "withdrawn_on",
                                                models.Func(
                                                    django.db.models.functions.comparison.Cast(
                                                        "ends_on", models.DateField()
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
                        name="hdscertificate_no_overlap",
                        violation_error_code="overlap",
                        violation_error_message="Another certificate with this number has some of the same days: say when it ended.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReferentielChange",
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
                    "purpose",
                    models.CharField(
                        choices=[
                            ("lppr", "LPPR"),
                            ("latm", "LATM"),
                            ("pecan", "Early coverage (PECAN)"),
                            ("pect", "Transitional coverage (PECT)"),
                            ("general", "None of these: general rules"),
                        ],
                        max_length=50,
                        verbose_name="needed for",
                    ),
                ),
                ("version", models.CharField(blank=True, default="", max_length=300, verbose_name="version")),
                ("in_force_on", models.DateField(verbose_name="in force on")),
                (
                    "requested_on",
                    models.DateField(blank=True, null=True, verbose_name="new certificate asked for on"),
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
                "verbose_name": "change of the référentiel",
                "verbose_name_plural": "changes of the référentiel",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="referentielchange_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="referentielchange_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("device", "key"),
                        name="referentielchange_key_of_device",
                        violation_error_code="duplicate_key",
                        violation_error_message="This device already has such a fact with this key.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("purpose__in", ["lppr", "latm", "pecan", "pect", "general"])),
                        name="referentielchange_purpose_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                ],
            },
        ),
    ]
