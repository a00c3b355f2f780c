"""The shape of a status: the answer of the law, and what a buyer asks of it."""

from typing import Any, get_args

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from compliance.api.schemas import (
    DatesSchema,
    DeadlineSchema,
    DutySchema,
    FindingSchema,
    GateSchema,
    LabelledSchema,
    ReasonSchema,
    TracksSchema,
)
from compliance.assessments.buyers import TOPICS
from compliance.evidence.models import MediaType, Scan
from compliance.law.facts.base import AREAS
from compliance.law.parameters import Certainty
from devices.models import SourceQuality

_ANSWERS = ("yes", "no", "unknown", "not_applicable")


class PartSchema(serializers.Serializer[Any]):
    """A question of a buyer with its answer and the reasons for it."""

    answer = serializers.ChoiceField(_ANSWERS)
    reasons = ReasonSchema(many=True)


class LinesSchema(PartSchema):
    """The same, with the facts that it rests on: the lines of a list, or certificates."""

    lines = serializers.ListField(child=serializers.DictField(child=serializers.CharField(allow_null=True)))


class TierSchema(LabelledSchema):
    """The risk tier of the AI Act: the state of that track."""

    tier = serializers.CharField()
    reasons = ReasonSchema(many=True)


class TopicSchema(serializers.Serializer[Any]):
    """What a hospital must do about one subject, and from when."""

    topic = serializers.ChoiceField(tuple(TOPICS))
    binding = serializers.ChoiceField(("now", "later", "no", "unknown"))
    applies_from = serializers.DateField(allow_null=True)
    duties = DutySchema(many=True)
    reasons = ReasonSchema(many=True)


class EndSchema(LabelledSchema):
    """Something that ends by itself on a date."""

    track = serializers.ChoiceField(AREAS)
    ends_on = serializers.DateField()
    rule = serializers.CharField(allow_null=True)
    citation = serializers.CharField(allow_null=True)
    certainty = serializers.ChoiceField(get_args(Certainty), allow_null=True)
    fact = serializers.CharField(allow_null=True)


class PaperSchema(serializers.Serializer[Any]):
    """The latest version of a document, with the hash of its file and where to download it."""

    version = serializers.UUIDField()
    kind = serializers.CharField()
    title = serializers.CharField()
    language = serializers.CharField()
    number = serializers.IntegerField()
    issued_on = serializers.DateField(allow_null=True)
    media_type = serializers.ChoiceField(MediaType.values)
    sha256 = serializers.CharField()
    scan = serializers.ChoiceField(Scan.values)
    url = serializers.CharField()


class PapersSchema(serializers.Serializer[Any]):
    """The documents that a hospital keeps, by kind; an empty list where none is in view."""

    declaration_of_conformity = PaperSchema(many=True)
    certificate = PaperSchema(many=True)
    ifu = PaperSchema(many=True)
    ans_certificate = PaperSchema(many=True)


class BuyerSchema(serializers.Serializer[Any]):
    """What a hospital asks before it buys."""

    sale = PartSchema()
    coverage = LinesSchema()
    ans_certificate = LinesSchema()
    hds_certificate = LinesSchema()
    ai_act = TierSchema()
    duties = TopicSchema(many=True)
    ends_within_a_year = EndSchema(many=True)
    documents = PapersSchema()


class OriginSchema(serializers.Serializer[Any]):
    """Where a fact that the answer names comes from: declared, or checked against a text or a register."""

    fact = serializers.CharField()
    basis = serializers.ChoiceField(("checked", "declared", "secondary", "example", "unknown"))
    last_verified_at = serializers.DateField(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        """Return the fields with the kind of source, whose name the class keeps for itself."""
        source = serializers.ChoiceField(SourceQuality.values, allow_null=True)
        return {**super().get_fields(), "source": source}


class StatusSchema(DatesSchema):
    """Where a device stands."""

    key = serializers.CharField()
    name = serializers.CharField()
    market_access = GateSchema()
    reimbursement = GateSchema()
    tracks = TracksSchema()
    deployer_duties = DutySchema(many=True)
    deadlines = DeadlineSchema(many=True)
    findings = FindingSchema(many=True)
    next_change = serializers.DateField(allow_null=True)
    buyer = BuyerSchema()
    facts = OriginSchema(many=True)
    last_verified_at = serializers.DateField(
        allow_null=True,
        help_text=_(
            "The last day on which one of these facts was read in a text, a register or by an agency."
        ),
    )
