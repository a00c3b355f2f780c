"""The path of a device on its page: its lanes on one time axis, drawn, and the same as a list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from django import forms
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from compliance.assessments.dates import write_date
from compliance.assessments.render import Json
from compliance.assessments.words import word
from compliance.facts.rows import Row
from compliance.timeline.geometry import Range, draw, window
from compliance.timeline.shapes import Bar, Drawing, Mark, PlacedBar, PlacedLane, PlacedMark, Tick
from compliance.timeline.story import DEVICE, Story, story
from devices.models import AREA_LABELS

SHEETS = {"wide": 1160.0, "narrow": 700.0}  # for a desk; for paper and a telephone
RANGES: dict[Range, Promise] = {"1": _("± 1 year"), "3": _("± 3 years"), "all": _("Everything")}
USUAL: Range = "3"
_MONTH = {"fr": "b"}  # without a capital


class RangeForm(forms.Form):
    """How much of the axis is drawn."""

    range = forms.ChoiceField(required=False, choices=list(RANGES.items()))


@dataclass(frozen=True, slots=True)
class Choice:
    """A range to choose."""

    value: Range
    label: Promise
    current: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A bar or a mark as the page shows it: its place, its page ("" for none), all its words, its tone.

    The tone says where it stands to the date of the page: over, running or to come.
    """

    placed: PlacedBar | PlacedMark
    url: str
    title: str
    tone: str


@dataclass(frozen=True, slots=True)
class ShownLane:
    """A lane as the page shows it; ``status`` is the word of its track, "" for what is no track."""

    placed: PlacedLane
    label: str
    status: str
    bars: list[Shown]
    marks: list[Shown]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A drawing with its words, for one width."""

    name: str
    drawing: Drawing
    lanes: list[ShownLane]
    ticks: list[tuple[Tick, str]]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list."""

    thing: Bar | Mark
    first: date | None
    last: date | None
    lane: str
    url: str


@dataclass(frozen=True, slots=True)
class Path:
    """The path: what to choose, the drawings, the list."""

    choices: list[Choice]
    sheets: list[Sheet]
    lines: list[Line]
    chosen: Range

    @property
    def asked(self) -> bool:
        """Return whether the range is another than the usual one."""
        return self.chosen != USUAL


def path(
    request: HttpRequest,
    rows: Iterable[Row],
    answer: Json,
    *,
    on: date,
    today: date,
    urls: Mapping[str, str],
) -> Path:
    """Return the path of a device that rows tell, on a date; a range that cannot be read is the usual one."""
    form = RangeForm(request.GET)
    chosen = cast(Range, (form.is_valid() and form.cleaned_data["range"]) or USUAL)
    told = story(rows, answer)
    return Path(
        [Choice(value, label, value == chosen) for value, label in RANGES.items()],
        [
            _sheet(name, width, told, chosen, on, today, urls, answer["tracks"])
            for name, width in SHEETS.items()
        ],
        [_line(one, urls) for one in told.things],
        chosen,
    )


def _sheet(
    name: str,
    width: float,
    told: Story,
    chosen: Range,
    on: date,
    today: date,
    urls: Mapping[str, str],
    statuses: Mapping[str, Json],
) -> Sheet:
    first, last = window(told.bars, told.marks, on=on, today=today, choice=chosen)
    drawing = draw(told.lanes, told.bars, told.marks, first=first, last=last, on=on, today=today, width=width)
    lanes = [
        ShownLane(
            lane,
            lane_label(lane.name),
            word(statuses[lane.name]["status"]) if lane.name in statuses else "",
            [_shown(bar, bar.bar, urls, on) for bar in lane.bars],
            [_shown(mark, mark.mark, urls, on) for mark in lane.marks],
        )
        for lane in drawing.lanes
    ]
    return Sheet(name, drawing, lanes, [(tick, _tick(tick)) for tick in drawing.ticks])


def lane_label(name: str) -> str:
    """Return the name of a lane."""
    return gettext("Device") if name == DEVICE else str(AREA_LABELS[name])


def _shown(placed: PlacedBar | PlacedMark, thing: Bar | Mark, urls: Mapping[str, str], on: date) -> Shown:
    first, last = (thing.day, thing.day) if isinstance(thing, Mark) else (thing.start, thing.end)
    tone = "ahead" if first and first > on else "over" if last and last < on else "running"
    return Shown(placed, _url(thing, urls), _title(thing), tone)


def _url(thing: Bar | Mark, urls: Mapping[str, str]) -> str:
    if isinstance(thing, Mark) and thing.page:
        return thing.page
    found = urls.get(thing.path) or urls.get(f"{thing.path.partition('.')[0]}]", "")
    return found or ("#deadlines" if isinstance(thing, Mark) and thing.kind != "event" else "")


def _title(thing: Bar | Mark) -> str:
    """Return all that a sign stands for, in words."""
    said = [thing.text]
    if isinstance(thing, Mark):
        said.append(write_date(thing.day))
        if thing.safe and thing.safe != thing.day:
            said.append(gettext("safe date: %(day)s") % {"day": write_date(thing.safe)})
    else:
        said += _times(thing)
    return " · ".join(one for one in [*said, thing.detail] if one)


def _times(bar: Bar) -> Sequence[str]:
    start = (
        gettext("from %(day)s") % {"day": write_date(bar.start)} if bar.start else gettext("start unknown")
    )
    end = gettext("until %(day)s") % {"day": write_date(bar.end)} if bar.end else gettext("no end known")
    said = [start, end]
    if bar.printed:
        said.append(gettext("printed end: %(day)s") % {"day": write_date(bar.printed)})
    return said


def _tick(tick: Tick) -> str:
    if not tick.named:
        return ""
    return (
        str(tick.day.year)
        if tick.day.month == 1
        else date_format(tick.day, _MONTH.get(get_language() or "", "M"))
    )


def _line(thing: Bar | Mark, urls: Mapping[str, str]) -> Line:
    first, last = (thing.day, None) if isinstance(thing, Mark) else (thing.start, thing.end)
    return Line(thing, first, last, lane_label(thing.lane), _url(thing, urls))
