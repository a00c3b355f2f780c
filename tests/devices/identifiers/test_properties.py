"""What must hold for every identifier, not for the published ones alone."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.identifiers import IdentifierError, Kind, check, codes, gs1, hibcc, ifa
from tests.devices.identifiers.strategies import (
    PROPERTY,
    capitals,
    digits,
    gmn_payloads,
    gtin_payloads,
    gtins,
    hibcc_dis,
)


@PROPERTY
@given(gtin=gtins, data=st.data())
def test_one_changed_digit_of_a_gtin_is_always_detected(gtin: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(gtin) - 1))
    other = data.draw(st.sampled_from(string.digits.replace(gtin[place], "")))
    with pytest.raises(IdentifierError):
        gs1.check_gtin(gtin[:place] + other + gtin[place + 1 :])


@PROPERTY
@given(payload=gtin_payloads)
def test_a_computed_check_digit_makes_a_gtin_valid(payload: str) -> None:
    gtin = payload + gs1.gtin_check_digit(payload)
    assert gs1.check_gtin(gtin) == gtin.zfill(14)


@PROPERTY
@given(payload=gmn_payloads)
def test_a_computed_pair_makes_a_model_number_valid(payload: str) -> None:
    gmn = payload + gs1.check_pair(payload)
    assert check(Kind.BASIC_UDI_DI, gmn).normalised == gmn


@PROPERTY
@given(payload=gmn_payloads, data=st.data())
def test_one_changed_character_of_a_model_number_is_always_detected(
    payload: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(payload) - 1))
    other = data.draw(st.sampled_from(gs1.CSET82.replace(payload[place], "")))
    changed = payload[:place] + other + payload[place + 1 :]
    with pytest.raises(IdentifierError):
        check(Kind.BASIC_UDI_DI, changed + gs1.check_pair(payload))


@PROPERTY
@given(labeler=hibcc_dis.map(lambda di: di[:4]), model=capitals(1, 17))
def test_a_computed_pair_makes_a_hibcc_basic_udi_di_valid(labeler: str, model: str) -> None:
    payload = "++" + labeler + model
    assert check(Kind.BASIC_UDI_DI, payload + gs1.check_pair(payload)).agency == "HIBCC"


@PROPERTY
@given(manufacturer=digits(5, 5), group=st.text(string.digits + "ABC.", min_size=1, max_size=16))
def test_computed_digits_make_an_ifa_basic_udi_di_valid(manufacturer: str, group: str) -> None:
    payload = "PP" + manufacturer + group
    assert check(Kind.BASIC_UDI_DI, payload + ifa.check_digits(payload)).agency == "IFA"


@PROPERTY
@given(di=hibcc_dis)
def test_the_scanned_and_the_stored_form_of_a_hibcc_udi_di_are_one(di: str) -> None:
    scanned = "+" + di + hibcc.check_character("+" + di)
    assert check(Kind.UDI_DI, scanned) == check(Kind.UDI_DI, di)


@PROPERTY
@given(code=st.text(gs1.CSET82, min_size=1, max_size=21), prefix=st.sampled_from(("B-", "D-")))
def test_a_computed_pair_makes_a_eudamed_di_valid(code: str, prefix: str) -> None:
    di = prefix + code + gs1.check_pair(code)
    assert check(Kind.EUDAMED_DI, di).normalised == di


@PROPERTY
@given(payload=digits(6, 6).filter(lambda p: p.strip("0")), data=st.data())
def test_one_changed_digit_of_an_lpp_code_is_detected_but_for_the_remainder_ten(
    payload: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, 5))
    other = data.draw(st.sampled_from(string.digits.replace(payload[place], "")))
    changed = payload[:place] + other + payload[place + 1 :]
    if codes.lpp_check_digit(changed) == codes.lpp_check_digit(payload):
        assert codes.lpp_check_digit(payload) == "0"  # remainders 0 and 10 share their digit
    else:
        with pytest.raises(IdentifierError):
            check(Kind.LPP_CODE, changed + codes.lpp_check_digit(payload))


@PROPERTY
@given(
    value=st.one_of(
        gtins.map(lambda gtin: (Kind.UDI_DI, gtin)),
        hibcc_dis.map(lambda di: (Kind.UDI_DI, "+" + di + hibcc.check_character("+" + di))),
        gtins.map(lambda gtin: (Kind.EUDAMED_DI, "B-" + gtin)),
        hibcc_dis.map(lambda di: (Kind.EUDAMED_DI, "B-" + di)),
        digits(9, 9).map(lambda d: (Kind.SIREN, f"{d[:3]} {d[3:6]} {d[6:]}")),
    )
)
def test_normalising_twice_changes_nothing(value: tuple[Kind, str]) -> None:
    kind, written = value
    try:
        once = check(kind, written)
    except IdentifierError:
        return
    assert check(kind, once.normalised) == once
