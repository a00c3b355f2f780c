"""The keys of people and the OAuth2 clients of organisations: for administrators."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import display
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.backoffice.access import actor, is_administrator
from compliance.backoffice.people.own_keys import confirmation, shown_once
from compliance.backoffice.records.base_admin import AdministratorAdmin
from compliance.clients.models import Client
from compliance.clients.operations import register_client, revoke_client
from config.clock import now
from devices.access import revoke_key, stated_keys
from devices.models import ApiKey, KeyState, Role


class RevocableAdmin(AdministratorAdmin):
    """What lets a program in: never changed, only revoked."""

    change_form_outer_after_template = "backoffice/revoke.html"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        """Return the addresses, with the one that revokes."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_revoke"
        view = self.admin_site.admin_view(self.revoke)
        return [path("<str:object_id>/revoke/", view, name=name), *super().get_urls()]

    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask whether to revoke; then do it. Raises PermissionDenied."""
        if not is_administrator(request):
            raise PermissionDenied
        row = get_object_or_404(self.model, pk=object_id)
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
        if request.method != "POST":
            answer: HttpResponse = self.admin_site.shown(request, confirmation(row, back))
            return answer
        self.end(request, row)
        messages.success(request, gettext("It is revoked."))
        return redirect(back)

    def end(self, request: HttpRequest, row: Any) -> None:
        """Revoke a row."""
        raise NotImplementedError


class ApiKeyAdmin(RevocableAdmin):
    """Keys of all people. Each person makes their own: nobody else ever sees it."""

    list_display = (
        "name", "prefix", "user", "organisation", "role", "said_scopes", "said_state", "expires_at",
        "last_used_at",
    )  # fmt: skip
    list_filter = ("role",)
    search_fields = ("name", "prefix", "user__email", "organisation__name")
    search_help_text = _("Name, prefix, e-mail, organisation")
    fields = (
        "name", "prefix", "user", "organisation", "role", "said_scopes", "said_state", "replaces",
        "created_at", "expires_at", "last_used_at", "revoked_at",
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the keys with what tells their state."""
        return stated_keys().select_related("replaces")

    @display(description=_("scopes"))
    def said_scopes(self, key: ApiKey) -> str:
        """Return the scopes."""
        return ", ".join(key.scopes)

    @display(description=_("state"))
    def said_state(self, key: ApiKey) -> str:
        """Return the state in words."""
        return str(KeyState(key.state(now())).label)

    def end(self, request: HttpRequest, row: ApiKey) -> None:
        """Revoke a key."""
        revoke_key(actor=actor(request), key=row, at=now())


class ClientForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a new client is for."""

    class Meta:
        model = Client
        fields = ("organisation", "role", "user", "name", "scopes")

    def clean_scopes(self) -> list[str]:
        scopes: list[str] = self.cleaned_data["scopes"]
        if not scopes:
            raise forms.ValidationError(_("A client opens something."))
        return scopes

    def clean_role(self) -> Role:
        role = Role(self.cleaned_data["role"])
        if role == Role.ADMINISTRATOR:
            raise forms.ValidationError(_("A program never looks after the installation."))
        return role

    def _post_clean(self) -> None:
        """Leave the checks of the row to the operation, which draws the secret."""


class ClientAdmin(RevocableAdmin):
    """OAuth2 clients of organisations."""

    form = ClientForm
    list_display = (
        "name", "client_id", "organisation", "role", "said_scopes", "user", "last_used_at", "revoked_at",
    )  # fmt: skip
    list_filter = ("role",)
    list_select_related = ("organisation", "user")
    search_fields = ("name", "client_id", "organisation__name")
    search_help_text = _("Name, client ID, organisation")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields asked for a new client, or all that may be shown."""
        if obj is None:
            return ClientForm.Meta.fields
        asked = ("organisation", "role", "user", "name", "said_scopes")
        return (*asked, "client_id", "created", "last_used_at", "revoked_at")

    @display(description=_("scopes"))
    def said_scopes(self, client: Client) -> str:
        """Return the scopes."""
        return ", ".join(client.scopes)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Register the client; its secret lives in the request only."""
        asked = form.cleaned_data
        made = register_client(
            actor=actor(request), organisation=asked["organisation"], role=asked["role"],
            responsible=asked["user"], name=asked["name"], scopes=asked["scopes"], at=now(),
        )  # fmt: skip
        obj.__dict__.update(made.client.__dict__)
        request.__dict__["_secret"] = made.secret

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the secret, once."""
        secrets = {_("Client ID"): obj.client_id, _("Client secret"): request.__dict__["_secret"]}
        note = gettext("The program asks for a token with both, by the grant client_credentials.")
        page = shown_once(obj.name, secrets, note, reverse("admin:clients_client_changelist"))
        answer: HttpResponse = self.admin_site.shown(request, page)
        return answer

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Log nothing: the operation left its event."""

    def end(self, request: HttpRequest, row: Client) -> None:
        """Revoke a client."""
        revoke_client(actor=actor(request), client=row, at=now())
