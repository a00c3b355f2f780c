import uuid

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        # Exclusion of overlapping periods; search by parts of words; search without accents.
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "key",
                    models.CharField(
                        max_length=80,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9][a-z0-9._-]*\\Z",
                                "A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                            )
                        ],
                        verbose_name="key",
                    ),
                ),
                ("name", models.CharField(max_length=300, verbose_name="name")),
                (
                    "country",
                    models.CharField(
                        blank=True,
                        help_text="Two letters: FR, DE…",
                        max_length=2,
                        null=True,
                        verbose_name="country",
                    ),
                ),
                (
                    "siren",
                    models.CharField(
                        blank=True, help_text="9 digits", max_length=9, null=True, verbose_name="SIREN"
                    ),
                ),
                (
                    "srn",
                    models.CharField(
                        blank=True,
                        help_text="Single registration number in EUDAMED, like FR-MF-000012345",
                        max_length=20,
                        null=True,
                        verbose_name="SRN",
                    ),
                ),
                (
                    "size",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sme", "Small or medium-sized enterprise"),
                            ("small_mid_cap", "Small mid-cap enterprise"),
                            ("large", "Large enterprise"),
                        ],
                        max_length=50,
                        null=True,
                        verbose_name="size",
                    ),
                ),
                (
                    "turnover_eur",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=18, null=True, verbose_name="turnover (€)"
                    ),
                ),
                ("example", models.BooleanField(default=False, verbose_name="example data")),
                (
                    "note",
                    models.TextField(
                        blank=True,
                        default="",
                        validators=[django.core.validators.MaxLengthValidator(4000)],
                        verbose_name="note",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        default=1, editable=False, verbose_name="version of the record"
                    ),
                ),
            ],
            options={
                "verbose_name": "organisation",
                "verbose_name_plural": "organisations",
                "ordering": ["name", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="organisation_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="organisation_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("country__regex", "^[A-Z]{2}$")),
                        name="organisation_country_format",
                        violation_error_code="format",
                        violation_error_message="A country is two capital letters (ISO 3166).",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("siren__regex", "^[0-9]{9}$")),
                        name="organisation_siren_format",
                        violation_error_code="format",
                        violation_error_message="A SIREN has 9 digits.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("srn__regex", "^[A-Z]{2}-(MF|AR|IM|PR)-[0-9]{9}$")),
                        name="organisation_srn_format",
                        violation_error_code="format",
                        violation_error_message="An SRN is written like FR-MF-000012345.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size__in", ["sme", "small_mid_cap", "large"])),
                        name="organisation_size_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("turnover_eur__gte", 0)),
                        name="organisation_turnover_eur_range",
                        violation_error_code="range",
                        violation_error_message="A turnover is not negative.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="e-mail")),
                ("name", models.CharField(blank=True, default="", max_length=300, verbose_name="name")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="May log in to the back office.",
                        verbose_name="opens the back office",
                    ),
                ),
                ("date_joined", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "ordering": ["email"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        name="user_email_any_case",
                        violation_error_code="duplicate_email",
                        violation_error_message="A user with this e-mail exists already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("officer", "Regulatory officer"),
                            ("reader", "Reader"),
                            ("buyer", "Hospital buyer"),
                            ("auditor", "Auditor"),
                            ("administrator", "Administrator"),
                        ],
                        max_length=50,
                        verbose_name="role",
                    ),
                ),
                (
                    "prefix",
                    models.CharField(editable=False, max_length=8, unique=True, verbose_name="prefix"),
                ),
                ("secret_hash", models.CharField(editable=False, max_length=64)),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created at")),
                ("expires_at", models.DateTimeField(verbose_name="expires at")),
                (
                    "last_used_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="last used at"),
                ),
                (
                    "revoked_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="revoked at"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="api_keys",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "API key",
                "verbose_name_plural": "API keys",
                "ordering": ["-created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role__in", ["owner", "officer", "reader", "buyer", "auditor", "administrator"])
                        ),
                        name="apikey_role_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("prefix__regex", "^[a-z0-9]{8}$")),
                        name="apikey_prefix_format",
                        violation_error_code="format",
                        violation_error_message="A prefix has 8 small letters or digits.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("secret_hash__regex", "^[0-9a-f]{64}$")),
                        name="apikey_secret_hash_format",
                        violation_error_code="format",
                        violation_error_message="A SHA-256 hash has 64 hexadecimal digits.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("created_at"))),
                        name="apikey_created_at_expires_at_order",
                        violation_error_code="date_order",
                        violation_error_message="A key expires after it is created.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("officer", "Regulatory officer"),
                            ("reader", "Reader"),
                            ("buyer", "Hospital buyer"),
                            ("auditor", "Auditor"),
                            ("administrator", "Administrator"),
                        ],
                        max_length=50,
                        verbose_name="role",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="devices.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "membership",
                "verbose_name_plural": "memberships",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "organisation", "role"),
                        name="membership_once",
                        violation_error_code="duplicate",
                        violation_error_message="This person already holds this role in this organisation.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role__in", ["owner", "officer", "reader", "buyer", "auditor", "administrator"])
                        ),
                        name="membership_role_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "key",
                    models.CharField(
                        max_length=80,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9][a-z0-9._-]*\\Z",
                                "A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                            )
                        ],
                        verbose_name="key",
                    ),
                ),
                ("name", models.CharField(max_length=300, verbose_name="name")),
                (
                    "description",
                    models.TextField(
                        blank=True,
                        default="",
                        validators=[django.core.validators.MaxLengthValidator(4000)],
                        verbose_name="description",
                    ),
                ),
                (
                    "published",
                    models.BooleanField(
                        default=False, help_text="Hospitals may see it.", verbose_name="published"
                    ),
                ),
                ("is_software", models.BooleanField(blank=True, null=True, verbose_name="software")),
                (
                    "digital_device",
                    models.BooleanField(
                        blank=True,
                        help_text="CSS R.165-4 5°: then an ANS certificate is needed.",
                        null=True,
                        verbose_name="processes personal data or hosts health data",
                    ),
                ),
                (
                    "functions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("diagnostic", "Diagnostic"),
                                ("therapeutic", "Therapeutic"),
                                ("telemonitoring", "Telemonitoring"),
                                ("act_support", "Support of a medical act"),
                                ("other", "Other"),
                            ],
                            max_length=50,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="functions",
                    ),
                ),
                (
                    "emdn",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="European nomenclature: a letter and up to 12 digits",
                        max_length=300,
                        verbose_name="EMDN code",
                    ),
                ),
                (
                    "complete_tracks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("ce_marking", "CE marking"),
                                ("cnedimts", "CNEDiMTS"),
                                ("listing", "Reimbursement"),
                                ("ans", "ANS certificate"),
                                ("ai_act", "AI Act"),
                            ],
                            max_length=50,
                        ),
                        blank=True,
                        default=list,
                        help_text="On these tracks, what is not recorded did not happen; elsewhere it is unknown.",
                        size=None,
                        verbose_name="tracks recorded wholly",
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
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        default=1, editable=False, verbose_name="version of the record"
                    ),
                ),
                (
                    "authorised_representative",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="represented_devices",
                        to="devices.organisation",
                        verbose_name="authorised representative",
                    ),
                ),
                (
                    "exploitant",
                    models.ForeignKey(
                        blank=True,
                        help_text="The operator that files in France (CSS L.165-1-1-1).",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exploited_devices",
                        to="devices.organisation",
                        verbose_name="exploitant",
                    ),
                ),
                (
                    "host",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hosted_devices",
                        to="devices.organisation",
                        verbose_name="host of the health data",
                    ),
                ),
                (
                    "manufacturer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="manufactured_devices",
                        to="devices.organisation",
                        verbose_name="manufacturer",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        help_text="The organisation that keeps this record.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="owned_devices",
                        to="devices.organisation",
                        verbose_name="owner of the record",
                    ),
                ),
            ],
            options={
                "verbose_name": "device",
                "verbose_name_plural": "devices",
                "ordering": ["name", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("published", True)),
                        fields=["name", "id"],
                        name="device_published",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="device_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("description"), 4000
                        ),
                        name="device_description_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="device_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "functions__contained_by",
                                ["diagnostic", "therapeutic", "telemonitoring", "act_support", "other"],
                            )
                        ),
                        name="device_functions_choice",
                        violation_error_code="choice",
                        violation_error_message="A code of this list is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "complete_tracks__contained_by",
                                ["ce_marking", "cnedimts", "listing", "ans", "ai_act"],
                            )
                        ),
                        name="device_complete_tracks_choice",
                        violation_error_code="choice",
                        violation_error_message="A code of this list is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("emdn", ""), ("emdn__regex", "^[A-Z][0-9]{0,12}$"), _connector="OR"
                        ),
                        name="device_emdn_format",
                        violation_error_code="format",
                        violation_error_message="An EMDN code is a capital letter and up to 12 digits.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "key",
                    models.CharField(
                        max_length=80,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9][a-z0-9._-]*\\Z",
                                "A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                            )
                        ],
                        verbose_name="key",
                    ),
                ),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                ("url", models.CharField(blank=True, default="", max_length=300, verbose_name="address")),
                (
                    "quality",
                    models.CharField(
                        choices=[
                            ("official", "Official text"),
                            ("register", "Public register"),
                            ("agency", "Agency"),
                            ("manufacturer", "Manufacturer"),
                            ("secondary", "Secondary source"),
                            ("declared", "Declared by the organisation"),
                            ("example", "Example data"),
                        ],
                        max_length=50,
                        verbose_name="kind of source",
                    ),
                ),
                (
                    "confidence",
                    models.CharField(
                        choices=[("high", "High"), ("medium", "Medium"), ("low", "Low")],
                        default="high",
                        max_length=50,
                        verbose_name="confidence",
                    ),
                ),
                ("read_on", models.DateField(blank=True, null=True, verbose_name="read on")),
            ],
            options={
                "verbose_name": "source",
                "verbose_name_plural": "sources",
                "ordering": ["title", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="source_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "quality__in",
                                [
                                    "official",
                                    "register",
                                    "agency",
                                    "manufacturer",
                                    "secondary",
                                    "declared",
                                    "example",
                                ],
                            )
                        ),
                        name="source_quality_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("confidence__in", ["high", "medium", "low"])),
                        name="source_confidence_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="organisation",
            name="source",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="devices.source",
                verbose_name="source",
            ),
        ),
        migrations.CreateModel(
            name="Identifier",
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
                    "scheme",
                    models.CharField(
                        choices=[
                            ("udi_di", "UDI-DI"),
                            ("basic_udi_di", "Basic UDI-DI"),
                            ("eudamed_di", "EUDAMED DI"),
                            ("catalogue", "Catalogue number"),
                        ],
                        max_length=50,
                        verbose_name="kind of identifier",
                    ),
                ),
                ("value", models.CharField(max_length=80, verbose_name="value")),
                (
                    "first_unit_placed_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="first unit placed on the market on"
                    ),
                ),
                (
                    "registered_on",
                    models.DateField(blank=True, null=True, verbose_name="registered in EUDAMED on"),
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
                "verbose_name": "identifier",
                "verbose_name_plural": "identifiers",
                "abstract": False,
                "indexes": [models.Index(fields=["value"], name="identifier_value")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="identifier_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="identifier_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("device", "key"),
                        name="identifier_key_of_device",
                        violation_error_code="duplicate_key",
                        violation_error_message="This device already has such a fact with this key.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("scheme__in", ["udi_di", "basic_udi_di", "eudamed_di", "catalogue"])
                        ),
                        name="identifier_scheme_choice",
                        violation_error_code="choice",
                        violation_error_message="This code is not one of the choices.",
                    ),
                    models.UniqueConstraint(
                        models.Func(
                            models.Func(
                                models.Func(
                                    models.F("value"),
                                    models.Value("\\s"),
                                    models.Value(""),
                                    models.Value("g"),
                                    function="regexp_replace",
                                ),
                                function="upper",
                            ),
                            models.Value("0"),
                            function="ltrim",
                            output_field=models.CharField(),
                        ),
                        condition=models.Q(("scheme", "udi_di")),
                        name="identifier_udi_di_once",
                        violation_error_code="duplicate_udi_di",
                        violation_error_message="This UDI-DI is recorded already.",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="device",
            name="source",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="devices.source",
                verbose_name="source",
            ),
        ),
        migrations.CreateModel(
            name="Version",
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
                ("number", models.CharField(max_length=60, verbose_name="number")),
                ("released_on", models.DateField(blank=True, null=True, verbose_name="released on")),
                ("retired_on", models.DateField(blank=True, null=True, verbose_name="retired on")),
                (
                    "changes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("performance", "Original performance"),
                                ("safety_or_intended_use", "Safety or intended use"),
                                ("data_interpretation", "Interpretation of data"),
                                ("modified_algorithm", "New or modified algorithm"),
                                ("database_structure", "Structure of the database"),
                                ("operating_platform", "Operating platform"),
                                ("architecture", "Architecture"),
                                ("user_interface", "New user interface"),
                                ("interoperability", "New interoperability channel"),
                                ("bug_fix", "Correction of errors"),
                                ("usability", "Usability"),
                                ("security_patch", "Security patch"),
                                ("operating_efficiency", "Operating efficiency"),
                            ],
                            max_length=50,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="changes from the version before",
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
                "verbose_name": "software version",
                "verbose_name_plural": "software versions",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="version_key_format",
                        violation_error_code="format",
                        violation_error_message="A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("note"), 4000
                        ),
                        name="version_note_length",
                        violation_error_code="length",
                        violation_error_message="This text is longer than 4000 characters.",
                    ),
                    models.UniqueConstraint(
                        fields=("device", "key"),
                        name="version_key_of_device",
                        violation_error_code="duplicate_key",
                        violation_error_message="This device already has such a fact with this key.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "changes__contained_by",
                                [
                                    "performance",
                                    "safety_or_intended_use",
                                    "data_interpretation",
                                    "modified_algorithm",
                                    "database_structure",
                                    "operating_platform",
                                    "architecture",
                                    "user_interface",
                                    "interoperability",
                                    "bug_fix",
                                    "usability",
                                    "security_patch",
                                    "operating_efficiency",
                                ],
                            )
                        ),
                        name="version_changes_choice",
                        violation_error_code="choice",
                        violation_error_message="A code of this list is not one of the choices.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("retired_on__gte", models.F("released_on"))),
                        name="version_released_on_retired_on_order",
                        violation_error_code="date_order",
                        violation_error_message="The version is retired before it is released.",
                    ),
                ],
            },
        ),
    ]
