"""The words shared by every check of an identifier: kinds, result, error, cleaning of the input."""

from dataclasses import dataclass
from enum import StrEnum

MAXIMUM_LENGTH = 64  # no identifier has more than 25 characters; the rest lets its own rule say so
SPACES = " \t\r\n\f\v\u00a0\u202f"
SHOWN_LENGTH = 40


def gettext_noop(message: str) -> str:
    """Return the message unchanged; marks it for translation without importing a framework."""
    return message


class Kind(StrEnum):
    """The identifiers that can be checked."""

    UDI_DI = "udi_di"
    BASIC_UDI_DI = "basic_udi_di"
    EUDAMED_DI = "eudamed_di"
    SRN = "srn"
    SIREN = "siren"
    LPP_CODE = "lpp_code"
    NOTIFIED_BODY = "notified_body"
    EMDN = "emdn"


class Agency(StrEnum):
    """The issuing entities of device identifiers, by the codes EUDAMED uses for them."""

    GS1 = "GS1"
    HIBCC = "HIBCC"
    IFA = "IFA"
    EUDAMED = "EUDAMED"


@dataclass(frozen=True, slots=True)
class Checked:
    """An identifier found correct.

    `agency` is None for a code that no device-identifier agency issues. `normalised` is the one
    form to store and compare; checking it again gives the same result.
    """

    kind: Kind
    agency: Agency | None
    normalised: str


class IdentifierError(ValueError):
    """A refused identifier: `code` for machines, `message` (an msgid) and `params` for people."""

    def __init__(self, code: str, message: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.params = params

    def __str__(self) -> str:
        return self.message % self.params


def shown(value: str) -> str:
    """Return the value fit for a message: short, and with every invisible or foreign sign escaped."""
    cut = value if len(value) <= SHOWN_LENGTH else value[:SHOWN_LENGTH] + "..."
    return ascii(cut)[1:-1]


def clean(value: object, *, maximum: int = MAXIMUM_LENGTH, controls: str = "") -> str:
    """Return the text without the spaces around it.

    Refuses what is not text, the empty text, more than `maximum` characters and every character
    outside printable ASCII but those in `controls`. So later `\\d` and `isdigit` see ASCII only.
    """
    if not isinstance(value, str):
        message = gettext_noop("An identifier is text, not %(type)s.")
        raise IdentifierError("not_text", message, type=type(value).__name__)
    text = value.strip(SPACES)
    if not text:
        raise IdentifierError("empty", gettext_noop("The identifier is empty."))
    if len(text) > maximum:
        message = gettext_noop("%(value)s has %(length)s characters; at most %(maximum)s are possible.")
        raise IdentifierError("too_long", message, value=shown(text), length=len(text), maximum=maximum)
    for position, character in enumerate(text, start=1):
        if not " " <= character <= "~" and character not in controls:
            message = gettext_noop(
                "%(value)s holds the character %(character)s at position %(position)s; "
                "type it again with plain letters, digits and signs."
            )
            raise IdentifierError(
                "bad_character",
                message,
                value=shown(text),
                character=f"U+{ord(character):04X}",
                position=position,
            )
    return text


def wrong_check(value: str, found: str, expected: str) -> IdentifierError:
    """Return the error of a value whose check characters are not those its other characters give."""
    message = gettext_noop(
        "The check part of %(value)s is %(found)s where %(expected)s is expected; "
        "compare each character with the source."
    )
    return IdentifierError("wrong_check", message, value=shown(value), found=found, expected=expected)


def refuse_zeros(digits: str) -> None:
    """Refuse a number made of zeros alone: it satisfies most check digits and identifies nothing."""
    if not digits.strip("0"):
        message = gettext_noop("%(value)s holds only zeros: it identifies nothing.")
        raise IdentifierError("only_zeros", message, value=digits)
