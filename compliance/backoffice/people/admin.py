"""People and their roles: for administrators."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from compliance.backoffice.access import actor, is_administrator
from compliance.backoffice.records.base_admin import AdministratorAdmin, OfficeInline, said
from compliance.facts.errors import FactError
from compliance.login.operations import vouch_for_address
from compliance.people import accounts
from config.clock import now
from devices.models import Membership, User

_OWN = ("email", "name", "language", "is_staff")


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]
    """A password that an administrator sets for somebody."""

    usable_password = None

    def save(self, commit: bool = True) -> Any:
        """Write it where every password is written, with its event in the trail."""
        get_adapter().set_password(self.user, self.cleaned_data["password1"])
        return self.user


class PersonForm(UserChangeForm):  # type: ignore[type-arg]
    """A person, and why the account is closed where it is."""

    reason = forms.CharField(
        label=_("Why, where the account is closed"),
        required=False,
        max_length=1000,
        help_text=_("It stays in the audit trail."),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse to close an account without a word, or that of the last owner of an organisation."""
        data: dict[str, Any] = super().clean() or {}
        if "is_active" in self.changed_data and not data.get("is_active"):
            if not data.get("reason", "").strip():
                self.add_error("reason", _("Say why: it stays in the audit trail."))
            try:
                accounts.may_be_closed(self.instance)
            except FactError as refusal:
                self.add_error("is_active", [one.text for one in refusal.problems])
        return data


class MembershipInline(OfficeInline):
    """The roles of a person, to read: they are given and ended on the page of the organisation."""

    model = Membership
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_add_permission = has_delete_permission = has_change_permission


class UserAdmin(AdministratorAdmin, DjangoUserAdmin):  # type: ignore[misc, type-arg]
    """People. Nobody is deleted: who leaves is made inactive."""

    form = PersonForm
    change_password_form = PasswordForm
    inlines = (MembershipInline,)
    list_display = (
        "email",
        "name",
        said("is_active", _("active")),
        said("is_staff", _("opens the back office")),
        "last_login",
    )
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "name")
    search_help_text = _("E-mail, name")
    ordering = ("email",)
    add_form_template = None
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "email",
                    "name",
                    "language",
                    "password",
                    "is_active",
                    "reason",
                    "is_staff",
                    *readonly_fields,
                )
            },
        ),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "email",
                    "name",
                    "language",
                    "is_staff",
                    "password1",
                    "password2",
                )
            },
        ),
    )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write the person; who writes it vouches for the address. An account is closed by its operation."""
        active = obj.is_active
        if change:
            obj.is_active = User.objects.values_list("is_active", flat=True).get(pk=obj.pk)
        super().save_model(request, obj, form, change)
        vouch_for_address(user=obj)
        if obj.is_active != active:
            reason = form.cleaned_data["reason"]
            accounts.set_active(actor=actor(request), user=obj, active=active, reason=reason, at=now())

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the roles, once the person is recorded."""
        return self.inlines if obj else ()
