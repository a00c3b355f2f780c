"""Checks of the codes of the field: pure functions.

`check(kind, value)` checks one identifier; `read_carrier(value)` reads a whole scanned UDI.
"""

from collections.abc import Callable

from devices.identifiers import codes
from devices.identifiers.carriers import Carrier
from devices.identifiers.carriers import read as read_carrier
from devices.identifiers.eudamed import check_eudamed_di
from devices.identifiers.text import Agency, Checked, IdentifierError, Kind, clean, gettext_noop, shown
from devices.identifiers.udi import check_basic_udi_di, check_udi_di

__all__ = [
    "Agency",
    "Carrier",
    "Checked",
    "IdentifierError",
    "Kind",
    "check",
    "read_carrier",
    "stored_forms",
]

Checker = Callable[[str], tuple[Agency | None, str]]


def _code(checker: Callable[[str], str]) -> Checker:
    """Return the checker of a code that no agency of device identifiers issues."""
    return lambda text: (None, checker(text))


CHECKERS: dict[Kind, Checker] = {
    Kind.UDI_DI: check_udi_di,
    Kind.BASIC_UDI_DI: check_basic_udi_di,
    Kind.EUDAMED_DI: check_eudamed_di,
    Kind.SRN: _code(codes.check_srn),
    Kind.SIREN: _code(codes.check_siren),
    Kind.LPP_CODE: _code(codes.check_lpp_code),
    Kind.NOTIFIED_BODY: _code(codes.check_notified_body),
    Kind.EMDN: _code(codes.check_emdn),
}


def check(kind: str, value: object) -> Checked:
    """Return the identifier in its stored form with its agency; raise IdentifierError if refused.

    `kind` is a Kind or its value. Nothing is corrected but the spaces around: lower case is
    refused, with the right form named when capitals alone would mend it.
    """
    if kind not in CHECKERS:
        message = gettext_noop("%(kind)s is not a kind of identifier; the kinds are %(kinds)s.")
        raise IdentifierError("unknown_kind", message, kind=shown(kind), kinds=", ".join(Kind))
    checker = CHECKERS[Kind(kind)]
    text = clean(value)
    try:
        return Checked(Kind(kind), *checker(text))
    except IdentifierError:
        _suggest_capitals(checker, text)
        raise


def _suggest_capitals(checker: Checker, text: str) -> None:
    """Raise the error that names the form in capitals, if that form is correct."""
    capitals = text.upper()
    if capitals == text:
        return
    try:
        _, expected = checker(capitals)
    except IdentifierError:
        return
    message = gettext_noop("Write %(value)s in capital letters: %(expected)s.")
    raise IdentifierError("lower_case", message, value=shown(text), expected=expected)


def stored_forms(text: str) -> list[str]:
    """Return the forms in which an identifier is stored: of a UDI-DI, a scanned carrier, a Basic UDI-DI.

    Raises IdentifierError where the text is none of these.
    """
    problems = []
    readers: tuple[Callable[[], str], ...] = (
        lambda: read_carrier(text).device.normalised,
        lambda: check(Kind.BASIC_UDI_DI, text).normalised,
        lambda: check(Kind.EUDAMED_DI, text).normalised,
    )
    for reader in readers:
        try:
            return [reader(), text]
        except IdentifierError as error:
            problems.append(error)
    raise problems[0]
