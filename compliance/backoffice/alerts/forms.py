"""The forms that ask how alerts are to come."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.alerts.models import Digest
from compliance.backoffice.forms import PlainForm

_DATE = {"type": "date"}


class PreferenceForm(PlainForm):
    """How often a person gets mails, and on which days."""

    digest = forms.ChoiceField(
        label=_("Mails"),
        choices=Digest,
        help_text=_("What is 7 days away or less, overdue, or counted in hours always comes at once."),
    )
    quiet_days_off = forms.BooleanField(
        label=_("No mail on weekends and public holidays"),
        required=False,
        help_text=_("A mail of such a day comes on the next working day, or before where that is too late."),
    )
    weekly = forms.BooleanField(
        label=_("A mail each Monday that says what is watched"),
        required=False,
        help_text=_("It proves that the alerting is alive, even where nothing is due."),
    )


class LeaveForm(PlainForm):
    """From when to when a person is away."""

    first = forms.DateField(label=_("First day"), widget=forms.DateInput(_DATE, "%Y-%m-%d"))
    last = forms.DateField(label=_("Last day"), widget=forms.DateInput(_DATE, "%Y-%m-%d"))


class _Counts(forms.CharField):
    """Whole numbers, with commas or spaces between them."""

    def to_python(self, value: Any) -> Any:
        """Return the numbers. Raises ValidationError."""
        words = str(value or "").replace(",", " ").replace(";", " ").split()
        if any(not one.isascii() or not one.isdigit() or len(one) > 4 for one in words):
            raise forms.ValidationError(gettext("Write whole numbers with commas between them: 90, 30, 7."))
        return [int(one) for one in words]

    def prepare_value(self, value: Any) -> Any:
        """Return the numbers as they are written."""
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value


class ThresholdsForm(PlainForm):
    """When alerts of one kind of deadlines are sent."""

    before = _Counts(max_length=100, required=False)
    after = _Counts(max_length=100, required=False)

    def __init__(self, *args: Any, hours: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = (_("Hours before"), _("Hours after, when overdue")) if hours else (
            _("Days before the safe date"), _("Days after, when overdue")
        )  # fmt: skip
        self.fields["before"].label, self.fields["after"].label = names
