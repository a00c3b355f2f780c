"""The keys of the programs of a person: made, rotated, revoked by that person alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from compliance.backoffice.access import actor, person
from compliance.backoffice.page import Page
from config.clock import now
from devices.access import LONGEST_OVERLAP, NewKey, create_key, revoke_key, rotate_key, stated_keys
from devices.models import ApiKey, KeyState, Membership, Role, Scope
from devices.models.keys import LONGEST_LIFE

CHIPS = {
    KeyState.LIVE: "valid",
    KeyState.REPLACED: "pending",
    KeyState.EXPIRED: "expired",
    KeyState.REVOKED: "refused",
    KeyState.ROLE_ENDED: "suspended",
}


def _may_confirm(request: HttpRequest) -> bool:
    """Return whether the person has anything here to confirm with: a provider's may have nothing."""
    return bool(get_adapter().get_reauthentication_methods(request.user))


# A session that was left open, or stolen, makes no key that outlives it.
confirmed = reauthentication_required(enabled=_may_confirm)


@dataclass(frozen=True, slots=True)
class Row:
    """A key of the list. ``chip`` is the look of its state."""

    key: ApiKey
    state: KeyState
    chip: str
    scopes: tuple[str, ...]

    @property
    def rotates(self) -> bool:
        """Return whether the key may be rotated."""
        return self.state == KeyState.LIVE

    @property
    def revokes(self) -> bool:
        """Return whether there is anything to revoke."""
        return self.state in (KeyState.LIVE, KeyState.REPLACED, KeyState.ROLE_ENDED)


class Days(forms.TypedChoiceField):
    """A number of days among a few."""

    def __init__(self, *days: int, **kwargs: Any) -> None:
        choices = [(day, ngettext_lazy("%(n)d day", "%(n)d days", day) % {"n": day}) for day in days]
        super().__init__(choices=choices, coerce=int, **kwargs)


class _Place(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A role in an organisation."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.organisation} · {obj.get_role_display()}"


class KeyForm(forms.Form):
    """What a new key is for."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("The program that will use it."))
    place = _Place(Membership.objects.none(), label=_("Acts as"), empty_label=None)
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    life = Days(30, 90, 180, LONGEST_LIFE.days, label=_("Valid for"), initial=90)

    def __init__(self, request: HttpRequest, data: Any = None) -> None:
        super().__init__(data)
        own = Membership.objects.filter(user=person(request)).select_related("organisation")
        self.fields["place"].queryset = own.order_by("organisation__name", "role")  # type: ignore[attr-defined]


class RotationForm(forms.Form):
    """How long the older key stays valid."""

    overlap = Days(
        1, 7, LONGEST_OVERLAP.days, label=_("The older key stays valid for"), initial=7,
        help_text=_("Time to put the new key into every program. The older one then ends by itself."),
    )  # fmt: skip


def own_keys(request: HttpRequest) -> Page:
    """Return the keys of the person, those that ended too."""
    at = now()
    rows = [_row(key, at) for key in stated_keys().filter(user=person(request))]
    return Page("backoffice/keys.html", _("My API keys"), {"rows": rows})


@confirmed  # type: ignore[untyped-decorator]
def new_key(request: HttpRequest) -> Page:
    """Ask what a new key is for; once that is said, make it and show it."""
    form = KeyForm(request, request.POST or None)
    if form.is_valid():
        asked, at = form.cleaned_data, now()
        try:
            made = create_key(
                actor=actor(request), user=person(request), organisation=asked["place"].organisation,
                role=Role(asked["place"].role), name=asked["name"], scopes=asked["scopes"],
                expires_at=at + timedelta(days=asked["life"]), at=at,
            )  # fmt: skip
            return _made(made)
        except ValidationError as error:
            form.add_error(None, error.messages)
    return _asking(form, _("New API key"), _("Make the key"))


@confirmed  # type: ignore[untyped-decorator]
def rotate(request: HttpRequest, key_id: UUID) -> Page:
    """Ask how long the older key stays; then make its successor and show it."""
    key = _own(request, key_id)
    form = RotationForm(request.POST or None)
    if form.is_valid():
        overlap = timedelta(days=form.cleaned_data["overlap"])
        try:
            return _made(rotate_key(actor=actor(request), key=key, overlap=overlap, at=now()))
        except ValidationError as error:
            form.add_error(None, error.messages)
    return _asking(form, _("Rotate an API key"), _("Make the new key"), key)


def revoke(request: HttpRequest, key_id: UUID) -> Page | HttpResponse:
    """Ask whether to revoke a key; then do it."""
    key = _own(request, key_id)
    if request.method == "POST":
        revoke_key(actor=actor(request), key=key, at=now())
        messages.success(request, gettext("The key is revoked."))
        return redirect("admin:own_keys")
    return confirmation(key, reverse("admin:own_keys"))


def confirmation(row: Any, back: str) -> Page:
    """Return the page that asks before something is revoked."""
    return Page("backoffice/confirm.html", _("Revoke"), {"row": row, "back": back})


def shown_once(name: str, secrets: dict[Any, str], note: str, back: str) -> Page:
    """Return the page of secrets that are shown this once. Pages of the office are never stored."""
    context = {"name": name, "secrets": secrets, "note": note, "back": back}
    return Page("backoffice/new_key.html", _("Copy it now"), context)


def _made(made: NewKey) -> Page:
    note = gettext("Programs send it as Authorization: Bearer.")
    return shown_once(str(made.key), {_("API key"): made.plain}, note, reverse("admin:own_keys"))


def _asking(form: forms.Form, title: Any, button: Any, key: ApiKey | None = None) -> Page:
    context = {"form": form, "button": button, "key": key, "back": reverse("admin:own_keys")}
    return Page("backoffice/key_form.html", title, context)


def _own(request: HttpRequest, key_id: UUID) -> ApiKey:
    """Return a key of the person. Raises Http404 for any other."""
    return get_object_or_404(stated_keys().filter(user=person(request)), pk=key_id)


def _row(key: ApiKey, at: datetime) -> Row:
    state = key.state(at)
    return Row(key, state, CHIPS[state], tuple(key.scopes))
