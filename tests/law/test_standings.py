"""Where each certificate and coverage stands by itself agrees with where its track stands."""

from datetime import date
from typing import Any

import pytest

from compliance.assessments.assess import assess
from compliance.assessments.standings import Standings, standings
from compliance.law.facts import Device
from compliance.law.facts.ce_marking import CeMarkingFacts
from compliance.law.parameters import current_law
from compliance.law.types import TrackStatus
from tests.law import made_up
from tests.law.answers import ce, certificate, classified
from tests.law.test_legacy import LEGACY, directive_certificate

ON = date(2026, 11, 22)


def test_a_track_stands_where_one_of_its_papers_stands() -> None:
    """Of certificates made up, alone: they decide the CE marking, and one of them stands as it does."""
    compared = set()
    for seed in range(60):
        papers = CeMarkingFacts(certificates=made_up.device(seed).ce_marking.certificates)
        device = Device(key="device", name="Device", ce_marking=papers)
        track = assess(device, [], current_law(), on=ON, known_on=ON).tracks["ce_marking"]
        if track.state.startswith("certif") and track.status != "attention":  # which other facts cause too
            found = standings(device, current_law(), on=ON, known_on=ON).certificates.values()
            assert (track.status, track.state) in {(one.status, one.state) for one in found if one}, seed
            compared.add(track.state)
    assert compared >= {"certified", "certificate_expired"}


def on_the_day(**facts: Any) -> Standings:
    device = Device.model_validate({"key": "device", "name": "Device", **ce(**facts)})
    return standings(device, current_law(), on=ON, known_on=ON)


@pytest.mark.parametrize(
    ("fields", "status", "since"),
    [
        ({"issued_on": "2024-03-01"}, "valid", date(2024, 3, 1)),
        ({"issued_on": "2024-03-01", "suspended_on": "2026-11-22"}, "suspended", date(2026, 11, 22)),
        ({"issued_on": "2024-03-01", "withdrawn_on": "2026-05-02"}, "expired", date(2026, 5, 2)),
        ({"issued_on": "2021-11-21"}, "expired", date(2026, 11, 21)),
    ],
)
def test_a_certificate_stands_since_the_day_that_made_it_so(
    fields: dict[str, str], status: str, since: date
) -> None:
    found = on_the_day(certificates=[certificate(**fields)]).certificates["c1"]
    assert found is not None
    assert (found.status, found.since) == (status, since)


def test_a_certificate_of_a_directive_stands_where_its_device_stands() -> None:
    old, new = directive_certificate(), certificate(issued_on="2024-03-01")
    found = on_the_day(legacy=[LEGACY], classifications=classified("IIa"), certificates=[old])
    assert isinstance(found.certificates["m"], TrackStatus)
    assert found.certificates["m"].state == "legacy"
    assert found.classification is not None
    assert on_the_day(certificates=[old, new]).certificates["m"] is None
    assert on_the_day(certificates=[certificate(issued_on="2026-11-23")]).certificates == {}
