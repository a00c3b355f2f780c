"""The pages of deadlines in a browser: accessible, none wider than its window, used by the keyboard alone."""

from datetime import date

import pytest
from playwright.sync_api import expect

from compliance.assessments.models import DeadlineRow
from compliance.audit.actors import Actor
from compliance.followup.models import Mark
from compliance.followup.operations import assign, declare_done
from devices.models import User
from tests import portfolio
from tests.e2e.conftest import Open, faults, fits

SYSTEM = Actor.system("test")


def _follow_up() -> DeadlineRow:
    row = DeadlineRow.objects.get(rule="mdr.surveillance_audit")
    officer, seen, at = User.objects.get(email="officer@example.org"), {row.pk: row.strict}, portfolio.NOW
    assign(actor=SYSTEM, seen=seen, person=officer, at=at)
    declare_done(actor=SYSTEM, seen=seen, on=date(2026, 11, 20), version=None, note="Audit tenu", at=at)
    return row


@pytest.mark.parametrize(("language", "theme", "width"), [("fr", "light", 1440), ("en", "dark", 390)])
def test_every_page_of_deadlines_is_accessible(
    signed_in: Open, language: str, theme: str, width: int
) -> None:
    page = signed_in("officer", language=language, theme=theme, width=width)
    row = _follow_up()
    other = DeadlineRow.objects.get(rule="lppr.renewal_request_lead")
    problems = []
    for name, address in {
        "list": "/deadlines/?state=any",
        "calendar": "/deadlines/calendar/?month=2027-01&state=any",
        "one": f"/deadlines/{row.pk}/",
        "done": f"/deadlines/{other.pk}/done/",
        "waive": f"/deadlines/{other.pk}/waive/",
        "filters": "/deadlines/filters/",
        "what-if": f"/devices/{row.device_id}/what-if/",
    }.items():
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        assert fits(page), name
        assert page.locator("h1").count() == 1, name
        problems += faults(page)
    assert problems == []


def test_two_deadlines_are_waived_by_the_keyboard_alone(signed_in: Open) -> None:
    page = signed_in("officer")
    page.goto("/deadlines/")
    boxes = page.locator("input[name=deadline]")
    for n in range(2):
        boxes.nth(n).focus()
        page.keyboard.press("Space")
    expect(page.locator("th input[type=checkbox]")).to_have_js_property("indeterminate", value=True)
    page.locator("button[value=waive]").focus()
    page.keyboard.press("Enter")
    page.locator("#id_reason").focus()
    page.keyboard.type("Autre dispositif")
    page.locator("button[name=confirm]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Échéances")
    assert Mark.objects.filter(note="Autre dispositif").count() == 2


def test_one_box_chooses_all_of_the_page(signed_in: Open) -> None:
    page = signed_in("officer")
    page.goto("/deadlines/")
    boxes = page.locator("tbody input[name=deadline]")
    page.locator("th input[type=checkbox]").check()
    assert page.locator("tbody input[name=deadline]:checked").count() == boxes.count() > 2


def test_the_month_prints_on_one_sheet_of_a4(signed_in: Open) -> None:
    page = signed_in("officer")
    page.goto("/deadlines/calendar/?month=2026-11")
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") == 1
