"""Who acts: a person, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devices.models import Organisation, User


@dataclass(frozen=True, slots=True)
class Actor:
    """The author of an operation.

    ``user`` is None when the system acts by itself (a command, a nightly task); ``label`` is the name that
    the trail keeps, whatever becomes of the account; ``organisation`` is the one that it acts for.
    """

    user: User | None
    label: str
    organisation: Organisation | None = None

    @classmethod
    def person(cls, user: User, organisation: Organisation | None = None) -> Actor:
        """Return the actor of a signed-in person."""
        return cls(user=user, label=user.get_username(), organisation=organisation)

    @classmethod
    def system(cls, label: str) -> Actor:
        """Return the actor of the system's own work, named after the command or the task."""
        return cls(user=None, label=label)
