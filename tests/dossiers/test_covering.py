"""What the pages say of a catalogue: how it was read, what would settle it, each state with its evidence."""

from typing import Any

from django.utils.translation import override

from compliance.assessments.render import Json
from compliance.dossiers.covering import catalogue

ROW: Json = {
    "title": "Un point", "citation": "Act, 1", "certainty": "unconfirmed", "note": "", "state": "gap",
    "documents": [], "not_applicable": None,
}  # fmt: skip
SERVED: Json = {
    "title": "Dossier technique", "version": 2, "since": "2026-11-01", "note": "Chapitre 5",
    "sha256": "0123456789abcdef" * 4,
}  # fmt: skip
ROWS: list[Json] = [
    ROW,
    {**ROW, "state": "covered", "documents": [SERVED], "certainty": "verified"},
    {**ROW, "state": "not_applicable", "not_applicable": {"reason": "Aucun tissu", "since": "2026-10-02"}},
    {**ROW, "certainty": "secondary", "note": "Relu"},
]
COUNTS = {"covered": 1, "asked": 3, "percent": 33, "gap": 2, "not_applicable": 1}


def told(**changed: Any) -> Json:
    found = {
        "title": "Un catalogue", "applies": "yes", "why": "C’est un système d’IA.", "version": "2024",
        "in_force_from": "2024-05-21", "due": None, "counts": COUNTS, "note": "Non lu",
        "settled_by": "Le texte", "citation": "Act", "certainty": "unconfirmed", "requirements": ROWS,
    }  # fmt: skip
    with override("fr"):
        return catalogue({**found, **changed})


def test_a_catalogue_says_how_it_was_read_and_what_would_settle_it() -> None:
    said = told()
    assert said["unsure"] == "non confirmé"
    assert said["note"] == "Non lu · Le lèverait\u00a0: Le texte"
    assert said["edition"] == "version 2024, en vigueur à partir du 21 mai 2024"
    assert told(settled_by="", certainty="verified")["note"] == "Non lu"
    assert told(settled_by="", certainty="verified")["unsure"] == ""


def test_each_requirement_has_its_state_and_its_evidence() -> None:
    gap, covered, exempt, noted = told()["requirements"]
    assert (gap["state"], gap["word"], gap["evidence"], gap["unsure"]) == ("attention", "lacune", [], "")
    assert (covered["state"], covered["unsure"]) == ("valid", "")
    assert covered["evidence"] == [
        {
            "title": "Dossier technique",
            "more": "version 2 · depuis le 1er novembre 2026 · Chapitre 5",
            "digest": "SHA-256 0123456789ab…",
        }
    ]
    assert exempt["evidence"] == [
        {"title": "Aucun tissu", "more": "depuis le 2 octobre 2026", "digest": ""},
    ]
    assert (noted["unsure"], noted["note"]) == ("source secondaire", "Relu")


def test_a_catalogue_that_is_not_for_the_device_shows_no_requirement_and_no_count() -> None:
    said = told(applies="no")
    assert (said["requirements"], said["counted"]) == ([], "")
