"""Dossiers of what changed and of a portfolio, of what the database holds: each built twice, and audited."""

import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.ce_marking.models import Certificate
from compliance.dossiers import verify
from compliance.dossiers.operations import build_difference, build_portfolio
from compliance.evidence import store
from compliance.evidence.operations import link
from compliance.facts.operations import amend, record, save_device
from devices.models import Device
from tests.dossiers.samples import Made, content_of, files_of
from tests.evidence.conftest import added

JULY, ON = date(2026, 7, 20), date(2026, 11, 22)
BEGAN, AT = datetime(2026, 7, 1, 9, tzinfo=UTC), datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SYSTEM = Actor.system("test")


@pytest.fixture
def devices(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Device]:
    """One device whose certificate was corrected and got its document in November, and one without facts."""
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "files")
    first, second = (
        save_device(actor=SYSTEM, device=None, changes={"key": key, "name": key.title()}, at=BEGAN)
        for key in ("scanner", "other")
    )
    value = {"key": "c", "number": "MDR-1", "kind": "quality_management", "regulation": "MDR"}
    record(actor=SYSTEM, subject=first, kind="ce_marking.certificates", value=value, at=BEGAN)
    fact = Certificate.objects.get(device=first)
    amend(actor=SYSTEM, fact=fact, changes={"number": "MDR-2"}, reason="Misread", at=AT)
    link(actor=SYSTEM, version=added(first), fact="ce_marking.certificates[c]", at=AT)
    return [first, second]


def changed(device: Device) -> Made:
    output = io.BytesIO()
    dossier = build_difference(
        actor=SYSTEM, device=device, since=JULY, on=ON, known_on=ON, language="en", at=AT, output=output
    )
    return Made(dossier, output.getvalue())


def portfolio(devices: list[Device]) -> Made:
    output = io.BytesIO()
    dossier = build_portfolio(
        actor=SYSTEM, devices=devices, on=ON, known_on=ON, language="en", at=AT, output=output
    )
    return Made(dossier, output.getvalue())


def test_a_correction_and_a_document_stand_between_two_dates(devices: list[Device], tmp_path: Path) -> None:
    dossier = changed(devices[0])
    content = content_of(dossier)
    assert content["from"] == {"on": "2026-07-20", "known_on": "2026-07-20", "facts_known_on": "2026-07-20"}
    (fact,) = content["facts"]
    assert (fact["fact"], fact["change"]) == ("ce_marking.certificates[c]", "changed")
    assert fact["fields"] == [{"field": "number", "before": "MDR-1", "after": "MDR-2"}]
    assert [one["facts"] for one in content["documents"]] == [["ce_marking.certificates[c]"]]
    assert content["documents"][0]["path"] in files_of(dossier)
    events = content_of(dossier, "audit.json")["events"]
    assert [one["action"] for one in events] == ["fact.amended", "document.added", "document.linked"]
    (tmp_path / "bag.zip").write_bytes(dossier.content)
    assert verify.verify(tmp_path / "bag.zip").problems == []
    after = AuditEvent.objects.latest("id").after
    assert after is not None
    assert after["dossier"][dossier.name] == {
        "since": "2026-07-20", "on": "2026-11-22", "known_on": "2026-11-22", "language": "en",
        "sha512": dossier.sha512,
    }  # fmt: skip
    path = tmp_path / "again.zip"
    call_command(
        "export_dossier", "scanner", "--scope", "difference", "--since", "2026-07-20", "--on", "2026-11-22",
        "--known-on", "2026-11-22", "--language", "en", "--output", path, stdout=io.StringIO(),
    )  # fmt: skip
    assert path.read_bytes() == dossier.content


def test_a_portfolio_names_the_device_whose_file_is_missing(devices: list[Device], tmp_path: Path) -> None:
    whole = portfolio(devices)
    assert [one["device"] for one in content_of(whole)["devices"]] == ["other", "scanner"]
    assert whole.content == portfolio(devices[::-1]).content
    (tmp_path / "bag.zip").write_bytes(whole.content)
    assert verify.verify(tmp_path / "bag.zip").problems == []
    built = AuditEvent.objects.filter(action="dossier.built").values_list("subject_id", flat=True)
    assert set(built) == {str(one.pk) for one in devices}
    store.path_of(devices[0].documents.get().versions.get().blob_id).unlink()
    content = content_of(portfolio(devices))
    assert [one["device"] for one in content["devices"]] == ["other"]
    assert [one["device"] for one in content["not_made"]] == ["scanner"]
    assert "is not where files are kept" in content["not_made"][0]["problems"][0]
