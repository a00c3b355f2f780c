"""Pictures of every page of the running demonstration, for docs/screens: python -m tests.screens."""

import base64
import json
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM, QUIET = (
    Path("/usr/bin/chromium"),
    ("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
)
ROOT = Path(__file__).parents[1]
CREDENTIALS = ROOT / "var" / "demo" / "credentials.json"
FOLDER = ROOT / "docs" / "screens"
WIDTHS, THEMES = (1440, 390), ("light", "dark")
TALLEST = {1440: 1900, 390: 2000}  # pixels: the rest of a long page looks like what stands above it
SCALE, QUALITY = {1440: 0.6, 390: 1.0}, 40
DEVICE, RULE11 = "Thoralune", "informs_diagnosis_or_therapy=yes&monitors_physiology=no"


def _device_pages(office: str) -> Iterator[tuple[str, str]]:
    yield "device", f"{office}/"
    yield "device-elsewhen", f"{office}/?on=2028-03-01&known_on=2026-05-01"
    yield "events", f"{office}/events/"
    yield "event", f"{office}/events/draft_opinion/"
    yield "event-new", f"{office}/events/certificate_issued/"
    yield "decisions", f"{office}/decisions/"
    yield "wizard", f"{office}/decisions/rule11/?informs_diagnosis_or_therapy=yes"
    yield (
        "wizard-end",
        f"{office}/decisions/rule11/?{RULE11}&worst_decision_impact=none&drives_device_class=none",
    )
    yield "what-if", f"{office}/what-if/"
    yield "requirements", f"{office}/requirements/"
    yield "requirements-of", f"{office}/requirements/mdr_annex_ii/"
    yield "document-add", f"{office}/documents/add/"
    yield "device-record", f"/devices/device/{office.rpartition('/')[2]}/change/"
    yield "start-step", f"/start/{office.rpartition('/')[2]}/class/"
    yield "start-end", f"/start/{office.rpartition('/')[2]}/end/"


def _officer_pages() -> Iterator[tuple[str, str]]:
    yield "dashboard", "/"
    yield "dashboard-none", "/?q=nothing-like-it"
    yield "moved-dates", "/deadlines/moved/"
    yield "deadlines", "/deadlines/"
    yield "calendar", "/deadlines/calendar/"
    yield "saved-filters", "/deadlines/filters/"
    yield "search", "/search/?q=logiciel"
    yield "glossary", "/glossary/?q=pecan"
    yield "start", "/start/"
    yield "sheets", "/sheets/"
    yield "kinds", "/facts/"
    yield "facts", "/ce_marking/certificate/"
    yield "fact-add", "/cnedimts/application/add/"
    yield "devices", "/devices/device/"
    yield "organisations", "/devices/organisation/"
    yield "sources", "/devices/source/"
    yield "documents", "/documents/"
    yield "dossiers", "/dossiers/"
    yield "dossier-ask", "/dossiers/new/"
    yield "law", "/law/?q=pecan"
    yield "rule", "/law/rules/lppr.contradictory_response/"
    yield "audit", "/audit/auditevent/"
    yield "alerts", "/alerts/alert/"
    yield "organisation", "/organisation/"
    yield "own-keys", "/keys/"
    yield "webhooks", "/webhooks/"
    yield "notices", "/notices/"
    yield "alert-settings", "/notices/settings/"
    yield "calendar-feed", "/calendar-feed/"
    yield "password", "/account/password/"
    yield "second-factor", "/account/second-factor/"
    yield "sessions", "/account/sessions/"
    yield "not-found", "/nothing/here/"
    yield "not-allowed", "/devices/user/"


ADMINISTRATOR = (
    ("people", "/devices/user/"),
    ("keys", "/devices/apikey/"),
    ("clients", "/clients/client/"),
    ("alerting", "/alerting/"),
)


def main() -> int:
    """Take the pictures of the demonstration that runs in this folder; return the exit code."""
    if not CREDENTIALS.exists():
        print("Start the demonstration first, in another window: make demo", file=sys.stderr)
        return 1
    found = json.loads(CREDENTIALS.read_text())
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        office = f"/devices/{_device(found)}"
        _take(browser, found, "officer", [*_officer_pages(), *_device_pages(office)])
        _take(browser, found, "administrator", ADMINISTRATOR)
        browser.close()
    return 0


def _device(found: Any) -> str:
    """Return the identifier of the device that is shown."""
    url = f"{found['base_url']}/api/v1/devices?page_size=200"
    key = {"Authorization": f"Bearer {found['api_keys']['officer']}"}
    with urllib.request.urlopen(urllib.request.Request(url, headers=key)) as answer:
        rows = json.load(answer)["results"]
    return str(next(one["id"] for one in rows if DEVICE in one["name"]))


def _take(browser: Browser, found: Any, role: str, pages: Any) -> None:
    """Open each page once, and show it in each theme and width."""
    account = next(one for one in found["accounts"] if one["role"] == role)
    page = browser.new_context(base_url=found["base_url"], locale="fr-FR").new_page()
    page.goto("/login/")
    if role == "officer":
        _shots(page, "login")
    page.fill("#id_login", account["email"])
    page.fill("#id_password", account["password"])
    page.click("main button.primary")
    page.wait_for_url("/")
    for name, address in pages:
        page.goto(address)
        _shots(page, name)
    if role == "officer":  # the page of a deadline is found by its link
        page.goto("/deadlines/")
        page.locator("tbody td a[href^='/deadlines/']").first.click()
        _shots(page, "deadline")


def _shots(page: Page, name: str) -> None:
    camera = page.context.new_cdp_session(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme in THEMES:
            page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST[width])
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                print(f"{name}: {wide} pixels in a window of {width}")
            clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": SCALE[width]}
            shot = {"format": "webp", "quality": QUALITY, "captureBeyondViewport": True, "clip": clip}
            data = camera.send("Page.captureScreenshot", shot)["data"]
            (FOLDER / f"{name}-{theme}-{width}.webp").write_bytes(base64.b64decode(data))
    camera.detach()


if __name__ == "__main__":
    sys.exit(main())
