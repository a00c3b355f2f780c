"""People, their roles and the keys of their programs: for administrators."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib import messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from compliance.backoffice.access import is_administrator
from compliance.backoffice.base_admin import AdministratorAdmin, OfficeInline, said
from compliance.login.operations import vouch_for_address
from config.clock import now
from devices.access import create_key, revoke_key
from devices.models import ApiKey, Membership, Role

_OWN = ("email", "name", "language", "is_staff")
KEY_LIFE = timedelta(days=365)


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[misc]
    """A password that an administrator sets for somebody."""

    usable_password = None

    def save(self, commit: bool = True) -> Any:
        """Write it where every password is written, with its event in the trail."""
        get_adapter().set_password(self.user, self.cleaned_data["password1"])
        return self.user


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

    form = UserChangeForm
    add_form = UserCreationForm
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
            {"fields": ("email", "name", "language", "password", "is_active", "is_staff", *readonly_fields)},
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
        """Write the person; who writes it vouches for the address."""
        super().save_model(request, obj, form, change)
        vouch_for_address(user=obj)

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the roles, once the person is recorded."""
        return self.inlines if obj else ()


class KeyForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a new key is for."""

    class Meta:
        model = ApiKey
        fields = ("user", "role", "name", "expires_at")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if cleaned.get("expires_at") and cleaned["expires_at"] <= now():
            self.add_error("expires_at", _("A key expires after it is created."))
        user, role = cleaned.get("user"), cleaned.get("role")
        if user and role and not user.memberships.filter(role=role).exists() and not user.is_superuser:
            self.add_error("role", _("This person does not hold this role."))
        return cleaned

    def _post_clean(self) -> None:
        """Leave the checks of the row to the operation, which knows the prefix and the instant."""


class ApiKeyAdmin(AdministratorAdmin):
    """Keys: made, shown once, revoked; never changed."""

    form = KeyForm
    list_display = ("name", "prefix", "user", "role", "expires_at", "last_used_at", "revoked_at")
    list_filter = ("role",)
    list_select_related = ("user",)
    search_fields = ("name", "prefix", "user__email")
    search_help_text = _("Name, prefix, e-mail")
    change_form_outer_after_template = "backoffice/revoke.html"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields asked for a new key, or all that may be shown."""
        own = ("user", "role", "name", "expires_at")
        return (*own, "prefix", "created_at", "last_used_at", "revoked_at") if obj else own

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return a life of a year."""
        return {"role": Role.BUYER, "expires_at": now() + KEY_LIFE}

    def get_urls(self) -> list[Any]:
        """Return the addresses, with the one that revokes."""
        view = self.admin_site.admin_view(require_POST(self.revoke))
        return [path("<uuid:key_id>/revoke/", view, name="devices_apikey_revoke"), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Make the key; its plain form lives in the request only."""
        asked = form.cleaned_data
        made = create_key(
            user=asked["user"], role=Role(asked["role"]), name=asked["name"], expires_at=asked["expires_at"],
            at=now(),
        )  # fmt: skip
        obj.__dict__.update(made.key.__dict__)
        request.__dict__["_plain_key"] = made.plain

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the key, once."""
        context = {"plain": request.__dict__["_plain_key"], "key": obj, "title": _("The new key")}
        answer = TemplateResponse(
            request, "backoffice/new_key.html", {**self.admin_site.each_context(request), **context}
        )
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def revoke(self, request: HttpRequest, key_id: Any) -> HttpResponse:
        """Revoke a key."""
        if is_administrator(request):
            revoke_key(key=get_object_or_404(ApiKey, pk=key_id), at=now())
            messages.success(request, gettext("The key is revoked."))
        return redirect("admin:devices_apikey_change", key_id)
