"""Whole public registers: every identifier of a serious source is accepted, the known errors are not."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

from devices.identifiers import Agency, IdentifierError, Kind, check, read_carrier
from tests.devices.identifiers.shared_data import data_file, rows

DEVICES = "eudamed/eudamed_devices_firstbase_sample.csv"
CERTIFICATES = "eudamed/eudamed_certificates_sample.csv"


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(data_file("udi/udi_test_vectors.json").read_text(encoding="utf-8"))
    return loaded


def refusals(kind: Kind, values: Iterable[str]) -> dict[str, str]:
    """Return the code of the error of each refused value."""
    found = {}
    for value in values:
        try:
            check(kind, value)
        except IdentifierError as error:
            found[value] = error.code
    return found


def values(entries: list[dict[str, Any]], key: str = "value") -> list[str]:
    return [entry[key] for entry in entries]


@pytest.mark.parametrize(
    ("section", "kind", "agency", "count"),
    [
        ("gmn_valid_official", Kind.BASIC_UDI_DI, Agency.GS1, 27),
        ("basic_udi_commission_samples", Kind.BASIC_UDI_DI, Agency.GS1, 14),
        ("basic_udi_hibcc", Kind.BASIC_UDI_DI, Agency.HIBCC, 2),
        ("basic_udi_ifa", Kind.BASIC_UDI_DI, Agency.IFA, 1),
        ("ifa_ppn", Kind.UDI_DI, Agency.IFA, 1),
        ("hibc_udi_di", Kind.UDI_DI, Agency.HIBCC, 2),
        ("gtin_valid", Kind.UDI_DI, Agency.GS1, 13),
    ],
)
def test_every_published_vector_is_correct(
    vectors: dict[str, Any], section: str, kind: Kind, agency: Agency, count: int
) -> None:
    agencies = [check(kind, value).agency for value in values(vectors[section])]
    assert agencies == [agency] * count


@pytest.mark.parametrize(
    ("section", "kind", "codes"),
    [
        ("gmn_invalid_official", Kind.BASIC_UDI_DI, {"wrong_check": 2}),
        ("gmn_error_official", Kind.BASIC_UDI_DI, {"bad_format": 3, "unknown_format": 2}),
        ("gtin_invalid_check", Kind.UDI_DI, {"wrong_check": 11}),
    ],
)
def test_every_wrong_vector_is_refused(
    vectors: dict[str, Any], section: str, kind: Kind, codes: dict[str, int]
) -> None:
    assert Counter(refusals(kind, values(vectors[section])).values()) == codes


def test_the_other_vectors(vectors: dict[str, Any]) -> None:
    assert not refusals(Kind.EUDAMED_DI, values(vectors["eudamed_di"], "eudamed_di"))
    identifiers = [entry["eudamed_id"] for entry in vectors["eudamed_di"] if "eudamed_id" in entry]
    assert len(identifiers) == 2
    assert not refusals(Kind.EUDAMED_DI, identifiers)
    assert not refusals(Kind.SRN, vectors["srn_samples"]["real"])
    wrong = [entry["value"] for entry in vectors["siren"] if not entry["valid"]]
    assert list(refusals(Kind.SIREN, values(vectors["siren"]))) == wrong
    strings = vectors["invalid_real_world_di_strings_in_commission_samples"]
    assert list(refusals(Kind.UDI_DI, strings)) == strings
    carriers = [entry.get("hri") or entry["raw"] for entry in vectors["udi_carriers"]]
    assert [read_carrier(carrier).device.agency for carrier in carriers] == [Agency.GS1] * 5 + [Agency.IFA]


def test_gudid_holds_nine_wrong_check_digits_and_no_more() -> None:
    identifiers = [row["primary_di"] for row in rows("udi/gudid_identifiers_sample.csv")]
    assert len(identifiers) == 3010
    assert refusals(Kind.UDI_DI, identifiers) == dict.fromkeys(identifiers[:9], "wrong_check")


def test_every_device_of_the_eudamed_sample_is_correct() -> None:
    devices = rows(DEVICES) + rows("eudamed/eudamed_software_devices.csv")
    assert len(devices) == 22_887
    assert not refusals(Kind.UDI_DI, {row["gtin"] for row in devices if row["gtin"]})
    assert not refusals(Kind.BASIC_UDI_DI, {row["basic_udi_di"] for row in devices if row["basic_udi_di"]})
    parties = {row[key] for row in devices for key in ("manufacturer_srn", "auth_rep_srn") if row[key]}
    assert not refusals(Kind.SRN, parties)
    assert not refusals(Kind.EMDN, {code for row in devices for code in row["emdn"].split("|") if code})


def test_every_certificate_of_the_eudamed_sample_is_correct() -> None:
    certificates = rows(CERTIFICATES)
    assert not refusals(Kind.NOTIFIED_BODY, {row["nb_number"] for row in certificates})
    assert not refusals(
        Kind.SRN, {row["manufacturer_srn"] for row in certificates if row["manufacturer_srn"]}
    )
    models = {row["basic_udi_di"] for row in certificates if row["basic_udi_di"]}
    assert not refusals(Kind.BASIC_UDI_DI, models)


def test_the_message_samples_of_the_commission() -> None:
    """Most of the legacy identifiers in them are made up; these five follow the rule."""
    folder = data_file("eudamed/dtx_samples")
    texts = [file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.xml"))]
    found = {code for text in texts for code in re.findall(r"DICode>([BD]-[^<]*)<", text)}
    assert found - set(refusals(Kind.EUDAMED_DI, found)) == {
        "B-53404336434997",
        "B-92507783202672",
        "B-94963643537908",
        "B-AF-MF-000000245AT",
        "D-AF-MF-000000245AT",
    }


def test_every_notified_body_and_every_emdn_code_is_correct() -> None:
    bodies = [row["nb_number"] for row in rows("notified_bodies/notified_bodies_mdr_ivdr.csv")]
    assert len(bodies) == 53
    assert not refusals(Kind.NOTIFIED_BODY, bodies)
    nomenclature = [row["code"] for row in rows("emdn/emdn_v2.csv")]
    assert len(nomenclature) == 8454
    assert not refusals(Kind.EMDN, nomenclature)


def test_the_lpp_base_proves_the_rule_of_the_check_digit() -> None:
    base = {row["code_tips"] for row in rows("lpp/lpp_fiche_2019-10_nomensland.csv")}
    assert len(base) == 6266
    assert not refusals(Kind.LPP_CODE, base)


def test_the_history_of_the_lists_holds_two_misprints() -> None:
    """The history, transcribed from the official journal, names two codes that the base never had."""
    history = {row["codelpp"] for row in rows("lpp/dmi_liste_en_sus_historique_2021-12_nomensland.csv")}
    assert refusals(Kind.LPP_CODE, history - {""}) == {"3182962": "wrong_check", "5211911": "wrong_check"}
