"""Texts of the kernel: message ids that the surfaces translate.

The law speaks no language: a reason carries an English message id and its values, and each surface
translates the id with gettext before it fills the values in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

# A tuple holds codes, which the surfaces say in words.
Param = str | int | date | Decimal | tuple[str, ...]


def gettext_noop(message: str) -> str:
    """Return the message unchanged; the name marks it for extraction by gettext."""
    return message


@dataclass(frozen=True, slots=True)
class Text:
    """A message id with the values of its ``%(name)s`` placeholders."""

    message: str
    params: Mapping[str, Param] = field(default_factory=dict)


def text(message: str, **params: Param) -> Text:
    """Return a text; write ``text(gettext_noop("…"), …)`` so that the id is extracted."""
    return Text(message, params)
