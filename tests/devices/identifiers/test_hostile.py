"""Input that no honest user types: refused with a clear error, never a crash."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.identifiers import IdentifierError, Kind, check, read_carrier
from tests.devices.identifiers.strategies import PROPERTY

KINDS = list(Kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "not_text"),
        (552008443, "not_text"),
        (b"1140921", "not_text"),
        (["552008443"], "not_text"),
        ("", "empty"),
        (" \t\n\u00a0", "empty"),
        ("1" * 10_000, "too_long"),
        ("\u200e03770019940013", "bad_character"),
        ("03770019940013\u202e", "bad_character"),
        ("0377001994\x000013", "bad_character"),
        ("0377001994\n0013", "bad_character"),
        ("٥٥٢٠٠٨٤٤٣", "bad_character"),  # Arabic-Indic digits, for which str.isdigit is true
        ("１１４０９２１", "bad_character"),  # full-width digits
        ("0４59", "bad_character"),
        ("FR–MF–000007672", "bad_character"),  # en dashes
        ("²²²²", "bad_character"),
    ],
)
def test_hostile_input_has_its_own_error(kind: str, value: object, code: str) -> None:
    with pytest.raises(IdentifierError) as refusal:
        check(kind, value)
    assert refusal.value.code == code


def test_a_message_shows_what_is_invisible() -> None:
    with pytest.raises(IdentifierError) as refusal:
        check("udi_di", "03770019940013\u202e")
    assert str(refusal.value) == (
        "03770019940013\\u202e holds the character U+202E at position 15; "
        "type it again with plain letters, digits and signs."
    )


def test_a_message_shows_only_the_beginning_of_a_long_value() -> None:
    with pytest.raises(IdentifierError) as refusal:
        check("udi_di", "7" * 10_000)
    assert str(refusal.value) == f"{'7' * 40}... has 10000 characters; at most 64 are possible."


@pytest.mark.parametrize(
    ("kind", "value", "normalised"),
    [
        ("udi_di", " 03770019940013\n", "03770019940013"),
        ("srn", "\u00a0FR-MF-000007672 ", "FR-MF-000007672"),
        ("lpp_code", "\t1140921", "1140921"),
    ],
)
def test_spaces_around_are_trimmed(kind: str, value: str, normalised: str) -> None:
    assert check(kind, value).normalised == normalised


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("srn", "fr-mf-000007672", "FR-MF-000007672"),
        ("emdn", "v92", "V92"),
        ("udi_di", "m991cvs12130nes2", "M991CVS12130NES2"),
        ("basic_udi_di", "pp12345abcd.12345678.9004", "PP12345ABCD.12345678.9004"),
        ("eudamed_di", "b-bemf000000106cr023335we", "B-BEMF000000106CR023335WE"),
    ],
)
def test_lower_case_is_refused_with_the_right_form(kind: str, value: str, expected: str) -> None:
    with pytest.raises(IdentifierError) as refusal:
        check(kind, value)
    assert refusal.value.code == "lower_case"
    assert str(refusal.value) == f"Write {value} in capital letters: {expected}."


def test_the_case_of_a_global_model_number_counts() -> None:
    with pytest.raises(IdentifierError) as refusal:
        check("basic_udi_di", "1987654AD4X4bL5ttr2310c2K")
    assert refusal.value.code == "wrong_check"


def test_an_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(IdentifierError) as refusal:
        check("isbn", "1")
    assert refusal.value.code == "unknown_kind"
    assert str(refusal.value) == (
        "isbn is not a kind of identifier; the kinds are udi_di, basic_udi_di, eudamed_di, srn, "
        "siren, lpp_code, notified_body, emdn."
    )


PIECES = st.sampled_from(
    [
        "+",
        "++",
        "PP",
        "B-",
        "D-",
        "]d2",
        "[)>\x1e06\x1d9N",
        "\x1d",
        "/",
        "/$$",
        "$+",
        "(01)",
        "(",
        ")",
        "_",
        "*",
    ]
)
ANYTHING = st.one_of(
    st.text(max_size=60),
    st.lists(PIECES | st.text("019AZ", max_size=16), max_size=8).map("".join),
)


def answer(kind: Kind, value: str) -> str:
    """Return the stored form, or the message of the refusal."""
    try:
        return check(kind, value).normalised
    except IdentifierError as error:
        return str(error)


@PROPERTY
@given(kind=st.sampled_from(KINDS), value=ANYTHING)
def test_any_text_is_answered_or_refused(kind: Kind, value: str) -> None:
    assert answer(kind, value).isascii()


@PROPERTY
@given(value=ANYTHING)
def test_any_scan_is_answered_or_refused(value: str) -> None:
    try:
        carrier = read_carrier(value)
    except IdentifierError as error:
        message = str(error)
    else:
        message = f"{carrier.device.agency} {carrier.device.normalised}"
    assert message.isascii()
