"""Where everything stands on the time axis: pure, the same for the page and for paper.

Nothing leaves the axis or its lane, and no two labels meet: a label that finds no room on a row goes to
another one, and where a lane is full of labels the mark shows its number in the list.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, TypeVar

from compliance.law.calendar import add_months
from compliance.timeline.shapes import (
    Bar,
    Box,
    Drawing,
    Label,
    Mark,
    PlacedBar,
    PlacedLane,
    PlacedMark,
    Tick,
)

Range = Literal["1", "3", "all"]
Thing = TypeVar("Thing", Bar, Mark)

EDGE = 8.0  # free on both sides of the axis
HEAD = 40.0  # for the names of today, of the date asked for and of the scale
ROW, SIGN, GAP = 18.0, 14.0, 5.0  # height of a row; width of the sign of a mark; least distance of two things
LETTER = 6.6  # width of a letter of 11 units, on the generous side
LONGEST = 46  # letters of the label of a mark
LABELLED_ROWS = 10  # rows of marks with a text; beyond, numbers
_LANE_NAME, _PAD = 20.0, 6.0
_TICK_ROOM = 46.0
_MARGIN = timedelta(days=20)


def window(
    bars: Iterable[Bar], marks: Iterable[Mark], *, on: date, today: date, choice: Range
) -> tuple[date, date]:
    """Return the first and the last day to draw: years around ``on``, or all that is dated."""
    if choice != "all":
        return add_months(on, -12 * int(choice)), add_months(on, 12 * int(choice))
    days = [on, today, *(one.day for one in marks)]
    days += [day for one in bars for day in (one.start, one.end, one.printed) if day]
    return _moved(min(days), -_MARGIN), _moved(max(days), _MARGIN)


def draw(
    lanes: Sequence[str],
    bars: Sequence[Bar],
    marks: Sequence[Mark],
    *,
    first: date,
    last: date,
    on: date,
    today: date,
    width: float,
) -> Drawing:
    """Return where everything stands in a drawing ``width`` units wide, lane below lane in their order.

    Labels are of 11 units. Raises ValueError where ``last`` is not after ``first``.
    """
    axis = _Axis(first, last, EDGE, width - EDGE)
    shown_bars = [one for one in bars if axis.side_of_bar(one) == 0]
    shown_marks = [one for one in marks if axis.side(one.day) == 0]
    placed, top = [], HEAD
    for name in lanes:
        lane = _lane(axis, name, top, _of(name, shown_bars), _of(name, shown_marks), on)
        placed.append(lane)
        top += lane.height
    sides = [*(axis.side_of_bar(one) for one in bars), *(axis.side(one.day) for one in marks)]
    scale, ticks = _ticks(axis)
    return Drawing(
        width,
        top,
        axis.left,
        axis.right,
        HEAD,
        first,
        last,
        scale,
        ticks,
        tuple(placed),
        axis.x(today) if axis.side(today) == 0 else None,
        axis.x(on) if axis.side(on) == 0 else None,
        sides.count(-1),
        sides.count(1),
    )


def shortened(text: str, letters: int = LONGEST) -> str:
    """Return the text cut to a number of letters, at least one."""
    return text if len(text) <= letters else f"{text[: max(letters - 1, 0)].rstrip(' ,·:')}…"


@dataclass(frozen=True, slots=True)
class _Axis:
    """Days to positions."""

    first: date
    last: date
    left: float
    right: float

    def __post_init__(self) -> None:
        if self.first >= self.last:
            raise ValueError("the last day is after the first one")

    def x(self, day: date) -> float:
        """Return where a day stands; days outside stand at the edge."""
        share = (day - self.first).days / (self.last - self.first).days
        return round(self.left + min(max(share, 0.0), 1.0) * (self.right - self.left), 1)

    def side(self, day: date) -> int:
        """Return -1 for a day before the axis, 1 for one after it, 0 for one on it."""
        return -1 if day < self.first else 1 if day > self.last else 0

    def side_of_bar(self, bar: Bar) -> int:
        """Return the same of a bar, its printed end included."""
        ends = [day for day in (bar.end, bar.printed) if day]
        if bar.end and max(ends) < self.first:
            return -1
        return 1 if bar.start and bar.start > self.last else 0


@dataclass(slots=True)
class _Rows:
    """Rows of a lane, each with what is taken on it."""

    left: float
    right: float
    taken: list[list[tuple[float, float]]] = field(default_factory=list)

    def free(self, row: int, left: float, right: float) -> bool:
        """Return whether there is room on a row, on the axis."""
        if left < self.left or right > self.right:
            return False
        if row >= len(self.taken):
            return True
        return all(right + GAP <= start or end + GAP <= left for start, end in self.taken[row])

    def take(self, row: int, left: float, right: float) -> None:
        """Keep the room on a row, made where there is none yet."""
        while len(self.taken) <= row:
            self.taken.append([])
        self.taken[row].append((left, right))


def _lane(
    axis: _Axis, name: str, top: float, bars: Sequence[Bar], marks: Sequence[Mark], on: date
) -> PlacedLane:
    rows_top = top + _LANE_NAME
    rows = _Rows(axis.left, axis.right)
    ordered = sorted(bars, key=lambda one: (one.start or date.min, one.end or date.max, one.number))
    placed_bars = tuple(_place_bar(axis, rows, rows_top, one, on) for one in ordered)
    marks_top = rows_top + len(rows.taken) * ROW
    rows = _Rows(axis.left - SIGN / 2, axis.right + SIGN / 2)  # a sign at an end of the axis stands half out
    # what is due finds its room first, then the events in the order of time
    by_weight = sorted(marks, key=lambda one: (one.kind == "event", one.day, one.number))
    placed_marks = tuple(_place_mark(axis, rows, marks_top, one) for one in by_weight)
    bottom = marks_top + max(len(rows.taken), 0 if placed_bars else 1) * ROW + _PAD
    return PlacedLane(name, top, bottom - top, top + _LANE_NAME - 6, placed_bars, placed_marks)


def _place_bar(axis: _Axis, rows: _Rows, top: float, bar: Bar, on: date) -> PlacedBar:
    """Place a bar on the first row with room; its label in it, else after it, before it, or cut to fit."""
    start = bar.start or axis.first
    end = bar.end or (axis.last if bar.kind == "validity" else max(on, start))
    left, right = axis.x(start), axis.x(end)
    right = max(right, min(left + 3, axis.right))
    left = min(left, right - 3)
    printed_x = _printed_x(axis, bar, right)
    whole = max(right, axis.x(bar.printed)) if bar.printed else right
    text, where, (taken_left, taken_right) = _bar_label(axis, bar.text, left, right, whole)
    row = next(n for n in range(len(rows.taken) + 1) if rows.free(n, taken_left, taken_right))
    rows.take(row, taken_left, taken_right)
    y = top + row * ROW
    label = Label(text, where, y + 11.5, "end" if where < left else "start")
    return PlacedBar(
        bar,
        left,
        y,
        round(right - left, 1),
        ROW - 3,
        bar.start is None or bar.start < axis.first,
        bar.end is None or bar.end > axis.last,
        printed_x,
        label,
        Box(taken_left, y, taken_right, y + ROW),
    )


def _printed_x(axis: _Axis, bar: Bar, right: float) -> float | None:
    """Return where the printed end stands; None where the bar has none of its own, or it is not drawn."""
    if bar.printed is None or axis.side(bar.printed) < 0:
        return None
    x = axis.x(bar.printed)
    return x if x > right or axis.side(bar.printed) == 0 else None


def _bar_label(
    axis: _Axis, text: str, left: float, right: float, whole: float
) -> tuple[str, float, tuple[float, float]]:
    """Return the label of a bar, where it starts or ends, and what the bar takes up with it."""
    if not text:
        return text, left + GAP, (left, whole)
    room, long = whole - left - 2 * GAP, len(text) * LETTER
    after, before = axis.right - whole - GAP, left - axis.left - GAP
    if long > max(room, after, before):
        text = shortened(text, int(max(room, after, before) / LETTER))
        long = len(text) * LETTER
    if long <= room:
        return text, left + GAP, (left, whole)
    if long <= after:
        return text, whole + GAP, (left, whole + GAP + long)
    return text, left - GAP, (left - GAP - long, whole)


def _place_mark(axis: _Axis, rows: _Rows, top: float, mark: Mark) -> PlacedMark:
    """Place a mark on the first row with room for its text, failing that for its number."""
    x, text = axis.x(mark.day), shortened(mark.text)
    safe_x = axis.x(mark.safe) if mark.safe and axis.side(mark.safe) == 0 and mark.safe != mark.day else None
    found = _room(rows, x, len(text) * LETTER, LABELLED_ROWS)
    numbered = found is None
    if found is None:
        text = str(mark.number)
        found = _room(rows, x, len(text) * LETTER, len(rows.taken) + 1)
    assert found is not None  # noqa: S101 - on a row of its own a number always has room
    row, left, right, label_x = found
    rows.take(row, left, right)
    y = top + row * ROW
    label = Label(text, label_x, y + ROW / 2 + 3.5, "end" if label_x < x else "start")
    return PlacedMark(mark, x, y + ROW / 2, safe_x, numbered, label, Box(left, y, right, y + ROW))


def _room(rows: _Rows, x: float, long: float, most: int) -> tuple[int, float, float, float] | None:
    """Return the first row with room for a sign and its text, what they take, where the text is written.

    The text stands after the sign, or before it; None where none of the rows has room.
    """
    half, space = SIGN / 2, SIGN / 2 + 2
    for row in range(most):
        if rows.free(row, x - half, x + space + long):
            return row, x - half, x + space + long, x + space
        if rows.free(row, x - space - long, x + half):
            return row, x - space - long, x + half, x - space
    return None


def _ticks(axis: _Axis) -> tuple[Literal["month", "year"], tuple[Tick, ...]]:
    """Return the scale: quarters where they have room for their names, else years."""
    months = (axis.last.year - axis.first.year) * 12 + axis.last.month - axis.first.month + 1
    scale: Literal["month", "year"] = "month" if months / 3 * _TICK_ROOM <= axis.right - axis.left else "year"
    steps = (1, 4, 7, 10) if scale == "month" else (1,)
    years = range(axis.first.year, axis.last.year + 1)
    days = [day for year in years for month in steps if axis.side(day := date(year, month, 1)) == 0]
    ticks, free = [], axis.left
    for day in days:
        x = axis.x(day)
        named = x >= free and x + _TICK_ROOM - GAP <= axis.right + EDGE
        free = x + _TICK_ROOM if named else free
        ticks.append(Tick(day, x, named))
    return scale, tuple(ticks)


def _of(lane: str, things: Iterable[Thing]) -> list[Thing]:
    return [one for one in things if one.lane == lane]


def _moved(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return day
