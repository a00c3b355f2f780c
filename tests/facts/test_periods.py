"""Periods that may not share a day, written in plain SQL past every check in Python."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from compliance.ans.models import AnsCertificate, HdsCertificate
from compliance.ce_marking.models import Certificate, Classification
from compliance.listing.models import Listing
from devices.models import Device, Organisation
from tests.rows import insert, refused_by

pytestmark = pytest.mark.django_db
Add = Callable[..., UUID]


@pytest.fixture
def device() -> UUID:
    return insert(Device)


def adder(model: Any, subject: str, owner: UUID, **always: Any) -> Add:
    """Return a function that inserts a row of the subject, each under another key."""
    count = iter(range(100))
    return lambda **columns: insert(
        model, **{subject: owner, "key": f"row-{next(count)}", **always, **columns}
    )


@pytest.fixture
def classify(device: UUID) -> Add:
    return adder(Classification, "device_id", device, regulation="MDR", device_class="IIa")


@pytest.fixture
def certify(device: UUID) -> Add:
    return adder(Certificate, "device_id", device, regulation="MDR", number="G10 1")


@pytest.fixture
def cover(device: UUID) -> Add:
    return adder(Listing, "device_id", device, list="lppr", line="brand", code="1234567", indication="asthma")


def day(year: int, month: int = 1, number: int = 1) -> date:
    return date(year, month, number)


class TestClassifications:
    def test_the_end_is_the_first_day_of_the_next(self, classify: Add) -> None:
        classify(valid_from=day(2024), valid_to=day(2025))
        classify(valid_from=day(2025), device_class="IIb")

    def test_one_shared_day_is_refused(self, classify: Add) -> None:
        classify(valid_from=day(2024), valid_to=day(2025, 1, 2))
        with refused_by("classification_no_overlap"):
            classify(valid_from=day(2025), device_class="IIb")

    def test_without_end_it_lasts(self, classify: Add) -> None:
        classify(valid_from=day(2024))
        with refused_by("classification_no_overlap"):
            classify(valid_from=day(2090), device_class="IIb")

    def test_an_unknown_start_is_not_judged(self, classify: Add) -> None:
        classify(valid_from=None, valid_to=day(2025))
        classify(valid_from=day(2020))
        classify(valid_from=None)

    def test_other_regulations_and_devices_are_apart(self, classify: Add) -> None:
        classify(valid_from=day(2024))
        classify(valid_from=day(2024), regulation="MDD")
        classify(valid_from=day(2024), device_id=insert(Device, key="other"))


class TestCertificates:
    def test_revisions_follow_each_other(self, certify: Add) -> None:
        certify(issued_on=day(2021), printed_end=day(2025, 12, 31))
        certify(issued_on=day(2026), printed_end=day(2030, 12, 31))

    def test_the_printed_end_is_a_day_of_validity(self, certify: Add) -> None:
        certify(issued_on=day(2021), printed_end=day(2026))
        with refused_by("certificate_no_overlap"):
            certify(issued_on=day(2026), printed_end=day(2030))

    def test_a_withdrawal_makes_room(self, certify: Add) -> None:
        certify(issued_on=day(2021), printed_end=day(2026), withdrawn_on=day(2023))
        certify(issued_on=day(2023), printed_end=day(2028))

    def test_the_start_counts_before_the_issue(self, certify: Add) -> None:
        certify(issued_on=day(2021), printed_end=day(2026))
        certify(issued_on=day(2025, 6), starts_on=day(2026, 1, 2), printed_end=day(2030))
        with refused_by("certificate_no_overlap"):
            certify(issued_on=day(2031), starts_on=day(2025, 6), printed_end=day(2032))

    def test_a_supplement_may_carry_the_number(self, certify: Add) -> None:
        certify(issued_on=day(2021), printed_end=day(2026))
        certify(issued_on=day(2022), printed_end=day(2026), supplement_of="row-0")

    def test_withdrawn_before_its_start_it_covers_no_day(self, certify: Add) -> None:
        certify(issued_on=day(2021), starts_on=day(2022), withdrawn_on=day(2021, 6))
        certify(issued_on=day(2021, 7), printed_end=day(2026))

    def test_other_numbers_and_unknown_days_are_apart(self, certify: Add) -> None:
        certify(issued_on=day(2021))
        certify(issued_on=day(2021), number="G10 2")
        certify(issued_on=None, printed_end=day(2025))
        certify(issued_on=day(2021), regulation="MDD")


class TestCoverages:
    def test_a_renewal_starts_the_day_after(self, cover: Add) -> None:
        cover(starts_on=day(2020), ends_on=day(2024, 12, 31))
        cover(starts_on=day(2025), ends_on=day(2029, 12, 31))

    def test_the_last_day_is_covered(self, cover: Add) -> None:
        cover(starts_on=day(2020), ends_on=day(2025))
        with refused_by("listing_no_overlap"):
            cover(starts_on=day(2025))

    def test_the_day_of_another_end_is_not(self, cover: Add) -> None:
        cover(starts_on=day(2020), ends_on=day(2026), ended_on=day(2025))
        cover(starts_on=day(2025))

    @pytest.mark.parametrize("unknown", ["line", "indication", "function"])
    def test_two_unknowns_are_alike(self, cover: Add, unknown: str) -> None:
        cover(**{"starts_on": day(2025), "function": "therapeutic", unknown: None})
        cover(starts_on=day(2025), function="therapeutic")
        with refused_by("listing_no_overlap"):
            cover(**{"starts_on": day(2026), "function": "therapeutic", unknown: None})

    def test_other_codes_lines_lists_and_indications_are_apart(self, cover: Add) -> None:
        cover(starts_on=day(2025))
        cover(starts_on=day(2025), code="7654321")
        cover(starts_on=day(2025), line="generic")
        cover(starts_on=day(2025), list="latm", function="telemonitoring")
        cover(starts_on=day(2025), indication="copd")
        cover(starts_on=None)


class TestExclusiveCoverages:
    """CSS L.162-1-23 III and R.162-113 III (PECAN), R.165-100 (PECT), R.165-72 III (forfait innovation)."""

    @pytest.mark.parametrize(
        ("list_name", "constraint"),
        [
            ("pecan", "listing_pecan_alone"),
            ("pect", "listing_pect_alone"),
            ("forfait_innovation", "listing_forfait_alone"),
        ],
    )
    @pytest.mark.parametrize("other", ["lppr", "latm", "intra_ghs"])
    def test_nothing_beside_them(self, cover: Add, list_name: str, constraint: str, other: str) -> None:
        cover(list=list_name, starts_on=day(2025), ends_on=day(2025, 12, 31))
        with refused_by(constraint):
            cover(list=other, starts_on=day(2025, 12, 31))
        cover(list=other, starts_on=day(2026))

    def test_nor_beside_each_other(self, cover: Add) -> None:
        cover(list="pecan", starts_on=day(2025))
        with refused_by("listing_pecan_alone"):
            cover(list="pect", starts_on=day(2025, 6))
        with refused_by("listing_pecan_alone"):
            cover(list="forfait_innovation", starts_on=day(2025, 6))

    def test_the_listing_that_ends_the_early_coverage(self, cover: Add) -> None:
        cover(list="pecan", starts_on=day(2025), ends_on=day(2025, 12, 31), ended_on=day(2025, 9))
        cover(list="lppr", starts_on=day(2025, 9))

    def test_other_functions_are_apart(self, cover: Add) -> None:
        cover(list="pecan", starts_on=day(2025), function="therapeutic")
        cover(list="latm", starts_on=day(2025), function="telemonitoring")
        with refused_by("listing_pecan_alone"):
            cover(list="latm", starts_on=day(2025), function=None, code="D1")

    def test_other_and_unknown_indications_are_apart(self, cover: Add) -> None:
        cover(list="pecan", starts_on=day(2025))
        cover(list="lppr", starts_on=day(2025), indication="copd")
        cover(list="lppr", starts_on=day(2025), indication=None)

    def test_several_codes_of_one_early_coverage(self, cover: Add) -> None:
        cover(list="pecan", starts_on=day(2025), code="1111111")
        cover(list="pecan", starts_on=day(2025), code="2222222")

    @override("en")
    def test_the_form_says_how_to_mend_it(self, cover: Add, device: UUID) -> None:
        cover(list="pecan", starts_on=day(2025))
        listing = Listing(
            device_id=device, key="new", list="lppr", starts_on=day(2025, 9), indication="asthma"
        )
        with pytest.raises(ValidationError) as caught:
            listing.full_clean()
        (error,) = caught.value.error_dict["__all__"]
        assert error.code == "overlap"
        assert "say when the first one ended" in str(error.message)


class TestAnsCertificates:
    @pytest.fixture
    def certify(self, device: UUID) -> Add:
        return adder(AnsCertificate, "device_id", device, number="DMN-1")

    def test_one_number_at_a_time(self, certify: Add) -> None:
        certify(issued_on=day(2024), ends_on=day(2026))
        with refused_by("anscertificate_no_overlap"):
            certify(issued_on=day(2026))
        certify(issued_on=day(2026, 1, 2))

    def test_an_end_makes_room(self, certify: Add) -> None:
        certify(issued_on=day(2024), ends_on=day(2026), ended_on=day(2025))
        certify(issued_on=day(2025))

    def test_unknown_numbers_and_days_are_not_judged(self, certify: Add) -> None:
        certify(issued_on=day(2024), number="")
        certify(issued_on=day(2024), number="")
        certify(issued_on=None)
        certify(issued_on=day(2024))


class TestHdsCertificates:
    def test_one_number_at_a_time(self) -> None:
        certify = adder(HdsCertificate, "organisation_id", insert(Organisation), number="HDS-1")
        certify(issued_on=day(2022), ends_on=day(2024, 12, 31))
        with refused_by("hdscertificate_no_overlap"):
            certify(issued_on=day(2024, 12, 31))
        certify(issued_on=day(2025), withdrawn_on=day(2026))
        certify(issued_on=day(2026))
        certify(issued_on=day(2026), number="")
        certify(issued_on=day(2026), organisation_id=insert(Organisation, key="other"))
