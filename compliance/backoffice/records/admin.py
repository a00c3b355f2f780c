"""Devices, organisations and sources: their own fields, written by operations."""

from collections.abc import Mapping
from typing import Any

from django.contrib.admin import display
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from compliance.backoffice import access
from compliance.backoffice.records.base_admin import said
from compliance.backoffice.records.operated import OperatedAdmin
from compliance.facts.operations import save_device, save_organisation, save_source
from config.clock import now
from devices.models import Device, Organisation, Source


class RecordAdmin(OperatedAdmin):
    """A record that is never deleted here: facts and events rest on it."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the key of a recorded entry: facts files name it by its key."""
        return ("key",) if obj else ()

    @staticmethod
    def asked(form: Any) -> dict[str, Any]:
        """Return what the form says besides the record: reason and version seen."""
        cleaned = form.cleaned_data
        return {"reason": cleaned.get("reason", ""), "expected_version": cleaned.get("expected_version")}


class DeviceAdmin(RecordAdmin):
    """Devices."""

    list_display = ("page", "manufacturer", "exploitant", "owner", said("published", _("published")), "edit")
    list_display_links = None
    list_filter = ("published", "is_software", "owner__example")
    list_select_related = ("manufacturer", "exploitant", "owner")
    search_fields = ("name", "key", "manufacturer__name", "exploitant__name", "emdn")
    search_help_text = _("Name, manufacturer, EMDN code")
    empty_words = _("No device is recorded yet, or none is shown to your role.")

    @display(description=_("device"), ordering="name")
    def page(self, device: Device) -> SafeString:
        """Return the name, which opens the page of the device."""
        return format_html('<a href="{}">{}</a>', reverse("admin:device", args=[device.pk]), device.name)

    @display(description=_("record"))
    def edit(self, device: Device) -> SafeString:
        """Return the link to the fields of the device."""
        url = reverse("admin:devices_device_change", args=[device.pk])
        return format_html('<a href="{}">{}<span class="sr"> {}</span></a>', url, _("fields"), device.name)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person may read the record: a buyer reads the answers only."""
        return obj is None or access.readable(request).filter(pk=obj.pk).exists()

    def get_list_display(self, request: HttpRequest) -> Any:
        """Return the columns; the link to the record is for who may read one."""
        return self.list_display if access.reads_records(request) else self.list_display[:-1]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the devices that the person may see."""
        return super().get_queryset(request).filter(pk__in=access.visible(request).values("pk"))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields; publishing has a page of its own."""
        return [name for name in super().get_fields(request, obj) if name != "published"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form; the owner is an organisation whose record the person keeps."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if "owner" in form.base_fields:
            form.base_fields["owner"].queryset = access.kept_organisations(request)
        return form

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(access.kept_organisation_ids(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(access.editable_ids(request)) if obj is None else obj.pk in access.editable_ids(request)

    def operate(self, request: HttpRequest, form: Any, value: Mapping[str, Any], obj: Any) -> Any:
        """Save the device."""
        who, at = access.actor(request), now()
        return save_device(actor=who, device=obj, changes=value, at=at, **self.asked(form))

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Go to the page of the device."""
        return redirect("admin:device", obj.pk)

    response_post_save_change = response_post_save_add


class OrganisationAdmin(RecordAdmin):
    """Organisations."""

    list_display = ("name", "country", "siren", "srn", said("example", _("example data")))
    list_filter = ("example", "country")
    search_fields = ("name", "key", "siren", "srn")
    search_help_text = _("Name, SIREN, SRN")

    @display(description=_("people"))
    def people(self, organisation: Organisation) -> SafeString:
        """Return the link to the people of the organisation."""
        url = reverse("admin:organisation", args=[organisation.pk])
        return format_html('<a href="{}">{}<span class="sr"> {}</span></a>', url, _("people"), organisation)

    def get_list_display(self, request: HttpRequest) -> Any:
        """Return the columns; administrators open the people of every organisation."""
        own = super().get_list_display(request)
        return (*own, "people") if access.is_administrator(request) else own

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.is_administrator(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        kept = access.kept_organisation_ids(request)
        return bool(kept) if obj is None else obj.pk in kept

    def operate(self, request: HttpRequest, form: Any, value: Mapping[str, Any], obj: Any) -> Any:
        """Save the organisation."""
        who, at = access.actor(request), now()
        return save_organisation(actor=who, organisation=obj, changes=value, at=at, **self.asked(form))


class SourceAdmin(RecordAdmin):
    """Sources."""

    list_display = ("title", "quality", "confidence", "read_on")
    list_filter = ("quality", "confidence")
    search_fields = ("title", "key", "url")
    search_help_text = _("Title, address")
    empty_words = _("No source is recorded. A source says where facts were read, and how far to trust it.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(access.kept_organisation_ids(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access.is_administrator(request)

    def operate(self, request: HttpRequest, form: Any, value: Mapping[str, Any], obj: Any) -> Any:
        """Save the source."""
        reason = self.asked(form)["reason"]
        return save_source(actor=access.actor(request), source=obj, changes=value, reason=reason, at=now())


RECORDS: Mapping[Any, type[RecordAdmin]] = {
    Device: DeviceAdmin,
    Organisation: OrganisationAdmin,
    Source: SourceAdmin,
}
