"""The path of a device in a real browser: nothing overlaps as drawn, and it is reached from the keyboard."""

import pytest
from playwright.sync_api import expect

from tests import portfolio
from tests.e2e.conftest import Open

# How many labels are drawn, how many meet another one or leave the drawing.
_MEASURE = """() => {
  const drawing = [...document.querySelectorAll("svg.axis[role]")]
    .find(one => getComputedStyle(one).display !== "none");
  const boxes = [...drawing.querySelectorAll("text.said")].map(one => one.getBBox());
  const meet = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && Math.abs(a.y - b.y) < 10;
  const met = boxes.filter((a, n) => boxes.some((b, m) => m > n && meet(a, b)));
  const out = boxes.filter(a => a.x < 0 || a.x + a.width > drawing.viewBox.baseVal.width);
  return [boxes.length, met.length, out.length];
}"""


@pytest.mark.parametrize("width", [1440, 390])
def test_labels_do_not_meet_as_drawn(signed_in: Open, width: int) -> None:
    page = signed_in("officer", width=width)
    for query in ("", "?range=1", "?range=all&on=2028-01-01"):
        page.goto(f"/devices/{portfolio.device().pk}/{query}")
        labels, met, out = page.evaluate(_MEASURE)
        assert labels > 5
        assert (met, out) == (0, 0)


def test_the_drawing_scrolls_in_its_own_frame_from_the_keyboard(signed_in: Open) -> None:
    page = signed_in("officer", language="en", width=390)
    page.goto(f"/devices/{portfolio.device().pk}/")
    frame = page.locator(".axisframe")
    frame.focus()
    assert frame.evaluate("one => one.scrollWidth > one.clientWidth")
    assert frame.evaluate("one => getComputedStyle(one).outlineStyle") != "none"
    page.get_by_text("Show as a list").click()
    expect(page.get_by_role("table", name="The path, as a list")).to_be_visible()
