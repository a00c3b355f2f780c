"""The forms that ask what is said of deadlines."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from compliance.assessments.dates import write_date
from compliance.backoffice.forms import PlainForm, ReasonForm
from compliance.evidence.models import DocumentVersion
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


class DoneForm(SeenForm):
    """When something was done, and what shows it."""

    on = forms.DateField(label=_("Done on"), widget=forms.DateInput(DATE, "%Y-%m-%d"))
    version = forms.ChoiceField(
        label=_("Document that shows it"),
        required=False,
        help_text=_("A document of the device: one that is not there yet is added on its page."),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Without a document, say what shows it and where it is kept."),
    )

    def __init__(self, *args: Any, versions: list[DocumentVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._versions = {str(one.pk): one for one in versions}
        choices = [("", "–"), *((pk, _named(one)) for pk, one in self._versions.items())]
        cast(forms.ChoiceField, self.fields["version"]).choices = choices

    def clean_version(self) -> DocumentVersion | None:
        """Return the version chosen, if any."""
        return self._versions.get(self.cleaned_data["version"])


class WaiveForm(ReasonForm, SeenForm):
    """Why a deadline calls for nothing."""


class NameForm(PlainForm):
    """The name of a filter."""

    name = forms.CharField(label=_("Name of the filter"), max_length=NAME_LENGTH)


def _named(version: DocumentVersion) -> str:
    words = [version.document.title, str(_("version %(number)d") % {"number": version.number})]
    return " · ".join([*words, write_date(version.issued_on)] if version.issued_on else words)
