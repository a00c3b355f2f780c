"""Forms whose saving is an operation: what it refuses is shown at the field, and nothing typed is lost."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from compliance.backoffice.records.base_admin import OfficeAdmin
from compliance.backoffice.sheets import lists
from compliance.facts.errors import FactError
from compliance.facts.shapes import shape

_PLACES = {"device": -1, "organisation": -1, "name": -1, "source": 1, "note": 2, "key": 3}
_PART = re.compile(r"^(?P<name>\w+)\[(?P<n>\d+)\](?:\.(?P<field>\w+))?$")


class OperatedForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form of a record. ``refusal`` holds the problems of the operation that the same input met."""

    refusal: FactError | None = None
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Why this is changed. It stays in the audit trail."),
    )
    expected_version = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            del self.fields["reason"]
        version = getattr(self.instance, "row_version", None)
        if version is None or self.instance._state.adding:
            del self.fields["expected_version"]
        else:
            self.fields["expected_version"].initial = version

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for problem in self.refusal.problems if self.refusal else ():
            if not _PART.match(problem.path):
                name = problem.path.rpartition(".")[2]
                self.add_error(name if name in self.fields else None, problem.text)
        return cleaned


class OperatedAdmin(OfficeAdmin):
    """The admin of a record that only operations write. The audit trail takes the place of the log."""

    form = OperatedForm

    def get_urls(self) -> Any:
        """Return the addresses, with that of the list as a workbook."""

        def export(request: HttpRequest) -> HttpResponse:
            return lists.model_list(request, self)

        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        return [path("export/", self.admin_site.admin_view(export), name=name), *super().get_urls()]

    def operate(self, request: HttpRequest, form: Any, value: Mapping[str, Any], obj: Any) -> Any:
        """Write the value and return the row. ``obj`` is None for a new one. Raises FactError."""
        raise NotImplementedError

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form, which knows what the operation has just refused."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = request.__dict__.get("_refusal")
        return form

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields of the record, what it is about first, what all records share last."""
        names = [one.name for one in self.model._meta.concrete_fields if one.editable]
        return sorted(names, key=lambda name: _PLACES.get(name, 0))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Save by the operation; when it refuses, show the same input again with what is wrong."""
        context = dict(extra_context or {})
        try:
            return super().changeform_view(request, object_id, form_url, context)
        except FactError as refusal:
            request.__dict__["_refusal"] = refusal
            context["stale"] = any(problem.code == "stale" for problem in refusal.problems)
            return super().changeform_view(request, object_id, form_url, context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write nothing: the operation comes once the parts are read too."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Run the operation on the whole value."""
        value = self.value_of(form) | {
            formset.instance_name: [self.part_of(one) for one in kept_forms(formset)] for formset in formsets
        }
        recorded = self.model._default_manager.get(pk=form.instance.pk) if change else None
        form.instance.pk = self.operate(request, form, value, recorded).pk

    def value_of(self, form: Any) -> dict[str, Any]:
        """Return the fields of the value as the form gives them; other entries by their key."""
        held = shape(self.model, self.model.value_class)
        cleaned = form.cleaned_data
        plain = {name: cleaned[name] for name in held.plain if name in cleaned}
        keys = {name: cleaned[name].key if cleaned[name] else None for name in held.keys if name in cleaned}
        return plain | keys

    def part_of(self, form: Any) -> dict[str, Any]:
        """Return a part as its form gives it."""
        held = shape(form._meta.model, form._meta.model.value_class)
        return {name: form.cleaned_data[name] for name in held.plain}

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Log nothing: the operation left its event."""

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Log nothing: the operation left its event."""

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[str]:
        """Return nothing: the audit trail holds what changed."""
        return []

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> Any:
        formsets, inlines = super()._create_formsets(request, obj, change)
        for formset in formsets:
            formset.instance_name = formset.fk.remote_field.related_name
            if refusal := request.__dict__.get("_refusal"):
                _show_refusal(refusal, formset)
        return formsets, inlines


def kept_forms(formset: Any) -> list[Any]:
    """Return the forms of the parts that stay, in their order."""
    return [
        one
        for one in formset.forms
        if (not one.instance._state.adding or one.has_changed()) and not one.cleaned_data.get("DELETE")
    ]


def _show_refusal(refusal: FactError, formset: Any) -> None:
    """Show the problems of the parts at their fields."""
    forms_of_parts = kept_forms(formset) if formset.is_valid() else []
    for problem in refusal.problems:
        found = _PART.match(problem.path)
        if found and found["name"] == formset.instance_name and int(found["n"]) < len(forms_of_parts):
            form = forms_of_parts[int(found["n"])]
            form.add_error(found["field"] if found["field"] in form.fields else None, problem.text)
