"""Fields of forms made from the fields of models, in which "I do not know" is an answer."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

UNKNOWN = _("I do not know")
_YES_NO = ((True, _("yes")), (False, _("no")))


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or not known (None)."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs: Any) -> None:
        own: dict[str, Any] = {"coerce": lambda said: said == "True", "empty_value": None, "choices": _YES_NO}
        super().__init__(**own, **kwargs)
        if not self.required:
            self.choices = [*_YES_NO, ("", UNKNOWN)]


class WordsField(forms.CharField):
    """A name that facts share (an indication): any words, kept in the form of a key."""

    def clean(self, value: Any) -> Any:
        """Return the words as a key: "Fibrillation auriculaire" is ``fibrillation-auriculaire``."""
        return slugify(super().clean(value))[:80] or None


def form_field(
    db_field: "models.Field[Any, Any]", *, label: Any, required: bool, **extra: Any
) -> forms.Field:
    """Return the field that asks for a field of a model; what is left unanswered is None (a list: empty)."""
    own = {"label": label, "required": required, "help_text": db_field.help_text, **extra}
    match db_field:
        case models.BooleanField():
            return YesNoField(**own)
        case models.DateField():
            return forms.DateField(
                widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
                error_messages={"invalid": _("This is no date of the calendar: write it like 2027-01-14.")},
                **own,
            )
        case models.DecimalField():
            digits: dict[str, Any] = {
                "max_digits": db_field.max_digits,
                "decimal_places": db_field.decimal_places,
            }
            return forms.DecimalField(**digits, **own)
        case models.IntegerField():
            return forms.IntegerField(**own)
        case models.TextField():
            return forms.CharField(widget=forms.Textarea({"rows": 3}), **own)
    inner = getattr(db_field, "base_field", None)
    if inner is not None:
        boxes = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(choices=inner.choices, widget=boxes, **own)
    if db_field.choices:
        return choice_field(list(db_field.flatchoices), **own)
    return forms.CharField(max_length=db_field.max_length, empty_value=None, **own)


def choice_field(choices: Sequence[tuple[Any, Any]], *, required: bool, **own: Any) -> forms.Field:
    """Return the field that asks for one of several; not known is None."""
    blank = ("", "–" if required else UNKNOWN)
    return forms.TypedChoiceField(choices=[blank, *choices], empty_value=None, required=required, **own)
