"""What is asked of a webhook endpoint."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from compliance.backoffice.forms import PlainForm
from compliance.backoffice.people.own_keys import Days
from compliance.webhooks.addresses import LONGEST
from compliance.webhooks.models import Event
from compliance.webhooks.operations import LONGEST_OVERLAP, events_for
from devices.models import Device, Organisation, Role

_OF_ROLE = {
    Role.OFFICER: _("all devices of the organisation"),
    Role.BUYER: _("published devices that you choose"),
}


class EventsForm(PlainForm):
    """What an endpoint hears of; a buyer chooses the devices, too."""

    events = forms.MultipleChoiceField(label=_("Events"), widget=forms.CheckboxSelectMultiple)
    devices = forms.ModelMultipleChoiceField(
        Device.objects.none(),
        label=_("Devices to watch"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For an endpoint of a buyer. One of an organisation hears of all its devices."),
    )

    def __init__(self, *args: Any, roles: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {one for role in roles for one in events_for(role)}
        choices = [(one.value, one.label) for one in Event if one in offered]
        self.fields["events"].choices = choices  # type: ignore[attr-defined]
        if Role.BUYER in roles:
            published = Device.objects.filter(published=True).order_by("name", "pk")
            self.fields["devices"].queryset = published  # type: ignore[attr-defined]
        else:
            del self.fields["devices"]


class NewForm(EventsForm):
    """Where to send, in whose place, and what."""

    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST,
        widget=forms.URLInput({"placeholder": "https://", "autocomplete": "off"}),
        help_text=_("Of your receiver, on the public internet: https://…"),
    )
    place = forms.ChoiceField(label=_("Hears of"))
    field_order = ("url", "place", "events", "devices")

    def __init__(self, *args: Any, places: dict[tuple[Role, UUID], Organisation], **kwargs: Any) -> None:
        self._places = {f"{role}:{pk}": (role, one) for (role, pk), one in places.items()}
        super().__init__(*args, roles={role for role, _ in places}, **kwargs)
        named = [(key, f"{one}: {_OF_ROLE[role]}") for key, (role, one) in self._places.items()]
        self.fields["place"].choices = named  # type: ignore[attr-defined]

    def clean_place(self) -> tuple[Role, Organisation]:
        """Return the role and the organisation chosen."""
        return self._places[self.cleaned_data["place"]]


class RotationForm(PlainForm):
    """How long the older secret signs beside the new one."""

    overlap = Days(
        0, 1, 7, LONGEST_OVERLAP.days, label=_("The older secret signs too, for"), initial=7,
        help_text=_("Time to tell the receiver the new one. 0 days if somebody else knows the older one."),
    )  # fmt: skip
