"""The shapes of dossiers in the API: what is asked, what is answered."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from compliance.api.queries import Day, PagedQuery
from compliance.api.schemas import NamedDeviceSchema
from compliance.dossiers.models import DossierScope, DossierState
from compliance.dossiers.scopes import MOST_DEVICES
from compliance.signatures.models import Meaning
from devices.models import TrackName

_LANGUAGES = [code for code, _name in settings.LANGUAGES]


class DossiersQuery(PagedQuery):
    """Filters of dossiers, a page at a time."""

    elsewhere = {}

    state = serializers.ChoiceField(DossierState.choices, required=False, help_text=_("How far they are."))
    device = serializers.UUIDField(required=False, help_text=_("A device that they are of."))


class DossierQuestionSchema(serializers.Serializer[Any]):
    """What a dossier is of. Days left out are today."""

    scope = serializers.ChoiceField(DossierScope.choices, required=False, default=DossierScope.DEVICE.value)
    device = serializers.UUIDField(required=False)
    devices = serializers.ListField(
        child=serializers.UUIDField(), required=False, min_length=1, max_length=MOST_DEVICES,
        help_text=_("Of a portfolio; instead of device."),
    )  # fmt: skip
    on = Day(required=False, help_text=_("Status on this date; left out: today."))
    known_on = Day(required=False, help_text=_("As known on this date; left out: today."))
    since = Day(required=False, allow_null=True, help_text=_("Of a difference: what changed since this day."))
    track = serializers.ChoiceField(
        TrackName.choices, required=False, allow_null=True, help_text=_("Of a dossier of a track.")
    )
    language = serializers.ChoiceField(_LANGUAGES, required=False, default="fr")
    anew = serializers.BooleanField(
        required=False, default=False, help_text=_("Make another, even if the same is there already.")
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return the question. Raises ValidationError unless it names devices in one of the two ways."""
        if ("device" in attrs) == ("devices" in attrs):
            raise serializers.ValidationError({"device": [_("Give either device or devices.")]})
        return attrs


class ProgressSchema(serializers.Serializer[Any]):
    """How many of how many files are written; 0 of 0 before it begins."""

    done = serializers.IntegerField()
    total = serializers.IntegerField()


class WithdrawalSchema(serializers.Serializer[Any]):
    """When and why a person took a signature back."""

    at = serializers.DateTimeField()
    reason = serializers.CharField()


class SignatureSchema(serializers.Serializer[Any]):
    """Who signed the dossier of this `sha512`, and what it means; broken, if the dossier has another."""

    meaning = serializers.ChoiceField(Meaning.choices)
    name = serializers.CharField()
    signed_at = serializers.DateTimeField()
    remark = serializers.CharField()
    sha512 = serializers.CharField()
    withdrawn = WithdrawalSchema(allow_null=True)


class DossierSchema(serializers.Serializer[Any]):
    """A dossier that was asked for. `errors` say why it failed; `download` is null where there is no file."""

    id = serializers.UUIDField()
    scope = serializers.ChoiceField(DossierScope.choices)
    devices = NamedDeviceSchema(many=True)
    on = serializers.DateField()
    known_on = serializers.DateField()
    since = serializers.DateField(allow_null=True)
    track = serializers.ChoiceField(TrackName.choices, allow_null=True)
    language = serializers.ChoiceField(_LANGUAGES)
    state = serializers.ChoiceField(DossierState.choices)
    progress = ProgressSchema()
    asked_by = serializers.CharField()
    asked_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    file = serializers.CharField(allow_null=True)
    size = serializers.IntegerField(allow_null=True)
    sha512 = serializers.CharField(allow_null=True)
    verification_code = serializers.CharField(allow_null=True)
    download = serializers.CharField(allow_null=True)
    signatures = SignatureSchema(many=True)

    def get_fields(self) -> dict[str, Any]:
        """Return the fields with the errors, whose name the class keeps for itself."""
        return {**super().get_fields(), "errors": serializers.ListField(child=serializers.CharField())}


class DossiersSchema(serializers.Serializer[Any]):
    """A page of dossiers."""

    results = DossierSchema(many=True)
    next_cursor = serializers.CharField(allow_null=True)
