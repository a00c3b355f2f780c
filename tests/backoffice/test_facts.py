"""Facts are recorded, changed and taken out through the operations, and nothing typed is lost."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from compliance.assessments.models import TrackState
from compliance.audit.models import AuditEvent
from compliance.backoffice.facts.records import admin_url
from compliance.ce_marking.models import Certificate
from compliance.cnedimts.models import Application
from compliance.facts.kinds import KINDS
from devices.models import Device, Organisation
from tests import portfolio
from tests.backoffice.conftest import Session
from tests.backoffice.pages import text


def _certificate() -> Certificate:
    return Certificate.objects.get(key="qms")


def _form_data(answer: Any) -> dict[str, Any]:
    """Return what the browser would send back untouched."""
    form = answer.context["adminform"].form
    data = {field.html_name: field.value() for field in form}
    for inline in answer.context["inline_admin_formsets"]:
        for part in (inline.formset.management_form, *inline.formset.forms):
            data |= {field.html_name: field.value() for field in part}
    return {name: value for name, value in data.items() if value is not None}


def _change(session: Client, **changes: Any) -> Any:
    url = admin_url(Certificate, "change", _certificate().pk)
    return session.post(url, {**_form_data(session.get(url)), **changes})


def _ce_status() -> str:
    return TrackState.objects.get(device=portfolio.device(), track="ce_marking").status


def test_every_kind_has_a_list_and_a_form(officer: Client) -> None:
    device = str(portfolio.device().pk)
    for kind in KINDS.values():
        assert officer.get(admin_url(kind.model, "changelist")).status_code == 200, kind.path
        answer = officer.get(admin_url(kind.model, "add"), {"device": device})
        assert answer.status_code == 200, kind.path
        assert "Save" in text(answer), kind.path


def test_a_change_moves_the_status_and_leaves_an_event(officer: Client) -> None:
    assert _ce_status() == "valid"
    answer = _change(officer, withdrawn_on="2026-11-01", reason="Letter of the notified body")
    assert answer["Location"] == reverse("admin:device", args=[portfolio.device().pk])
    assert _ce_status() == "expired"
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.reason) == ("fact.amended", "Letter of the notified body")
    assert event.actor_label == "officer@example.org"
    assert event.after is not None
    assert event.after["ce_marking.certificates"]["qms"]["withdrawn_on"] == "2026-11-01"
    assert "Letter of the notified body" in text(officer.get(answer["Location"]))


def test_a_change_needs_a_reason(officer: Client) -> None:
    answer = _change(officer, withdrawn_on="2026-11-01")
    assert "reason" in answer.context["adminform"].form.errors
    assert _certificate().withdrawn_on is None


def test_a_stale_form_is_refused_and_keeps_what_was_typed(officer: Client) -> None:
    url = admin_url(Certificate, "change", _certificate().pk)
    data = {**_form_data(officer.get(url)), "number": "C-2", "reason": "Number corrected"}
    _change(officer, number="C-9", reason="Someone was faster")
    answer = officer.post(url, data)
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "Someone changed this record meanwhile" in shown
    assert 'value="C-2"' in shown
    assert "Read the record again" in shown
    assert _certificate().number == "C-9"


def test_a_wrong_code_is_shown_at_its_field(officer: Client) -> None:
    url = admin_url(KINDS["identifiers"].model, "add")
    answer = officer.post(
        url, {"device": str(portfolio.device().pk), "scheme": "udi_di", "value": "04250802900153"}
    )
    form = answer.context["adminform"].form
    assert list(form.errors) == ["value"]
    assert form["value"].value() == "04250802900153"
    assert AuditEvent.objects.filter(action="fact.recorded").count() == 0


def test_what_the_database_refuses_is_shown(officer: Client) -> None:
    answer = _change(officer, printed_end="2020-01-01", reason="Typing error")
    assert "The certificate ends before it is issued." in text(answer)
    assert _certificate().printed_end == date(2029, 2, 28)


def test_a_fact_is_added_with_its_parts_and_gets_a_key(officer: Client) -> None:
    device = portfolio.device()
    url = f"{admin_url(Application, 'add')}?device={device.pk}"
    data = _form_data(officer.get(url)) | {
        "procedure": "lppr_renewal",
        "steps-0-step": "requested",
        "steps-0-on": "2026-10-01",
    }
    answer = officer.post(url, data)
    assert answer.status_code == 302, answer.context["errors"]
    application = Application.objects.get(device=device)
    assert application.key == "application-1"
    assert [(one.step, one.on.isoformat()) for one in application.steps.all()] == [
        ("requested", "2026-10-01")
    ]
    page = text(officer.get(answer["Location"]))
    assert "Request received by the authority 1 October 2026" in page


def test_a_wrong_part_is_shown_at_the_part(officer: Client) -> None:
    url = f"{admin_url(Application, 'add')}?device={portfolio.device().pk}"
    data = _form_data(officer.get(url)) | {
        "procedure": "lppr_renewal",
        "information_requests-0-sent_on": "2026-10-10",
        "information_requests-0-received_on": "2026-10-01",
    }
    answer = officer.post(url, data)
    assert answer.status_code == 200
    assert "The request is received before it is sent." in text(answer)
    assert not Application.objects.exists()


def test_a_part_is_removed_and_the_others_stay(officer: Client) -> None:
    test_a_fact_is_added_with_its_parts_and_gets_a_key(officer)
    application = Application.objects.get()
    url = admin_url(Application, "change", application.pk)
    data = _form_data(officer.get(url))
    data |= {"steps-1-step": "acknowledged", "steps-1-on": "2026-10-20", "reason": "Acknowledged"}
    officer.post(url, data)
    assert [one.step for one in application.steps.all()] == ["requested", "acknowledged"]
    data = _form_data(officer.get(url)) | {"steps-0-DELETE": "on", "reason": "Recorded by mistake"}
    officer.post(url, data)
    assert [one.step for one in application.steps.all()] == ["acknowledged"]


def test_a_fact_is_taken_out_with_a_reason(officer: Client) -> None:
    url = admin_url(Certificate, "delete", _certificate().pk)
    version = _certificate().row_version
    refused = officer.post(url, {"expected_version": version})
    assert "reason" in refused.context["form"].errors
    stale = officer.post(url, {"expected_version": version + 1, "reason": "Recorded twice"})
    assert "Someone changed this record meanwhile" in text(stale)
    assert Certificate.objects.count() == 1
    answer = officer.post(url, {"expected_version": version, "reason": "Recorded twice"})
    assert answer.status_code == 302
    assert Certificate.objects.count() == 0
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.reason) == ("fact.retracted", "Recorded twice")


def test_an_auditor_reads_and_cannot_write(session_of: Session) -> None:
    session = session_of("auditor")
    url = admin_url(Certificate, "change", _certificate().pk)
    answer = session.get(url)
    assert "C-1" in text(answer)
    assert "Save" not in text(answer)
    assert session.post(url, {"number": "C-2"}).status_code == 403
    assert (
        session.post(admin_url(Certificate, "delete", _certificate().pk), {"reason": "x"}).status_code == 302
    )
    assert session.get(admin_url(Certificate, "add")).status_code == 403
    assert _certificate().number == "C-1"


@pytest.mark.parametrize("role", ["rival", "buyer", "stranger"])
def test_a_fact_of_another_organisation_does_not_exist(session_of: Session, role: str) -> None:
    session = session_of(role)
    answer = session.get(admin_url(Certificate, "change", _certificate().pk), follow=True)
    assert "C-1" not in text(answer)
    assert session.get(admin_url(Certificate, "delete", _certificate().pk)).status_code == 404


def test_a_fact_cannot_be_given_to_a_device_of_another_organisation(officer: Client) -> None:
    rival = portfolio.device("rival-three")
    answer = officer.post(
        admin_url(KINDS["versions"].model, "add"), {"device": str(rival.pk), "number": "1.0", "changes": []}
    )
    assert "device" in answer.context["adminform"].form.errors


def test_a_device_is_recorded_and_changed(officer: Client) -> None:
    url = reverse("admin:devices_device_add")
    maker = Organisation.objects.get(key="maker")
    data = _form_data(officer.get(url)) | {
        "key": "new-one",
        "name": "New One",
        "owner": str(maker.pk),
        "complete_tracks": ["ans", "ai_act"],
        "is_software": "true",
    }
    assert officer.post(url, data).status_code == 302
    device = Device.objects.get(key="new-one")
    assert (device.complete_tracks, device.is_software) == (["ans", "ai_act"], True)
    url = reverse("admin:devices_device_change", args=[device.pk])
    data = {**_form_data(officer.get(url)), "name": "New Name", "reason": "Renamed"}
    assert officer.post(url, data)["Location"] == reverse("admin:device", args=[device.pk])
    device.refresh_from_db()
    assert (device.name, device.complete_tracks) == ("New Name", ["ans", "ai_act"])
    assert AuditEvent.objects.latest("id").action == "device.saved"


def test_a_device_cannot_be_given_away_or_taken(officer: Client) -> None:
    rival = Organisation.objects.get(key="rival")
    url = reverse("admin:devices_device_change", args=[portfolio.device().pk])
    answer = officer.post(url, {**_form_data(officer.get(url)), "owner": str(rival.pk), "reason": "x"})
    assert "owner" in answer.context["adminform"].form.errors


def test_nothing_is_deleted_in_bulk(officer: Client) -> None:
    answer = officer.post(
        admin_url(Certificate, "changelist"),
        {"action": "delete_selected", "_selected_action": [str(_certificate().pk)]},
    )
    assert answer.status_code in {200, 302}
    assert Certificate.objects.count() == 1
