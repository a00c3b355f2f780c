"""What a verification finds, in words. In each dossier it is a part of verify.py: nothing but Python."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

GOOD, TOUCHED, UNREADABLE = 0, 1, 2

SENTENCES = {
    "missing": ("missing: %s", "manquant : %s"),
    "added": ("added: %s", "ajouté : %s"),
    "touched": ("touched: %s", "modifié : %s"),
    "or": ("or touched instead: %s", "ou, à la place, modifié : %s"),
    "twice": ("stands twice: %s", "présent deux fois : %s"),
    "unsafe": ("unsafe name: %s", "nom dangereux : %s"),
    "not_a_file": ("not a plain file: %s", "pas un fichier ordinaire : %s"),
    "line": ("touched: %s cannot be read", "modifié : %s illisible"),
    "event": ("touched: %s does not hold", "modifié : %s ne tient pas"),
    "other": (
        "touched: %s is not the one that dossier.json names",
        "modifié : %s n'est pas celui de dossier.json",
    ),
    "seal": ("touched: the seal of %s does not hold", "modifié : le sceau de %s ne tient pas"),
    "broken": (
        "BROKEN, the content has changed: signature by %s",
        "ROMPUE, le contenu a changé : signature de %s",
    ),
    "not_as_signed": ("touched: the signature %s does not hold", "modifié : la signature %s ne tient pas"),
    "not_signatures": ("no file of signatures: %s", "pas un fichier de signatures : %s"),
    "needs_zip": (
        "signatures are of a ZIP, and this is a folder: %s",
        "les signatures portent sur un ZIP, et ceci est un dossier : %s",
    ),
    "outside": ("added: bytes of the ZIP in no file%s", "ajouté : octets du ZIP hors de tout fichier%s"),
    "unreadable": ("cannot be read: %s", "illisible : %s"),
    "too_large": ("refused, too large: %s", "refusé, trop volumineux : %s"),
    "not_a_bag": ("not a dossier: %s", "pas un dossier : %s"),
}
NOTES = {
    "code": ("verification code: %s", "code de vérification : %s"),
    "sealed": ("the audit trail was sealed: %s", "le journal d'audit a été scellé : %s"),
    "key": (
        "that seal is signed with the key %s: compare it with the one that you were given",
        "ce sceau est signé avec la clé %s : comparez-la à celle que l'on vous a remise",
    ),
    "holds": ("holds: signature by %s", "tient : signature de %s"),
    "withdrawn": ("withdrawn: signature by %s", "retirée : signature de %s"),
    "later": ("events after that seal: %s", "événements postérieurs à ce sceau : %s"),
    "unsealed": ("no seal of the audit trail in %s", "aucun sceau du journal d'audit dans %s"),
    "limit": (
        "%s alone does not show that no event was left out: the whole audit trail does",
        "%s ne montre pas à lui seul qu'aucun événement ne manque : le journal d'audit entier le montre",
    ),
}
MEANINGS = {
    "prepared": ("prepared", "préparé"),
    "reviewed": ("reviewed", "relu"),
    "approved": ("approved", "approuvé"),
}
VERDICTS = {
    GOOD: ("good: %(files)d files, each as hashed", "intact : %(files)d fichiers conformes aux empreintes"),
    TOUCHED: ("not good", "non conforme"),
    UNREADABLE: ("nothing could be verified", "rien n'a pu être vérifié"),
}


class Problem(NamedTuple):
    """One thing found, by a key of SENTENCES, or told, by one of NOTES. ``name`` says of what.

    ``meaning`` is that of a signature, a key of MEANINGS.
    """

    kind: str
    name: str = ""
    meaning: str = ""

    def sentence(self, language: str) -> str:
        """Return the problem in words ("fr", or English); what a terminal could act on shows as its code."""
        shown = "".join(sign if sign.isprintable() else f"<U+{ord(sign):04X}>" for sign in self.name)
        if self.meaning:
            shown += f" ({MEANINGS[self.meaning][language == 'fr']})"
        return {**SENTENCES, **NOTES}[self.kind][language == "fr"] % shown


class UnreadableError(Exception):
    """Nothing can be said of the bag; holds why."""

    def __init__(self, kind: str, name: str) -> None:
        self.problem = Problem(kind, name)


@dataclass(frozen=True)
class Report:
    """What was found: exit code, problems, how many files, and what a person has to compare or to know."""

    exit_code: int
    problems: list[Problem]
    files: int = 0
    notes: tuple[Problem, ...] = ()

    def lines(self, language: str) -> Iterator[str]:
        """Yield the report in words ("fr", or English)."""
        yield from (one.sentence(language) for one in (*self.problems, *self.notes))
        yield VERDICTS[self.exit_code][language == "fr"] % {"files": self.files}
