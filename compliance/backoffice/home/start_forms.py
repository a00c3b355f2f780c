"""The forms of the first steps. What is left unknown stays unknown: no answer of these is a silent "no"."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from compliance.ai_act.models import AnnexIII
from compliance.backoffice.forms import PlainForm
from compliance.ce_marking.models.choices import CertificateKind, DeviceClass, Regulation
from compliance.listing.models import Line, ListName
from devices.models import DeviceFunction, Organisation

UNKNOWN = _("I do not know yet")
_CHOOSE = [("", "–")]


def _yes_no(label: Any, help_text: Any = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        required=False,
        choices=[("", UNKNOWN), ("yes", _("yes")), ("no", _("no"))],
        coerce=lambda said: said == "yes",
        empty_value=None,
    )


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


def _choice(label: Any, choices: Any, *, required: bool = True, help_text: Any = "") -> forms.ChoiceField:
    first = _CHOOSE if required else [("", UNKNOWN)]
    return forms.ChoiceField(label=label, choices=[*first, *choices], required=required, help_text=help_text)


class DeviceForm(PlainForm):
    """What the device is, and who keeps its record."""

    name = forms.CharField(
        label=_("Name of the device"),
        max_length=300,
        help_text=_("As on its label."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    owner = forms.ModelChoiceField(
        label=_("Organisation that keeps the record"), queryset=Organisation.objects.none(), empty_label="–"
    )
    maker = forms.ChoiceField(
        label=_("Manufacturer"),
        required=False,
        choices=[("", UNKNOWN), ("own", _("this organisation")), ("other", _("another one"))],
    )
    is_software = _yes_no(_("Is it software, or driven by software?"))
    digital_device = _yes_no(
        _("Does it process personal data or host health data?"),
        _("Then an ANS certificate is needed before it is listed (CSS R.165-4 5°)."),
    )
    functions = forms.MultipleChoiceField(
        label=_("What it does"),
        required=False,
        choices=DeviceFunction.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It decides which lists are open to it. Leave empty what is not known."),
    )

    def __init__(self, *args: Any, owners: "QuerySet[Organisation]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        only = list(owners[:2])
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]
        if len(only) == 1:
            self.fields["owner"].initial = only[0]

    @property
    def changes(self) -> dict[str, Any]:
        """Return the fields of the device."""
        said = dict(self.cleaned_data)
        owner, maker = said.pop("owner"), said.pop("maker")
        return {**said, "owner": owner.key, "manufacturer": owner.key if maker == "own" else None}


class FactForm(PlainForm):
    """A form whose fields are those of the fact, under their names."""

    @property
    def changes(self) -> dict[str, Any]:
        """Return what is known: an empty answer is left out."""
        return {name: said for name, said in self.cleaned_data.items() if said not in ("", None, [])}


class ClassForm(FactForm):
    """The class, under a regulation."""

    regulation = _choice(
        _("Regulation"),
        Regulation.choices,
        help_text=_("That of the certificate or declaration that it has or prepares."),
    )
    device_class = _choice(
        _("Class"), DeviceClass.choices, help_text=_("I to III under the MDR, A to D under the IVDR.")
    )
    valid_from = _day(_("Valid from"), _("Leave empty if it always was of this class."))


class CertificateForm(FactForm):
    """The certificate of the notified body."""

    number = forms.CharField(
        label=_("Number"), max_length=80, widget=forms.TextInput({"autocomplete": "off"})
    )
    kind = _choice(_("Kind of certificate"), CertificateKind.choices)
    regulation = _choice(_("Regulation"), Regulation.choices)
    notified_body = forms.CharField(
        label=_("Notified body"),
        required=False,
        max_length=4,
        help_text=_("Its four digits, beside the CE mark: 0459…"),
    )
    issued_on = _day(_("Issued on"))
    starts_on = _day(_("Valid from"))
    printed_end = _day(_("Valid until"), _("As printed; the end by law is computed."))


class ListingForm(FactForm):
    """A coverage that runs, ran or is decided."""

    list = _choice(_("List or coverage"), ListName.choices)
    line = _choice(_("Line"), Line.choices, required=False)
    code = forms.CharField(
        label=_("Code"),
        required=False,
        max_length=20,
        help_text=_("On the LPPR: the seven digits of the LPP code."),
    )
    starts_on = _day(_("First day of coverage"))
    ends_on = _day(_("Last day of coverage"), _("As printed in the act."))


class AiForm(FactForm):
    """What the device is under the AI Act."""

    is_ai_system = _yes_no(
        _("Is it, or does it hold, an AI system?"),
        _("It infers predictions, recommendations or decisions from what it receives (AI Act Art. 3(1))."),
    )
    is_the_device = _yes_no(
        _("Is the AI system the medical device itself?"), _("And not only a component of it.")
    )
    safety_component = _yes_no(
        _("Is it a safety component of the device?"),
        _("Its failure would put health and safety at risk (AI Act Art. 3(14))."),
    )
    annex_iii = _choice(
        _("Use named in Annex III"),
        AnnexIII.choices,
        required=False,
        help_text=_("For a device most often none, or 5(d): emergency triage."),
    )
