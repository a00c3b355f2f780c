"""A file that lives, as an officer lives it: an opinion, an early coverage, a new model, a class."""

import pytest
from playwright.sync_api import Page, expect

from tests import portfolio
from tests.e2e.conftest import Open
from tests.e2e.steps import (
    FILED,
    INDICATION,
    answer_of,
    cells,
    changes,
    click,
    confirm,
    deadlines_of,
    fill,
    happened,
    statuses,
)


@pytest.fixture
def page(signed_in: Open) -> Page:
    """Return the dashboard of the officer, in French."""
    return signed_in("officer")


def _file(page: Page, key: str, on: str) -> None:
    """Record that a request for the LPPR was filed, and stop before it is confirmed."""
    said = {"Procédure": "Inscription LPPR", "Indication": INDICATION, "Demande reçue par l’autorité": on}
    happened(page, key, FILED, said)


def test_ten_days_to_answer_an_opinion_are_shown_and_met(page: Page) -> None:
    device = portfolio.device("draft-two")
    _file(page, device.key, "2026-09-01")
    assert ["Décision d’inscription et de tarif", "sans date", "28 février 2027 (à faire)"] in changes(page)
    confirm(page)
    received = {"Réception du projet d’avis": "2026-11-18"}
    happened(page, device.key, "Nous avons reçu le projet d’avis de la CNEDiMTS", received)
    response = "Observations ou demande d’audition sur l’avis de la CNEDiMTS"
    assert changes(page) == [
        ["CNEDiMTS", "dossier reçu", "phase contradictoire"],
        [response, "sans date", "28 novembre 2026 (à faire)"],
    ]
    assert "lppr.contradictory_response" not in deadlines_of(page, device)
    confirm(page)
    page.goto("/deadlines/")
    row = page.get_by_role("row", name=response)
    expect(row).to_contain_text("28 novembre 2026 dans 6 jours")
    row.get_by_role("link", name=response).click()
    expect(page.locator(".deadlinehead")).to_contain_text("à faire")
    click(page, "Nous avons envoyé nos observations ou demandé une audition", "link")
    fill(page, {"Envoi des observations": "2026-11-20"})
    click(page, "Afficher ce qui change")
    assert [response, "28 novembre 2026 (à faire)", "28 novembre 2026 (satisfaite)"] in changes(page)
    confirm(page)
    assert statuses(page)["CNEDiMTS"] == "en cours"
    met = ("2026-11-28", "met", "2026-11-20")
    assert deadlines_of(page, device)["lppr.contradictory_response"] == met


def _list(page: Page, key: str, day: str, *, ended: str) -> None:
    """Record that the listing appeared; the form asks on its own page when the early coverage ended."""
    said = {"Liste": "LPPR", "Mode d’inscription": "Nom de marque", "Indication": INDICATION}
    days = dict.fromkeys(("Date de publication", "Prise en charge à compter du"), day)
    happened(page, key, "L’inscription est parue au Journal officiel", {**said, **days})
    expect(page.get_by_role("alert")).to_contain_text("indiquer quand la première a pris fin")
    page.locator("[name='1-ended_on']").fill(ended)
    click(page, "Afficher ce qui change")
    confirm(page)
    assert statuses(page)["Prise en charge"] == "valide"


def test_an_early_coverage_is_granted_and_the_device_listed_in_time(page: Page) -> None:
    device, until = portfolio.device("draft-two"), "jusqu’au 15 février 2027"
    said = {"Indication": INDICATION, "Fonction": "Thérapeutique", "Date de la décision": "2026-02-02"}
    granted = {**said, "Prise en charge à compter du": "2026-02-15"}
    happened(page, device.key, "La PECAN a été accordée", granted)
    confirm(page)
    assert statuses(page)["Prise en charge"] == f"attention {until}"
    _file(page, device.key, "2026-07-30")
    request = "Dépôt de la demande d’inscription LPPR sous prise en charge anticipée"
    assert [request, "sans date", "2 août 2026 (satisfaite)"] in changes(page)
    confirm(page)
    assert statuses(page)["Prise en charge"] == f"valide {until}"
    _list(page, device.key, "2026-11-10", ended="2026-11-10")
    found = deadlines_of(page, device)
    assert found["pecan.lppr_filing"] == ("2026-08-02", "met", "2026-07-30")
    assert found["pecan.duration"] == ("2027-02-15", "met", "2026-11-10")
    assert found["pecan.continuity"] == ("2027-05-10", "open", None)
    assert answer_of(page, device)["findings"] == []


def test_an_early_coverage_whose_listing_comes_too_late_has_ended_by_its_year(page: Page) -> None:
    steps = [{"step": "requested", "on": "2026-01-20"}]
    filed = {"key": "lppr", "procedure": "lppr_listing", "indication": "diabete-de-type-1", "steps": steps}
    days = {"decided_on": "2025-06-02", "starts_on": "2025-06-15"}
    pecan = {
        "key": "e",
        "list": "pecan",
        "function": "therapeutic",
        "indication": "diabete-de-type-1",
        **days,
    }
    late = {"key": "late-three", "name": "Late", "cnedimts": {"applications": [filed]}}
    portfolio.record([{**portfolio.PRIVATE, **late, "listing": {"listings": [pecan]}}])
    device = portfolio.device("late-three")
    page.goto(f"/devices/{device.pk}/")
    assert statuses(page)["Prise en charge"] == "attention"
    late_words = "La demande d’inscription a été déposée le 20 janvier 2026 ; elle était due"
    findings = page.locator("section[aria-labelledby=findings]")
    expect(findings).to_contain_text(f"{late_words} au plus tard le 2 décembre 2025.")
    _list(page, device.key, "2026-09-01", ended="2026-06-16")
    found = deadlines_of(page, device)
    assert found["pecan.lppr_filing"] == ("2025-12-02", "met_late", "2026-01-20")
    assert found["pecan.duration"] == ("2026-06-15", "elapsed", None)
    assert found["lppr.initial_decision"] == ("2026-07-19", "met_late", "2026-09-01")
    (finding,) = answer_of(page, device)["findings"]
    assert (finding["code"], finding["values"]["due_on"]) == ("filed_late", "2025-12-02")


def _answer_all(page: Page, answers: dict[str, str]) -> list[str]:
    """Answer the questions of a wizard by name, "no" where nothing is said; return those asked, in order."""
    asked, question = [], page.locator("fieldset.question")
    question.wait_for()
    while question.count():
        name = question.locator("input").first.get_attribute("name") or ""
        if not question.locator("input:checked").count():
            question.locator(f"input[value='{answers.get(name, 'no')}']").check()
        asked.append(name)
        with page.expect_navigation():
            click(page, "Suivant")
    return asked


def _sign(page: Page) -> None:
    page.get_by_label("Je confirme ces réponses.").check()
    click(page, "Signer")
    expect(page.get_by_role("status").first).to_contain_text("La décision est signée.")


def test_a_new_version_with_a_retrained_model_says_which_tracks_it_touches(page: Page) -> None:
    device = portfolio.device()
    page.goto(f"/devices/{device.pk}/")
    click(page, "Décisions selon le droit", "link")
    click(page, "Ce que touche une nouvelle version du dispositif", "link")
    yes = ("performance", "affects_safety_or_use", "affects_requirements")
    asked = _answer_all(page, dict.fromkeys(yes, "yes"))
    assert {"ai_tier", "covered"} <= {*asked}  # marked from the record: high risk, LPPR
    expect(page.locator(".headline")).to_have_text(
        "Nouvel IUD-ID ; volets concernés : Marquage CE, Règlement IA"
    )
    fill(page, {"Objet de la décision": "2.1"})
    _sign(page)
    signed = page.url
    click(page, "Une nouvelle version du logiciel est sortie", "link")
    expect(page.get_by_label("Numéro")).to_have_value("2.1")
    expect(page.get_by_label("Performances initiales")).to_be_checked()
    fill(page, {"Publiée le": "2026-11-20"})
    click(page, "Afficher ce qui change")
    assert changes(page) == []
    confirm(page)
    page.goto(signed)
    click(page, "Un nouveau modèle a été entraîné ou le système a été modifié", "link")
    expect(page.get_by_role("group", name="A une incidence").get_by_label("oui")).to_be_checked()
    fill(page, {"Faite le": "2026-11-20"})
    click(page, "Afficher ce qui change")
    assert changes(page) == []
    confirm(page)
    expect(page.locator("#ai_act")).to_contain_text("a une incidence sur la conformité aux exigences : oui")
    expect(page.locator("section[aria-labelledby=findings]")).to_contain_text("IUD-ID")
    found = {one["code"]: one["values"] for one in answer_of(page, device)["findings"]}
    assert found["udi_decision"] == {"version": "version-1", "decision": "new_udi_di"}
    assert found["change_to_notify"] == {"version": "2.1"}


def test_a_class_is_answered_signed_and_asked_again_under_another_law(page: Page) -> None:
    device = portfolio.device("draft-two")
    page.goto(f"/devices/{device.pk}/decisions/")
    click(page, "Classe d’un logiciel selon le MDR", "link")
    serious = {"worst_decision_impact": "serious_deterioration_or_surgery", "drives_device_class": "none"}
    asked = _answer_all(page, {**serious, "informs_diagnosis_or_therapy": "yes"})
    assert asked == [
        "informs_diagnosis_or_therapy",
        "monitors_physiology",
        "worst_decision_impact",
        "drives_device_class",
    ]
    _sign(page)
    replay = page.locator("section[aria-labelledby=replay]")
    expect(replay).to_contain_text("le résultat est le même.")
    fill(page, {"Droit au": "2021-05-25"})  # the day before the MDR applied
    click(page, "Afficher")
    expect(replay).to_contain_text("Au 25 mai 2021")
    expect(replay).not_to_contain_text("le résultat est le même.")
    expect(replay.locator("tbody tr")).to_have_count(len(asked) + 1)
    expect(replay.locator("tbody")).to_contain_text("MDR Annex VIII 6.3, first paragraph")
    expect(replay).not_to_contain_text("None")
    click(page, "Nous avons classé le dispositif", "link")
    click(page, "Afficher ce qui change")
    assert changes(page) == [["Marquage CE", "inconnu", "seule la classe est connue"]]
    confirm(page)
    expect(page.locator("dl.facts").first).to_contain_text("MDR IIb")
    page.goto(f"/devices/{device.pk}/decisions/")
    ((table, result, on, signed),) = cells(page.locator("tbody tr"))
    assert (table, result, on) == ("Classe d’un logiciel selon le MDR", "Classe IIb", "22 novembre 2026")
    assert signed.endswith("officer@example.org")
    assert answer_of(page, device)["tracks"]["ce_marking"]["state"] == "class_only"
