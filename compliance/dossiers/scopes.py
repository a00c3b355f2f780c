"""What a dossier can be asked of: the question, what is wrong with one, and who makes the answer.

A scope is made by one function, which ``MAKERS`` names; one that stands not there is refused in words.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from compliance.assessments.dates import FIRST_DAY, LAST_DAY
from compliance.assessments.render import Language
from compliance.audit.actors import Actor
from compliance.dossiers.bag import Progress
from compliance.dossiers.making import Dossier
from compliance.dossiers.models import DossierScope
from compliance.dossiers.operations import Kept, build
from compliance.facts.errors import FactError, Problem
from compliance.law.text import gettext_noop
from devices.models import Device, TrackName

MOST_DEVICES = 200


@dataclass(frozen=True, slots=True)
class Question:
    """What a dossier is of: the devices, on a date, as known on a date, in a language.

    ``track`` is that of a dossier of a track, ``since`` the first day of one of what changed.
    """

    scope: str
    devices: tuple[Device, ...]
    on: date
    known_on: date
    language: Language
    since: date | None = None
    track: str | None = None


Maker = Callable[[Question, Actor, datetime, BinaryIO, Progress, Kept], Dossier]


def _of_device(
    question: Question, actor: Actor, at: datetime, output: BinaryIO, progress: Progress, kept: Kept
) -> Dossier:
    (device,) = question.devices
    return build(
        actor=actor, device=device, on=question.on, known_on=question.known_on, language=question.language,
        at=at, output=output, progress=progress, kept=kept,
    )  # fmt: skip


MAKERS: Mapping[str, Maker] = {DossierScope.DEVICE: _of_device}


def check(question: Question, *, today: date) -> None:
    """Raise FactError with all that is wrong with a question."""
    if problems := list(_problems(question, today)):
        raise FactError(problems)


def _problems(asked: Question, today: date) -> Iterator[Problem]:
    if asked.scope not in MAKERS:
        yield _problem("scope", "not_made", _NOT_MADE)
    yield from _wrong_devices(asked)
    for name in ("on", "known_on", "since"):
        day = getattr(asked, name)
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            yield Problem(name, "range", _RANGE, {"first": FIRST_DAY, "last": LAST_DAY})
    if asked.known_on > today:
        yield Problem("known_on", "future", _FUTURE, {"day": asked.known_on})
    if asked.scope == DossierScope.TRACK and asked.track not in TrackName.values:
        yield Problem("track", "choice", _TRACK, {"known": ", ".join(TrackName.values)})
    if asked.scope != DossierScope.TRACK and asked.track is not None:
        yield _problem("track", "not_of_the_scope", _NO_TRACK)
    if asked.scope == DossierScope.DIFFERENCE and asked.since is None:
        yield _problem("since", "missing", _SINCE)
    if asked.scope != DossierScope.DIFFERENCE and asked.since is not None:
        yield _problem("since", "not_of_the_scope", _NO_SINCE)
    if asked.since is not None and asked.since > asked.on:
        yield Problem("since", "date_order", _ORDER, {"since": asked.since, "on": asked.on})


def _wrong_devices(asked: Question) -> Iterator[Problem]:
    number = len(asked.devices)
    if not number:
        yield _problem("devices", "missing", _NO_DEVICE)
    elif asked.scope == DossierScope.PORTFOLIO and number == 1:
        yield _problem("devices", "too_few", _ONE)
    elif asked.scope != DossierScope.PORTFOLIO and number > 1:
        yield Problem("devices", "too_many", _SEVERAL, {"number": number})
    elif number > MOST_DEVICES:
        yield Problem("devices", "too_many", _TOO_MANY, {"number": number, "most": MOST_DEVICES})


def _problem(path: str, code: str, message: str) -> Problem:
    return Problem(path, code, message)


_NOT_MADE = gettext_noop("Dossiers of this scope cannot be made yet: ask for that of a device.")
_NO_DEVICE = gettext_noop("Choose a device.")
_ONE = gettext_noop("A dossier of several devices needs two or more: choose another, or ask for a device.")
_SEVERAL = gettext_noop("%(number)d devices are chosen: this dossier is of one. Choose one.")
_TOO_MANY = gettext_noop("%(number)d devices are chosen: a dossier is of %(most)d at most. Choose fewer.")
_RANGE = gettext_noop("Choose a date from %(first)s to %(last)s.")
_FUTURE = gettext_noop("%(day)s is yet to come: nothing is known of it. Choose today or an earlier day.")
_TRACK = gettext_noop("Choose the track that the dossier is of: %(known)s.")
_NO_TRACK = gettext_noop("Only a dossier of a track has a track: leave it out, or change the scope.")
_SINCE = gettext_noop("Choose the day since which the dossier tells what changed.")
_NO_SINCE = gettext_noop("Only a dossier of what changed begins on a day: leave it out, or change the scope.")
_ORDER = gettext_noop("%(since)s comes after %(on)s: choose an earlier day.")
