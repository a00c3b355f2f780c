"""What stands on the axis, and where: dates go in, positions come out. No words of a page, no markup."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

BarKind = Literal["validity", "procedure", "stop", "suspension", "status"]
MarkKind = Literal["event", "deadline", "overdue"]
Anchor = Literal["start", "end"]


@dataclass(frozen=True, slots=True)
class Bar:
    """A time that lasts. ``start`` None: not known since when; ``end`` None: no end is known.

    ``end`` is the last day in law, ``printed`` the one on the paper where the two differ. ``number`` names it
    in the list of all that stands on the axis, ``path`` the fact; ``status`` is that of a track.
    """

    lane: str
    kind: BarKind
    text: str
    start: date | None
    end: date | None
    printed: date | None = None
    number: int = 0
    path: str = ""
    detail: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A day: an event, or a deadline with the last working day to meet it (``safe``) and its ``page``."""

    lane: str
    kind: MarkKind
    text: str
    day: date
    safe: date | None = None
    number: int = 0
    path: str = ""
    detail: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle that a shape and its label take up, borders included."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        """Return whether the two share more than a border."""
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.bottom <= other.top or other.bottom <= self.top)


@dataclass(frozen=True, slots=True)
class Label:
    """A text and where it is written; ``x`` is its start or its end, as ``anchor`` says."""

    text: str
    x: float
    y: float
    anchor: Anchor = "start"


@dataclass(frozen=True, slots=True)
class PlacedBar:
    """A bar in its place.

    ``open_left`` and ``open_right``: it goes on beyond what is drawn. ``printed_x`` is where the printed end
    stands, None where it is the legal one or is not drawn.
    """

    bar: Bar
    x: float
    y: float
    width: float
    height: float
    open_left: bool
    open_right: bool
    printed_x: float | None
    label: Label
    box: Box

    @property
    def right(self) -> float:
        """Return where the bar ends."""
        return round(self.x + self.width, 1)

    @property
    def labelled_inside(self) -> bool:
        """Return whether the label is written on the bar."""
        return self.x < self.label.x < self.right

    @property
    def bottom(self) -> float:
        """Return where it ends below."""
        return self.y + self.height

    @property
    def beyond(self) -> float:
        """Return how far the printed end lies beyond the end in law."""
        return round(max((self.printed_x or self.right) - self.right, 0.0), 1)


@dataclass(frozen=True, slots=True)
class PlacedMark:
    """A mark in its place: the middle of its sign. A ``numbered`` one has its number in place of a text."""

    mark: Mark
    x: float
    y: float
    safe_x: float | None
    numbered: bool
    label: Label
    box: Box


@dataclass(frozen=True, slots=True)
class PlacedLane:
    """A lane with what stands in it; its name is written at ``name_y``."""

    name: str
    y: float
    height: float
    name_y: float
    bars: tuple[PlacedBar, ...]
    marks: tuple[PlacedMark, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale; ``named`` ones have room for their name."""

    day: date
    x: float
    named: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole: ``before`` and ``after`` count what stands outside the days that are drawn."""

    width: float
    height: float
    left: float
    right: float
    top: float
    first: date
    last: date
    scale: Literal["month", "year"]
    ticks: tuple[Tick, ...]
    lanes: tuple[PlacedLane, ...]
    today_x: float | None
    on_x: float | None
    before: int
    after: int

    @property
    def middle(self) -> float:
        """Return the middle between both sides."""
        return self.width / 2
