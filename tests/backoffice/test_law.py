"""The law watch: rules, their history, and texts applied, each person seeing only their own devices."""

import pytest
from django.test import Client
from django.urls import reverse

from compliance.amendments.operations import apply
from compliance.audit.actors import Actor
from tests import portfolio
from tests.amendments import texts
from tests.backoffice.conftest import Session
from tests.backoffice.pages import text

WATCH = "/law/"
RULE = "/law/rules/aia.high_risk_annex_i/"


def _apply() -> str:
    row = apply(actor=Actor.system("test"), document=texts.document(), at=portfolio.NOW)
    return reverse("admin:amendment", args=[row.key])


def test_every_rule_is_found_by_id_article_or_word(officer: Client) -> None:
    for asked in ("aia.high_risk_annex_i", "113(c)(ii)", "high-risk annex"):
        page = text(officer.get(WATCH, {"q": asked}))
        assert "aia.high_risk_annex_i" in page
        assert "lppr.initial_decision" not in page
    assert "No rule fits these filters." in text(officer.get(WATCH, {"q": "nothing-like-it"}))


def test_rules_to_be_confirmed_are_one_filter_away(officer: Client) -> None:
    page = text(officer.get(WATCH, {"certainty": "to_confirm", "q": "eudamed"}))
    assert "eudamed.existing_udi_di_registration" in page
    assert "to be confirmed (secondary source)" in page
    verified = text(officer.get(WATCH, {"certainty": "verified", "q": "eudamed.existing"}))
    assert "No rule fits these filters." in verified


def test_tracks_and_pages_filter_and_divide(officer: Client) -> None:
    page = text(officer.get(WATCH, {"track": "ans"}))
    assert "ans.recertification_request" in page
    assert "aia.literacy" not in page
    assert "Page 1 of" in text(officer.get(WATCH))


def test_a_rule_shows_its_values_and_what_is_due_under_it(officer: Client) -> None:
    page = text(officer.get(RULE))
    assert page.index("2 August 2027") < page.index("2 August 2028")
    assert "in force today" in page
    assert "Écho Scan One" in page
    assert officer.get("/law/rules/aia.unheard_of/").status_code == 404


def test_a_text_applied_shows_what_moves(officer: Client) -> None:
    assert "None since the release" in text(officer.get(WATCH))
    url = _apply()
    assert "Second omnibus" in text(officer.get(WATCH))
    page = text(officer.get(url))
    assert "Écho Scan One" in page
    assert page.index("2 August 2028") < page.index("1 January 2029")
    rule = text(officer.get(RULE))
    assert "Second omnibus" in rule
    assert "1 January 2029" in rule
    assert officer.get("/law/texts/unheard-of/").status_code == 404


@pytest.mark.parametrize(
    ("role", "sees"),
    [("officer", True), ("buyer", True), ("auditor", True), ("rival", False), ("stranger", False)],
)
def test_each_person_sees_the_law_and_only_their_devices(session_of: Session, role: str, sees: bool) -> None:
    session = session_of(role)
    url = _apply()
    for page in (url, RULE):
        answer = session.get(page)
        assert answer.status_code == 200
        assert ("Écho Scan One" in text(answer)) is sees


def test_reasons_and_deadlines_lead_to_their_rule(officer: Client) -> None:
    page = officer.get(reverse("admin:device", args=[portfolio.device().pk])).content.decode()
    assert f'href="{RULE}"' in page
    assert f'href="{RULE}"' in officer.get("/deadlines/?state=any").content.decode()
