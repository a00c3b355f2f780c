"""The filters that people keep for themselves. Nobody else reads or changes them; the trail does not tell."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from compliance.facts.errors import FactError, Problem
from compliance.followup.models import SavedFilter
from compliance.law.text import gettext_noop
from devices.models import User

MOST = 30


def filters_of(user: User) -> QuerySet[SavedFilter]:
    """Return the filters of a person, by name."""
    return SavedFilter.objects.filter(user=user).order_by("name", "pk")


@transaction.atomic
def keep(*, user: User, name: str, asked: Mapping[str, str]) -> SavedFilter:
    """Keep a filter under a name. Raises FactError where the person has one of this name, or too many."""
    if _locked(user).count() >= MOST:
        message = gettext_noop("You keep %(most)d filters already: delete one first.")
        raise FactError([Problem("name", "too_many", message, {"most": MOST})])
    row = SavedFilter(user=user, name=name.strip(), asked=dict(asked))
    _save(row)
    return row


@transaction.atomic
def rename(*, user: User, row: SavedFilter, name: str) -> None:
    """Give one of the person's filters another name. Raises FactError where another has it."""
    own = _locked(user).get(pk=row.pk)
    own.name = name.strip()
    _save(own)


@transaction.atomic
def open_with(*, user: User, row: SavedFilter | None) -> None:
    """Let the page open with one of the person's filters, or with none."""
    own = _locked(user)
    own.filter(is_default=True).update(is_default=False)
    if row is not None:
        own.filter(pk=row.pk).update(is_default=True)


@transaction.atomic
def forget(*, user: User, row: SavedFilter) -> None:
    """Delete one of the person's filters."""
    _locked(user).filter(pk=row.pk).delete()


def _locked(user: User) -> QuerySet[SavedFilter]:
    """Return the filters of a person, whose writers take turns."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return SavedFilter.objects.filter(user=user)


def _save(row: SavedFilter) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise FactError([Problem("name", "invalid", text) for text in error.messages]) from error
    row.save()
