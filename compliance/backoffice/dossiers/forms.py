"""What is asked of a dossier, and the filters of their list."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.db.models import Case, Q, QuerySet, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from compliance.backoffice.device.page import date_field
from compliance.backoffice.forms import PlainForm
from compliance.dossiers.models import DossierScope, DossierState
from compliance.dossiers.scopes import MAKERS, Question
from devices.models import Device, TrackName

SHOWN = 100
_ANY: list[tuple[str, Any]] = [("", _("all"))]


class DevicesField(forms.MultipleChoiceField):
    """Devices among those that the person reads whole; only some of many are shown, and all can be chosen."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.readable: QuerySet[Device] = Device.objects.none()
        self.more = False

    def show(self, readable: QuerySet[Device], text: str, chosen: Iterable[Any], narrowing: bool) -> None:
        """Show the devices that are chosen, and the first of those whose name or key holds the text.

        Where some are chosen and no other is looked for (``narrowing``), these are enough.
        """
        self.readable = readable
        ids = [one for one in map(_uuid, chosen) if one]
        few = bool(ids) and not narrowing
        fits = Q(pk__isnull=few)  # none where few are enough, else all
        for word in text.split():
            fits &= Q(name__unaccent__icontains=word) | Q(key__icontains=word)
        rows = readable.filter(fits | Q(pk__in=ids))
        chosen_first = Case(When(pk__in=ids, then=0), default=1)
        found = list(rows.order_by(chosen_first, "name", "pk")[: len(ids) + SHOWN + 1])
        self.more = few or len(found) > len(ids) + SHOWN
        self.choices = [(str(one.pk), one.name) for one in found[: len(ids) + SHOWN]]

    def valid_value(self, value: Any) -> bool:
        """Leave it to ``clean``, which asks for all at once."""
        return True

    def clean(self, value: Any) -> list[Device]:
        """Return the devices. Raises ValidationError."""
        texts = super().clean(value)
        found = {str(one.pk): one for one in self.readable.filter(pk__in=filter(None, map(_uuid, texts)))}
        if missing := [one for one in texts if one not in found]:
            message = ngettext_lazy(
                "A device chosen is none whose whole record you read: choose again.",
                "%(number)d devices chosen are none whose whole record you read: choose again.",
                len(missing),
            )
            raise forms.ValidationError(message % {"number": len(missing)})
        return [found[one] for one in dict.fromkeys(texts)]


class AskForm(PlainForm):
    """Of which devices, when, as known when, in which language."""

    scope = forms.ChoiceField(label=_("Dossier of"), widget=forms.RadioSelect)
    find = forms.CharField(
        label=_("Find a device"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"type": "search", "placeholder": _("Name or key")}),
    )
    devices = DevicesField(label=_("Device"), error_messages={"required": _("Choose a device.")})
    on = date_field(_("Status on"))
    known_on = date_field(_("As known on"))
    since = date_field(_("What changed since"))
    track = forms.ChoiceField(label=_("Track"), required=False, choices=[("", "–"), *TrackName.choices])
    language = forms.ChoiceField(label=_("Language of the dossier"), choices=settings.LANGUAGES)
    anew = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, readable: QuerySet[Device], narrowing: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        own: Any = self.fields
        made = [(one.value, one.label) for one in DossierScope if one in MAKERS]
        own["scope"].choices = made
        own["on"].required = own["known_on"].required = True
        own["on"].help_text = _("Any day: where the device stands, or will stand.")
        own["known_on"].help_text = _("Today or earlier: the facts and the law as they were known then.")
        chosen = self["devices"].value() or ()
        own["devices"].show(readable, str(self["find"].value() or ""), chosen, narrowing)
        if DossierScope.PORTFOLIO in MAKERS:
            own["devices"].label = _("Devices")
        if len(made) == 1:
            del own["scope"]
        if DossierScope.TRACK not in MAKERS:
            del own["track"]
        if DossierScope.DIFFERENCE not in MAKERS:
            del own["since"]

    @property
    def question(self) -> Question:
        """Return what is asked."""
        said = self.cleaned_data
        return Question(
            said.get("scope", DossierScope.DEVICE), tuple(said["devices"]), said["on"], said["known_on"],
            said["language"], said.get("since"), said.get("track") or None,
        )  # fmt: skip


class DossierFilter(forms.Form):
    """The filters above the dossiers."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"type": "search", "placeholder": _("Name or key of a device")}),
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[*_ANY, *DossierState.choices])
    who = forms.ChoiceField(label=_("Asked for by"), required=False)

    def __init__(self, *args: Any, people: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = [*_ANY, *((one, one) for one in people)]  # type: ignore[attr-defined]


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
