"""The forms that ask what is said of deadlines."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from compliance.backoffice.documents.forms import ShownByForm
from compliance.backoffice.forms import PlainForm, ReasonForm
from compliance.facts.fields import NOTE_LENGTH
from compliance.followup.models import NAME_LENGTH, Assignment
from devices.models import User

DATE = {"type": "date"}


class AssignForm(PlainForm):
    """To whom deadlines are assigned; to nobody where it is left empty."""

    person = forms.ChoiceField(label=_("Assigned to"), required=False)

    def __init__(self, *args: Any, people: list[User], held: Assignment | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"person": held.person_id if held else ""}, **kwargs})
        self._people = {str(one.pk): one for one in people}
        choices = [("", _("nobody")), *((pk, str(one)) for pk, one in self._people.items())]
        cast(forms.ChoiceField, self.fields["person"]).choices = choices

    def clean_person(self) -> User | None:
        """Return the person chosen, None for nobody."""
        return self._people.get(self.cleaned_data["person"])


class SeenForm(PlainForm):
    """The date of the deadline that the author saw."""

    seen = forms.DateField(widget=forms.HiddenInput())


class DoneForm(ShownByForm, SeenForm):
    """When something was done, and what shows it."""

    on = forms.DateField(label=_("Done on"), widget=forms.DateInput(DATE, "%Y-%m-%d"))
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Without a document, say what shows it and where it is kept."),
    )
    field_order = ("seen", "on", "version", "note")


class WaiveForm(ReasonForm, SeenForm):
    """Why a deadline calls for nothing."""


class NameForm(PlainForm):
    """The name of a filter."""

    name = forms.CharField(label=_("Name of the filter"), max_length=NAME_LENGTH)
