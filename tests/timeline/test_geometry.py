"""Where things stand on the time axis: by value, then whatever the facts are."""

from datetime import date, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.timeline.geometry import HEAD, LETTER, ROW, draw, shortened, window
from compliance.timeline.shapes import Bar, Drawing, Mark

TODAY = date(2026, 11, 26)
LANES = ("ce_marking", "listing")


def _bar(start: date | None, end: date | None, *, text: str = "C-1", printed: date | None = None) -> Bar:
    return Bar("ce_marking", "validity", text, start, end, printed, number=1)


def _mark(day: date, text: str = "Audit", number: int = 1) -> Mark:
    return Mark("ce_marking", "event", text, day, number=number)


def _drawn(bars: list[Bar], marks: list[Mark], *, first: date, last: date, width: float = 1016) -> Drawing:
    return draw(LANES, bars, marks, first=first, last=last, on=TODAY, today=TODAY, width=width)


def test_a_bar_stands_from_its_first_to_its_last_day() -> None:
    """1,000 days on 1,000 units, from 8: a unit is a day."""
    first = date(2025, 1, 1)
    drawing = _drawn([_bar(date(2025, 4, 11), date(2025, 10, 28))], [], first=first, last=date(2027, 9, 28))
    (bar,) = drawing.lanes[0].bars
    assert (bar.x, bar.width) == (108, 200)
    assert (bar.open_left, bar.open_right, bar.printed_x) == (False, False, None)
    assert bar.y == HEAD + 20
    assert drawing.today_x == 8 + (TODAY - first).days == 702
    assert drawing.on_x == 702


def test_a_printed_end_that_is_not_the_legal_one_has_its_own_place() -> None:
    one = _bar(date(2025, 4, 11), date(2025, 10, 28), printed=date(2026, 2, 5))
    (bar,) = _drawn([one], [], first=date(2025, 1, 1), last=date(2027, 9, 28)).lanes[0].bars
    assert (bar.x + bar.width, bar.printed_x) == (308, 408)


def test_what_has_no_known_start_or_end_goes_on_at_both_sides() -> None:
    (bar,) = _drawn([_bar(None, None)], [], first=date(2025, 1, 1), last=date(2027, 9, 28)).lanes[0].bars
    assert (bar.x, bar.width, bar.open_left, bar.open_right) == (8, 1000, True, True)


def test_a_procedure_without_an_end_runs_to_the_date_of_the_page() -> None:
    running = Bar("listing", "procedure", "LPPR", date(2026, 8, 18), None)
    drawing = _drawn([running], [], first=date(2025, 1, 1), last=date(2027, 9, 28))
    (bar,) = drawing.lanes[1].bars
    assert (bar.x, bar.x + bar.width, bar.open_right) == (602, 702, True)


def test_two_marks_of_a_day_stand_below_each_other() -> None:
    day = date(2026, 1, 1)
    drawing = _drawn(
        [], [_mark(day), _mark(day, "Report", 2)], first=date(2025, 1, 1), last=date(2027, 9, 28)
    )
    one, other = drawing.lanes[0].marks
    assert one.x == other.x == 373
    assert other.y - one.y == ROW
    assert (one.label.text, one.label.x, one.label.anchor) == ("Audit", 382, "start")


def test_a_text_that_would_leave_the_axis_stands_before_its_mark() -> None:
    drawing = _drawn([], [_mark(date(2027, 9, 20))], first=date(2025, 1, 1), last=date(2027, 9, 28))
    (mark,) = drawing.lanes[0].marks
    assert mark.label.anchor == "end"
    assert mark.label.x == mark.x - 9
    assert mark.box.left == pytest.approx(mark.label.x - len("Audit") * LETTER)


def test_where_labels_find_no_room_marks_show_their_number() -> None:
    day = date(2026, 1, 1)
    many = [_mark(day, "A text of some length", n) for n in range(1, 21)]
    marks = _drawn([], many, first=date(2025, 1, 1), last=date(2027, 9, 28)).lanes[0].marks
    assert [one.numbered for one in marks[:10]] == [False] * 10
    assert [one.label.text for one in marks if one.numbered] == [str(n) for n in range(11, 21)]


def test_what_is_due_finds_its_room_before_the_events() -> None:
    day = date(2026, 1, 1)
    many = [_mark(day, "A text of some length", n) for n in range(1, 21)]
    due = Mark("ce_marking", "deadline", "Report due", day, day, number=21)
    marks = _drawn([], [*many, due], first=date(2025, 1, 1), last=date(2027, 9, 28)).lanes[0].marks
    assert (marks[0].mark, marks[0].numbered) == (due, False)


def test_what_is_outside_the_axis_is_counted() -> None:
    marks = [_mark(date(2024, 12, 31)), _mark(date(2025, 1, 1)), _mark(date(2026, 1, 2))]
    bars = [_bar(date(2020, 1, 1), date(2024, 12, 30)), _bar(date(2026, 1, 2), None)]
    drawing = _drawn(bars, marks, first=date(2025, 1, 1), last=date(2026, 1, 1))
    assert (drawing.before, drawing.after) == (2, 2)
    assert len(drawing.lanes[0].marks) == 1
    assert (drawing.today_x, drawing.lanes[0].bars) == (None, ())


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("1", (date(2025, 11, 26), date(2027, 11, 26))),
        ("3", (date(2023, 11, 26), date(2029, 11, 26))),
        ("all", (date(2019, 12, 12), date(2031, 3, 21))),
    ],
)
def test_the_days_drawn(choice: str, expected: tuple[date, date]) -> None:
    bars = [_bar(date(2022, 1, 1), date(2027, 1, 1), printed=date(2031, 3, 1)), _bar(None, None)]
    marks = [_mark(date(2020, 1, 1))]
    assert window(bars, marks, on=TODAY, today=TODAY, choice=choice) == expected  # type: ignore[arg-type]


def test_the_scale_is_of_quarters_where_they_have_room() -> None:
    near = _drawn([], [], first=date(2025, 12, 1), last=date(2027, 2, 1))
    assert near.scale == "month"
    assert [one.day for one in near.ticks] == [
        date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1), date(2027, 1, 1)
    ]  # fmt: skip
    far = _drawn([], [], first=date(2010, 6, 1), last=date(2030, 6, 1), width=416)
    assert far.scale == "year"
    assert len(far.ticks) == 20
    assert [one.day.year for one in far.ticks if one.named] == [2011, 2014, 2017, 2020, 2023, 2026]


def test_an_axis_has_two_ends() -> None:
    with pytest.raises(ValueError, match="after the first"):
        _drawn([], [], first=TODAY, last=TODAY)


@pytest.mark.parametrize(("text", "said"), [("short", "short"), ("one two three", "one two…"), ("", "")])
def test_a_long_text_is_cut(text: str, said: str) -> None:
    assert shortened(text, 9) == said


_DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
_TEXTS = st.text("abcdefg hij", min_size=0, max_size=60)
_BARS = st.builds(
    Bar,
    st.sampled_from(LANES),
    st.sampled_from(["validity", "procedure", "stop", "suspension", "status"]),
    _TEXTS,
    st.none() | _DAYS,
    st.none() | _DAYS,
    st.none() | _DAYS,
)
_MARKS = st.builds(
    Mark,
    st.sampled_from(LANES),
    st.sampled_from(["event", "deadline", "overdue"]),
    _TEXTS,
    _DAYS,
    st.none() | _DAYS,
    st.integers(1, 999),
)


@given(
    st.lists(_BARS, max_size=12),
    st.lists(_MARKS, max_size=60),
    _DAYS,
    st.integers(2, 8000),
    st.sampled_from([360.0, 700.0, 1160.0]),
)
def test_nothing_meets_and_nothing_leaves(
    bars: list[Bar], marks: list[Mark], first: date, days: int, width: float
) -> None:
    drawing = _drawn(bars, marks, first=first, last=first + timedelta(days=days), width=width)
    shown = 0
    for lane in drawing.lanes:
        boxes = [*(one.box for one in lane.bars), *(one.box for one in lane.marks)]
        shown += len(boxes)
        for one, other in combinations(boxes, 2):
            assert not one.overlaps(other)
        for box in boxes:
            assert lane.y <= box.top < box.bottom <= lane.y + lane.height
            assert 0 <= box.left < box.right <= width
        for bar in lane.bars:
            assert drawing.left <= bar.x < bar.x + bar.width <= drawing.right + 0.05
            assert bar.box.left <= bar.x + 0.05
        for mark in lane.marks:
            assert drawing.left <= mark.x <= drawing.right
    assert shown + drawing.before + drawing.after == len(bars) + len(marks)
    for lane, following in pairwise(drawing.lanes):
        assert lane.y + lane.height == following.y
    assert drawing.lanes[-1].y + drawing.lanes[-1].height == drawing.height
    named = [one.x for one in drawing.ticks if one.named]
    assert all(right - left >= 46 for left, right in pairwise(named))
