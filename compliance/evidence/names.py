"""The name of an uploaded file: kept as a label only, for the file itself is named by its hash."""

import unicodedata

from compliance.evidence.errors import refusal
from compliance.evidence.models import NAME_LENGTH
from compliance.law.text import gettext_noop

_UNSAFE = frozenset('/\\:*?"<>|')
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))  # controls, and marks that reorder what is shown
_ACTIVE = frozenset(
    (
        "bat",
        "cmd",
        "docm",
        "exe",
        "hta",
        "htm",
        "html",
        "jar",
        "js",
        "lnk",
        "msi",
        "php",
        "scr",
        "svg",
        "vbs",
        "xlsm",
    )
)


def checked_name(name: str) -> tuple[str, str]:
    """Return the name in one Unicode form, and its ending in small letters. Raises FactError."""
    name = unicodedata.normalize("NFC", name).strip()
    if len(name) > NAME_LENGTH:
        message = gettext_noop("The name of the file is longer than %(most)d characters: shorten it.")
        raise refusal("name_length", message, most=NAME_LENGTH)
    if name.startswith(".") or any(one in _UNSAFE or unicodedata.category(one) in _HIDDEN for one in name):
        message = gettext_noop(
            "The name of the file holds characters that names of files may not hold: rename it."
        )
        raise refusal("name", message)
    _stem, *endings = name.lower().split(".")
    if not endings or not endings[-1]:
        message = gettext_noop("The name of the file has no ending such as .pdf: add it.")
        raise refusal("no_ending", message)
    inner = next((one for one in endings[:-1] if one.strip() in _ACTIVE), None)
    if inner:
        message = gettext_noop("The name of the file has two endings, one of them .%(ending)s: rename it.")
        raise refusal("two_endings", message, ending=inner)
    return name, endings[-1]
