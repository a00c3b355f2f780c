"""What is wrong with facts, said so that it can be mended: where, what, and how."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext

from compliance.law.text import Param, gettext_noop

Loc = tuple[str | int, ...]
MOST_OF_A_REASON = 2_000  # characters


def path_text(loc: Loc) -> str:
    """Return a place as people write it: ``devices[3].ce_marking.certificates[0].printed_end``."""
    text = ""
    for part in loc:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part if part.isprintable() else ascii(part)}"
    return text.removeprefix(".")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    ``path`` is the place in the value or file, ``code`` names the problem to machines, ``message`` is an
    English message id with ``params``. In a file, ``line`` counts from 1 and ``subject`` is the key of the
    device, organisation or source concerned, where known.
    """

    path: str
    code: str
    message: str
    params: Mapping[str, Param] = field(default_factory=dict)
    line: int | None = None
    subject: str = ""

    @property
    def text(self) -> str:
        """Return the message in the user's language."""
        return gettext(self.message) % {k: _shown(v) for k, v in self.params.items()}

    def __str__(self) -> str:
        place = [self.subject] if self.subject else []
        if self.line is not None:
            place.append(gettext("line %(line)d") % {"line": self.line})
        where = " ".join([self.path, f"({', '.join(place)})" if place else ""]).strip()
        return gettext("%(where)s: %(text)s") % {"where": where, "text": self.text} if where else self.text


def _shown(value: Param) -> str | int:
    if isinstance(value, date):
        return date_format(value)
    return value if isinstance(value, int) else str(value)


class FactError(Exception):
    """Facts refused, with every problem found; nothing was written."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


def stale() -> FactError:
    """Return the refusal of a write made from an older state than the recorded one."""
    message = gettext_noop("Someone changed this record meanwhile: read it again, then repeat the change.")
    return FactError([Problem("", "stale", message)])


def gone() -> FactError:
    """Return the refusal of an act on what has ended meanwhile."""
    message = gettext_noop("This has ended or changed meanwhile: read the page again.")
    return FactError([Problem("", "stale", message)])


def forbidden() -> FactError:
    """Return the refusal of a write by someone who may not edit the subject."""
    message = gettext_noop("This record can be changed only by an officer of the organisation that keeps it.")
    return FactError([Problem("", "forbidden", message)])


def not_an_owner() -> FactError:
    """Return the refusal of what is for the owners of an organisation."""
    message = gettext_noop("Only an owner of the organisation may do this.")
    return FactError([Problem("", "forbidden", message)])


def given_reason(reason: str) -> str:
    """Return the reason for which something is changed or taken away. Raises FactError where it is none."""
    if not reason.strip():
        raise FactError([Problem("reason", "missing", gettext_noop("Say why: it stays in the audit trail."))])
    return fit_reason(reason).strip()


def fit_reason(reason: str) -> str:
    """Return a reason as it was given, or none. Raises FactError where it is too long to be one."""
    if len(reason) > MOST_OF_A_REASON:
        message = gettext_noop("At most %(max_length)d characters are possible.")
        raise FactError([Problem("reason", "too_long", message, {"max_length": MOST_OF_A_REASON})])
    return reason


def problem_data(problem: Problem) -> dict[str, Any]:
    """Return a problem as JSON, to be said later in whatever language."""
    return {**asdict(problem), "params": {name: _data(one) for name, one in problem.params.items()}}


def problem_of(data: Mapping[str, Any]) -> Problem:
    """Return a problem, from its JSON."""
    return Problem(**{**data, "params": {name: _param(one) for name, one in data["params"].items()}})


def _data(value: Param) -> Any:
    match value:
        case date():
            return {"day": value.isoformat()}
        case Decimal():
            return {"amount": str(value)}
        case tuple():
            return list(value)
    return value if isinstance(value, int) else str(value)


def _param(data: Any) -> Param:
    match data:
        case {"day": day}:
            return date.fromisoformat(day)
        case {"amount": amount}:
            return Decimal(amount)
        case list():
            return tuple(data)
    found: str | int = data
    return found
