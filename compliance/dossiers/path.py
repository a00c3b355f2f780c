"""The path of a device for the pages: what stands where on the time axis, and the same as a list.

The places are those of ``compliance.timeline``, in units of which 700 are as wide as the text. Lanes too tall
for a page go on in another panel with an axis of its own.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from compliance.assessments.dates import write_date
from compliance.assessments.render import Json
from compliance.assessments.words import word
from compliance.facts.past import Known
from compliance.facts.rows import rows_known
from compliance.law.facts import FactsFile
from compliance.timeline.geometry import HEAD, draw, window
from compliance.timeline.shapes import Bar, Drawing, Label, Mark, PlacedBar, PlacedLane, PlacedMark, Tick
from compliance.timeline.story import DEVICE, Story, story
from devices.models import AREA_LABELS

WIDTH = 700.0
_TALLEST = 800.0  # units of the lanes of a panel: what a page has room for below its heading
_MOST_LINES = 1000
_FIRST, _LAST = date(10, 1, 1), date(9990, 1, 1)  # the calendar goes on for as long as the axis does


def path(facts: FactsFile, answer: Json, *, on: date, known_on: date, lanes: Iterable[str] = ()) -> Json:
    """Return the drawing and the list of what facts tell under an answer, spoken in the active language.

    ``lanes`` are those to draw (none named: all). The axis runs from three years before ``on`` to three
    years after it.
    """
    (device,) = facts.devices
    told = _only(story(rows_known(Known(device, facts.organisations, None)), answer), tuple(lanes))
    middle = min(max(on, _FIRST), _LAST)
    first, last = window(told.bars, told.marks, on=middle, today=middle, choice="3")
    drawing = draw(
        told.lanes, told.bars, told.marks, first=first, last=last, on=on, today=known_on, width=WIDTH
    )
    panels = [_panel(lanes, drawing, answer, on, known_on) for lanes in _panels(drawing.lanes)]
    for panel in panels:
        panel["alt"] = _alt(device.name, drawing, panel["lanes"])
    return {
        "first": write_date(drawing.first),
        "last": write_date(drawing.last),
        "outside": _outside(drawing),
        "panels": panels,
        "lines": [_line(one) for one in told.things[-_MOST_LINES:]],
    }


def _only(told: Story, lanes: tuple[str, ...]) -> Story:
    """Return the story of some lanes, numbered anew; of all where none is named."""
    if not lanes:
        return told
    kept = [one for one in told.things if one.lane in lanes]
    numbered = [replace(one, number=number) for number, one in enumerate(kept, 1)]
    return Story(
        tuple(one for one in told.lanes if one in lanes),
        tuple(one for one in numbered if isinstance(one, Bar)),
        tuple(one for one in numbered if isinstance(one, Mark)),
    )


def _panels(lanes: Iterable[PlacedLane]) -> list[list[PlacedLane]]:
    """Return the lanes in panels, each no taller than a page."""
    panels: list[list[PlacedLane]] = [[]]
    for lane in lanes:
        if panels[-1] and sum(one.height for one in [*panels[-1], lane]) > _TALLEST:
            panels.append([])
        panels[-1].append(lane)
    return panels


def _panel(lanes: list[PlacedLane], drawing: Drawing, answer: Json, on: date, known_on: date) -> Json:
    top = lanes[0].y - HEAD if lanes else 0.0
    shown = [_lane(one, top, answer, on) for one in lanes]
    lines = [_day_line(gettext("Status on"), on, drawing.on_x, drawing, 0)]
    if known_on != on:
        lines.append(_day_line(gettext("As known on"), known_on, drawing.today_x, drawing, 1))
    return {
        "height": HEAD + sum(one["height"] for one in shown),
        "on_x": drawing.on_x,
        "ticks": [{"x": one.x, "name": _tick(one)} for one in drawing.ticks],
        "lines": [one for one in lines if one["x"] is not None],
        "lanes": shown,
    }


def _day_line(label: str, day: date, x: float | None, drawing: Drawing, row: int) -> Json:
    left = x is not None and x < drawing.middle
    return {"x": x, "text": f"{label} {write_date(day)}", "left": left, "row": row}


def _lane(lane: PlacedLane, top: float, answer: Json, on: date) -> Json:
    """Return a lane; what stands lower than a page is tall is not drawn, and the list has it."""
    height = min(lane.height, _TALLEST)
    bottom = lane.y + height
    bars = [one for one in lane.bars if one.bottom <= bottom]
    marks = [one for one in lane.marks if one.box.bottom <= bottom]
    status = answer["tracks"].get(lane.name)
    return {
        "label": lane_label(lane.name),
        "status": word(status["status"]) if status else "",
        "y": lane.y - top,
        "height": height,
        "name_y": lane.name_y - top,
        "bars": [_bar(one, top, on) for one in bars],
        "marks": [_mark(one, top, on) for one in marks],
    }


def _bar(placed: PlacedBar, top: float, on: date) -> Json:
    return {
        "kind": placed.bar.kind,
        "status": placed.bar.status,
        "tone": _tone(placed.bar.start, placed.bar.end, on),
        "x": placed.x,
        "y": placed.y - top,
        "width": placed.width,
        "height": placed.height,
        "open_left": placed.open_left,
        "open_right": placed.open_right,
        "printed_x": placed.printed_x,
        "label": _label(placed.label, top),
        "inside": placed.labelled_inside,
    }


def _mark(placed: PlacedMark, top: float, on: date) -> Json:
    return {
        "kind": placed.mark.kind,
        "tone": _tone(placed.mark.day, placed.mark.day, on),
        "x": placed.x,
        "y": placed.y - top,
        "safe_x": placed.safe_x,
        "numbered": placed.numbered,
        "label": _label(placed.label, top),
    }


def _label(label: Label, top: float) -> Json:
    return {"text": label.text, "x": label.x, "y": label.y - top, "anchor": label.anchor}


def _tone(first: date | None, last: date | None, on: date) -> str:
    return "ahead" if first and first > on else "over" if last and last < on else "running"


def _tick(tick: Tick) -> str:
    if not tick.named:
        return ""
    month = "b" if get_language() == "fr" else "M"  # French has no capital there
    return str(tick.day.year) if tick.day.month == 1 else date_format(tick.day, month)


def lane_label(name: str) -> str:
    """Return the name of a lane."""
    return gettext("Device") if name == DEVICE else str(AREA_LABELS[name])


def _alt(name: str, drawing: Drawing, lanes: list[Json]) -> str:
    """Return what the drawing is, for those who cannot see it."""
    said = gettext(
        "The path of %(name)s from %(first)s to %(last)s, one lane for each of: %(lanes)s. The table below "
        "says the same in words."
    )
    named = [f"{one['label']} ({one['status']})" if one["status"] else one["label"] for one in lanes]
    return said % {
        "name": name,
        "first": write_date(drawing.first),
        "last": write_date(drawing.last),
        "lanes": ", ".join(named),
    }


def _outside(drawing: Drawing) -> str:
    """Return how many things stand before and after what is drawn, "" for none."""
    if not drawing.before and not drawing.after:
        return ""
    text = gettext("Not drawn, and in the table: earlier %(before)d, later %(after)d.")
    return text % {"before": drawing.before, "after": drawing.after}


def _line(thing: Bar | Mark) -> Json:
    more = [thing.detail]
    if isinstance(thing, Mark):
        days = [write_date(thing.day)]
        if thing.safe and thing.safe != thing.day:
            more.append(gettext("safe date: %(day)s") % {"day": write_date(thing.safe)})
    else:
        days = [_days(gettext("from %(day)s"), gettext("start unknown"), thing.start)]
        days.append(_days(gettext("until %(day)s"), gettext("no end known"), thing.end))
        if thing.printed:
            more.append(gettext("printed end: %(day)s") % {"day": write_date(thing.printed)})
    return {
        "number": thing.number,
        "days": days,
        "lane": lane_label(thing.lane),
        "text": thing.text,
        "more": " · ".join(one for one in more if one),
    }


def _days(known: str, unknown: str, day: date | None) -> str:
    return known % {"day": write_date(day)} if day else unknown
