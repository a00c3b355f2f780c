"""The pages of the office that no story walks: WCAG 2.2 AA in both languages and themes, at both widths."""

from collections.abc import Iterator

from django.conf import settings

from compliance.alerts import gathering, plan
from compliance.amendments.operations import apply
from compliance.assessments.models import DeadlineRow
from compliance.audit.actors import Actor
from compliance.decisions.operations import sign
from compliance.sheets.opening import keep_upload
from compliance.webhooks.announcing import write
from compliance.webhooks.models import Endpoint, Event
from devices.models import Membership, Organisation, Role, User
from tests import portfolio
from tests.amendments import texts
from tests.dossiers import asked
from tests.e2e.conftest import PASSWORD, Open, faults, fits
from tests.sheets.books import Lines, content

SYSTEM = Actor.system("test")
RULE11: dict[str, bool | str] = {
    "informs_diagnosis_or_therapy": True,
    "monitors_physiology": False,
    "worst_decision_impact": "none",
    "drives_device_class": "none",
}
ANSWERED = "informs_diagnosis_or_therapy=yes&monitors_physiology=no&worst_decision_impact=none"
AUDIT = {"device": "scan-one", "key": "y1"}
WRONG: Lines = {"ce_marking.audits": [{**AUDIT, "kind": "?", "held_on": "30/02/2026"}]}
RIGHT: Lines = {"ce_marking.audits": [{**AUDIT, "held_on": "2025-12-01"}]}


def _pages(owner: User) -> Iterator[str]:
    """Yield the addresses of the pages, with what they need recorded."""
    device, draft = portfolio.device(), portfolio.device("draft-two")
    office, house = f"/devices/{device.pk}", f"/organisation/{Organisation.objects.get(key='maker').pk}"
    yield from ("/", "/deadlines/moved/", "/search/?q=scan", "/search/?q=nothing-like-it")
    yield from ("/glossary/?q=pecan", "/start/", f"/start/{draft.pk}/class/", f"/start/{device.pk}/class/")
    yield from (f"/start/{device.pk}/end/", f"{office}/events/", f"{office}/events/?q=nothing-like-it")
    yield from (f"{office}/events/version_released/", f"{office}/events/opinion_received/")
    yield from (
        f"{office}/decisions/",
        f"{office}/decisions/rule11/",
        f"{office}/decisions/rule11/?{ANSWERED}",
    )
    yield from (
        f"{office}/decisions/rule11/?{ANSWERED}&drives_device_class={said}" for said in ("none", "unknown")
    )
    day = portfolio.NOW.date()
    signed = sign(
        actor=Actor.person(owner), device=device, table="rule11", answers=RULE11, on=day, known_on=day,
        about="2.1", reason="", at=portfolio.NOW,
    )  # fmt: skip
    yield f"{office}/decisions/{signed.pk}/?on=2020-01-01"
    yield from (f"{office}/requirements/", f"{office}/requirements/mdr_annex_ii/")
    yield f"{office}/requirements/attach/?requirement=mdr_annex_ii/5(b)"
    uploads = [
        keep_upload(owner, "fiche.xlsx", [content(lines)], at=portfolio.NOW) for lines in (WRONG, RIGHT)
    ]
    yield from ("/sheets/", *(f"/sheets/{one}/" for one in uploads))
    text = apply(actor=SYSTEM, document=texts.document(), at=portfolio.NOW)
    yield from ("/law/?q=pecan", "/law/rules/lppr.contradictory_response/", f"/law/texts/{text.key}/")
    yield from (f"{office}/publication/", f"{house}/", f"{house}/invite/", f"{house}/grant/")
    yield from ("/webhooks/", f"/webhooks/{_hook(owner).pk}/")
    plan.plan_changed(now=portfolio.NOW)
    gathering.gather_due(now=portfolio.NOW)
    row = DeadlineRow.objects.get(rule="mdr.surveillance_audit")
    yield from ("/notices/", "/notices/settings/", f"/deadlines/{row.pk}/acknowledge/", "/calendar-feed/")
    yield f"{house}/thresholds/"
    dossier = asked.ask(role="owner").dossier
    asked.work()
    assert asked.state(dossier) == "ready"
    yield from ("/dossiers/", "/dossiers/new/", f"/dossiers/{dossier.pk}/", f"/dossiers/{dossier.pk}/sign/")
    yield "/devices/user/"  # for administrators: 403


def _hook(owner: User) -> Endpoint:
    """Add a webhook with something sent to it."""
    endpoint = Endpoint.objects.create(
        organisation=Organisation.objects.get(key="maker"), user=owner, role=Role.OFFICER,
        url="https://1.1.1.1/hooks/jalon", events=list(Event), secret="x", created_at=portfolio.NOW,
    )  # fmt: skip
    write("evt_1", Event.DEADLINE_DUE, {}, [endpoint.pk], portfolio.NOW)
    return endpoint


def test_every_other_page_is_accessible_and_fits(signed_in: Open) -> None:
    owner = User.objects.create_user("owner@example.org", PASSWORD, is_staff=True)
    maker = Organisation.objects.get(key="maker")
    Membership.objects.create(user=owner, organisation=maker, role=Role.OWNER)
    page, problems = signed_in("owner"), list[str]()
    addresses = [*_pages(owner)]
    for language, theme, width in (("fr", "light", 1440), ("en", "dark", 390)):
        cookie = {
            "name": settings.LANGUAGE_COOKIE_NAME,
            "value": language,
            "domain": "127.0.0.1",
            "path": "/",
        }
        page.context.add_cookies([cookie])  # type: ignore[list-item]
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        page.set_viewport_size({"width": width, "height": 900})
        for address in addresses:
            page.goto(address)
            assert page.get_attribute("html", "lang") == language
            assert fits(page), address
            problems += faults(page)
    assert problems == []
