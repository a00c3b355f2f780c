"""Devices, their software versions and their identifiers."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from compliance.audit.triggers import history
from compliance.facts import fields
from compliance.facts.constraints import all_of, in_order, key_form, matches, not_too_long, one_of
from compliance.facts.models import DeviceFact
from compliance.law.facts import Device as DeviceValue
from compliance.law.facts.devices import Identifier as IdentifierValue
from compliance.law.facts.devices import Version as VersionValue
from devices.models.organisations import Organisation
from devices.models.sources import Source


class TrackName(models.TextChoices):
    """The five tracks."""

    CE_MARKING = "ce_marking", _("CE marking")
    CNEDIMTS = "cnedimts", _("CNEDiMTS")
    LISTING = "listing", _("Reimbursement")
    ANS = "ans", _("ANS certificate")
    AI_ACT = "ai_act", _("AI Act")


# What deadlines and facts are sorted by: the tracks, and what the law asks of data, which is no track.
AREA_LABELS = {**dict(TrackName.choices), "data": _("Data and cybersecurity")}


class DeviceFunction(models.TextChoices):
    """What the device does, which decides the lists open to it."""

    DIAGNOSTIC = "diagnostic", _("Diagnostic")
    THERAPEUTIC = "therapeutic", _("Therapeutic")
    TELEMONITORING = "telemonitoring", _("Telemonitoring")
    ACT_SUPPORT = "act_support", _("Support of a medical act")
    OTHER = "other", _("Other")


class Device(models.Model):
    """A device. Its facts are rows of the tracks' models.

    On the tracks named in ``complete_tracks`` the owner keeps the whole record: what is not recorded there
    did not happen; elsewhere it is unknown.
    """

    value_class = DeviceValue

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = fields.key(_("key"), unique=True)
    name = fields.required_text(_("name"), 300)
    description = fields.note(_("description"))
    owner = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_devices",
        verbose_name=_("owner of the record"),
        help_text=_("The organisation that keeps this record."),
    )
    manufacturer = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="manufactured_devices",
        verbose_name=_("manufacturer"),
    )
    exploitant = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="exploited_devices",
        verbose_name=_("exploitant"),
        help_text=_("The operator that files in France (CSS L.165-1-1-1)."),
    )
    authorised_representative = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="represented_devices",
        verbose_name=_("authorised representative"),
    )
    host = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="hosted_devices",
        verbose_name=_("host of the health data"),
    )
    published = models.BooleanField(_("published"), default=False, help_text=_("Hospitals may see it."))
    is_software = fields.yes_no(_("software"))
    digital_device = fields.yes_no(
        _("processes personal data or hosts health data"),
        _("CSS R.165-4 5°: then an ANS certificate is needed."),
    )
    functions: "ArrayField[list[str], list[str]]" = fields.choice_list(DeviceFunction, _("functions"))
    emdn = fields.text(_("EMDN code"), _("European nomenclature: a letter and up to 12 digits"))
    complete_tracks: "ArrayField[list[str], list[str]]" = fields.choice_list(
        TrackName,
        _("tracks recorded wholly"),
        _("On these tracks, what is not recorded did not happen; elsewhere it is unknown."),
    )
    source = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("source"),
    )
    note = fields.note(_("note"))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    row_version = models.PositiveIntegerField(_("version of the record"), default=1, editable=False)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["name", "id"]
        triggers = history("id")
        indexes = [
            # devices.queries.visible_devices of a buyer, in the order of the lists
            models.Index(fields=["name", "id"], condition=Q(published=True), name="device_published"),
        ]
        constraints = [
            key_form("key"),
            not_too_long("description"),
            not_too_long("note"),
            all_of("functions", DeviceFunction),
            all_of("complete_tracks", TrackName),
            matches(
                "emdn",
                "^[A-Z][0-9]{0,12}$",
                _("An EMDN code is a capital letter and up to 12 digits."),
                unless=Q(emdn=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ChangeKind(models.TextChoices):
    """What differs from the version before (MDR Annex VI part C 6.5)."""

    PERFORMANCE = "performance", _("Original performance")
    SAFETY_OR_INTENDED_USE = "safety_or_intended_use", _("Safety or intended use")
    DATA_INTERPRETATION = "data_interpretation", _("Interpretation of data")
    MODIFIED_ALGORITHM = "modified_algorithm", _("New or modified algorithm")
    DATABASE_STRUCTURE = "database_structure", _("Structure of the database")
    OPERATING_PLATFORM = "operating_platform", _("Operating platform")
    ARCHITECTURE = "architecture", _("Architecture")
    USER_INTERFACE = "user_interface", _("New user interface")
    INTEROPERABILITY = "interoperability", _("New interoperability channel")
    BUG_FIX = "bug_fix", _("Correction of errors")
    USABILITY = "usability", _("Usability")
    SECURITY_PATCH = "security_patch", _("Security patch")
    OPERATING_EFFICIENCY = "operating_efficiency", _("Operating efficiency")


class Version(DeviceFact):
    """A version of the software."""

    value_class = VersionValue

    number = fields.required_text(_("number"), 60)
    released_on = fields.optional_day(_("released on"))
    retired_on = fields.optional_day(_("retired on"))
    changes: "ArrayField[list[str], list[str]]" = fields.choice_list(
        ChangeKind, _("changes from the version before")
    )

    class Meta(DeviceFact.Meta):
        verbose_name = _("software version")
        verbose_name_plural = _("software versions")
        constraints = [
            *DeviceFact.Meta.constraints,
            all_of("changes", ChangeKind),
            in_order("released_on", "retired_on", _("The version is retired before it is released.")),
        ]


class IdentifierScheme(models.TextChoices):
    """What kind of identifier it is."""

    UDI_DI = "udi_di", _("UDI-DI")
    BASIC_UDI_DI = "basic_udi_di", _("Basic UDI-DI")
    EUDAMED_DI = "eudamed_di", _("EUDAMED DI")
    CATALOGUE = "catalogue", _("Catalogue number")


# One form for one identifier: without spaces, in capitals, without the zeros that pad a GTIN to 14 digits.
NORMALISED_IDENTIFIER = Func(
    Func(
        Func(F("value"), Value(r"\s"), Value(""), Value("g"), function="regexp_replace"),
        function="upper",
    ),
    Value("0"),
    function="ltrim",
    output_field=models.CharField(),
)


class Identifier(DeviceFact):
    """An identifier of the device."""

    value_class = IdentifierValue

    scheme = fields.choice(IdentifierScheme, _("kind of identifier"))
    value = fields.required_text(_("value"), 80)
    first_unit_placed_on = fields.optional_day(_("first unit placed on the market on"))
    registered_on = fields.optional_day(_("registered in EUDAMED on"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        indexes = [
            # Search of a device by any of its identifiers, in the form they are stored
            models.Index(fields=["value"], name="identifier_value"),
        ]
        constraints = [
            *DeviceFact.Meta.constraints,
            one_of("scheme", IdentifierScheme),
            # A Basic UDI-DI names a group of devices and may be shared; a UDI-DI names one.
            models.UniqueConstraint(
                NORMALISED_IDENTIFIER,
                condition=Q(scheme="udi_di"),
                name="identifier_udi_di_once",
                violation_error_code="duplicate_udi_di",
                violation_error_message=_("This UDI-DI is recorded already."),
            ),
        ]

    def __str__(self) -> str:
        return self.value
