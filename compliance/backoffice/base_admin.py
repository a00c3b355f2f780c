"""What all lists of models share: the look, no bulk deletion."""

from typing import Any

from django.db.models import Field
from django.forms import CheckboxSelectMultiple, MultipleChoiceField
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from compliance.backoffice.access import is_administrator


class OfficeAdmin(ModelAdmin):  # type: ignore[misc]
    """A list of a model and its form."""

    actions = None
    list_per_page = 50
    show_full_result_count = False
    compressed_fields = True

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Return a list of codes as boxes to tick, and a link to another model without pop-up windows."""
        inner = getattr(db_field, "base_field", None)
        if inner is not None:
            return MultipleChoiceField(
                label=str(db_field.verbose_name).capitalize(),
                choices=inner.choices,
                required=False,
                help_text=db_field.help_text,
                widget=CheckboxSelectMultiple,
            )
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        for name in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
            if field is not None and hasattr(field.widget, name):
                setattr(field.widget, name, False)
        return field


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
