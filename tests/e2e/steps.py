"""What an officer does on the pages, in French, and what is read there; what the API answers."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from devices.models import Device, Membership, Role
from tests import portfolio

INDICATION = "Diabète de type 1"
FILED = "Nous avons déposé un dossier (inscription ou prise en charge)"
Row = list[str]


def click(page: Page, name: str, role: Any = "button") -> None:
    page.get_by_role(role, name=name, exact=True).click()


def fill(page: Page, answers: dict[str, str]) -> None:
    """Answer the questions of a form by their labels; a choice by its words."""
    for label, said in answers.items():
        words = re.escape(label).replace(r"\ ", r"\s")  # some spaces do not break
        field = page.get_by_label(re.compile(rf"^{words}( \(obligatoire\))?$"))
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(label=said)
        else:
            field.fill(said)


def happened(page: Page, key: str, event: str, answers: dict[str, str]) -> None:
    """Find an event of a device in the list, answer its form, and see what it would change."""
    page.goto(f"/devices/{portfolio.device(key).pk}/events/")
    click(page, event, "link")
    fill(page, answers)
    click(page, "Afficher ce qui change")


def confirm(page: Page) -> None:
    click(page, "Confirmer et enregistrer")
    expect(page.get_by_role("status").first).to_contain_text("L’événement est enregistré.")


def cells(rows: Locator) -> list[Row]:
    """Return the cells of the rows of tables as they are read."""
    read = "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.replace(/\\s+/g, ' ').trim()))"
    rows.page.wait_for_load_state("domcontentloaded")  # a click returns while its page still comes in
    found: list[Row] = rows.evaluate_all(read)
    return found


def changes(page: Page) -> list[Row]:
    """Return what the page of confirmation says moves: what, today, once saved."""
    expect(page.get_by_role("button", name="Confirmer et enregistrer")).to_be_visible()
    return cells(page.locator("section[aria-labelledby=moves] tbody tr"))


def statuses(page: Page) -> dict[str, str]:
    """Return the five statuses with their dates, as they stand in a row at the top."""
    read = (
        "all => all.map(one => [...one.children].map(part => part.textContent.trim().replace(/\\s+/g, ' ')))"
    )
    strip = page.locator(".strip li")
    expect(strip).to_have_count(5)
    page.wait_for_load_state("domcontentloaded")
    return {label: " ".join(said) for label, *said in strip.evaluate_all(read)}


def answer_of(page: Page, device: Device, path: str = "status", email: str = "officer@example.org") -> Any:
    """Return what the API answers to a person about a device."""
    place = Membership.objects.get(user__email=email)
    key = portfolio.key_of(place.user, place.organisation, Role(place.role)).plain
    headers = {"Authorization": f"Bearer {key}"}
    answer = page.request.get(f"/api/v1/devices/{device.pk}/{path}", headers=headers)
    assert answer.status == 200, answer.text()
    return answer.json()


def deadlines_of(page: Page, device: Device) -> dict[str, tuple[str, str, str | None]]:
    """Return the deadlines of a device in the API: date of the text, state, and when it was met."""
    found = answer_of(page, device, "deadlines")["results"]
    return {one["rule"]: (one["strict"], one["state"], one["met_on"]) for one in found}
