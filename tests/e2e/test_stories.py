"""First days of a regulatory officer, in French: the first device by hand, and a workbook with errors."""

import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from compliance.audit.models import AuditEvent
from devices.models import Device, Membership, Organisation, Role, User
from tests import portfolio
from tests.e2e.conftest import PASSWORD, Open
from tests.e2e.steps import answer_of, cells, click, fill, statuses


@pytest.fixture
def page(signed_in: Open) -> Page:
    """Return the dashboard of the officer, in French."""
    return signed_in("officer")


def test_the_first_device_by_hand_from_an_empty_account(signed_in: Open) -> None:
    user = User.objects.create_user("debut@example.org", PASSWORD, is_staff=True)
    maker = Organisation.objects.create(key="pousse", name="Jeune Pousse")
    Membership.objects.create(user=user, organisation=maker, role=Role.OFFICER)
    page = signed_in("debut")
    expect(page.get_by_role("heading", name="Enregistrer un premier dispositif")).to_be_visible()
    click(page, "Commencer", "link")
    fill(page, {"Nom du dispositif": "Vision Pulmonaire", "Fabricant": "cette organisation"})
    page.get_by_label("Diagnostique").check()
    click(page, "Enregistrer et continuer")
    click(page, "Enregistrer et continuer")  # nothing is chosen yet
    expect(page.get_by_role("alert")).to_contain_text("Ce champ est obligatoire.")
    fill(page, {"Règlement ou directive": "Règlement (UE) 2017/745 (MDR)", "Classe": "Classe IIa"})
    click(page, "Enregistrer et continuer")
    expect(page.get_by_label("Règlement ou directive")).to_have_value("MDR")
    certificate = {"Numéro": "MDR 123456", "Type de certificat": "Système de gestion de la qualité"}
    dates = {"Date du document": "2025-01-15", "Valable jusqu’au": "2030-01-14"}
    fill(page, {**certificate, **dates, "Valable à partir du": "2025-01-15"})
    click(page, "Enregistrer et continuer")
    click(page, "Aucune prise en charge, ni aucune demande déposée")
    fill(page, {"Est-il, ou contient-il, un système d’IA ?": "oui"})
    fill(page, {"Le système d’IA constitue-t-il lui-même le dispositif médical ?": "oui"})
    fill(page, {"Utilisation visée à l’annexe III": "Aucun point"})
    click(page, "Enregistrer et continuer")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vision Pulmonaire")
    expected = {
        "Marquage CE": "valide jusqu’au 14 janvier 2030",
        "CNEDiMTS": "non commencé",
        "Prise en charge": "non commencé",
        "Certificat de l’ANS": "inconnu",
        "Règlement IA": "en cours",
    }
    assert statuses(page) == expected
    expect(page.locator(".nextlist li").last).to_contain_text("14 janvier 2030")
    click(page, "Ouvrir la page du dispositif", "link")
    device = Device.objects.get(owner=maker)
    expect(page).to_have_url(re.compile(rf"/devices/{device.pk}/$"))
    assert statuses(page) == expected
    page.goto("/")
    expect(page.get_by_role("row", name="Vision Pulmonaire")).to_contain_text("jusqu’au 14 janvier 2030")
    tracks = answer_of(page, device, email=user.email)["tracks"]
    said = {track: (one["status"], one["until"]) for track, one in tracks.items()}
    assert said == {
        "ce_marking": ("valid", "2030-01-14"),
        "cnedimts": ("not_started", None),
        "listing": ("not_started", None),
        "ans": ("unknown", None),
        "ai_act": ("in_progress", None),
    }


def _lines(book: Any, sheet: str, line: dict[str, Any], row: int = 4) -> None:
    """Write a line into a sheet of the template, below its example, by the headings that a person reads."""
    heads = {str(cell.value).removesuffix(" *"): cell.column for cell in book[sheet][2]}
    for heading, value in line.items():
        book[sheet].cell(row, heads[heading], value)


def _sent(page: Page, book: Any, path: Path) -> None:
    book.save(path)
    page.goto("/sheets/")
    page.get_by_label("Classeur").set_input_files(path)
    click(page, "Lire le classeur")


def test_a_workbook_with_errors_is_mended_and_then_written(page: Page, tmp_path: Path) -> None:
    page.goto("/sheets/")
    with page.expect_download() as got:
        click(page, "Télécharger le modèle", "link")
    assert got.value.suggested_filename == "jalon-modele-2026-11-22.xlsx"
    path = tmp_path / "fiche.xlsx"
    got.value.save_as(path)
    book = load_workbook(path)
    certificates = "Certificats d’organismes notifi"
    _lines(book, "Dispositifs", {"Clé": "poumon", "Nom": "Écho Poumon", "Logiciel": "peut-être"})
    certificate = {
        "Dispositif": "poumon", "Numéro": "C-9", "Type de certificat": "Système de gestion de la qualité",
        "Règlement ou directive": "Règlement (UE) 2017/745 (MDR)", "Date d’émission": "01/02/2026",
    }  # fmt: skip
    _lines(book, certificates, {**certificate, "Fin imprimée": "30/02/2031"})
    before = AuditEvent.objects.count()
    _sent(page, book, path)
    errors = page.locator("section[aria-labelledby=errors] tbody tr")
    expect(errors).to_have_count(2)
    assert cells(errors) == [
        ["Dispositifs", "K4", "Écrire oui, non ou inconnu."],
        [
            certificates,
            "J4",
            "Ce jour n’existe pas au calendrier : écrire jour, mois, année, comme 28/02/2029.",
        ],
    ]
    expect(page.get_by_role("button", name=re.compile("Importer"))).to_have_count(0)
    assert (AuditEvent.objects.count(), Device.objects.filter(key="poumon").count()) == (before, 0)

    _lines(book, "Dispositifs", {"Logiciel": "oui"})
    _lines(book, certificates, {"Fin imprimée": "31/01/2031"})
    _sent(page, book, path)
    expect(page.locator(".sheetcounts")).to_contain_text(re.compile(r"2 nouv"))
    expect(page.locator("section[aria-labelledby=changes]")).to_contain_text("31 janvier 2031")
    assert not Device.objects.filter(key="poumon").exists()
    page.get_by_role("button", name=re.compile("Importer 2")).click()
    expect(page.get_by_role("status").first).to_contain_text("2 modifications sont importées.")
    expect(page.get_by_role("row", name="Écho Poumon")).to_contain_text("jusqu’au 31 janvier 2031")
    mark = answer_of(page, portfolio.device("poumon"))["tracks"]["ce_marking"]
    assert (mark["status"], mark["until"]) == ("valid", "2031-01-31")
