"""The way from a workbook into the record: first what would change and what is wrong, then all or nothing."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from compliance.audit.actors import Actor
from compliance.facts.errors import FactError, Problem, stale
from compliance.facts.importing import Preview, Report, import_file, preview_file
from compliance.facts.values import as_json
from compliance.facts.writing import Change
from compliance.law.text import gettext_noop
from compliance.sheets.entries import Merged
from compliance.sheets.merging import merge
from compliance.sheets.reading import Book, Fault, Line, Place, read_book
from devices.models import User

_NAME = "workbook.json"


@dataclass(frozen=True, slots=True)
class Planned:
    """A change that a workbook would make: of what, and what is recorded of it before and after, as JSON.

    ``name`` is the path of the kind, or of the subject; None stands for what is not recorded.
    """

    subject: str
    name: str
    key: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a workbook would do to the record. ``digest`` names these changes when they are confirmed.

    ``kept`` are the cells that are empty where something is recorded, ``unread`` what is not of the template,
    ``lines`` and ``unchanged`` the number of lines, and of those that say what is recorded already.
    """

    changes: tuple[Planned, ...]
    faults: tuple[Fault, ...]
    kept: tuple[Place, ...]
    unread: tuple[str, ...]
    lines: int
    unchanged: int
    digest: str

    @property
    def corrects(self) -> bool:
        """Return whether it corrects or takes out what is recorded, which needs a reason."""
        return any(one.before is not None for one in self.changes)


def read_workbook(path: Path, *, user: User, at: datetime) -> Reading:
    """Return all that a workbook would change and all that is wrong with it; nothing is written.

    Raises FactError where it cannot be read at all.
    """
    return check_book(read_book(path), user=user, at=at)


def check_book(book: Book, *, user: User, at: datetime) -> Reading:
    """Return all that the lines of a workbook would change and all that is wrong with them."""
    merged = merge(book, user)
    try:
        preview = preview_file(actor=Actor.person(user), content=merged.content, name=_NAME, at=at)
    except FactError as refused:
        preview = Preview((), refused.problems)
    faults = [*book.faults, *_faults(preview.problems, merged, book.faults)]
    changes = [one for one in preview.changes if one.after is not None or _named(one) in merged.removed]
    order = {title: n for n, title in enumerate(dict.fromkeys(one.title for one in book.lines))}
    faults.sort(key=lambda one: _order(one.place, order))
    return Reading(
        changes=tuple(map(_planned, changes)),
        faults=tuple(faults),
        kept=tuple(merged.kept),
        unread=tuple(book.unread),
        lines=len(book.lines),
        unchanged=merged.unchanged,
        digest=preview.digest,
    )


def _planned(change: Change) -> Planned:
    own = change.after if change.name == "device" and change.after else None
    before, after = (one and as_json(one) for one in (change.before, change.after))
    return Planned(str(own.name if own else change.subject), change.name, change.key, before, after)


def import_workbook(path: Path, *, user: User, seen: str, reason: str, at: datetime) -> Report:
    """Write the changes that the person saw (``seen``), all or none. Raises FactError.

    It is refused (stale) where the record changed meanwhile so that other changes would be written.
    """
    book = read_book(path)
    merged = merge(book, user)
    if book.faults:
        raise stale()
    return import_file(
        actor=Actor.person(user), content=merged.content, name=_NAME, reason=reason, seen=seen, at=at
    )


def _faults(problems: tuple[Problem, ...], merged: Merged, found: list[Fault]) -> list[Fault]:
    """Return the problems at their cells, without those of cells that are wrong already."""
    known = {one.place for one in found if one.place}
    faults = [_fault(one, merged) for one in problems]
    return [one for one in faults if one.place is None or one.place not in known]


def _fault(problem: Problem, merged: Merged) -> Fault:
    line, rest = _line(problem.path, merged)
    if line is None:
        return Fault(None, problem)
    name = rest.split(".")[0].split("[")[0]
    if line.sheet.subject and "." not in problem.path.removesuffix(f".{rest}"):
        name = line.sheet.subject  # it is about the subject, which has no line of its own here
    place = line.place(name if name in line.columns else "key")
    if problem.code == "duplicate":
        first, field = _line(str(problem.params["first"]), merged)
        if first:
            where = first.place(field)
            problem = replace(
                problem,
                message=gettext_noop("%(value)s stands already in the sheet %(sheet)s, cell %(cell)s."),
                params={**problem.params, "sheet": where.sheet, "cell": where.cell},
            )
    if str(problem.params.get("constraint", "")).endswith("_key_key"):
        message = gettext_noop("This key is taken: choose another one.")
        problem = Problem(problem.path, "duplicate_key", message)
    return Fault(place, problem)


def _line(path: str, merged: Merged) -> tuple[Line | None, str]:
    """Return the line that a path in the facts file comes from, and what the path says within it."""
    head = path
    while head:
        if head in merged.places:
            return merged.places[head], path[len(head) :].lstrip(".")
        head = head[: max(head.rfind("."), 0)]
    return None, path


def _named(change: Change) -> tuple[str, str, str]:
    return change.subject.key, change.name, change.key


def _order(place: Place | None, order: dict[str, int]) -> tuple[int, int, int]:
    return (order.get(place.sheet, 0), place.row, place.column) if place else (-1, 0, 0)
