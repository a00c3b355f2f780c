"""The operations: checked, written, audited and assessed in one transaction, or nothing at all."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from compliance.assessments.models import DeviceAssessment
from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.ce_marking.models import ActorRegistration, Certificate
from compliance.cnedimts.models import Application
from compliance.facts import operations
from compliance.facts.errors import FactError
from compliance.facts.models import Fact
from compliance.facts.operations import amend, record, retract, save_device, save_organisation, save_source
from devices.models import Device, Organisation, Source
from tests.facts.conftest import AT

pytestmark = pytest.mark.django_db
QMS = {"key": "qms", "number": "Q1", "kind": "quality_management", "regulation": "MDR"}
Certify = Callable[..., Fact]


@pytest.fixture
def certify(system: Actor, device: Device) -> Certify:
    """Return a function that records a certificate of the device."""
    return lambda **fields: record(
        actor=system, subject=device, kind="ce_marking.certificates", value={**QMS, **fields}, at=AT
    )


def codes(error: pytest.ExceptionInfo[FactError]) -> list[tuple[str, str]]:
    return [(one.path, one.code) for one in error.value.problems]


def last_event() -> AuditEvent:
    return AuditEvent.objects.latest("id")


class TestRecord:
    def test_writes_audits_and_assesses(self, certify: Certify, device: Device, maker: Organisation) -> None:
        fact = certify(printed_end="2029-02-28")
        row = Certificate.objects.get(pk=fact.pk)
        assert (row.device, row.number, row.printed_end) == (device, "Q1", date(2029, 2, 28))
        event = last_event()
        assert (event.organisation, event.action, event.subject_type) == (maker, "fact.recorded", "device")
        assert (event.subject_id, event.subject_label) == (str(device.pk), "Scanner")
        assert event.before == {}
        assert event.after == {"ce_marking.certificates": {"qms": {**QMS, "printed_end": "2029-02-28"}}}
        assert (event.actor_label, event.actor_id, event.at) == ("test", "", AT)
        assert DeviceAssessment.objects.get().computed_at == AT

    def test_names_every_field_that_is_wrong(self, certify: Certify) -> None:
        with pytest.raises(FactError) as error:
            certify(key="Q M S", regulation="XYZ", issued_on="2026-02-30", number="", other=1)
        assert codes(error) == [
            ("key", "pattern"),
            ("number", "empty"),
            ("regulation", "choice"),
            ("issued_on", "date"),
            ("other", "unknown_field"),
        ]
        assert not AuditEvent.objects.exists()

    def test_refuses_what_the_database_refuses_and_names_every_field(self, certify: Certify) -> None:
        with pytest.raises(FactError) as error:
            certify(issued_on="2026-01-01", starts_on="2026-01-01", printed_end="2025-01-01")
        assert set(codes(error)) == {("printed_end", "date_order")}
        assert not Certificate.objects.exists()
        assert not AuditEvent.objects.exists()

    def test_refuses_a_key_that_is_taken(self, certify: Certify) -> None:
        certify()
        with pytest.raises(FactError) as error:
            certify(number="Q2")
        assert codes(error) == [("key", "duplicate_key")]

    def test_refuses_wrong_codes(self, system: Actor, device: Device) -> None:
        value = {"key": "di", "scheme": "udi_di", "value": "03760123456785"}
        with pytest.raises(FactError) as error:
            record(actor=system, subject=device, kind="identifiers", value=value, at=AT)
        assert codes(error) == [("value", "wrong_check")]

    def test_checks_the_code_of_the_lppr_only(self, system: Actor, device: Device) -> None:
        kind = "listing.listings"
        record(
            actor=system, subject=device, kind=kind, value={"key": "a", "list": "latm", "code": "TVS1"}, at=AT
        )
        with pytest.raises(FactError) as error:
            record(
                actor=system,
                subject=device,
                kind=kind,
                value={"key": "b", "list": "lppr", "code": "12"},
                at=AT,
            )
        assert codes(error) == [("code", "bad_format")]

    def test_refuses_names_of_nothing(self, certify: Certify) -> None:
        with pytest.raises(FactError) as error:
            certify(source="nowhere")
        assert codes(error) == [("source", "unknown_source")]
        with pytest.raises(FactError) as error:
            certify(supplement_of="Q9")
        assert codes(error) == [("supplement_of", "unknown_supplement_of")]

    def test_refuses_text_that_no_database_keeps(self, certify: Certify) -> None:
        with pytest.raises(FactError) as error:
            certify(note="a\0b", number="\ud800")
        assert {code for _, code in codes(error)} == {"control_character"}

    def test_writes_parts_in_their_order_and_names_the_wrong_one(self, system: Actor, device: Device) -> None:
        stops = [{"sent_on": "2026-02-01"}, {"sent_on": "2026-01-01"}]
        value: dict[str, Any] = {"key": "a", "procedure": "pecan", "information_requests": stops}
        record(actor=system, subject=device, kind="cnedimts.applications", value=value, at=AT)
        rows = Application.objects.get().information_requests.order_by("position")
        assert [one.sent_on for one in rows] == [date(2026, 2, 1), date(2026, 1, 1)]
        stops[1]["received_on"] = "2025-12-01"
        with pytest.raises(FactError) as error:
            record(
                actor=system,
                subject=device,
                kind="cnedimts.applications",
                value={**value, "key": "b"},
                at=AT,
            )
        assert codes(error) == [("information_requests[1].received_on", "date_order")]

    def test_a_fact_of_an_organisation_assesses_its_devices(
        self, system: Actor, maker: Organisation, device: Device
    ) -> None:
        value = {"key": "eudamed", "srn": "FR-MF-000012345"}
        kind = "organisations.actor_registrations"
        record(actor=system, subject=maker, kind=kind, value=value, at=AT)
        assert ActorRegistration.objects.get().organisation == maker
        assert DeviceAssessment.objects.get().device == device
        assert (last_event().organisation, last_event().subject_type) == (maker, "organisation")

    def test_stands_or_falls_as_a_whole(self, certify: Certify, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(**_: Any) -> None:
            raise DatabaseError

        monkeypatch.setattr(operations, "reassess", fail)
        with pytest.raises(DatabaseError):
            certify()
        assert not Certificate.objects.exists()
        assert not AuditEvent.objects.exists()


class TestAmend:
    def test_changes_only_what_is_named(self, system: Actor, certify: Certify) -> None:
        fact = certify(printed_end="2029-02-28", note="kept")
        amend(actor=system, fact=fact, changes={"printed_end": date(2028, 1, 1)}, reason="misread", at=AT)
        row = Certificate.objects.get()
        assert (row.pk, row.printed_end, row.note, row.row_version) == (fact.pk, date(2028, 1, 1), "kept", 2)
        event = last_event()
        assert (event.action, event.reason) == ("fact.amended", "misread")
        said = {**QMS, "note": "kept"}
        assert event.before == {"ce_marking.certificates": {"qms": {**said, "printed_end": "2029-02-28"}}}
        assert event.after == {"ce_marking.certificates": {"qms": {**said, "printed_end": "2028-01-01"}}}

    def test_forgets_with_none(self, system: Actor, certify: Certify) -> None:
        fact = certify(printed_end="2029-02-28")
        amend(actor=system, fact=fact, changes={"printed_end": None}, reason="misread", at=AT)
        assert Certificate.objects.get().printed_end is None

    def test_writes_nothing_where_nothing_changes(self, system: Actor, certify: Certify) -> None:
        fact = certify(printed_end="2029-02-28")
        amend(actor=system, fact=fact, changes={"printed_end": "2029-02-28"}, reason="misread", at=AT)
        assert Certificate.objects.get().row_version == 1
        assert AuditEvent.objects.count() == 1

    def test_refuses_an_older_state(self, system: Actor, certify: Certify) -> None:
        fact = certify()
        amend(actor=system, fact=fact, changes={"note": "a"}, reason="misread", at=AT, expected_version=1)
        with pytest.raises(FactError) as error:
            amend(actor=system, fact=fact, changes={"note": "b"}, reason="misread", at=AT, expected_version=1)
        assert codes(error) == [("", "stale")]
        assert Certificate.objects.get().note == "a"

    def test_reads_the_recorded_row_not_the_one_it_is_given(self, system: Actor, certify: Certify) -> None:
        fact = certify()
        amend(actor=system, fact=fact, changes={"note": "a"}, reason="misread", at=AT)
        amend(actor=system, fact=fact, changes={"issued_on": "2026-01-01"}, reason="misread", at=AT)
        row = Certificate.objects.get()
        assert (row.note, row.issued_on, row.row_version) == ("a", date(2026, 1, 1), 3)

    def test_leaves_a_refused_row_as_it_was(self, system: Actor, certify: Certify) -> None:
        fact = certify(issued_on="2026-01-01")
        with pytest.raises(FactError):
            amend(actor=system, fact=fact, changes={"printed_end": "2025-01-01"}, reason="misread", at=AT)
        assert (Certificate.objects.get().printed_end, Certificate.objects.get().row_version) == (None, 1)

    def test_refuses_a_fact_retracted_meanwhile(self, system: Actor, certify: Certify) -> None:
        fact = certify()
        Certificate.objects.all().delete()
        with pytest.raises(FactError) as error:
            amend(actor=system, fact=fact, changes={"note": "a"}, reason="misread", at=AT)
        assert codes(error) == [("", "stale")]

    def test_replaces_parts_only_as_a_whole(self, system: Actor, device: Device) -> None:
        value = {"key": "a", "procedure": "pecan", "steps": [{"step": "requested", "on": "2026-01-01"}]}
        fact = record(actor=system, subject=device, kind="cnedimts.applications", value=value, at=AT)
        amend(actor=system, fact=fact, changes={"note": "n"}, reason="misread", at=AT)
        assert [one.step for one in Application.objects.get().steps.all()] == ["requested"]
        amend(actor=system, fact=fact, changes={"steps": []}, reason="misread", at=AT)
        assert not Application.objects.get().steps.exists()


class TestRetract:
    def test_removes_the_row_and_keeps_what_it_said(self, system: Actor, certify: Certify) -> None:
        fact = certify()
        retract(actor=system, fact=fact, reason="of another device", at=AT)
        assert not Certificate.objects.exists()
        event = last_event()
        assert (event.action, event.reason, event.after) == ("fact.retracted", "of another device", {})
        assert event.before == {"ce_marking.certificates": {"qms": QMS}}

    def test_refuses_what_another_fact_names(self, system: Actor, certify: Certify) -> None:
        fact = certify()
        certify(key="supplement", number="Q1-S", supplement_of="Q1", kind="technical_documentation")
        with pytest.raises(FactError) as error:
            retract(actor=system, fact=fact, reason="misread", at=AT)
        assert codes(error) == [("ce_marking.certificates.supplement.supplement_of", "unknown_supplement_of")]
        assert Certificate.objects.count() == 2

    def test_refuses_an_older_state(self, system: Actor, certify: Certify) -> None:
        with pytest.raises(FactError) as error:
            retract(actor=system, fact=certify(), reason="misread", at=AT, expected_version=7)
        assert codes(error) == [("", "stale")]


class TestSaveDevice:
    def test_creates(self, system: Actor, maker: Organisation) -> None:
        changes = {"key": "pump", "name": " Pump ", "owner": "maker", "functions": ["diagnostic"]}
        device = save_device(actor=system, device=None, changes=changes, at=AT)
        row = Device.objects.get(pk=device.pk)
        assert (row.name, row.owner, row.functions, row.row_version) == ("Pump", maker, ["diagnostic"], 1)
        assert last_event().organisation == maker
        assert DeviceAssessment.objects.get().device == row

    def test_changes_and_forgets(self, system: Actor, device: Device) -> None:
        changes = {"name": "Scanner 2", "manufacturer": None}
        save_device(actor=system, device=device, changes=changes, reason="renamed", at=AT, expected_version=1)
        device.refresh_from_db()
        assert (device.name, device.manufacturer, device.row_version) == ("Scanner 2", None, 2)
        with pytest.raises(FactError) as error:
            save_device(actor=system, device=device, changes=changes, at=AT, expected_version=1)
        assert codes(error) == [("", "stale")]

    def test_writes_nothing_where_nothing_changes(self, system: Actor, device: Device) -> None:
        save_device(actor=system, device=device, changes={"name": "Scanner"}, at=AT)
        assert not AuditEvent.objects.exists()

    def test_refuses_a_taken_key_facts_and_wrong_names(self, system: Actor, device: Device) -> None:
        refusals: list[tuple[dict[str, Any], tuple[str, str]]] = [
            ({"key": "scanner", "name": "B"}, ("key", "duplicate_key")),
            ({"key": "b", "name": "B", "versions": []}, ("versions", "unknown_field")),
            ({"key": "b", "name": "B", "host": "nobody"}, ("host", "unknown_organisation")),
            ({"key": "b", "name": "B", "emdn": "E1"}, ("emdn", "bad_format")),
        ]
        for changes, refusal in refusals:
            with pytest.raises(FactError) as error:
                save_device(actor=system, device=None, changes=changes, at=AT)
            assert codes(error) == [refusal]
        assert Device.objects.count() == 1


class TestSaveOrganisation:
    def test_creates_and_changes(self, system: Actor) -> None:
        changes = {"key": "maker", "name": "Maker", "siren": "732 829 320", "turnover_eur": Decimal("1.50")}
        row = save_organisation(actor=system, organisation=None, changes=changes, at=AT)
        assert (row.siren, last_event().organisation) == ("732829320", row)
        assert last_event().after == {
            "organisation": {
                "maker": {"key": "maker", "name": "Maker", "siren": "732829320", "turnover_eur": "1.5"}
            }
        }
        save_organisation(actor=system, organisation=row, changes={"turnover_eur": None}, at=AT)
        assert Organisation.objects.get().turnover_eur is None

    def test_assesses_the_devices_in_which_it_holds_a_role(
        self, system: Actor, maker: Organisation, device: Device
    ) -> None:
        Device.objects.create(key="other", name="Other")
        save_organisation(actor=system, organisation=maker, changes={"size": "sme"}, at=AT)
        assert [one.device for one in DeviceAssessment.objects.all()] == [device]


def test_save_source_writes_in_the_chain_of_the_platform(system: Actor) -> None:
    changes = {"key": "letter", "title": "Letter", "quality": "declared"}
    source = save_source(actor=system, source=None, changes=changes, at=AT)
    save_source(actor=system, source=source, changes={"read_on": "2026-01-01"}, at=AT)
    save_source(actor=system, source=source, changes={"read_on": "2026-01-01"}, at=AT)
    assert Source.objects.get().read_on == date(2026, 1, 1)
    assert [(one.organisation, one.sequence) for one in AuditEvent.objects.order_by("id")] == [
        (None, 1),
        (None, 2),
    ]


@pytest.mark.parametrize(("reason", "code"), [("", "missing"), ("  \n", "missing"), ("x" * 2001, "too_long")])
def test_a_correction_and_a_removal_say_why(system: Actor, certify: Certify, reason: str, code: str) -> None:
    fact = certify()
    with pytest.raises(FactError) as corrected:
        amend(actor=system, fact=fact, changes={"note": "n"}, reason=reason, at=AT)
    with pytest.raises(FactError) as removed:
        retract(actor=system, fact=fact, reason=reason, at=AT)
    for error in (corrected, removed):
        assert [(one.path, one.code) for one in error.value.problems] == [("reason", code)]
    assert Certificate.objects.get().note == ""


def test_a_reason_that_nobody_asked_for_is_no_longer_than_another(system: Actor, certify: Certify) -> None:
    certify()
    device = Certificate.objects.get().device
    with pytest.raises(FactError) as error, transaction.atomic():
        operations.set_publication(actor=system, device=device, published=True, reason="x" * 2001, at=AT)
    assert [(one.path, one.code) for one in error.value.problems] == [("reason", "too_long")]
    device.refresh_from_db()
    assert not device.published
    operations.set_publication(actor=system, device=device, published=True, reason="x" * 2000, at=AT)
    assert AuditEvent.objects.latest("id").reason == "x" * 2000
