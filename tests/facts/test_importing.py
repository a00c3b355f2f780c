"""Import of a facts file: all or nothing, again changes nothing, every error with its place."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.utils.translation import override
from pytest_django.fixtures import DjangoAssertNumQueries

from compliance.assessments.models import DeadlineRow, DeviceAssessment
from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.audit.verify import walk
from compliance.ce_marking.models import Certificate
from compliance.cnedimts.models import Application
from compliance.facts.errors import FactError
from compliance.facts.exporting import recorded
from compliance.facts.files import dump, read_file
from compliance.facts.importing import Report, import_file
from compliance.listing.models import Listing
from devices.models import Device, Identifier, Organisation, Source
from tests.facts.conftest import AT, PORTFOLIO

pytestmark = pytest.mark.django_db
Import = Callable[..., Report]
BUNDLED = ["real_devices.yaml", "example.yaml"]
GOOD_UDI = "03760123456784"


@pytest.fixture
def load(system: Actor) -> Import:
    """Return a function that imports a file of the parts it is given."""

    def load(
        *, owner: str | None = None, dry_run: bool = False, reason: str = "as the file says", **parts: Any
    ) -> Report:
        content = json.dumps({"format": "jalon-facts/1", **parts}).encode()
        return import_file(
            actor=system,
            content=content,
            name="facts.json",
            reason=reason,
            at=AT,
            owner=owner,
            dry_run=dry_run,
        )

    return load


def bundled(name: str) -> Report:
    content = (PORTFOLIO / name).read_bytes()
    return import_file(
        actor=Actor.system("test"), content=content, name=name, reason="as the file says", at=AT
    )


def rows() -> dict[str, int]:
    """Return how many rows each table holds."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def codes(error: pytest.ExceptionInfo[FactError]) -> list[tuple[str, str]]:
    return [(one.path, one.code) for one in error.value.problems]


def certificate(key: str, **fields: Any) -> dict[str, Any]:
    basis = {"key": key, "number": key.upper(), "kind": "quality_management", "regulation": "MDR"}
    return {**basis, **fields}


def scanner(**parts: Any) -> list[dict[str, Any]]:
    return [{"key": "scanner", "name": "Scanner", **parts}]


def test_twenty_errors_give_twenty_messages_and_write_nothing(system: Actor) -> None:
    file = Path(__file__).parent / "files" / "twenty_errors.yaml"
    before = rows()
    with pytest.raises(FactError) as error:
        import_file(actor=system, content=file.read_bytes(), name=file.name, reason="as the file says", at=AT)
    assert [(one.line, one.subject, one.path, one.code) for one in error.value.problems] == [
        (7, "letter", "sources[0].read_on", "date"),
        (11, "maker", "organisations[0].country", "pattern"),
        (12, "maker", "organisations[0].siren", "wrong_check"),
        (15, "host", "organisations[1].turnover_eur", "max_decimal_places"),
        (17, "scanner", "devices[0].name", "missing"),
        (18, "scanner", "devices[0].published", "boolean"),
        (20, "scanner", "devices[0].manufacturer", "unknown_organisation"),
        (21, "scanner", "devices[0].emdn", "bad_format"),
        (23, "scanner", "devices[0].ce_marking.audit", "unknown_field"),
        (26, "scanner", "devices[0].ce_marking.certificates[0].number", "text"),
        (28, "scanner", "devices[0].ce_marking.certificates[0].regulation", "choice"),
        (33, "scanner", "devices[0].ce_marking.certificates[1].supplement_of", "unknown_supplement_of"),
        (35, "scanner", "devices[0].ce_marking.certificates[1].printed_end", "date_order"),
        (36, "scanner", "devices[0].ce_marking.certificates[2].key", "duplicate_key"),
        (42, "pump", "devices[1].source", "unknown_source"),
        (43, "pump", "devices[1].name", "twice"),
        (50, "pump", "devices[1].identifiers[1].value", "duplicate"),
        (55, "pump", "devices[1].cnedimts.applications[0].extra_days", "whole_number"),
        (62, "pump", "devices[1].listing.listings[0].tariff_eur", "range"),
        (68, "pump", "devices[1].listing.listings[2]", "overlap"),
    ]
    with override("en"):
        lines = str(error.value).splitlines()
    assert len(set(lines)) == 20
    assert lines[4] == "devices[0].name (scanner, line 17): This field is required."
    assert rows() == before


@pytest.mark.parametrize("name", BUNDLED)
def test_the_bundled_files_load_whole(name: str) -> None:
    file = read_file(PORTFOLIO / name)
    report = bundled(name)
    assert (report.devices, report.amended, report.retracted) == (len(file.devices), 0, 0)
    assert dump(recorded()) == dump(file)
    assert DeviceAssessment.objects.count() == len(file.devices)
    assert all(one.fault is None for one in walk())


@pytest.mark.parametrize("name", BUNDLED)
def test_the_same_file_again_changes_nothing(name: str) -> None:
    bundled(name)
    before, last = rows(), DeviceAssessment.objects.values_list("computed_at").latest("computed_at")
    report = bundled(name)
    assert (report.recorded, report.amended, report.retracted) == (0, 0, 0)
    assert rows() == before
    assert DeviceAssessment.objects.values_list("computed_at").latest("computed_at") == last


def test_one_event_for_each_subject_says_what_changed(load: Import, maker: Organisation) -> None:
    load(devices=scanner(owner="maker", ce_marking={"certificates": [certificate("qms")]}))
    load(devices=scanner(owner="maker", ce_marking={"certificates": [certificate("qms", number="Q2")]}))
    first, second = AuditEvent.objects.order_by("id")
    assert (first.organisation, first.sequence, second.sequence) == (maker, 1, 2)
    assert (first.action, first.subject_type, first.subject_label) == (
        "record.imported",
        "device",
        "Scanner",
    )
    assert first.before == {}
    assert first.after == {
        "device": {"scanner": {"key": "scanner", "name": "Scanner", "owner": "maker"}},
        "ce_marking.certificates": {"qms": certificate("qms")},
    }
    assert second.before == {"ce_marking.certificates": {"qms": certificate("qms")}}
    assert second.after == {"ce_marking.certificates": {"qms": certificate("qms", number="Q2")}}


def test_a_device_in_the_file_is_described_whole(load: Import) -> None:
    load(devices=scanner(note="x", ce_marking={"certificates": [certificate("a"), certificate("b")]}))
    kept = Certificate.objects.get(key="a")
    report = load(devices=scanner(ce_marking={"certificates": [certificate("a")]}))
    assert (report.recorded, report.amended, report.retracted) == (0, 1, 1)
    assert [(one.pk, one.row_version) for one in Certificate.objects.all()] == [(kept.pk, 1)]
    assert Device.objects.get().note == ""
    assert Device.objects.get().row_version == 2


def test_what_the_file_does_not_name_is_left_alone(load: Import, device: Device) -> None:
    load(devices=[{"key": "pump", "name": "Pump"}])
    device.refresh_from_db()
    assert (device.name, device.row_version) == ("Scanner", 1)


def test_parts_follow_their_fact(load: Import) -> None:
    def application(*requests: str) -> dict[str, Any]:
        stops = [{"sent_on": day} for day in requests]
        return {"applications": [{"key": "a", "procedure": "lppr_listing", "information_requests": stops}]}

    load(devices=scanner(cnedimts=application("2026-01-01", "2026-03-01")))
    load(devices=scanner(cnedimts=application("2026-03-01", "2026-01-01", "2026-05-01")))
    row = Application.objects.get()
    stops = row.information_requests.order_by("position").values_list("sent_on", flat=True)
    assert [str(day) for day in stops] == ["2026-03-01", "2026-01-01", "2026-05-01"]
    assert row.row_version == 2


def test_periods_may_change_places(load: Import) -> None:
    """A boundary moves: no order of writing is free of overlaps at each step, but the end is."""

    def covers(boundary: int) -> dict[str, Any]:
        line = {"list": "latm", "code": "A1"}
        return {
            "listings": [
                {"key": "a", **line, "starts_on": "2020-01-01", "ends_on": f"{boundary - 1}-12-31"},
                {"key": "b", **line, "starts_on": f"{boundary}-01-01", "ends_on": "2029-12-31"},
            ]
        }

    load(devices=scanner(listing=covers(2022)))
    load(devices=scanner(listing=covers(2025)))
    load(devices=scanner(listing=covers(2023)))
    assert str(Listing.objects.get(key="b").starts_on) == "2023-01-01"


def test_an_identifier_may_move_to_another_device(load: Import) -> None:
    def file(holder: str) -> list[dict[str, Any]]:
        held = [{"key": "di", "scheme": "udi_di", "value": GOOD_UDI}]
        return [{"key": one, "name": one, "identifiers": held if one == holder else []} for one in ("a", "b")]

    load(devices=file("b"))
    load(devices=file("a"))
    assert Identifier.objects.get().device.key == "a"


def test_an_identifier_of_a_device_outside_of_the_file_is_refused(load: Import) -> None:
    held = [{"key": "di", "scheme": "udi_di", "value": GOOD_UDI}]
    load(devices=scanner(identifiers=held))
    with pytest.raises(FactError) as error:
        load(devices=[{"key": "pump", "name": "Pump", "identifiers": held}])
    assert codes(error) == [("devices[0].identifiers[0].value", "duplicate_udi_di")]
    assert Device.objects.count() == 1


def test_entries_and_facts_that_stand_twice_are_refused(load: Import) -> None:
    source = {"key": "letter", "title": "Letter", "quality": "declared"}
    versions = [{"key": "v", "number": "1"}, {"key": "v", "number": "2"}]
    with pytest.raises(FactError) as error:
        load(
            sources=[source, source],
            organisations=[{"key": "a", "name": "A"}, {"key": "a", "name": "B"}],
            devices=[*scanner(versions=versions), *scanner()],
        )
    assert sorted(codes(error)) == [
        ("devices[0].versions[1].key", "duplicate_key"),
        ("devices[1].key", "duplicate"),
        ("organisations[1].key", "duplicate"),
        ("sources[1].key", "duplicate"),
    ]
    with override("en"):
        assert error.value.problems[-1].text == "letter stands already at sources[0].key."


def test_a_wrong_entry_does_not_make_its_names_unknown(load: Import) -> None:
    """One mistake gives one message, not one for each place that names the entry."""
    with pytest.raises(FactError) as error:
        load(organisations=[{"key": "maker"}], devices=scanner(manufacturer="maker", owner="maker"))
    assert codes(error) == [("organisations[0].name", "missing")]


def test_a_wrong_fact_recorded_before_stands_in_nobodys_way(load: Import) -> None:
    held = {"key": "di", "scheme": "udi_di", "value": GOOD_UDI}
    load(devices=scanner(identifiers=[held]))
    with pytest.raises(FactError) as error:
        load(devices=scanner(identifiers=[{**held, "registered_on": "x"}, {**held, "key": "other"}]))
    assert codes(error) == [
        ("devices[0].identifiers[0].registered_on", "date"),
        ("devices[0].identifiers[1].value", "duplicate"),
    ]
    assert Identifier.objects.get().key == "di"


def test_codes_are_kept_in_one_form(load: Import) -> None:
    load(organisations=[{"key": "maker", "name": "Maker", "siren": "732 829 320"}])
    assert Organisation.objects.get().siren == "732829320"
    assert load(organisations=[{"key": "maker", "name": "Maker", "siren": "732 829 320"}]).amended == 0


def test_the_owner_given_keeps_what_has_none(load: Import, maker: Organisation) -> None:
    other = {"key": "other", "name": "Other"}
    load(
        organisations=[other],
        devices=[*scanner(), {"key": "b", "name": "B", "owner": "other"}],
        owner="maker",
    )
    assert dict(Device.objects.values_list("key", "owner__key")) == {"scanner": "maker", "b": "other"}


def test_an_unknown_owner_is_refused(load: Import) -> None:
    with pytest.raises(FactError) as error:
        load(devices=scanner(), owner="nobody")
    assert codes(error) == [("", "unknown_organisation")]


def test_names_may_be_those_of_recorded_entries(load: Import, maker: Organisation) -> None:
    Source.objects.create(key="letter", title="Letter", quality="declared")
    load(devices=scanner(manufacturer="maker", source="letter"))
    assert Device.objects.get().manufacturer == maker


def test_a_dry_run_checks_and_counts_but_writes_nothing(load: Import) -> None:
    before = rows()
    report = load(devices=scanner(ce_marking={"certificates": [certificate("a")]}), dry_run=True)
    assert report.recorded == 2
    assert rows() == before


def test_a_device_is_assessed_again_when_its_host_changes(load: Import) -> None:
    hosted = scanner(host="host")
    load(organisations=[{"key": "host", "name": "Host"}], devices=hosted)
    DeviceAssessment.objects.all().delete()
    certified = {"key": "hds", "ends_on": "2027-01-01"}
    load(organisations=[{"key": "host", "name": "Host", "hds_certificates": [certified]}])
    assert DeviceAssessment.objects.count() == 1


def test_a_device_that_leaves_an_organisation_leaves_a_trace_in_both_chains(load: Import) -> None:
    both = [{"key": "a", "name": "A"}, {"key": "b", "name": "B"}]
    load(organisations=both, devices=scanner(owner="a"))
    load(organisations=both, devices=scanner(owner="b"))
    events = AuditEvent.objects.filter(subject_type="device").order_by("id")
    assert [one.organisation.key for one in events if one.organisation] == ["a", "b", "a"]


def test_the_number_of_queries_stays_small(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    """A handful for each row and event; what is read does not grow with the portfolio."""
    with django_assert_max_num_queries(1200):
        assert bundled("real_devices.yaml").recorded > 250


DATA: dict[str, Any] = {
    "profiles": [
        {
            "key": "p",
            "nis2_entity": "important",
            "companion_product": False,
            "claims_record_interoperability": True,
            "record_categories": ["medical_imaging", "patient_summaries"],
        }
    ],
    "breaches": [
        {
            "key": "b",
            "role": "controller",
            "risk": "high_risk",
            "aware_on": "2026-11-20",
            "aware_at": "14:20",
            "note": "found by the host",
        }
    ],
    "person_requests": [{"key": "r", "received_on": "2026-10-31", "extended_on": "2026-11-20"}],
    "security_incidents": [
        {"key": "i", "significant": True, "aware_on": "2026-11-20", "warned_on": "2026-11-21"}
    ],
    "access_requests": [{"key": "a", "cesrees_received_on": "2026-11-02", "cesrees_extended": True}],
}


def test_the_facts_of_data_come_back_as_they_were_and_reach_the_answer(load: Import) -> None:
    report = load(devices=scanner(data=DATA))
    (recorded_device,) = recorded().devices
    assert recorded_device.data.model_dump(mode="json", exclude_defaults=True) == DATA
    assert report.recorded == 6
    (again,) = [load(devices=scanner(data=DATA))]
    assert (again.recorded, again.amended, again.retracted) == (0, 0, 0)
    row = DeadlineRow.objects.get(rule="gdpr.breach")
    assert (row.track, row.strict.isoformat(), row.hour, row.n) == ("data", "2026-11-23", "15:00", "")
    body = DeviceAssessment.objects.get().body
    (stored,) = [one for one in body["deadlines"] if one["rule"] == "gdpr.breach"]
    assert (stored["strict"], stored["hour"], stored["track"]) == ("2026-11-23", "15:00", "data")
    assert {one["code"] for one in body["findings"] if one["track"] == "data"} == {
        "persons_to_tell",
        "interoperability_to_prove",
    }


def test_an_hour_is_written_with_four_digits(load: Import) -> None:
    wrong = {"breaches": [{"key": "b", "aware_on": "2026-11-20", "aware_at": "9h"}]}
    with pytest.raises(FactError) as error:
        load(devices=scanner(data=wrong))
    assert codes(error) == [("devices[0].data.breaches[0].aware_at", "pattern")]
    with override("en"):
        assert "An hour is written HH:MM, for example 14:20." in str(error.value)


def test_the_new_facts_before_the_ans_come_back_as_they_were(load: Import) -> None:
    facts = {
        "certificates": [
            {
                "key": "c",
                "issued_on": "2025-01-15",
                "verification_months": 12,
                "last_verified_on": "2026-01-15",
                "withdrawal_notified_on": "2026-08-31",
                "users_informed_on": "2026-09-01",
                "ended_on": "2027-02-28",
                "ended_reason": "withdrawn",
            }
        ],
        "applications": [
            {
                "key": "request",
                "purpose": "lppr",
                "steps": [
                    {"step": "posted", "on": "2026-06-26"},
                    {"step": "acknowledged", "on": "2026-07-01"},
                    {"step": "reasons_requested", "on": "2026-09-15"},
                    {"step": "reasons_received", "on": "2026-10-12"},
                ],
            }
        ],
        "referentiel_changes": [
            {"key": "g", "purpose": "general", "in_force_on": "2026-10-01", "request_by": "2027-01-31"}
        ],
        "formal_notices": [
            {
                "key": "n",
                "notified_on": "2026-03-31",
                "suspended_on": "2026-04-15",
                "observations_on": "2026-09-30",
            }
        ],
    }
    hds = {
        "key": "h",
        "audit_ended_on": "2026-08-31",
        "nonconformities_found": True,
        "corrected_on": "2026-10-01",
    }
    host = {"key": "host", "name": "Host", "hds_certificates": [hds]}
    load(organisations=[host], devices=scanner(ans=facts, host="host"))
    file = recorded()
    assert file.devices[0].ans.model_dump(mode="json", exclude_defaults=True) == facts
    assert file.organisations[0].hds_certificates[0].model_dump(mode="json", exclude_defaults=True) == hds


def test_a_file_that_corrects_or_removes_says_why(load: Import) -> None:
    device = {"key": "eye", "name": "Eye", "versions": [{"key": "v", "number": "1"}]}
    load(devices=[device], reason="")
    assert load(devices=[device], reason="").amended == 0
    renumbered = [{"key": "v", "number": "2"}]
    changes: list[dict[str, Any]] = [{"name": "Eyes"}, {"versions": []}, {"versions": renumbered}]
    for change in changes:
        with pytest.raises(FactError) as refusal:
            load(devices=[device | change], reason=" ")
        assert [(one.path, one.code) for one in refusal.value.problems] == [("reason", "missing")]
        load(devices=[device | change], reason="", dry_run=True)
    load(devices=[device | {"versions": []}], reason="Recorded by mistake")
    assert list(AuditEvent.objects.order_by("id").values_list("reason", flat=True)) == [
        "",
        "Recorded by mistake",
    ]
