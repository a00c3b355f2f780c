"""The shapes of the answers, for the OpenAPI schema and its readers."""

from typing import Any, get_args

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from compliance.assessments.models import What
from compliance.evidence.models import DocumentKind, MediaType, Scan
from compliance.law.calendar import Roll
from compliance.law.facts.base import AREAS
from compliance.law.parameters import Certainty
from compliance.law.types import DeadlineState, GateStatus, Level, Status

_STATUSES = get_args(Status)


class LabelledSchema(serializers.Serializer[Any]):
    """What has a label, beside its own fields."""

    def get_fields(self) -> dict[str, Any]:
        """Return the fields with the label, whose name the class keeps for itself."""
        return {**super().get_fields(), "label": serializers.CharField()}


class ReasonSchema(serializers.Serializer[Any]):
    """A line of explanation."""

    text = serializers.CharField()
    fact = serializers.CharField(allow_null=True)
    rule = serializers.CharField(allow_null=True)
    citation = serializers.CharField(allow_null=True)
    certainty = serializers.ChoiceField(get_args(Certainty), allow_null=True)


class TrackSchema(serializers.Serializer[Any]):
    """Where a track stands."""

    status = serializers.ChoiceField(_STATUSES)
    state = serializers.CharField()
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    reasons = ReasonSchema(many=True)


class TracksSchema(serializers.Serializer[Any]):
    """The five tracks."""

    ce_marking = TrackSchema()
    cnedimts = TrackSchema()
    listing = TrackSchema()
    ans = TrackSchema()
    ai_act = TrackSchema()


class GateSchema(serializers.Serializer[Any]):
    """Whether a door is open."""

    status = serializers.ChoiceField(get_args(GateStatus))
    blockers = ReasonSchema(many=True)
    reasons = ReasonSchema(many=True)


class TriggerSchema(serializers.Serializer[Any]):
    """The fact that a deadline counts from."""

    fact = serializers.CharField(allow_blank=True)
    date = serializers.DateField(allow_null=True)


class EffectSchema(serializers.Serializer[Any]):
    """What lateness and silence do, where the text says so."""

    late = serializers.CharField(allow_null=True)
    silence = serializers.CharField(allow_null=True)


class StoredDeadlineSchema(LabelledSchema):
    """A dated obligation or end."""

    rule = serializers.CharField()
    n = serializers.CharField(allow_blank=True)
    track = serializers.ChoiceField(AREAS)
    trigger = TriggerSchema()
    strict = serializers.DateField()
    hour = serializers.CharField(allow_blank=True)
    rolled = serializers.DateField()
    roll = serializers.ChoiceField(get_args(Roll))
    safe = serializers.DateField()
    state = serializers.ChoiceField(get_args(DeadlineState))
    met_on = serializers.DateField(allow_null=True)
    value = serializers.CharField(allow_blank=True)
    obliged = serializers.CharField(allow_blank=True)
    citation = serializers.CharField()
    certainty = serializers.ChoiceField(get_args(Certainty))
    effect = EffectSchema()


class DeadlineSchema(StoredDeadlineSchema):
    """The same, with the days for which its clock was stopped."""

    stopped_days = serializers.IntegerField()


class DutySchema(LabelledSchema):
    """What the hospital must do."""

    rule = serializers.CharField()
    obliged = serializers.CharField()
    applies_from = serializers.DateField(allow_null=True)
    reason = ReasonSchema()


class FindingSchema(serializers.Serializer[Any]):
    """Something noticed that is no date."""

    code = serializers.CharField()
    track = serializers.ChoiceField(AREAS)
    level = serializers.ChoiceField(get_args(Level))
    reason = ReasonSchema()
    values = serializers.DictField(child=serializers.CharField())


class DatesSchema(serializers.Serializer[Any]):
    """Which dates and which law an answer is of."""

    device = serializers.UUIDField()
    on = serializers.DateField()
    known_on = serializers.DateField()
    facts_known_on = serializers.DateField(
        allow_null=True,
        help_text=_(
            "The facts as recorded at the end of this day; later than known_on where the record began later, "
            "null where nothing was known of the device then."
        ),
    )
    computed_at = serializers.DateTimeField()
    law_version = serializers.CharField()


class DeadlinesSchema(DatesSchema):
    """The deadlines of a device."""

    results = DeadlineSchema(many=True)


class OrganisationSchema(serializers.Serializer[Any]):
    """An organisation."""

    key = serializers.CharField()
    name = serializers.CharField()
    country = serializers.CharField(allow_null=True)
    srn = serializers.CharField(allow_null=True)


class IdentifierSchema(serializers.Serializer[Any]):
    """An identifier of the device."""

    scheme = serializers.CharField()
    value = serializers.CharField()


class VersionSchema(serializers.Serializer[Any]):
    """A version of the software."""

    number = serializers.CharField()
    released_on = serializers.DateField(allow_null=True)


class DeviceSchema(serializers.Serializer[Any]):
    """A device."""

    id = serializers.UUIDField()
    key = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    manufacturer = OrganisationSchema(allow_null=True)
    exploitant = OrganisationSchema(allow_null=True)
    example_data = serializers.BooleanField()
    functions = serializers.ListField(child=serializers.CharField())
    emdn = serializers.CharField(allow_null=True)
    identifiers = IdentifierSchema(many=True)
    versions = VersionSchema(many=True)
    tracks = serializers.DictField(child=serializers.ChoiceField(_STATUSES))


class DevicesSchema(serializers.Serializer[Any]):
    """A page of devices."""

    results = DeviceSchema(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class GivenText(serializers.CharField):
    """A text of a body. A number is none: JSON drops the zeros that a code may begin with."""

    def to_internal_value(self, data: Any) -> str:
        """Return the text. Raises ValidationError."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class LookupRequestSchema(serializers.Serializer[Any]):
    """Identifiers to look up in one call."""

    identifiers = serializers.ListField(child=GivenText(max_length=512), min_length=1, max_length=500)


class LookedUpSchema(serializers.Serializer[Any]):
    """What one of the identifiers led to; ``detail`` says what is wrong with it."""

    identifier = serializers.CharField()
    outcome = serializers.ChoiceField(("found", "not_found", "wrong"))
    detail = serializers.CharField(allow_null=True)
    devices = DeviceSchema(many=True)


class LookupSchema(serializers.Serializer[Any]):
    """The answer for each identifier, in their order."""

    results = LookedUpSchema(many=True)


class NamedDeviceSchema(serializers.Serializer[Any]):
    """What names a device."""

    id = serializers.UUIDField()
    key = serializers.CharField()
    name = serializers.CharField()


class DeadlineRowSchema(StoredDeadlineSchema):
    """A deadline with its device; ``moved_from`` is its date before, where that changed."""

    device = NamedDeviceSchema()
    moved_from = serializers.DateField(allow_null=True)


class DeadlineRowsSchema(serializers.Serializer[Any]):
    """A page of deadlines."""

    results = DeadlineRowSchema(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class ChangeSchema(serializers.Serializer[Any]):
    """A device to read again (``changed``), or one that is no longer published (``withdrawn``)."""

    device = serializers.UUIDField()
    what = serializers.ChoiceField(What.values)
    at = serializers.DateTimeField()


class ChangesSchema(serializers.Serializer[Any]):
    """A part of the feed. ``after`` is where to go on; ``more`` says that something stands there already."""

    results = ChangeSchema(many=True)
    after = serializers.CharField(allow_null=True)
    more = serializers.BooleanField()


class FactSchema(serializers.Serializer[Any]):
    """A fact of a device: its fields as in the facts file, left out where unknown."""

    device = serializers.UUIDField()
    kind = serializers.CharField()
    key = serializers.CharField()
    fact = serializers.DictField()


class NewFactSchema(serializers.Serializer[Any]):
    """A fact to record; without a key in it, it is given one."""

    fact = serializers.DictField()
    reason = GivenText(required=False, allow_blank=True, default="", max_length=2000)


class FactChangesSchema(serializers.Serializer[Any]):
    """Fields of a fact to change, the others stay; null makes one unknown."""

    changes = serializers.DictField()
    reason = GivenText(max_length=2000)


class RetractionSchema(serializers.Serializer[Any]):
    """Why a fact is taken back."""

    reason = GivenText(max_length=2000)


class DocumentVersionSchema(serializers.Serializer[Any]):
    """One upload of a document. ``served`` says whether its file may be downloaded."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    file = serializers.CharField()
    issued_on = serializers.DateField(allow_null=True)
    uploaded_at = serializers.DateTimeField()
    media_type = serializers.ChoiceField(MediaType.values)
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    scan = serializers.ChoiceField(Scan.values)
    served = serializers.BooleanField()


class DocumentSchema(serializers.Serializer[Any]):
    """A document with its versions, the latest first."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(DocumentKind.values)
    title = serializers.CharField()
    language = serializers.CharField()
    published = serializers.BooleanField()
    versions = DocumentVersionSchema(many=True)


class DocumentsSchema(serializers.Serializer[Any]):
    """The documents of a device that the caller may see."""

    device = serializers.UUIDField()
    results = DocumentSchema(many=True)
