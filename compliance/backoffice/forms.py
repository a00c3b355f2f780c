"""Pages that ask before something is done, and the forms that they ask with."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import SetPasswordMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from compliance.backoffice.page import Page
from compliance.facts.errors import FactError
from devices.models import Device, Organisation, Role, User


class PlainForm(forms.Form):
    """A form without signs after its labels; its required fields say so in words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class ReasonForm(PlainForm):
    """Why something is taken away."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("It stays in the audit trail."),
    )


class RoleForm(ReasonForm):
    """Another role, and why."""

    role = forms.ChoiceField(label=_("Role"))
    field_order = ("role", "reason")

    def __init__(self, *args: Any, roles: tuple[Role, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = _choices(roles)  # type: ignore[attr-defined]


class InviteForm(PlainForm):
    """Who is invited, and in which role."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)
    role = forms.ChoiceField(label=_("Role"))
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, roles: tuple[Role, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = _choices(roles)  # type: ignore[attr-defined]


class GrantForm(PlainForm):
    """Which device is shown to whom, and when."""

    device = forms.ModelChoiceField(label=_("Device"), queryset=Device.objects.none(), empty_label="–")
    auditor = forms.ChoiceField(
        label=_("Auditor"), help_text=_("An audit organisation, or an auditor invited into yours.")
    )
    starts_on = forms.DateField(label=_("First day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    ends_on = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text=_("The grant ends by itself after this day."),
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["device"].queryset = Device.objects.filter(owner=organisation)  # type: ignore[attr-defined]
        auditors = {"memberships__role": Role.AUDITOR}
        people = User.objects.filter(memberships__organisation=organisation, is_active=True, **auditors)
        houses = Organisation.objects.filter(**auditors).exclude(pk=organisation.pk)
        found: list[User | Organisation] = [*houses.distinct().order_by("name"), *people.distinct()]
        self._auditors = {str(one.pk): one for one in found}
        named = [(pk, one.email if isinstance(one, User) else one.name) for pk, one in self._auditors.items()]
        self.fields["auditor"].choices = [("", "–"), *named]  # type: ignore[attr-defined]

    def clean_auditor(self) -> User | Organisation:
        """Return the person or the organisation chosen."""
        return self._auditors[self.cleaned_data["auditor"]]


class PublicationForm(PlainForm):
    """The version of the device that was seen; why, where it is taken back."""

    expected_version = forms.IntegerField(widget=forms.HiddenInput())


class WithdrawalForm(ReasonForm, PublicationForm):
    """Why a device is taken back, and the version seen."""


class JoinForm(SetPasswordMixin, PlainForm):  # type: ignore[type-arg]
    """What an invited person says to get an account."""

    name = forms.CharField(label=_("Name"), max_length=300, widget=forms.TextInput({"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    password1, password2 = SetPasswordMixin.create_password_fields(
        label1=_("Password"), label2=_("Password, once more")
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._email = email

    def clean(self) -> dict[str, Any]:
        """Check that both passwords are alike, and strong enough for this person."""
        self.validate_passwords()
        person = User(email=self._email, name=self.cleaned_data.get("name", ""))
        self.validate_password_for_user(person, "password2")
        return self.cleaned_data


def asked(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[dict[str, Any]], Any],
    *,
    title: Any,
    back: str,
    button: Any,
    done: Any,
    template: str = "backoffice/asked.html",
    **context: Any,
) -> Page | HttpResponse:
    """Ask with the form; once it is filled in, act and go back. What the act refuses stands in the form."""
    if form.is_bound and form.is_valid():
        try:
            act(form.cleaned_data)
        except FactError as refusal:
            show(refusal, form)
        else:
            if done:
                messages.success(request, done)
            return redirect(back)
    return Page(template, title, {"form": form, "back": back, "button": button, **context})


def show(refusal: FactError, form: forms.Form) -> None:
    """Show what an operation refused at the fields of the form."""
    for problem in refusal.problems:
        form.add_error(problem.path if problem.path in form.fields else None, problem.text)


def data(request: HttpRequest) -> Any:
    """Return what a form is filled in with, None before it is."""
    return request.POST if request.method == "POST" else None


def _choices(roles: tuple[Role, ...]) -> list[tuple[str, Any]]:
    return [(role.value, role.label) for role in roles]
