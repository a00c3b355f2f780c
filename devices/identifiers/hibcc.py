"""HIBCC: the primary data structure (a UDI-DI) and the HIBC Basic UDI-DI.

Sources: ANSI/HIBC 2.6 (Supplier Labeling Standard), check character modulo 43; the
European Commission's EUDAMED help on Basic UDI-DI generators.
"""

import re

from devices.identifiers import gs1
from devices.identifiers.text import IdentifierError, gettext_noop, shown, wrong_check

TABLE = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
WRITABLE = re.compile(rf"[{re.escape(TABLE)}]+")

# Labeler code (a letter, three characters), product number, unit of measure.
DI = re.compile(r"[A-Z][0-9A-Z]{3}[0-9A-Z]{1,18}\d")
BASIC = re.compile(r"\+\+[A-Z][0-9A-Z]{3}[0-9A-Z]{1,17}[" + gs1.CSET32 + "]{2}")


def check_character(payload: str) -> str:
    """Return the modulo 43 check character of a text in the HIBC character table."""
    return TABLE[sum(TABLE.index(c) for c in payload) % 43]


def without_check_character(text: str) -> str:
    """Return the text without its check character; refuse a wrong one.

    A check character that is a space is printed as `_`, and is lost when spaces are trimmed.
    """
    if not WRITABLE.fullmatch(text.removesuffix("_")):
        raise not_a_di(text)
    found = text[-1].replace("_", " ")
    expected = check_character(text[:-1])
    if found == expected:
        return text[:-1]
    if found != " " and check_character(text) == " ":
        return text
    raise wrong_check(text, text[-1], expected)


def not_a_di(text: str) -> IdentifierError:
    """Return the error of a text that does not have the form of a HIBCC UDI-DI."""
    message = gettext_noop(
        "%(value)s is not a HIBCC UDI-DI: it needs a labeler code (a capital letter, 3 characters), "
        "a product number (1 to 18 letters or digits) and a unit of measure (1 digit); "
        "as scanned, + stands before it and a check character after it."
    )
    return IdentifierError("bad_format", message, value=shown(text))


def check_di(text: str) -> str:
    """Return a HIBCC UDI-DI as the registers hold it: labeler, product, unit of measure.

    The scanned form (+ before, check character after) is verified and stripped. The registers'
    form carries no check character, so only its form can be checked.
    """
    di = without_check_character(text)[1:] if text.startswith("+") else text
    if not DI.fullmatch(di):
        raise not_a_di(text)
    return di


def check_basic(text: str) -> str:
    """Return a HIBC Basic UDI-DI unchanged; its pair is computed over the whole, `++` included."""
    if not BASIC.fullmatch(text):
        message = gettext_noop(
            "%(value)s is not a HIBCC Basic UDI-DI: it needs ++, a labeler code (a capital letter, "
            "3 characters), a model (1 to 17 letters or digits) and 2 check characters."
        )
        raise IdentifierError("bad_format", message, value=shown(text))
    expected = gs1.check_pair(text[:-2])
    if text[-2:] != expected:
        raise wrong_check(text, text[-2:], expected)
    return text
