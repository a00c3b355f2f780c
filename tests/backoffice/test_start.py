"""From an empty account to a first device with its statuses; what is unknown stays unknown."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from compliance.assessments.models import TrackState
from compliance.audit.models import AuditEvent
from compliance.backoffice.records.admin import SourceAdmin
from compliance.ce_marking.models import Certificate, Classification
from devices.models import Device, Membership, Organisation, Role, Source, User
from tests.backoffice.conftest import Session
from tests.backoffice.pages import text

CERTIFICATE = {
    "number": "MDR 123456", "kind": "quality_management", "regulation": "MDR", "notified_body": "0459",
    "issued_on": "2025-01-15", "starts_on": "2025-01-15", "printed_end": "2030-01-14", "record": "1",
}  # fmt: skip


@pytest.fixture
def newcomer(db: None) -> Client:
    """Return the session of an officer whose organisation has no device."""
    user = User.objects.create_user("new@example.org", "x", is_staff=True)
    maker = Organisation.objects.create(key="start-up", name="Start-up")
    Membership.objects.create(user=user, organisation=maker, role=Role.OFFICER)
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def _begin(session: Client, **changes: Any) -> Any:
    owner = Organisation.objects.get(key="start-up").pk
    said = {"name": "Vision Pulmonaire", "owner": str(owner), "maker": "own", "is_software": "yes"}
    return session.post("/start/", {**said, **changes})


def _devices() -> Any:
    return Device.objects.filter(owner__key="start-up")


def _url(name: str) -> str:
    return reverse(f"admin:start_{name}", args=[_devices().get().pk])


def _statuses() -> dict[str, str]:
    return dict(TrackState.objects.filter(device=_devices().get()).values_list("track", "status"))


def test_an_empty_account_is_led_to_its_first_device(newcomer: Client) -> None:
    answer = newcomer.get("/")
    assert "Record your first device" in text(answer)
    assert f'href="{reverse("admin:start")}"' in answer.content.decode()
    owner = Organisation.objects.get(key="start-up").pk
    assert newcomer.get("/start/").context["form"]["owner"].value() == owner


def test_five_steps_end_with_five_statuses_and_the_first_deadlines(newcomer: Client) -> None:
    assert _begin(newcomer, digital_device="yes", functions=["diagnostic"])["Location"] == _url("class")
    device = _devices().get()
    assert (device.key, device.manufacturer, device.is_software) == ("vision-pulmonaire", device.owner, True)
    assert (device.published, device.functions) == (False, ["diagnostic"])
    steps = {
        "class": {"regulation": "MDR", "device_class": "IIa", "record": "1"},
        "certificate": CERTIFICATE,
        "listing": {"none": "1"},
        "ai": {"is_ai_system": "yes", "is_the_device": "yes", "annex_iii": "none", "record": "1"},
    }
    following = [*list(steps)[1:], "end"]
    for (name, said), after in zip(steps.items(), following, strict=True):
        form = newcomer.get(_url(name)).context["form"]
        assert name != "certificate" or form["regulation"].value() == "MDR"
        assert newcomer.post(_url(name), said)["Location"] == _url(after)
    assert _statuses() == {
        "ce_marking": "valid",
        "cnedimts": "not_started",
        "listing": "not_started",
        "ans": "unknown",
        "ai_act": "in_progress",
    }
    answer = newcomer.get(_url("end"))
    shown = text(answer)
    assert len(answer.context["tracks"]) == 5
    assert "until 14 January 2030" in shown
    assert ("mdr.certificate_end", "2030-01-14") in [
        (one["rule"], one["strict"]) for one in answer.context["actions"]
    ]
    assert answer.context["open"] == []
    actions = AuditEvent.objects.filter(subject_id=str(device.pk)).order_by("id")
    assert [one.action for one in actions] == [
        "device.saved", "fact.recorded", "fact.recorded", "device.saved", "fact.recorded",
    ]  # fmt: skip


def test_each_step_may_be_left_and_is_then_unknown(newcomer: Client) -> None:
    """Nothing but a name: no track says more than unknown, and no answer became a "no"."""
    _begin(newcomer, is_software="", maker="")
    for name, after in (
        ("class", "certificate"),
        ("certificate", "listing"),
        ("listing", "ai"),
        ("ai", "end"),
    ):
        assert newcomer.post(_url(name), {"skip": "1"})["Location"] == _url(after)
    device = _devices().get()
    assert (device.is_software, device.digital_device, device.manufacturer) == (None, None, None)
    assert (device.functions, device.complete_tracks) == ([], [])
    assert set(_statuses().values()) == {"unknown"}
    answer = newcomer.get(_url("end"))
    assert [one.name for one in answer.context["open"]] == ["class", "certificate", "listing", "ai"]
    assert "Not known yet: CE certificate" in text(answer)


def test_an_empty_form_of_the_ai_act_records_nothing(newcomer: Client) -> None:
    _begin(newcomer)
    assert newcomer.post(_url("ai"), {"record": "1"})["Location"] == _url("end")
    assert _statuses()["ai_act"] == "unknown"
    newcomer.post(_url("ai"), {"record": "1", "is_ai_system": "no"})
    assert _statuses()["ai_act"] == "not_applicable"


def test_none_is_said_on_purpose(newcomer: Client) -> None:
    _begin(newcomer)
    assert _statuses()["ce_marking"] == "unknown"
    newcomer.post(_url("certificate"), {"none": "1"})
    assert _devices().get().complete_tracks == ["ce_marking"]
    event = AuditEvent.objects.latest("id")
    assert event.reason == "There is no certificate yet"
    assert "This step is recorded already" in text(newcomer.get(_url("certificate")))


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(newcomer: Client) -> None:
    answer = _begin(newcomer, name="")
    assert answer.status_code == 200
    assert "name" in answer.context["form"].errors
    assert not _devices().exists()
    _begin(newcomer)
    wrong = {**CERTIFICATE, "notified_body": "45", "printed_end": "2024-01-01"}
    answer = newcomer.post(_url("certificate"), wrong)
    assert answer.status_code == 200
    assert set(answer.context["form"].errors) <= {"notified_body", "printed_end", "__all__"}
    assert "notified_body" in answer.context["form"].errors
    html = answer.content.decode()
    assert 'value="MDR 123456"' in html
    assert 'value="2025-01-15"' in html
    assert not Certificate.objects.filter(device__in=_devices()).exists()


def test_a_step_sent_twice_is_recorded_once(newcomer: Client) -> None:
    _begin(newcomer)
    for _time in range(2):
        said = {"regulation": "MDR", "device_class": "IIa", "record": "1"}
        assert newcomer.post(_url("class"), said)["Location"] == _url("certificate")
    assert Classification.objects.filter(device__in=_devices()).count() == 1


def test_two_devices_of_one_name_get_keys_of_their_own(newcomer: Client) -> None:
    _begin(newcomer)
    _begin(newcomer)
    keys = set(_devices().values_list("key", flat=True))
    assert len(keys) == 2
    assert "vision-pulmonaire" in keys
    assert _begin(newcomer, name="日本").status_code == 302


@pytest.mark.parametrize(
    ("role", "expected"), [("officer", 200), ("buyer", 403), ("auditor", 403), ("stranger", 403)]
)
def test_only_who_keeps_records_begins(session_of: Session, role: str, expected: int) -> None:
    assert session_of(role).get("/start/").status_code == expected


def test_a_device_is_never_made_for_another_organisation(session_of: Session) -> None:
    rival = Organisation.objects.filter(key="rival")
    session = session_of("officer")
    before = Device.objects.count()
    answer = session.post("/start/", {"name": "Theirs", "owner": str(rival.get().pk)})
    assert "owner" in answer.context["form"].errors
    assert Device.objects.count() == before


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("/devices/device/", "No device is recorded yet"),
        ("/documents/", "Choose a device"),
        ("/ce_marking/certificate/", "Facts are also recorded on the page of their device"),
        ("/alerts/alert/", "Alerts are sent by mail as a deadline comes near"),
        ("/deadlines/moved/", "A date moves when a fact is recorded or corrected"),
        ("/devices/source/", "A source says where facts were read"),
        ("/search/", "What can be searched"),
        ("/keys/", "Make one"),
    ],
)
def test_an_empty_page_says_what_to_do(
    newcomer: Client, page: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Everybody sees every source: those of the portfolio too.
    monkeypatch.setattr(SourceAdmin, "get_queryset", lambda _self, _request: Source.objects.none())
    assert said in text(newcomer.get(page))
