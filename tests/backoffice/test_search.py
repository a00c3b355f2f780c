"""The search from anywhere: French as written, codes that open their device, nothing beyond the walls."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.audit.actors import Actor
from compliance.backoffice.search.text import marked
from compliance.evidence.operations import Upload, add_document
from compliance.facts.operations import save_device, save_organisation
from devices.models import Device, Organisation, User
from tests import portfolio
from tests.backoffice.conftest import Session
from tests.backoffice.pages import text

MOST = 12
DESCRIPTION = "Logiciel d’aide à la décision, suit les échéances de la télésurveillance à l’hôpital."


def _found(session: Client, words: str) -> dict[str, list[str]]:
    answer = session.get("/search/", {"q": words})
    assert answer.status_code == 200
    return {group.name: [hit.title for hit in group.hits] for group in answer.context["groups"]}


@pytest.fixture
def described(session_of: Session) -> Session:
    """Return the sessions, with a device that is described in French and a document."""
    session_of("officer")
    device = portfolio.device()
    who = Actor.system("test")
    save_device(actor=who, device=device, changes={"description": DESCRIPTION}, at=portfolio.NOW)
    details = {"kind": "ifu", "title": "Notices d’utilisation", "language": "fr", "published": False}
    add_document(actor=who, device=device, details=details, upload=Upload("n.txt", [b"n"]), at=portfolio.NOW)

    def session(role: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(User.objects.get(email=f"{role}@example.org"))
        return client

    return session


@pytest.mark.parametrize(
    "words",
    [
        "échéance", "échéances", "echeances", "ECHEANCE", "logiciel", "logiciels", "Logiciels hopitaux",
        "décisions", "decisio", "télésurveillances", "telesurv", "echo scan", "maker échéances", "hôpital",
    ],
)  # fmt: skip
def test_french_is_found_whatever_the_ending_and_the_accents(described: Session, words: str) -> None:
    assert _found(described("officer"), words).get("devices") == ["Écho Scan One"]


def test_the_word_being_typed_is_found_at_every_letter(described: Session) -> None:
    session = described("officer")
    for length in range(4, len("télésurveillance") + 1):
        words = "télésurveillance"[:length]
        assert _found(session, words).get("devices") == ["Écho Scan One"], words


def test_a_device_is_found_by_the_new_name_of_its_manufacturer(described: Session) -> None:
    session = described("officer")
    assert "devices" not in _found(session, "scan renommés")
    save_organisation(
        actor=Actor.system("test"), organisation=Organisation.objects.get(key="maker"),
        changes={"name": "Fabricant renommé"}, at=portfolio.NOW,
    )  # fmt: skip
    assert _found(session, "scan renommés")["devices"] == ["Écho Scan One"]


def test_every_word_must_be_found(described: Session) -> None:
    assert "devices" not in _found(described("officer"), "logiciel radiothérapie")


@pytest.mark.parametrize(
    "code",
    [
        "04250802900152",
        " 04250802900152 ",
        "(01)04250802900152(10)LOT7(17)280131",
        "0104250802900152172801311021LOT",
        "]d20104250802900152\x1d10LOT7",
        "42508029C1000Y6",
        "1140921",
    ],
)
def test_the_code_of_one_device_opens_it(described: Session, code: str) -> None:
    answer = described("officer").get("/search/", {"q": code})
    assert answer.status_code == 302
    assert answer["Location"] == reverse("admin:device", args=[portfolio.device().pk])


def test_a_code_of_two_devices_lists_both(described: Session) -> None:
    identifiers = [{"key": "basic", "scheme": "basic_udi_di", "value": "42508029C1000Y6"}]
    twin = {"key": "twin", "name": "Twin", "owner": "maker", "identifiers": identifiers}
    portfolio.record([twin])
    answer = described("officer").get("/search/", {"q": "42508029C1000Y6"})
    group = next(one for one in answer.context["groups"] if one.name == "identifiers")
    assert [hit.about for hit in group.hits] == ["Twin", "Écho Scan One"]


def test_each_group_says_why(described: Session) -> None:
    session = described("officer")
    assert "<mark>Logiciel</mark>" in session.get("/search/?q=logiciels").content.decode()
    answer = session.get("/search/?q=c-1")
    hits = {g.name: [(h.title, h.about) for h in g.hits] for g in answer.context["groups"]}
    assert hits["certificates"] == [("C-1", "Écho Scan One")]
    assert _found(session, "114092")["listings"] == ["1140921"]
    assert _found(session, "notice utilisation")["documents"] == ["Notices d’utilisation"]
    assert _found(session, "makers")["organisations"] == ["Maker"]


def test_rules_are_found_by_word_by_identifier_and_by_article(described: Session) -> None:
    session = described("officer")
    answers = [
        session.get("/search/", {"q": words, "group": "rules"}).context["groups"][0].hits
        for words in ("audits de surveillance", "mdr.surveillance_audit", "R165-10-1", "r.165-10-1")
    ]
    assert [any(hit.about == "mdr.surveillance_audit" for hit in hits) for hits in answers[:2]] == [
        True,
        True,
    ]
    assert answers[2] == answers[3]
    assert all("R.165-10-1" in hit.why for hit in answers[2])
    assert answers[2]


def test_terms_are_found(described: Session) -> None:
    assert "PECAN – Early coverage of digital devices" in _found(described("officer"), "pecan")["terms"]
    assert _found(described("officer"), "organismes notifiés")["terms"] == ["Notified body"]


@pytest.mark.parametrize(
    ("role", "words", "groups"),
    [
        ("rival", "echo scan", set()),
        ("rival", "logiciel", set()),
        ("rival", "04250802900152", set()),
        ("rival", "notices", set()),
        ("rival", "c-1", set()),
        ("buyer", "c-1", set()),
        ("buyer", "notices", set()),
        ("buyer", "draft two", set()),
        ("buyer", "echo scan", {"devices"}),
        ("stranger", "echo scan maker", set()),
        ("rival", "maker", set()),
        ("auditor", "c-1", {"certificates"}),
        ("administrator", "rival", {"devices", "organisations"}),
    ],
)
def test_nothing_is_found_beyond_the_walls(
    described: Session, role: str, words: str, groups: set[str]
) -> None:
    found = _found(described(role), words)
    assert set(found) - {"rules", "terms"} == groups


def test_an_empty_result_says_what_can_be_searched(described: Session) -> None:
    shown = text(described("officer").get("/search/?q=zzzzq"))
    assert "Nothing that you may see fits “zzzzq”" in shown
    assert "a scanned carrier" in shown
    assert "What can be searched" in text(described("officer").get("/search/"))


def test_the_words_are_said_again_without_being_obeyed(described: Session) -> None:
    save_device(
        actor=Actor.system("test"), device=portfolio.device(),
        changes={"description": "<b>gras</b>"}, at=portfolio.NOW,
    )  # fmt: skip
    html = described("officer").get("/search/", {"q": "gras <script>"}).content.decode()
    assert "<script>&" not in html
    assert "gras &lt;script&gt;" in html
    assert str(marked("<b>x</b> & y", "X")) == "&lt;b&gt;<mark>x</mark>&lt;/b&gt; &amp; y"


@pytest.mark.parametrize(
    ("word", "asked", "is_marked"),
    [
        ("échéances", "ECHEANCE", True),
        ("Logiciel", "logiciels", True),
        ("nationaux", "national", True),
        ("télésurveillance", "telesurv", True),
        ("de", "decision", False),
        ("dispense", "dispositif", False),
    ],
)
def test_words_are_marked_by_their_beginning(word: str, asked: str, is_marked: bool) -> None:
    assert ("<mark>" in marked(word, asked)) is is_marked


def test_of_a_long_text_the_part_around_the_words_is_shown() -> None:
    said = marked(f"{'avant ' * 200}échéance{' apres' * 200}", "echeances")
    assert said.startswith("… ")
    assert said.endswith(" …")
    assert "<mark>échéance</mark>" in said
    assert len(said) < 500


@pytest.mark.parametrize("words", ["'", "a & | !", ":*", "le la les", "\\", "%", "((", "é" * 512])
def test_no_text_breaks_the_search(described: Session, words: str) -> None:
    assert described("officer").get("/search/", {"q": words}).status_code == 200


def test_a_text_too_long_is_refused(described: Session) -> None:
    assert described("officer").get("/search/", {"q": "x" * 513}).status_code == 400


def test_a_group_is_shown_whole(described: Session) -> None:
    portfolio.record([_numbered(n) for n in range(14)])
    session = described("officer")
    group = next(one for one in session.get("/search/?q=numbered").context["groups"] if one.name == "devices")
    assert (len(group.hits), group.total) == (10, 14)
    whole = session.get("/search/?q=numbered&group=devices").context["groups"]
    assert [(one.name, len(one.hits)) for one in whole] == [("devices", 14)]


def test_every_page_has_the_field(described: Session) -> None:
    session = described("officer")
    device = reverse("admin:device", args=[portfolio.device().pk])
    for page in ("/", "/deadlines/", "/facts/", "/law/", "/documents/", device, "/account/sessions/"):
        html = session.get(page).content.decode()
        assert '<label class="sr" for="find">' in html, page
    assert "search.js" in session.get("/").content.decode()


@pytest.mark.parametrize("words", ["scan", "0425080"])
def test_the_search_asks_as_much_for_many_devices(described: Session, words: str) -> None:
    session = described("officer")

    def asked() -> int:
        session.get("/search/", {"q": words})
        with CaptureQueriesContext(connection) as queries:
            assert session.get("/search/", {"q": words}).status_code == 200
        return len(queries)

    few = asked()
    portfolio.record([_numbered(n) | {"name": f"Scan {n}"} for n in range(30)])
    assert asked() == few
    assert few <= MOST


def _numbered(n: int) -> dict[str, Any]:
    return {"key": f"numbered-{n}", "name": f"Numbered {n}", "owner": "maker"}


def test_organisations_with_a_part_in_a_device_in_view_are_found(described: Session) -> None:
    Organisation.objects.create(key="hostco", name="Hébergeur Santé")
    assert "organisations" not in _found(described("officer"), "hebergeurs")
    Device.objects.filter(key="draft-two").update(host=Organisation.objects.get(key="hostco"))
    assert _found(described("officer"), "hebergeurs")["organisations"] == ["Hébergeur Santé"]
