"""GS1: the GTIN (a UDI-DI) and the Global Model Number (a Basic UDI-DI).

Source: GS1 General Specifications, sections 7.9 (check digit) and 7.9.5 (check character pair).
"""

import re

from stdnum import ean

from devices.identifiers.text import IdentifierError, gettext_noop, refuse_zeros, shown, wrong_check

# GS1 character sets 82 (data) and 32 (check characters), in the order that gives their values.
CSET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
CSET32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
WEIGHTS = (83, 79, 73, 71, 67, 61, 59, 53, 47, 43, 41, 37, 31, 29, 23, 19, 17, 13, 11, 7, 5, 3, 2)
LONGEST_PAYLOAD = len(WEIGHTS)

GTIN = re.compile(r"\d{8}|\d{12,14}")
GMN = re.compile(rf"\d{{5}}[{re.escape(CSET82)}]{{1,18}}[{CSET32}]{{2}}")


def gtin_check_digit(payload: str) -> str:
    """Return the check digit of a GTIN given without it (digits only)."""
    return ean.calc_check_digit(payload)


def check_gtin(text: str) -> str:
    """Return a GTIN-8, -12, -13 or -14 as 14 digits; refuse a wrong length or check digit."""
    if not GTIN.fullmatch(text):
        message = gettext_noop("%(value)s is not a GTIN: it needs 8, 12, 13 or 14 digits.")
        raise IdentifierError("bad_format", message, value=shown(text))
    refuse_zeros(text)
    expected = gtin_check_digit(text[:-1])
    if text[-1] != expected:
        raise wrong_check(text, text[-1], expected)
    return text.zfill(14)


def check_pair(payload: str) -> str:
    """Return the two check characters of 1 to 23 characters of set 82.

    Each value is multiplied by a prime, aligned on the right; the sum modulo 1021 is written in
    base 32. HIBCC and EUDAMED use the same routine.
    """
    products = (CSET82.index(c) * w for c, w in zip(payload, WEIGHTS[-len(payload) :], strict=True))
    high, low = divmod(sum(products) % 1021, 32)
    return CSET32[high] + CSET32[low]


def check_gmn(text: str) -> str:
    """Return a Global Model Number unchanged (its case counts); refuse a wrong form or pair."""
    if not GMN.fullmatch(text):
        message = gettext_noop(
            "%(value)s is not a GS1 Basic UDI-DI: it needs the GS1 company prefix (at least 5 digits), "
            "a model reference and 2 check characters, 8 to 25 characters in all."
        )
        raise IdentifierError("bad_format", message, value=shown(text))
    expected = check_pair(text[:-2])
    if text[-2:] != expected:
        raise wrong_check(text, text[-2:], expected)
    return text
