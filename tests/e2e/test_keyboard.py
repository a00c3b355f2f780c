"""The office by the keyboard alone: from the skip link to a recorded event, the focus always in sight."""

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Open
from tests.e2e.steps import statuses

MOST = 60  # presses of the tabulator from the main content to what is wanted
_SEEN = """one => {
  const look = getComputedStyle(one), box = one.getBoundingClientRect();
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const drawn = look.outlineStyle === "solid" && parseFloat(look.outlineWidth) >= 2;
  return inside && drawn && one.matches(":focus-visible");
}"""


def _skip(page: Page) -> None:
    """Jump over the navigation to the main content."""
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def _tab_to(page: Page, target: Locator) -> None:
    """Press the tabulator until the target has the focus, and see that it shows."""
    expect(target).to_be_visible()
    for _press in range(MOST):
        page.keyboard.press("Tab")
        if target.evaluate("one => one === document.activeElement"):
            assert target.evaluate(_SEEN), "the focus does not show"
            return
    raise AssertionError(f"not reached in {MOST} presses: {target}")


def _enter(page: Page, target: Locator) -> None:
    _tab_to(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_an_event_is_recorded_by_keys_alone(signed_in: Open) -> None:
    page = signed_in("officer")
    _skip(page)
    row = page.get_by_role("row", name="Écho Scan One")
    _enter(page, row.get_by_role("link", name="Écho Scan One"))
    _skip(page)
    _enter(page, page.get_by_role("link", name="Enregistrer ce qui s’est passé"))
    _skip(page)
    _tab_to(page, page.locator("main [name=q]"))
    page.keyboard.type("certificat retiré")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()  # a form keeps the place that was skipped to
    _enter(page, page.get_by_role("link", name="Un certificat CE a été retiré"))
    _skip(page)
    _tab_to(page, page.get_by_label("Retiré le"))
    page.keyboard.type("11112026")  # day and month the same: their order is that of the browser
    _enter(page, page.get_by_role("button", name="Afficher ce qui change"))
    expect(page.locator("#content")).to_be_focused()
    _enter(page, page.get_by_role("button", name="Confirmer et enregistrer"))
    expect(page.get_by_role("status").first).to_contain_text("L’événement est enregistré.")
    assert statuses(page)["Marquage CE"].startswith("expiré")
