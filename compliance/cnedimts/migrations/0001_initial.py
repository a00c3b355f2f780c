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
    ]

    operations = [
        migrations.CreateModel(
            name="Application",
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
                    "procedure",
                    models.CharField(
                        choices=[
                            ("lppr_listing", "LPPR listing"),
                            ("lppr_renewal", "LPPR renewal"),
                            ("lppr_modification", "LPPR modification"),
                            ("latm_listing", "LATM listing"),
                            ("latm_renewal", "LATM renewal"),
                            ("latm_modification", "LATM modification"),
                            ("pecan", "Early coverage (PECAN)"),
                            ("pect", "Transitional coverage (PECT)"),
                            ("forfait_innovation", "Forfait innovation"),
                            ("reassessment", "Reassessment"),
                        ],
                        max_length=50,
                        verbose_name="procedure",
                    ),
                ),
                (
                    "ans_certificate_in_file",
                    models.BooleanField(blank=True, null=True, verbose_name="ANS certificate in the file"),
                ),
                (
                    "added_value_claimed",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("major", "Major (I)"),
                            ("important", "Important (II)"),
                            ("moderate", "Moderate (III)"),
                            ("minor", "Minor (IV)"),
                            ("none", "None (V)"),
                        ],
                        max_length=50,
                        null=True,
                        verbose_name="improvement claimed",
                    ),
                ),
                (
                    "significant_budget_impact",
                    models.BooleanField(blank=True, null=True, verbose_name="significant impact on spending"),
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
                "verbose_name": "application to the CNEDiMTS",
                "verbose_name_plural": "applications to the CNEDiMTS",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="application_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="application_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("device", "key"),
                        name="application_key_of_device",
                        violation_error_code="duplicate_key",
                        violation_error_message="This device already has such a fact with this key.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("indication__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="application_indication_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("listing__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="application_listing_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("extra_days__gte", 0), ("extra_days__lte", 366)),
                        name="application_extra_days_range",
                        violation_error_code="range",
                        violation_error_message="Added days are between 0 and 366.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["granted", "refused", "withdrawn", "abandoned"])),
                        name="application_outcome_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "procedure__in",
                                [
                                    "lppr_listing",
                                    "lppr_renewal",
                                    "lppr_modification",
                                    "latm_listing",
                                    "latm_renewal",
                                    "latm_modification",
                                    "pecan",
                                    "pect",
                                    "forfait_innovation",
                                    "reassessment",
                                ],
                            )
                        ),
                        name="application_procedure_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("added_value_claimed__in", ["major", "important", "moderate", "minor", "none"])
                        ),
                        name="application_added_value_claimed_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApplicationInformationRequest",
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
                        to="cnedimts.application",
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
                        name="applicationinformationrequest_position",
                        violation_error_code="duplicate_position",
                        violation_error_message="Two entries of a list have the same position.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer_days__gte", 1), ("answer_days__lte", 366)),
                        name="applicationinformationrequest_answer_days_range",
                        violation_error_code="range",
                        violation_error_message="The time to answer is between 1 and 366 days.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("received_on__gte", models.F("sent_on"))),
                        name="applicationinformationrequest_sent_on_received_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The request is received before it is sent.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answered_on__gte", models.F("sent_on"))),
                        name="applicationinformationrequest_sent_on_answered_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The request is answered before it is sent.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answered_on__gte", models.F("received_on"))),
                        name="applicationinformationrequest_received_on_answered_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The request is answered before it is received.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApplicationStep",
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
                        to="cnedimts.application",
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
                        name="applicationstep_position",
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
                        name="applicationstep_step_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Opinion",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                (
                    "indication",
                    models.CharField(
                        blank=True,
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
                    "basis",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("attendu", "Expected (service attendu)"),
                            ("rendu", "Rendered (service rendu)"),
                        ],
                        max_length=50,
                        null=True,
                        verbose_name="basis",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sufficient", "Sufficient"),
                            ("insufficient", "Insufficient"),
                            ("favourable", "Favourable"),
                            ("favourable_with_observations", "Favourable with observations"),
                            ("unfavourable", "Unfavourable"),
                        ],
                        max_length=50,
                        null=True,
                        verbose_name="verdict",
                    ),
                ),
                (
                    "added_value",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("major", "Major (I)"),
                            ("important", "Important (II)"),
                            ("moderate", "Moderate (III)"),
                            ("minor", "Minor (IV)"),
                            ("none", "None (V)"),
                        ],
                        max_length=50,
                        null=True,
                        verbose_name="improvement (ASA, ASR)",
                    ),
                ),
                (
                    "comparator",
                    models.TextField(
                        blank=True,
                        default="",
                        validators=[django.core.validators.MaxLengthValidator(4000)],
                        verbose_name="comparator",
                    ),
                ),
                (
                    "target_population",
                    models.TextField(
                        blank=True,
                        default="",
                        validators=[django.core.validators.MaxLengthValidator(4000)],
                        verbose_name="target population",
                    ),
                ),
                (
                    "duration_months",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Only when shorter than the maximum",
                        null=True,
                        verbose_name="duration (months)",
                    ),
                ),
                (
                    "studies",
                    models.TextField(
                        blank=True,
                        default="",
                        validators=[django.core.validators.MaxLengthValidator(4000)],
                        verbose_name="studies asked for",
                    ),
                ),
                ("adopted_on", models.DateField(blank=True, null=True, verbose_name="adopted on")),
                ("published_on", models.DateField(blank=True, null=True, verbose_name="published on")),
                (
                    "parent",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="opinions",
                        to="cnedimts.application",
                    ),
                ),
            ],
            options={
                "verbose_name": "opinion",
                "verbose_name_plural": "opinions",
                "ordering": ["position"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("parent", "position"),
                        name="opinion_position",
                        violation_error_code="duplicate_position",
                        violation_error_message="Two entries of a list have the same position.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("indication__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="opinion_indication_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("basis__in", ["attendu", "rendu"])),
                        name="opinion_basis_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "verdict__in",
                                [
                                    "sufficient",
                                    "insufficient",
                                    "favourable",
                                    "favourable_with_observations",
                                    "unfavourable",
                                ],
                            )
                        ),
                        name="opinion_verdict_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("added_value__in", ["major", "important", "moderate", "minor", "none"])
                        ),
                        name="opinion_added_value_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("comparator"), 4000
                        ),
                        name="opinion_comparator_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("target_population"), 4000
                        ),
                        name="opinion_target_population_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("studies"), 4000
                        ),
                        name="opinion_studies_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("duration_months__gte", 1), ("duration_months__lte", 240)),
                        name="opinion_duration_months_range",
                        violation_error_code="range",
                        violation_error_message="The duration is between 1 and 240 months.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("published_on__gte", models.F("adopted_on"))),
                        name="opinion_adopted_on_published_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The opinion is published before it is adopted.",
                    ),
                ],
            },
        ),
    ]
