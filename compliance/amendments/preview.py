"""What a text moves, before it is applied. Pure: facts and law in, moves out."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from pydantic import ValidationError

from compliance.amendments.errors import AmendmentError
from compliance.assessments.assess import assess
from compliance.assessments.moves import Move, moves
from compliance.law.amendments import Amendment, amended, without
from compliance.law.facts import Device, Organisation
from compliance.law.parameters import Law

Record = tuple[Device, Sequence[Organisation]]


def both_laws(law: Law, text: Amendment) -> tuple[Law, Law]:
    """Return the law as if the text had never been, and with it: the same pair once it is applied.

    Raises AmendmentError where a rule would not be sound.
    """
    try:
        return without(law, text), amended(law, text)
    except ValidationError as error:
        raise AmendmentError.of(error) from error


def day_of(text: Amendment, today: date) -> date:
    """Return the day on which the whole text is known and governs: today, or the last of its days."""
    return max(today, *text.days)


def moved(
    records: Iterable[Record], before: Law, after: Law, *, on: date, known_on: date
) -> Iterator[tuple[Device, tuple[Move, ...]]]:
    """Yield the devices for which the two laws answer differently, each with what moves."""
    for device, organisations in records:
        old, new = (assess(device, organisations, law, on=on, known_on=known_on) for law in (before, after))
        if found := moves(old, new):
            yield device, found
