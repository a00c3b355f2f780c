"""Fields of the models of facts: one function for each type of the values they mirror.

Unknown is NULL, whatever the type; a text that may be left empty is blank and never NULL.
"""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxLengthValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Label: TypeAlias = "str | _StrPromise"
Choices: TypeAlias = type[models.TextChoices]

KEY_PATTERN = r"^[a-z0-9][a-z0-9._-]*$"
KEY_MESSAGE = _("A key is made of a-z, 0-9, dot, hyphen and underscore, and starts with a letter or digit.")
HOUR_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
CODE_LENGTH = 50
NOTE_LENGTH = 4000


def key(label: Label, *, unique: bool = False) -> "models.CharField[str, str]":
    return models.CharField(label, max_length=80, unique=unique, validators=[_key_validator()])


def optional_key(label: Label, help_text: Label = "") -> "models.CharField[str | None, str | None]":
    return models.CharField(
        label, max_length=80, null=True, blank=True, validators=[_key_validator()], help_text=help_text
    )


def required_text(label: Label, max_length: int) -> "models.CharField[str, str]":
    return models.CharField(label, max_length=max_length)


def text(label: Label, help_text: Label = "") -> "models.CharField[str, str]":
    return models.CharField(label, max_length=300, blank=True, default="", help_text=help_text)


def optional_text(
    label: Label, help_text: Label = "", max_length: int = 300
) -> "models.CharField[str | None, str | None]":
    return models.CharField(label, max_length=max_length, null=True, blank=True, help_text=help_text)


def note(label: Label, help_text: Label = "") -> "models.TextField[str, str]":
    limit = [MaxLengthValidator(NOTE_LENGTH)]
    return models.TextField(label, blank=True, default="", validators=limit, help_text=help_text)


def choice(choices: Choices, label: Label) -> "models.CharField[str, str]":
    return models.CharField(label, max_length=CODE_LENGTH, choices=choices.choices)


def optional_choice(
    choices: Choices, label: Label, help_text: Label = ""
) -> "models.CharField[str | None, str | None]":
    return models.CharField(
        label, max_length=CODE_LENGTH, choices=choices.choices, null=True, blank=True, help_text=help_text
    )


def choice_list(choices: Choices, label: Label, help_text: Label = "") -> "ArrayField[list[str], list[str]]":
    one: models.CharField[str, str] = models.CharField(max_length=CODE_LENGTH, choices=choices.choices)
    return ArrayField(one, default=list, blank=True, verbose_name=label, help_text=help_text)


def yes_no(label: Label, help_text: Label = "") -> "models.BooleanField[bool | None, bool | None]":
    return models.BooleanField(label, null=True, blank=True, help_text=help_text)


def day(label: Label, help_text: Label = "") -> "models.DateField[date, date]":
    return models.DateField(label, help_text=help_text)


def optional_day(label: Label, help_text: Label = "") -> "models.DateField[date | None, date | None]":
    return models.DateField(label, null=True, blank=True, help_text=help_text)


def optional_count(
    label: Label, help_text: Label = ""
) -> "models.PositiveSmallIntegerField[int | None, int | None]":
    return models.PositiveSmallIntegerField(label, null=True, blank=True, help_text=help_text)


def optional_euros(
    label: Label, help_text: Label = ""
) -> "models.DecimalField[Decimal | None, Decimal | None]":
    return models.DecimalField(
        label, max_digits=18, decimal_places=2, null=True, blank=True, help_text=help_text
    )


def _key_validator() -> RegexValidator:
    return RegexValidator(KEY_PATTERN.replace("$", r"\Z"), KEY_MESSAGE)
