"""The glossary is sound, names rules that exist, and pages link the first mention of each word to it."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pydantic import ValidationError

from compliance.backoffice.glossary.pages import read, recorded, terms
from compliance.backoffice.templatetags.glossary_links import linked
from compliance.law.parameters import current_law
from tests import portfolio
from tests.backoffice.pages import text

ASKED = {
    "cnedimts", "lppr", "latm", "pecan", "pect", "sa", "asa", "sr", "psur", "udi-di", "basic-udi-di", "pccp",
    "hds", "ans", "eudamed", "notified-body", "exploitant", "deployer", "high-risk", "minimal-risk",
    "transparency-risk", "prohibited-practice",
}  # fmt: skip


def test_the_terms_of_the_field_are_there() -> None:
    assert {one.key for one in terms()} >= ASKED
    assert len(terms()) == len({one.key for one in terms()})


def test_a_rule_that_a_term_names_exists() -> None:
    named = [one.rule for one in terms() if one.rule]
    assert named
    assert [one for one in named if one not in current_law().parameters] == []


@pytest.mark.parametrize(
    "wrong",
    [
        "{key: a, term: {fr: a, en: a}, says: {fr: a, en: ''}}",
        "{key: a, term: {fr: a}, says: {fr: a, en: a}}",
        "{key: a, term: {fr: a, en: a}, says: {fr: a, en: a}, source: MDR}",
        "{key: a, term: {fr: a, en: a}, says: {fr: a, en: a}, certainty: verified}",
        "{key: a, term: {fr: a, en: a}, says: {fr: a, en: a}, other: a}",
        "{key: A b, term: {fr: a, en: a}, says: {fr: a, en: a}}",
    ],
)
def test_a_term_that_is_not_sound_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError):
        read(f"read_on: 2026-11-22\nterms: [{wrong}]")


def test_a_word_leads_to_one_term_only() -> None:
    one = "{key: a, term: {fr: a, en: a}, says: {fr: a, en: a}, spot: [XY]}"
    other = one.replace("key: a", "key: b")
    with pytest.raises(ValidationError, match="XY"):
        read(f"read_on: 2026-11-22\nterms: [{one}, {other}]")


def test_the_page_shows_every_term_in_both_languages(officer: Client) -> None:
    answer = officer.get("/glossary/")
    html = answer.content.decode()
    shown = text(answer)
    for one in terms():
        assert f'<div id="{one.key}">' in html
        assert " ".join(one.says.fr.split()) in shown
        assert " ".join(one.says.en.split()) in shown
    assert "Sources as read on 22 November 2026" in shown
    assert recorded().read_on.isoformat() == "2026-11-22"
    assert "to be confirmed" in shown  # of what was not read


def test_the_first_mention_is_linked_and_no_other() -> None:
    with override("en"):
        html = linked("<p>The PSUR, and again the PSUR. LPPR</p><p>LPPR</p>")
    home = reverse("admin:glossary")
    assert html.count(f'href="{home}#psur"') == 1
    assert html.count(f'href="{home}#lppr"') == 1
    assert re.search(r'<p>The <a class="term" href="[^"]+#psur"[^>]*>PSUR</a>, and again the PSUR\.', html)


def test_the_link_says_what_the_acronym_stands_for() -> None:
    with override("en"):
        html = linked("<p>HDS</p>")
    assert 'aria-label="HDS: Certified host of health data (glossary)"' in html
    with override("fr"):
        assert "Hébergeur de données de santé" in linked("<p>HDS</p>")


@pytest.mark.parametrize(
    "html",
    [
        '<a href="/x">PSUR</a>',
        "<button>PSUR <b>LPPR</b></button>",
        "<select><option>PSUR</option></select>",
        "<label>PSUR</label>",
        "<textarea>PSUR</textarea>",
        "<details><summary>PSUR</summary></details>",
        '<input value="PSUR"><!-- <b>PSUR</b> -->',
        "<script>PSUR</script>",
        "<p>EPSUR PSURs HDS-1 12-LPPR-3 ans hds Chaos</p>",
    ],
)
def test_no_link_stands_within_controls_attributes_or_longer_words(html: str) -> None:
    assert linked(html) == html


def test_the_longest_writing_wins() -> None:
    html = linked("<p>Basic UDI-DI</p><p>UDI-DI</p>")
    assert re.search(r"#basic-udi-di[^>]*>Basic UDI-DI</a>", html)
    assert re.search(r"#udi-di[^>]*>UDI-DI</a>", html)


def test_pages_link_their_acronyms_once(officer: Client) -> None:
    device = reverse("admin:device", args=[portfolio.device().pk])
    for page in ("/", "/deadlines/", "/law/", device):
        html = officer.get(page).content.decode()
        links = re.findall(r'class="term" href="/glossary/#([a-z0-9-]+)"', html)
        assert links, page
        assert len(links) == len(set(links)), page
    assert 'class="term"' not in officer.get("/glossary/").content.decode()
