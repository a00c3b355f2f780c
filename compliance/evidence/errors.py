"""What is wrong with a file or a document, said at its field and with the way out."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError

from compliance.facts.errors import FactError, Problem
from compliance.law.text import Param


def refusal(code: str, message: str, *, field: str = "file", **params: Param) -> FactError:
    """Return the refusal of one field; ``message`` is an English message id."""
    return FactError([Problem(field, code, message, params)])


def refusals(error: ValidationError) -> FactError:
    """Return what the checks of a model found, field by field."""
    return FactError(_problems(error))


def _problems(error: ValidationError) -> Iterator[Problem]:
    for field, found in error.error_dict.items():
        for one in found:
            text = " ".join(one.messages).replace("%", "%%")
            yield Problem("" if field == "__all__" else field, one.code or "invalid", text)
