"""IFA: the Pharmacy Product Number (a UDI-DI) and the IFA Basic UDI-DI.

Sources: IFA, PPN technical specification (check digits modulo 97) and "Basic UDI-DI, IFA
Standards", November 2019, published by the European Commission.
"""

import re

from devices.identifiers.text import IdentifierError, gettext_noop, shown, wrong_check

# 11 announces a German central pharmaceutical number (PZN), 13 a health product code (HPC):
# five digits of the manufacturer, then its own reference.
PPN = re.compile(r"11\d{8}\d{2}|13\d{5}[0-9A-Z._-]{1,13}\d{2}")
BASIC = re.compile(r"PP\d{5}[0-9A-Z.]{1,16}\d{2}")


def check_digits(payload: str) -> str:
    """Return the two check digits: ASCII values weighted 2, 3, 4... from the left, modulo 97."""
    return f"{sum(ord(c) * weight for weight, c in enumerate(payload, start=2)) % 97:02d}"


def pzn_check_digit(payload: str) -> str:
    """Return the check digit of the first 7 digits of a PZN; `10` means that the PZN cannot exist."""
    return str(sum(int(c) * weight for weight, c in enumerate(payload, start=1)) % 11)


def check_di(text: str) -> str:
    """Return a PPN unchanged; refuse a wrong form, wrong check digits or a wrong PZN within."""
    if not PPN.fullmatch(text):
        message = gettext_noop(
            "%(value)s is not an IFA UDI-DI: it needs 11 and a PZN of 8 digits, or 13, the 5 digits "
            "of the manufacturer and its reference; then 2 check digits."
        )
        raise IdentifierError("bad_format", message, value=shown(text))
    _verify(text)
    pzn = text[2:10]
    if text.startswith("11") and pzn[-1] != (expected := pzn_check_digit(pzn[:-1])):
        raise wrong_check(pzn, pzn[-1], expected)
    return text


def check_basic(text: str) -> str:
    """Return an IFA Basic UDI-DI unchanged; refuse a wrong form or wrong check digits."""
    if not BASIC.fullmatch(text):
        message = gettext_noop(
            "%(value)s is not an IFA Basic UDI-DI: it needs PP, the 5 digits of the manufacturer, "
            "a device group (1 to 16 capital letters, digits or full stops) and 2 check digits."
        )
        raise IdentifierError("bad_format", message, value=shown(text))
    _verify(text)
    return text


def _verify(text: str) -> None:
    expected = check_digits(text[:-2])
    if text[-2:] != expected:
        raise wrong_check(text, text[-2:], expected)
