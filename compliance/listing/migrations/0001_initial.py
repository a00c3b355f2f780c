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
            name="ListingProcedure",
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
                            ("tariff_change_request", "Change of tariff, asked for by the company"),
                            ("tariff_change_initiative", "Change of tariff, at the CEPS's initiative"),
                            ("ministers_initiative", "Initiative of the ministers"),
                            ("delisting", "Delisting"),
                        ],
                        max_length=50,
                        verbose_name="procedure",
                    ),
                ),
                (
                    "reduced_period_until",
                    models.DateField(blank=True, null=True, verbose_name="reduced period until"),
                ),
                (
                    "opinion_due_on",
                    models.DateField(blank=True, null=True, verbose_name="opinion of the CNEDiMTS due on"),
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
                "verbose_name": "procedure on a coverage",
                "verbose_name_plural": "procedures on coverages",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="listingprocedure_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="listingprocedure_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("device", "key"),
                        name="listingprocedure_key_of_device",
                        violation_error_code="duplicate_key",
                        violation_error_message="This device already has such a fact with this key.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("indication__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="listingprocedure_indication_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("listing__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="listingprocedure_listing_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("extra_days__gte", 0), ("extra_days__lte", 366)),
                        name="listingprocedure_extra_days_range",
                        violation_error_code="range",
                        violation_error_message="Added days are between 0 and 366.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["granted", "refused", "withdrawn", "abandoned"])),
                        name="listingprocedure_outcome_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "procedure__in",
                                [
                                    "tariff_change_request",
                                    "tariff_change_initiative",
                                    "ministers_initiative",
                                    "delisting",
                                ],
                            )
                        ),
                        name="listingprocedure_procedure_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ListingInformationRequest",
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
                        to="listing.listingprocedure",
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
                        name="listinginformationrequest_position",
                        violation_error_code="duplicate_position",
                        violation_error_message="Two entries of a list have the same position.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer_days__gte", 1), ("answer_days__lte", 366)),
                        name="listinginformationrequest_answer_days_range",
                        violation_error_code="range",
                        violation_error_message="The time to answer is between 1 and 366 days.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("received_on__gte", models.F("sent_on"))),
                        name="listinginformationrequest_sent_on_received_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The request is received before it is sent.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answered_on__gte", models.F("sent_on"))),
                        name="listinginformationrequest_sent_on_answered_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The request is answered before it is sent.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answered_on__gte", models.F("received_on"))),
                        name="listinginformationrequest_received_on_answered_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The request is answered before it is received.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ListingStep",
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
                        to="listing.listingprocedure",
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
                        name="listingstep_position",
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
                        name="listingstep_step_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OperatorDeclaration",
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
                    "operator",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="operator"),
                ),
                ("complete_on", models.DateField(blank=True, null=True, verbose_name="complete on")),
                ("receipt_on", models.DateField(blank=True, null=True, verbose_name="receipt given on")),
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
                "verbose_name": "declaration of an operator",
                "verbose_name_plural": "declarations of operators",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="operatordeclaration_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="operatordeclaration_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("device", "key"),
                        name="operatordeclaration_key_of_device",
                        violation_error_code="duplicate_key",
                        violation_error_message="This device already has such a fact with this key.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("receipt_on__gte", models.F("complete_on"))),
                        name="operatordeclaration_complete_on_receipt_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The receipt is given before the declaration is complete.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PriceDeclaration",
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
                ("sales_year", models.PositiveSmallIntegerField(verbose_name="year of the sales")),
                ("declared_on", models.DateField(blank=True, null=True, verbose_name="declared on")),
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
                "verbose_name": "declaration of prices",
                "verbose_name_plural": "declarations of prices",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="pricedeclaration_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="pricedeclaration_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("device", "key"),
                        name="pricedeclaration_key_of_device",
                        violation_error_code="duplicate_key",
                        violation_error_message="This device already has such a fact with this key.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sales_year__gte", 2020), ("sales_year__lte", 2100)),
                        name="pricedeclaration_sales_year_range",
                        violation_error_code="range",
                        violation_error_message="The year is between 2020 and 2100.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Listing",
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
                    "list",
                    models.CharField(
                        choices=[
                            ("lppr", "LPPR"),
                            ("latm", "LATM"),
                            ("pecan", "Early coverage (PECAN)"),
                            ("pect", "Transitional coverage (PECT)"),
                            ("forfait_innovation", "Forfait innovation"),
                            ("intra_ghs", "Intra-GHS list"),
                        ],
                        max_length=50,
                        verbose_name="list",
                    ),
                ),
                (
                    "line",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("brand", "Brand name"),
                            ("generic", "Generic description"),
                            ("generic_reinforced", "Reinforced generic description"),
                        ],
                        max_length=50,
                        null=True,
                        verbose_name="line",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="LPP code: 7 digits",
                        max_length=300,
                        verbose_name="code",
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
                    "function",
                    models.CharField(
                        blank=True,
                        choices=[("therapeutic", "Therapeutic"), ("telemonitoring", "Telemonitoring")],
                        max_length=50,
                        null=True,
                        verbose_name="function",
                    ),
                ),
                (
                    "tariff_eur",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=18, null=True, verbose_name="tariff (€)"
                    ),
                ),
                (
                    "tariff_note",
                    models.TextField(
                        blank=True,
                        default="",
                        validators=[django.core.validators.MaxLengthValidator(4000)],
                        verbose_name="tariff, in words",
                    ),
                ),
                (
                    "legal_act",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="legal act"),
                ),
                ("nor", models.CharField(blank=True, default="", max_length=300, verbose_name="NOR")),
                (
                    "decided_on",
                    models.DateField(
                        blank=True, help_text="Signature of the act", null=True, verbose_name="decided on"
                    ),
                ),
                (
                    "published_on",
                    models.DateField(
                        blank=True,
                        help_text="Day of the Journal officiel",
                        null=True,
                        verbose_name="published on",
                    ),
                ),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="covered from")),
                (
                    "ends_on",
                    models.DateField(
                        blank=True,
                        help_text="The last day of coverage printed in the act",
                        null=True,
                        verbose_name="covered until",
                    ),
                ),
                (
                    "ended_on",
                    models.DateField(
                        blank=True,
                        help_text="The day of another end, from which nothing is covered any more",
                        null=True,
                        verbose_name="ended on",
                    ),
                ),
                (
                    "ended_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("delisted", "Delisted"),
                            ("withdrawn", "Withdrawn"),
                            ("suspended", "Suspended"),
                            ("listed_elsewhere", "Covered in another way"),
                            ("refused", "Listing refused"),
                            ("other", "Other"),
                        ],
                        max_length=50,
                        null=True,
                        verbose_name="reason of the end",
                    ),
                ),
                ("study_ended_on", models.DateField(blank=True, null=True, verbose_name="study ended on")),
                (
                    "declared_on",
                    models.DateField(
                        blank=True,
                        help_text="Sent to the ministers (CSS D.165-2)",
                        null=True,
                        verbose_name="code declared on",
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
                "verbose_name": "coverage",
                "verbose_name_plural": "coverages",
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("code", ""), _negated=True), fields=["code"], name="listing_code"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="listing_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="listing_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("device", "key"),
                        name="listing_key_of_device",
                        violation_error_code="duplicate_key",
                        violation_error_message="This device already has such a fact with this key.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("tariff_note"), 4000
                        ),
                        name="listing_tariff_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("list__in", ["lppr", "latm", "pecan", "pect", "forfait_innovation", "intra_ghs"])
                        ),
                        name="listing_list_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("line__in", ["brand", "generic", "generic_reinforced"])),
                        name="listing_line_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("indication__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="listing_indication_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("function__in", ["therapeutic", "telemonitoring"])),
                        name="listing_function_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "ended_reason__in",
                                [
                                    "delisted",
                                    "withdrawn",
                                    "suspended",
                                    "listed_elsewhere",
                                    "refused",
                                    "other",
                                ],
                            )
                        ),
                        name="listing_ended_reason_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("list", "lppr"), _negated=True),
                            ("code", ""),
                            ("code__regex", "^[0-9]{7}$"),
                            _connector="OR",
                        ),
                        name="listing_code_format",
                        violation_error_code="format",
                        violation_error_message="An LPP code has 7 digits.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tariff_eur__gte", 0)),
                        name="listing_tariff_eur_range",
                        violation_error_code="range",
                        violation_error_message="A tariff is not negative.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("published_on__gte", models.F("decided_on"))),
                        name="listing_decided_on_published_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The act is published before it is decided.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="listing_starts_on_ends_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The coverage ends before it starts.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ended_on__gte", models.F("starts_on"))),
                        name="listing_starts_on_ended_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The coverage ended before it starts.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("starts_on__isnull", False)),
                        expressions=[
                            ("device", "="),
                            ("list", "="),
                            (django.db.models.functions.comparison.Coalesce("line", models.Value("")), "="),
                            ("code", "="),
                            (
                                django.db.models.functions.comparison.Coalesce(
                                    "indication", models.Value("")
                                ),
                                "=",
                            ),
                            (
                                django.db.models.functions.comparison.Coalesce("function", models.Value("")),
                                "=",
                            ),
                            (
                                models.Func(
                                    "starts_on",
                                    django.db.models.functions.comparison.Greatest(
                                        "starts_on",
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
                        name="listing_no_overlap",
                        violation_error_code="overlap",
                        violation_error_message="Another coverage on this list, line and code, for this indication, shares some days.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("starts_on__isnull", False)),
                        expressions=[
                            ("device", "="),
                            ("indication", "="),
                            (
                                models.Case(
                                    models.When(
                                        function="therapeutic",
                                        then=models.Func(
                                            models.Value(0),
                                            models.Value(1),
                                            function="int4range",
                                            output_field=django.contrib.postgres.fields.ranges.IntegerRangeField(),
                                        ),
                                    ),
                                    models.When(
                                        function="telemonitoring",
                                        then=models.Func(
                                            models.Value(1),
                                            models.Value(2),
                                            function="int4range",
                                            output_field=django.contrib.postgres.fields.ranges.IntegerRangeField(),
                                        ),
                                    ),
                                    default=models.Func(
                                        models.Value(0),
                                        models.Value(2),
                                        function="int4range",
                                        output_field=django.contrib.postgres.fields.ranges.IntegerRangeField(),
                                    ),
                                ),
                                "&&",
                            ),
                            (
                                models.Case(
                                    models.When(list="pecan", then=models.Value(1)),
                                    default=models.Value(0),
                                    output_field=models.IntegerField(),
                                ),
                                "<>",
                            ),
                            (
                                models.Func(
                                    "starts_on",
                                    django.db.models.functions.comparison.Greatest(
                                        "starts_on",
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
                        name="listing_pecan_alone",
                        violation_error_code="overlap",
                        violation_error_message="PECAN, PECT and the forfait innovation exclude any other coverage of the same indication (CSS L.162-1-23 III, R.165-72 III, R.165-100): say when the first one ended.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("starts_on__isnull", False)),
                        expressions=[
                            ("device", "="),
                            ("indication", "="),
                            (
                                models.Case(
                                    models.When(
                                        function="therapeutic",
                                        then=models.Func(
                                            models.Value(0),
                                            models.Value(1),
                                            function="int4range",
                                            output_field=django.contrib.postgres.fields.ranges.IntegerRangeField(),
                                        ),
                                    ),
                                    models.When(
                                        function="telemonitoring",
                                        then=models.Func(
                                            models.Value(1),
                                            models.Value(2),
                                            function="int4range",
                                            output_field=django.contrib.postgres.fields.ranges.IntegerRangeField(),
                                        ),
                                    ),
                                    default=models.Func(
                                        models.Value(0),
                                        models.Value(2),
                                        function="int4range",
                                        output_field=django.contrib.postgres.fields.ranges.IntegerRangeField(),
                                    ),
                                ),
                                "&&",
                            ),
                            (
                                models.Case(
                                    models.When(list="pect", then=models.Value(1)),
                                    default=models.Value(0),
                                    output_field=models.IntegerField(),
                                ),
                                "<>",
                            ),
                            (
                                models.Func(
                                    "starts_on",
                                    django.db.models.functions.comparison.Greatest(
                                        "starts_on",
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
                        name="listing_pect_alone",
                        violation_error_code="overlap",
                        violation_error_message="PECAN, PECT and the forfait innovation exclude any other coverage of the same indication (CSS L.162-1-23 III, R.165-72 III, R.165-100): say when the first one ended.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("starts_on__isnull", False)),
                        expressions=[
                            ("device", "="),
                            ("indication", "="),
                            (
                                models.Case(
                                    models.When(
                                        function="therapeutic",
                                        then=models.Func(
                                            models.Value(0),
                                            models.Value(1),
                                            function="int4range",
                                            output_field=django.contrib.postgres.fields.ranges.IntegerRangeField(),
                                        ),
                                    ),
                                    models.When(
                                        function="telemonitoring",
                                        then=models.Func(
                                            models.Value(1),
                                            models.Value(2),
                                            function="int4range",
                                            output_field=django.contrib.postgres.fields.ranges.IntegerRangeField(),
                                        ),
                                    ),
                                    default=models.Func(
                                        models.Value(0),
                                        models.Value(2),
                                        function="int4range",
                                        output_field=django.contrib.postgres.fields.ranges.IntegerRangeField(),
                                    ),
                                ),
                                "&&",
                            ),
                            (
                                models.Case(
                                    models.When(list="forfait_innovation", then=models.Value(1)),
                                    default=models.Value(0),
                                    output_field=models.IntegerField(),
                                ),
                                "<>",
                            ),
                            (
                                models.Func(
                                    "starts_on",
                                    django.db.models.functions.comparison.Greatest(
                                        "starts_on",
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
                        name="listing_forfait_alone",
                        violation_error_code="overlap",
                        violation_error_message="PECAN, PECT and the forfait innovation exclude any other coverage of the same indication (CSS L.162-1-23 III, R.165-72 III, R.165-100): say when the first one ended.",
                    ),
                ],
            },
        ),
    ]
