"""Identifiers that their issuers or public registers publish, right and wrong."""

import pytest

from devices.identifiers import Agency, Checked, IdentifierError, Kind, check

# Each line: kind, value as written, agency, stored form.
CORRECT = [
    # Labels of ART-Plan, therapanacea.eu, technical information.
    ("udi_di", "03770019940013", Agency.GS1, "03770019940013"),
    # HAS, CNEDiMTS opinion on FIBROREM, 11 March 2025.
    ("udi_di", "03770015737198", Agency.GS1, "03770015737198"),
    # python-stdnum: EAN-8, UPC-A and EAN-13 of its documentation and of GS1's.
    ("udi_di", "73513537", Agency.GS1, "00000073513537"),
    ("udi_di", "614141123452", Agency.GS1, "00614141123452"),
    ("udi_di", "5901234123457", Agency.GS1, "05901234123457"),
    # HIBCC: Zebra DS9908 manual, p. 335; EUDAMED help, legacy devices (register form, no check).
    ("udi_di", "+A123BJC5D6E71G", Agency.HIBCC, "A123BJC5D6E71"),
    ("udi_di", "M991CVS12130NES2", Agency.HIBCC, "M991CVS12130NES2"),
    # IFA: the published example around PZN 12345678.
    ("udi_di", "111234567842", Agency.IFA, "111234567842"),
    # GS1 General Specifications, and gs1/gmn-helpers (Apache-2.0), tests of 2023-10-31.
    ("basic_udi_di", "1987654Ad4X4bL5ttr2310c2K", Agency.GS1, "1987654Ad4X4bL5ttr2310c2K"),
    ("basic_udi_di", "12345_!\"%&'()*+,-./LC", Agency.GS1, "12345_!\"%&'()*+,-./LC"),
    ("basic_udi_di", "12345ANJ", Agency.GS1, "12345ANJ"),
    # European Commission, EUDAMED help, Basic UDI-DI generators.
    ("basic_udi_di", "++A999MODELIDENTIFIER11S8", Agency.HIBCC, "++A999MODELIDENTIFIER11S8"),
    # EUDAMED public record of SE-MF-000002089.
    ("basic_udi_di", "++B9764000006K", Agency.HIBCC, "++B9764000006K"),
    # IFA, "Basic UDI-DI, IFA Standards", November 2019.
    ("basic_udi_di", "PP12345ABCD.12345678.9004", Agency.IFA, "PP12345ABCD.12345678.9004"),
    # European Commission, EUDAMED help, identification details of legacy devices.
    ("eudamed_di", "B-BEMF000000106CR023335WE", Agency.EUDAMED, "B-BEMF000000106CR023335WE"),
    ("eudamed_di", "D-BEMF000000106CR023335WE", Agency.EUDAMED, "D-BEMF000000106CR023335WE"),
    ("eudamed_di", "B-M991CVS12130NES2", Agency.EUDAMED, "B-M991CVS12130NES2"),
    # European Commission, EUDAMED message samples.
    ("eudamed_di", "D-AF-MF-000000245AT", Agency.EUDAMED, "D-AF-MF-000000245AT"),
    ("eudamed_di", "B-53404336434997", Agency.EUDAMED, "B-53404336434997"),
    # EUDAMED public records; XI is Northern Ireland there.
    ("srn", "FR-MF-000007672", None, "FR-MF-000007672"),
    ("srn", "XI-AR-000000001", None, "XI-AR-000000001"),
    # INSEE numbers of public companies, with and without the usual spaces.
    ("siren", "552008443", None, "552008443"),
    ("siren", "404 833 048", None, "404833048"),
    # Moovcare Poumon, order of 28 July 2020; Confirm Rx, order of 31 July 2023.
    ("lpp_code", "1140921", None, "1140921"),
    ("lpp_code", "3410483", None, "3410483"),
    # GMED, NANDO.
    ("notified_body", "0459", None, "0459"),
    # EMDN: medical device software not included elsewhere; a category; the deepest level.
    ("emdn", "V92", None, "V92"),
    ("emdn", "Z", None, "Z"),
    ("emdn", "W050101010101", None, "W050101010101"),
]

# Each line: kind, value, code of the error.
REFUSED = [
    # FDA GUDID, published in 2016 with a wrong check digit (openFDA, CC0).
    ("udi_di", "00841518100003", "wrong_check"),
    # European Commission, EUDAMED message samples: wrong on purpose.
    ("udi_di", "23212112213233", "wrong_check"),
    ("udi_di", "UDI-12121UA#31#", "unknown_format"),
    ("udi_di", "not-existing-udi", "unknown_format"),
    ("udi_di", "1234_1234_9", "unknown_format"),
    ("udi_di", "+A123BJC5D6E71H", "wrong_check"),
    ("udi_di", "+A123BJC5D6E7#", "bad_format"),
    ("udi_di", "111234567843", "wrong_check"),
    ("udi_di", "111234567953", "wrong_check"),
    ("udi_di", "00000000000000", "only_zeros"),
    # gs1/gmn-helpers, invalid and malformed model numbers.
    ("basic_udi_di", "1987654Ad4X4bL5ttr2310cXK", "wrong_check"),
    ("basic_udi_di", "12345XX", "bad_format"),
    ("basic_udi_di", "123456789012345678901234XX", "bad_format"),
    ("basic_udi_di", "X987654Ad4X4bL5ttr2310c2K", "unknown_format"),
    ("basic_udi_di", "1987654Ad4X4bL5ttr2310cxK", "bad_format"),
    ("basic_udi_di", "++A999MODELIDENTIFIER11S9", "wrong_check"),
    ("basic_udi_di", "PP12345ABCD.12345678.9005", "wrong_check"),
    ("eudamed_di", "B-BEMF000000106CR023335WF", "wrong_check"),
    ("eudamed_di", "B-53404336434990", "wrong_check"),
    ("eudamed_di", "D-M991CVS12130NES2", "wrong_check"),
    # Begins like an SRN, so it cannot be taken for a HIBCC UDI-DI without a check character.
    ("eudamed_di", "B-BEMF000000106CR0233352", "wrong_check"),
    ("eudamed_di", "C-BEMF000000106CR023335WE", "bad_format"),
    ("srn", "ZZ-MF-000007672", "unknown_country"),
    ("srn", "FR-XX-000007672", "bad_format"),
    ("srn", "FR-MF-00007672", "bad_format"),
    ("srn", "FR-MF-000000000", "only_zeros"),
    ("siren", "404833047", "wrong_check"),
    ("siren", "73282932000074", "bad_format"),
    ("siren", "000000000", "only_zeros"),
    ("lpp_code", "1140922", "wrong_check"),
    ("lpp_code", "114092", "bad_format"),
    ("notified_body", "459", "bad_format"),
    ("notified_body", "0000", "only_zeros"),
    ("emdn", "V9", "bad_format"),
    ("emdn", "E01", "bad_format"),
    ("emdn", "W05010101010101", "bad_format"),
]


@pytest.mark.parametrize(("kind", "value", "agency", "normalised"), CORRECT)
def test_a_published_identifier_is_correct(
    kind: str, value: str, agency: Agency | None, normalised: str
) -> None:
    assert check(kind, value) == Checked(Kind(kind), agency, normalised)


@pytest.mark.parametrize(("kind", "value", "code"), REFUSED)
def test_a_wrong_identifier_is_refused(kind: str, value: str, code: str) -> None:
    with pytest.raises(IdentifierError) as refusal:
        check(kind, value)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("kind", "value", "found", "expected"),
    [
        ("udi_di", "00841518100003", "3", "0"),
        ("udi_di", "+A123BJC5D6E71H", "H", "G"),
        ("udi_di", "111234567843", "43", "42"),
        ("basic_udi_di", "1987654Ad4X4bL5ttr2310cXK", "XK", "2K"),
        ("basic_udi_di", "PP12345ABCD.12345678.9005", "05", "04"),
        ("eudamed_di", "B-BEMF000000106CR023335WF", "WF", "WE"),
        ("siren", "404833047", "7", "8"),
        ("lpp_code", "1140922", "2", "1"),
    ],
)
def test_the_message_names_the_expected_check_characters(
    kind: str, value: str, found: str, expected: str
) -> None:
    with pytest.raises(IdentifierError) as refusal:
        check(kind, value)
    assert refusal.value.params == {"value": value, "found": found, "expected": expected}
    assert str(refusal.value) == (
        f"The check part of {value} is {found} where {expected} is expected; "
        "compare each character with the source."
    )


def test_a_health_product_code_is_an_ifa_udi_di() -> None:
    assert check("udi_di", "1312345REF-00161") == Checked(Kind.UDI_DI, Agency.IFA, "1312345REF-00161")


def test_digits_that_only_the_rule_of_ifa_accepts_are_ifa() -> None:
    assert check("udi_di", "13123451001087").agency is Agency.IFA
