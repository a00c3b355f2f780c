"""What all lists of models share: the look, plain fields, no bulk deletion."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from compliance.backoffice.access import is_administrator

_NONE = [("", "–")]


class PlainFields:
    """Form fields that work without JavaScript: the browser's own dates, boxes for lists of codes."""

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Return the field of a form for a field of the model."""
        if hasattr(db_field, "base_field"):
            return _boxes(db_field)
        if db_field.choices:
            kwargs["choices"] = db_field.get_choices(blank_choice=_NONE)
        if widget := _widget(db_field):
            kwargs["widget"] = widget
        if isinstance(db_field, models.ForeignKey):
            kwargs["empty_label"] = "–"
        elif isinstance(db_field, models.DateTimeField):
            kwargs["form_class"] = forms.DateTimeField
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


class OfficeAdmin(PlainFields, ModelAdmin):  # type: ignore[misc]
    """A list of a model and its form."""

    actions = None
    list_per_page = 50
    show_full_result_count = False
    empty_value_display = "–"
    empty_words: Any = _("Nothing is recorded here yet.")


class OfficeInline(PlainFields, TabularInline):  # type: ignore[misc]
    """Rows within the form of another model, seen by who sees the form."""

    extra = 1

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


class ReadOnlyAdmin(OfficeAdmin):
    """A list whose rows nobody changes here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def heading(self, row: Any) -> str:
        """Return what the page of a row is called."""
        raise NotImplementedError

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Show the row under its heading."""
        context["heading"] = self.heading(context["original"])
        return super().render_change_form(request, context, *args, **kwargs)


class AdministratorAdmin(OfficeAdmin):
    """A list for administrators only."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _boxes(db_field: Any) -> forms.Field:
    """Return boxes to tick for a list of codes."""
    return forms.MultipleChoiceField(
        label=capfirst(str(db_field.verbose_name)),
        choices=db_field.base_field.choices,
        required=False,
        help_text=db_field.help_text,
        widget=forms.CheckboxSelectMultiple,
    )


def _widget(db_field: "models.Field[Any, Any]") -> forms.Widget | None:
    """Return the plain widget of a field, None where the usual one is plain already."""
    match db_field:
        case models.DateTimeField():
            return forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
        case models.DateField():
            return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        case models.TextField():
            return forms.Textarea({"rows": 3})
        case models.BooleanField(null=True):
            return forms.NullBooleanSelect()
        case models.BooleanField():
            return forms.CheckboxInput()
        case models.ForeignKey():
            return forms.Select()
        case models.EmailField():
            return forms.EmailInput()
        case models.DecimalField() | models.IntegerField():
            return forms.NumberInput()
        case models.CharField():
            return forms.Select() if db_field.choices else forms.TextInput()
    return None


def said(name: str, label: Any) -> Any:
    """Return a column that says yes, no or unknown in words."""

    def column(row: Any) -> Any:
        return {True: _("yes"), False: _("no")}.get(getattr(row, name), _("unknown"))

    column.short_description = label  # type: ignore[attr-defined]
    column.admin_order_field = name  # type: ignore[attr-defined]
    return column
