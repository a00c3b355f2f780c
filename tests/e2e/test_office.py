"""The back office as a person meets it: stories, accessibility, every width, no foreign host."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from compliance.alerts.models import Alert
from compliance.audit.models import AuditEvent
from compliance.backoffice.facts.records import admin_url
from compliance.ce_marking.models import Certificate
from compliance.cnedimts.models import Application
from compliance.evidence.models import Document
from compliance.evidence.operations import add_version, link
from devices.models import ApiKey, Device, Organisation, Source, User
from tests import portfolio
from tests.e2e.conftest import Open, faults, fits
from tests.evidence.conftest import SYSTEM, added, upload
from tests.evidence.files import PNG

LOOKS = [("fr", "light"), ("en", "dark")]


def _device_url() -> str:
    return f"/devices/{portfolio.device().pk}/"


def _document() -> Document:
    """Return a document of two versions, linked to a fact."""
    if found := Document.objects.first():
        return found
    first = added(portfolio.device(), published=True)
    add_version(actor=SYSTEM, document=first.document, upload=upload(PNG, "scan.png"), at=portfolio.NOW)
    link(actor=SYSTEM, version=first, fact="ce_marking.certificates[qms]", at=portfolio.NOW)
    return first.document


def _officer_pages() -> Iterator[str]:
    certificate, document = Certificate.objects.get(), _document()
    yield "/"
    yield "/?q=nothing-like-it"
    yield "/deadlines/"
    yield _device_url()
    yield f"{_device_url()}?on=2029-03-01&known_on=2026-05-01"
    yield f"{_device_url()}?on=2026-02-31"
    yield "/facts/"
    yield admin_url(Certificate, "changelist")
    yield f"{admin_url(Certificate, 'changelist')}?q=nothing-like-it"
    yield admin_url(Certificate, "change", certificate.pk)
    yield f"{admin_url(Application, 'add')}?device={portfolio.device().pk}"
    yield admin_url(Certificate, "delete", certificate.pk)
    yield admin_url(Device, "changelist")
    yield admin_url(Device, "change", portfolio.device().pk)
    yield admin_url(Organisation, "changelist")
    yield admin_url(Source, "changelist")
    yield admin_url(AuditEvent, "changelist")
    yield admin_url(AuditEvent, "change", AuditEvent.objects.latest("id").pk)
    yield "/documents/"
    yield "/documents/?q=nothing-like-it"
    yield f"/documents/{document.pk}/"
    yield f"{_device_url()}documents/add/"
    yield f"/documents/{document.pk}/version/"
    yield f"/documents/{document.pk}/edit/"
    yield f"/documents/{document.pk}/remove/"
    yield admin_url(Alert, "changelist")
    key = ApiKey.objects.get(user__email="officer@example.org")
    yield "/keys/"
    yield "/keys/new/"
    yield f"/keys/{key.pk}/rotate/"
    yield f"/keys/{key.pk}/revoke/"
    yield "/account/password/"
    yield "/account/second-factor/"
    yield "/account/sessions/"
    yield "/nothing/here/"


def _administrator_pages() -> Iterator[str]:
    yield admin_url(User, "changelist")
    yield admin_url(User, "change", User.objects.get(email="officer@example.org").pk)
    yield admin_url(User, "add")
    yield admin_url(ApiKey, "changelist")
    yield admin_url(ApiKey, "change", ApiKey.objects.latest("created_at").pk)
    yield reverse("admin:devices_apikey_revoke", args=[ApiKey.objects.latest("created_at").pk])
    yield reverse("admin:clients_client_changelist")
    yield reverse("admin:clients_client_add")


PAGES = {"officer": _officer_pages, "administrator": _administrator_pages}


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_every_page_is_accessible_fits_its_width_and_asks_no_other_host(
    signed_in: Open, address: str, language: str, theme: str
) -> None:
    problems, asked = [], []
    for role, pages in PAGES.items():
        page = signed_in(role, language=language, theme=theme)
        page.on("request", lambda request: asked.append(request.url))
        for url in pages():
            page.goto(url)
            assert page.get_attribute("html", "lang") == language
            for width in (390, 1440):
                page.set_viewport_size({"width": width, "height": 900})
                assert fits(page), (url, width)
            page.evaluate(
                "document.querySelectorAll('details')"
                ".forEach(one => { one.open = !one.closest('.rail, .pick') })"
            )
            problems += faults(page)
    assert problems == []
    assert [url for url in asked if not url.startswith((address, "data:"))] == []


def test_axe_finds_nothing_on_the_login_page(signed_in: Open, address: str) -> None:
    page = signed_in("officer")
    page.context.clear_cookies()
    page.goto("/login/")
    assert faults(page) == []
    page.fill("#id_login", "officer@example.org")
    page.fill("#id_password", "wrong")
    page.click("main button.primary")
    expect(page.get_by_role("alert")).to_be_visible()
    assert faults(page) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_fact_changed_in_the_form_changes_the_status(signed_in: Open, scripts: bool) -> None:
    page = signed_in("officer", language="en", scripts=scripts)
    page.get_by_role("link", name="Écho Scan One").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Écho Scan One")
    lane = page.locator("#ce_marking")
    expect(lane.locator(".chip").first).to_have_text("valid")
    lane.get_by_role("link", name="C-1").click()
    page.fill("[name=withdrawn_on]", "2026-11-01")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Reason")
    assert page.input_value("[name=withdrawn_on]") == "2026-11-01"
    page.fill("[name=reason]", "Letter of the notified body")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#ce_marking .chip").first).to_have_text("expired")
    expect(page.locator("section[aria-labelledby=history]")).to_contain_text("Letter of the notified body")


def test_steps_are_added_one_by_one(signed_in: Open) -> None:
    page = signed_in("officer", language="en")
    page.goto(f"{admin_url(Application, 'add')}?device={portfolio.device().pk}")
    page.select_option("[name=procedure]", "lppr_renewal")
    page.select_option("[name=steps-0-step]", "requested")
    page.fill("[name=steps-0-on]", "2026-10-01")
    page.get_by_role("button", name="Add: step").click()
    page.select_option("[name=steps-1-step]", "acknowledged")
    page.fill("[name=steps-1-on]", "2026-10-20")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#cnedimts")).to_contain_text("1 October 2026")
    expect(page.locator("#cnedimts")).to_contain_text("20 October 2026")


def test_the_page_is_read_on_another_date_from_the_keyboard(signed_in: Open) -> None:
    page = signed_in("officer", language="en")
    page.goto(_device_url())
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    page.fill("[name=on]", "2029-03-01")
    page.press("[name=on]", "Enter")
    expect(page.locator(".timebanner")).to_contain_text("1 March 2029")
    expect(page.locator("#ce_marking .chip").first).to_have_text("expired")
    page.get_by_role("link", name="Back to today").click()
    expect(page.locator(".timebanner")).to_have_count(0)


def test_the_theme_is_kept_and_changed_back(signed_in: Open) -> None:
    page = signed_in("officer", language="en")
    page.locator(".account summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_class("dark")
    page.goto("/deadlines/")
    expect(page.locator("html")).to_have_class("dark")
    page.locator(".account summary").click()
    page.get_by_role("button", name="Light").click()
    expect(page.locator("html")).to_have_class("light")


def test_the_language_is_switched(signed_in: Open) -> None:
    page = signed_in("officer", language="fr")
    page.goto("/deadlines/")
    page.locator(".account summary").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.endswith("/deadlines/")


def test_printing_opens_the_reasons_and_hides_the_controls(signed_in: Open, tmp_path: Path) -> None:
    page = signed_in("officer")
    page.goto(_device_url())
    page.emulate_media(media="print")
    expect(page.locator(".rail")).to_be_hidden()
    expect(page.locator(".filters").first).to_be_hidden()
    assert page.locator("#ce_marking .why li").first.bounding_box() is not None
    page.pdf(path=tmp_path / "device.pdf", format="A4", print_background=True)
    assert (tmp_path / "device.pdf").stat().st_size > 10_000
