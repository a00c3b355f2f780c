"""The facts of every kind: one list and one form, made from the model of the kind."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import display
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.backoffice import access
from compliance.backoffice.facts.records import summary
from compliance.backoffice.records.base_admin import OfficeInline
from compliance.backoffice.records.operated import OperatedAdmin
from compliance.facts.errors import FactError
from compliance.facts.kinds import Kind
from compliance.facts.operations import amend, record, retract
from compliance.facts.rows import fields_of
from config.clock import now
from devices.models import Organisation

DATES_SHOWN = 2
WIDE = 5


class RetractForm(forms.Form):
    """Why a fact is taken out, and the version that was seen."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea({"rows": 3}))
    expected_version = forms.IntegerField(widget=forms.HiddenInput())


class FactAdmin(OperatedAdmin):
    """The facts of a kind. A concrete class sets ``kind``."""

    kind: Kind
    search_help_text = _("Device, key, code, text")
    empty_words = _("No fact of this kind is recorded. Facts are also recorded on the page of their device.")

    def __init__(self, model: type[models.Model], admin_site: Any) -> None:
        own = fields_of(model)
        dates = [one.name for one in own if isinstance(one, models.DateField)]
        texts = [one.name for one in own if isinstance(one, models.CharField | models.TextField)]
        self.list_display = ("said", self.kind.subject, *dates[:DATES_SHOWN], "recorded_at")
        self.list_filter = tuple(one.name for one in own if one.choices)
        self.search_fields = (f"{self.kind.subject}__name", "key", "note", *texts)
        self.list_select_related = (self.kind.subject, "source")
        self.list_display_links = ("said",)
        self.inlines = [_inline(part) for part in self.kind.parts.values()]
        super().__init__(model, admin_site)

    @display(description=_("fact"))
    def said(self, fact: Any) -> str:
        """Return what the fact says in one line."""
        row = {one.name: getattr(fact, one.attname) for one in fields_of(self.model)}
        return summary(type(fact), row) or fact.key

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Show the form, with the way back to the record that the fact belongs to."""
        subject = getattr(context["original"], self.kind.subject, None) or self._asked_subject(request)
        if subject is not None:
            context |= {"home": self._page_of(subject.pk), "home_title": str(subject)}
        return super().render_change_form(request, context, *args, **kwargs)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the facts of what the person may see."""
        if self.kind.subject == "device":
            return super().get_queryset(request).filter(device__in=access.readable(request))
        return super().get_queryset(request).filter(organisation__in=_seen_organisations(request))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the subject of a recorded fact: a fact never changes hands."""
        return (self.kind.subject, "recorded_at") if obj else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form; a new fact may get its key from us, its subject is one the person may change."""
        form = super().get_form(request, obj, change=change, **kwargs)
        fields = form.base_fields
        if "key" in fields and obj is None:
            fields["key"].required = False
            fields["key"].help_text = _("Names this fact within the record. Left empty, it is given.")
        if self.kind.subject in fields:
            own = access.editable if self.kind.subject == "device" else access.kept_organisations
            fields[self.kind.subject].queryset = own(request)
        return form

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(self._editable(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        subject = getattr(obj, f"{self.kind.subject}_id", None)
        return bool(self._editable(request)) if subject is None else subject in self._editable(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def operate(self, request: HttpRequest, form: Any, value: Mapping[str, Any], obj: Any) -> Any:
        """Record or amend the fact."""
        who, at = access.actor(request), now()
        if obj is None:
            subject = form.cleaned_data[self.kind.subject]
            named = {**value, "key": value["key"] or self.kind.free_key(subject)}
            return record(actor=who, subject=subject, kind=self.kind.path, value=named, at=at)
        reason, seen = form.cleaned_data["reason"], form.cleaned_data["expected_version"]
        return amend(actor=who, fact=obj, changes=value, reason=reason, at=at, expected_version=seen)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask why, then retract the fact."""
        fact = get_object_or_404(self.get_queryset(request), pk=object_id)
        if not self.has_delete_permission(request, fact):
            return redirect(self._home(fact))
        form = RetractForm(request.POST or None, initial={"expected_version": fact.row_version})
        if request.method == "POST" and form.is_valid() and self._retracted(request, fact, form):
            messages.success(request, gettext("The fact is taken out; the audit trail keeps what it said."))
            return redirect(self._home(fact))
        shown = {"form": form, "said": self.said(fact), "home": self._home(fact), "opts": self.opts}
        context = {**self.admin_site.each_context(request), **shown, "title": _("Take out a fact")}
        return TemplateResponse(request, "backoffice/retract.html", context)

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Go back to the record that the fact belongs to."""
        return redirect(self._home(obj))

    response_post_save_change = response_post_save_add

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Open the audit events instead of Django's own log."""
        return redirect("admin:audit_auditevent_changelist")

    def _editable(self, request: HttpRequest) -> frozenset[Any]:
        device = self.kind.subject == "device"
        return access.editable_ids(request) if device else access.kept_organisation_ids(request)

    def _asked_subject(self, request: HttpRequest) -> Any:
        """Return the subject that the address of the form names, None for none that the person may change."""
        asked = request.GET.get(self.kind.subject, "")
        found = [one for one in self._editable(request) if str(one) == asked]
        subjects: Any = self.model._meta.get_field(self.kind.subject).related_model
        return subjects.objects.get(pk=found[0]) if found else None

    def _home(self, fact: Any) -> str:
        return self._page_of(getattr(fact, f"{self.kind.subject}_id"))

    def _page_of(self, subject_id: Any) -> str:
        name = "admin:device" if self.kind.subject == "device" else "admin:devices_organisation_change"
        return reverse(name, args=[subject_id])

    def _retracted(self, request: HttpRequest, fact: Any, form: RetractForm) -> bool:
        asked, who = form.cleaned_data, access.actor(request)
        try:
            retract(actor=who, fact=fact, at=now(), **asked)
        except FactError as refusal:
            for problem in refusal.problems:
                form.add_error(None, problem.text)
            return False
        return True


def fact_admin(kind: Kind) -> type[FactAdmin]:
    """Return the admin class of a kind."""
    return type(f"{kind.model.__name__}Admin", (FactAdmin,), {"kind": kind})


def _seen_organisations(request: HttpRequest) -> Any:
    """Return the organisations whose facts the person may see: their own, and those of visible devices."""
    if access.is_administrator(request):
        return Organisation.objects.all()
    devices = access.readable(request)
    seen = access.kept_organisations(request)
    for role in ("manufactured_devices", "exploited_devices", "hosted_devices"):
        seen = seen | Organisation.objects.filter(**{f"{role}__in": devices})
    return Organisation.objects.filter(pk__in=seen.values("pk"))


def _inline(part: type[models.Model]) -> type[OfficeInline]:
    """Return the rows of the parts of a fact within its form."""
    attributes: dict[str, Any] = {"model": part, "fk_name": "parent", "exclude": ("position",)}
    attributes["ordering"] = ("position",)
    if len(fields_of(part)) > WIDE:
        attributes["template"] = "admin/edit_inline/stacked.html"
    asked = ("has_add_permission", "has_change_permission", "has_delete_permission")
    attributes |= dict.fromkeys(asked, _as_parent)
    return type(f"{part.__name__}Inline", (OfficeInline,), attributes)


def _as_parent(self: Any, request: HttpRequest, obj: Any = None) -> bool:
    """Return whether the person may change the facts that hold such parts."""
    return bool(self.admin_site._registry[self.parent_model].has_change_permission(request, obj))
