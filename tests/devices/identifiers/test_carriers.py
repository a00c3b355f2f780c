"""Scanned and printed UDIs: what is read from them, and what is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.identifiers import Agency, Carrier, Checked, IdentifierError, Kind, gs1, hibcc, ifa, read_carrier
from tests.devices.identifiers.strategies import PROPERTY, capitals, digits, gtins, hibcc_dis


def device(agency: Agency, normalised: str) -> Checked:
    return Checked(Kind.UDI_DI, agency, normalised)


ART_PLAN = device(Agency.GS1, "03770019940013")
ART_PLAN_PLUS = device(Agency.GS1, "03770019940020")
BIIP = device(Agency.GS1, "07032069804988")
HIBC = device(Agency.HIBCC, "X999123ABC0")
LINKED = device(Agency.HIBCC, "A123BJC5D6E71")
PPN = device(Agency.IFA, "111234567842")

READ = [
    # Labels of ART-Plan (the lot holds the version) and ART-Plan+, therapanacea.eu.
    (
        "(01)03770019940013(10)2.3.1(11)240724",
        Carrier(ART_PLAN, lot="2.3.1", manufactured=date(2024, 7, 24)),
    ),
    (
        "(01)03770019940020(8012)v.3.1.2(11)251216",
        Carrier(ART_PLAN_PLUS, version="v.3.1.2", manufactured=date(2025, 12, 16)),
    ),
    ("(01) 0 3770019 94001 3 (10) 2.3.1", Carrier(ART_PLAN, lot="2.3.1")),
    ("(01)03770019940013", Carrier(ART_PLAN)),
    # biip 5.2.0 (Apache-2.0), tests.
    ("(01)07032069804988(15)210526(10)0329", Carrier(BIIP, lot="0329")),
    ("0107032069804988100329\x1d15210525", Carrier(BIIP, lot="0329")),
    ("]d2\x1d0107032069804988100329\x1d17210500", Carrier(BIIP, lot="0329", expires=date(2021, 5, 31))),
    ("]C11724022901070320698049882142", Carrier(BIIP, serial="42", expires=date(2024, 2, 29))),
    # The device identifier alone, as text or as an EAN-13 symbol.
    ("03770019940013", Carrier(ART_PLAN)),
    ("]E03770019940013", Carrier(ART_PLAN)),
    # HIBC with its structures joined: OpenText Eduction documentation, "device grammar".
    (
        "+X999123ABC0/$$05191234AB/S5678EDFG/16D20151001A",
        Carrier(HIBC, "1234AB", "5678EDFG", None, date(2015, 10, 1), date(2019, 5, 31)),
    ),
    (
        "*+X999123ABC0/$$20515191234AB/S5678EDFG/16D20151001I*",
        Carrier(HIBC, "1234AB", "5678EDFG", None, date(2015, 10, 1), date(2019, 5, 15)),
    ),
    (
        "+X999123ABC0/$$31905151234AB/S5678EDFG/16D20151001J",
        Carrier(HIBC, "1234AB", "5678EDFG", None, date(2015, 10, 1), date(2019, 5, 15)),
    ),
    (
        "+X999123ABC0/$$4190515211234AB/S5678EDFG/16D20151001N",
        Carrier(HIBC, "1234AB", "5678EDFG", None, date(2015, 10, 1), date(2019, 5, 15)),
    ),
    (
        "+X999123ABC0/$$5191351234AB/S5678EDFG/16D20151001J",
        Carrier(HIBC, "1234AB", "5678EDFG", None, date(2015, 10, 1), date(2019, 5, 15)),
    ),
    (
        "+X999123ABC0/$$619135211234AB/S5678EDFG/16D20151001N",
        Carrier(HIBC, "1234AB", "5678EDFG", None, date(2015, 10, 1), date(2019, 5, 15)),
    ),
    (
        "]d1+X999123ABC0/$1234AB/S5678EDFG/16D20151001/14D20190515.",
        Carrier(HIBC, "1234AB", "5678EDFG", None, date(2015, 10, 1), date(2019, 5, 15)),
    ),
    ("+X999123ABC0/$+5678EDFG0", Carrier(HIBC, serial="5678EDFG")),
    # HIBC scanned one structure after the other: DacoTaco/BarcodeParserBuilder (MIT), tests.
    ("+A123BJC5D6E71G+$$52001510X3GD", Carrier(LINKED, lot="10X3", expires=date(2020, 1, 15))),
    ("+A123BJC5D6E71G+$$+52001510X3GB", Carrier(LINKED, serial="10X3", expires=date(2020, 1, 15))),
    ("+A123BJC5D6E71G+$$710X3G7", Carrier(LINKED, lot="10X3")),
    ("+A123BJC5D6E71G", Carrier(LINKED)),
    # The check character of this one is a space, which trimming takes away and printing writes _.
    (
        "+A123BJCMD6E79++$$52001510X3+ ",
        Carrier(device(Agency.HIBCC, "A123BJCMD6E79"), lot="10X3", expires=date(2020, 1, 15)),
    ),
    (
        "*+A123BJCMD6E79++$$52001510X3+_*",
        Carrier(device(Agency.HIBCC, "A123BJCMD6E79"), lot="10X3", expires=date(2020, 1, 15)),
    ),
    # HIBC, first edition: five digits of date without a flag; a quantity before the lot.
    (
        "+J123AQ3451/25330BC34567/S4012X",
        Carrier(device(Agency.HIBCC, "J123AQ3451"), "BC34567", "4012", expires=date(2025, 11, 26)),
    ),
    (
        "+A99912345/$$81210X3/16D20111212/14D20200906/S77DEFG45$",
        Carrier(
            device(Agency.HIBCC, "A99912345"), "10X3", "77DEFG45", None, date(2011, 12, 12), date(2020, 9, 6)
        ),
    ),
    # IFA: the published example around PZN 12345678.
    (
        "[)>\x1e06\x1d9N111234567842\x1d1T1A234B5\x1dD151231\x1dS1234567890123456\x1e\x04",
        Carrier(PPN, "1A234B5", "1234567890123456", expires=date(2015, 12, 31)),
    ),
    ("9N111234567842\x1d16D20201231", Carrier(PPN, manufactured=date(2020, 12, 31))),
]

REFUSED = [
    (None, "not_text"),
    ("", "empty"),
    ("(01)03770019940013" + "(10)A" * 200, "too_long"),
    ("(01)03770019940014", "wrong_check"),
    ("(01)03770019940013(01)03770019940020", "repeated_element"),
    ("(10)2.3.1", "no_device_identifier"),
    ("(", "no_device_identifier"),
    ("(01)03770019940013(11)241324", "bad_date"),
    ("(01)03770019940013(11)2407", "bad_element"),
    ("(01)03770019940013(10)", "bad_element"),
    ("(01)03770019940013(100)A", "unknown_element"),
    ("010377001994001304", "unknown_element"),
    ("0103770019940013\x1d10" + "A" * 21, "bad_element"),
    ("(01)0377001994001", "wrong_check"),
    ("(01)03770019940013(10)é", "bad_character"),
    ("+X999123ABC0/$$05191234AB/S5678EDFG/16D20151001B", "wrong_check"),
    ("+X999123ABC0/$$05191234AB#", "bad_format"),
    ("+A123BJC5D6E71G+$$52001510X3HE", "wrong_check"),
    ("+$$52001510X3GD", "no_device_identifier"),
    ("+x999123abc0e", "bad_format"),
    ("[)>\x1e06\x1d9N111234567843\x1e\x04", "wrong_check"),
    ("[)>\x1e06\x1d1T1A234B5\x1e\x04", "no_device_identifier"),
    ("9N111234567842\x1dD151331", "bad_date"),
    ("9N111234567842\x1dDSOON", "bad_date"),
]


@pytest.mark.parametrize(("scan", "carrier"), READ)
def test_a_carrier_is_read(scan: str, carrier: Carrier) -> None:
    assert read_carrier(scan) == carrier


@pytest.mark.parametrize(("scan", "code"), REFUSED)
def test_a_wrong_carrier_is_refused(scan: object, code: str) -> None:
    with pytest.raises(IdentifierError) as refusal:
        read_carrier(scan)
    assert refusal.value.code == code


def test_a_day_of_the_year_that_does_not_exist_is_refused() -> None:
    text = "+X999123ABC0/$$519366LOT"
    with pytest.raises(IdentifierError) as refusal:
        read_carrier(text + hibcc.check_character(text))
    assert refusal.value.code == "bad_date"


dates = st.dates(date(2000, 1, 1), date(2099, 12, 31))
gs1_texts = st.text(gs1.CSET82.replace("(", ""), min_size=1, max_size=20)


@PROPERTY
@given(gtin=gtins, lot=gs1_texts, serial=gs1_texts, version=gs1_texts, made=dates, end=dates)
def test_a_gs1_carrier_round_trips(
    gtin: str, lot: str, serial: str, version: str, made: date, end: date
) -> None:
    parts = [
        ("01", gtin.zfill(14)),
        ("11", f"{made:%y%m%d}"),
        ("17", f"{end:%y%m%d}"),
        ("10", lot),
        ("21", serial),
        ("8012", version),
    ]
    expected = Carrier(device(Agency.GS1, gtin.zfill(14)), lot, serial, version, made, end)
    assert read_carrier("".join(f"({identifier}){value}" for identifier, value in parts)) == expected
    assert read_carrier("]d2" + "\x1d".join(identifier + value for identifier, value in parts)) == expected


@PROPERTY
@given(di=hibcc_dis, lot=capitals(1, 18), serial=capitals(1, 18), made=dates, end=dates)
def test_a_hibc_carrier_round_trips(di: str, lot: str, serial: str, made: date, end: date) -> None:
    text = f"+{di}/$$3{end:%y%m%d}{lot}/S{serial}/16D{made:%Y%m%d}"
    expected = Carrier(device(Agency.HIBCC, di), lot, serial, None, made, end)
    assert read_carrier(text + hibcc.check_character(text)) == expected


@PROPERTY
@given(reference=digits(7, 7), lot=capitals(1, 20), serial=capitals(1, 20), made=dates, end=dates)
def test_an_ifa_carrier_round_trips(reference: str, lot: str, serial: str, made: date, end: date) -> None:
    payload = "13" + reference
    ppn = payload + ifa.check_digits(payload)
    scan = f"[)>\x1e06\x1d9N{ppn}\x1d1T{lot}\x1dS{serial}\x1dD{end:%y%m%d}\x1d16D{made:%Y%m%d}\x1e\x04"
    assert read_carrier(scan) == Carrier(device(Agency.IFA, ppn), lot, serial, None, made, end)
