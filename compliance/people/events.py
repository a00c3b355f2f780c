"""What the operations on people share: their events, and the rows that take turns."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from compliance.audit.actors import Actor
from compliance.audit.models import Action
from compliance.audit.operations import append
from compliance.facts.errors import FactError, Problem
from devices.models import Grant, Invitation, Membership, Organisation

_PLACES = {"duplicate": "email", "date_order": "ends_on", "overlap": "starts_on"}


def audit(
    actor: Actor,
    organisation: Organisation | None,
    action: Action,
    subject: Membership | Invitation | Grant,
    label: str,
    *,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Add the event of an operation to the chain of the organisation."""
    append(
        actor=actor,
        organisation=organisation,
        action=action,
        subject_type=subject._meta.model_name or "",
        subject_id=str(subject.pk),
        subject_label=label,
        before=before,
        after=after,
        reason=reason,
        at=at,
    )


def turn(organisation: Organisation) -> Organisation:
    """Return the organisation locked until the end of the transaction: changes of its people take turns."""
    return Organisation.objects.select_for_update(no_key=True, of=("self",)).get(pk=organisation.pk)


def save(row: Membership | Invitation | Grant) -> None:
    """Write a row after the checks of its fields and constraints. Raises FactError."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise FactError(_problems(error)) from error
    row.save()


def _problems(error: ValidationError) -> list[Problem]:
    """Return what Django refused, in its own words, at the field of the form."""
    found = []
    for name, errors in error.error_dict.items():
        for one in errors:
            place = _PLACES.get(one.code or "", "") if name == "__all__" else name
            found += [Problem(place, one.code or "invalid", text) for text in one.messages]
    return found
