"""Who sees which page, and what stands on it."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from compliance.alerts.models import Alert, Letter
from compliance.alerts.plan import plan_changed
from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.ce_marking.models import Certificate
from compliance.facts.operations import amend, record, save_device
from devices.models import Device, User
from tests import portfolio
from tests.backoffice.conftest import Session
from tests.backoffice.pages import text


def _device_url(key: str = "scan-one") -> str:
    return reverse("admin:device", args=[portfolio.device(key).pk])


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("officer", {"Écho Scan One", "Draft Two"}),
        ("buyer", {"Écho Scan One"}),
        ("auditor", {"Écho Scan One"}),
        ("rival", {"Rival Three"}),
        ("administrator", {"Écho Scan One", "Draft Two", "Rival Three"}),
        ("stranger", set()),
    ],
)
def test_each_role_sees_its_devices_everywhere(session_of: Session, role: str, seen: set[str]) -> None:
    session = session_of(role)
    names = set(Device.objects.values_list("name", flat=True))
    for page in ("/", reverse("admin:devices_device_changelist")):
        answer = session.get(page)
        assert answer.status_code == 200
        assert {name for name in names if name in text(answer)} == seen
    for device in Device.objects.all():
        expected = 200 if device.name in seen else 404
        assert session.get(reverse("admin:device", args=[device.pk])).status_code == expected


def test_nobody_is_sent_to_the_login_page(session_of: Session) -> None:
    session_of("officer")
    answer = Client().get(_device_url())
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/?next=")


def test_login_is_by_e_mail_whatever_its_case(session_of: Session) -> None:
    session_of("officer")
    client = Client()
    answer = client.post("/login/", {"login": "Officer@Example.org", "password": "Une phrase de passe"})
    assert answer.status_code == 302
    assert client.get("/").status_code == 200


def test_french_is_the_first_language_and_the_switch_changes_it(session_of: Session) -> None:
    session_of("officer")
    client = Client()
    assert '<html lang="fr"' in client.get("/login/").content.decode()
    client.post("/i18n/setlang/", {"language": "en", "next": "/login/"})
    assert '<html lang="en"' in client.get("/login/").content.decode()


def test_the_matrix_says_each_status_in_a_word_with_an_icon(officer: Client) -> None:
    html = officer.get("/").content.decode()
    assert "#valid" in html
    assert "until 28 February 2029" in text(officer.get("/"))
    assert "MDR IIa" in text(officer.get("/"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=echo", {"Écho Scan One"}),
        ("q=maker", {"Écho Scan One", "Draft Two"}),
        ("q=4250802900152", {"Écho Scan One"}),
        ("q=1140921", {"Écho Scan One"}),
        ("q=nothing-like-it", set()),
        ("track=ce_marking&status=valid", {"Écho Scan One"}),
        ("track=ce_marking&status=unknown", {"Draft Two"}),
        ("device_class=IIa", {"Écho Scan One"}),
        ("published=no", {"Draft Two"}),
        ("example=example", set()),
        ("example=real", {"Écho Scan One", "Draft Two"}),
    ],
)
def test_filters_of_the_matrix(officer: Client, query: str, found: set[str]) -> None:
    answer = officer.get(f"/?{query}")
    rows = {row.device.name for row in answer.context["matrix"].rows}
    assert rows == found


def test_an_empty_portfolio_says_what_to_do(session_of: Session) -> None:
    assert "none is shown to your role" in text(session_of("stranger").get("/"))
    assert "No device fits these filters" in text(session_of("officer").get("/?q=zzz"))


def test_a_filter_that_cannot_be_read_says_so_and_hides_nothing(officer: Client) -> None:
    answer = officer.get("/?status=nonsense")
    assert "nonsense" in text(answer)
    assert len(answer.context["matrix"].rows) == 2


def test_the_matrix_is_sorted_both_ways(officer: Client) -> None:
    def names(sort: str) -> list[str]:
        return [row.device.name for row in officer.get(f"/?sort={sort}").context["matrix"].rows]

    assert names("-name") == list(reversed(names("name")))
    assert names("deadline") == ["Écho Scan One", "Draft Two"]


def test_the_device_page_explains_its_statuses(officer: Client) -> None:
    answer = officer.get(_device_url())
    shown = text(answer)
    assert "Écho Scan One" in shown
    assert "until 28 February 2029, in 829 days" in shown
    assert "Why?" in shown
    assert "MDR Art. 56(2)" in shown
    assert "C-1 · Quality management system" in shown
    assert answer.context["page"].elsewhen is False


def test_what_others_must_do_is_no_next_action_and_no_alert(
    officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The notified body uploads the certificate: everybody reads when, nobody is told to do it."""
    monkeypatch.setattr("compliance.backoffice.device.page.ACTIONS", 99)
    page = officer.get(_device_url()).context["page"]
    plan_changed(now=portfolio.NOW)
    pending = {one["rule"] for one in page.pending}
    asked = {one["rule"] for one in page.next_actions}
    told = set(Alert.objects.values_list("rule", flat=True))
    assert {"mdr.surveillance_audit", "eudamed.certificate_upload"} <= pending
    for rules in (asked, told):
        assert "mdr.surveillance_audit" in rules
        assert "eudamed.certificate_upload" not in rules


def test_only_who_keeps_the_record_may_add_facts(session_of: Session) -> None:
    assert "Add a fact" in text(session_of("officer").get(_device_url()))
    assert "Add a fact" not in text(session_of("buyer").get(_device_url()))


def test_a_buyer_reads_the_answer_and_not_the_record(session_of: Session) -> None:
    shown = text(session_of("buyer").get(_device_url()))
    assert "until 28 February 2029" in shown
    assert "4250802900152" in shown
    assert "C-1 · Quality management system" not in shown
    assert "Recorded facts" not in shown
    assert "C-1 · Quality management system" in text(session_of("auditor").get(_device_url()))


def test_the_history_is_for_who_may_read_the_trail(session_of: Session) -> None:
    assert "Record imported" in text(session_of("officer").get(_device_url()))
    assert "Record imported" in text(session_of("auditor").get(_device_url()))
    assert "Record imported" not in text(session_of("buyer").get(_device_url()))
    assert "Écho Scan One" not in text(session_of("rival").get("/audit/auditevent/"))


def test_the_page_on_another_date_says_so(officer: Client) -> None:
    answer = officer.get(_device_url(), {"on": "2029-03-01", "known_on": "2026-05-01"})
    shown = text(answer)
    assert "status on 1 March 2029, as known on 1 May 2026" in shown
    assert answer.context["page"].answer["tracks"]["ce_marking"]["status"] == "expired"


def test_the_law_is_read_as_it_was_known(officer: Client) -> None:
    def high_risk(known_on: str) -> list[str]:
        answer = officer.get(_device_url(), {"known_on": known_on})
        return [d["strict"] for d in answer.context["page"].answer["deadlines"] if d["rule"] == RULE]

    assert high_risk("2026-05-01") == ["2027-08-02"]
    assert high_risk("2026-11-22") == ["2028-08-02"]


RULE = "aia.high_risk_annex_i"


@pytest.mark.parametrize("wrong", ["2026-02-31", "soon", "1850-01-01", "2500-01-01"])
def test_a_date_that_cannot_be_read_names_its_field(officer: Client, wrong: str) -> None:
    answer = officer.get(_device_url(), {"known_on": wrong})
    assert answer.status_code == 200
    assert "As known on:" in text(answer)
    assert answer.context["page"].elsewhen is False


def test_deadlines_are_filtered_sorted_and_counted(officer: Client) -> None:
    def rules(query: str) -> list[str]:
        return [row.rule for row in officer.get(f"/deadlines/?{query}").context["list"].page]

    assert rules("state=overdue") == []
    assert "mdr.surveillance_audit" in rules("period=30")
    assert rules("track=ans") == []
    assert set(rules("obliged=exploitant")) < set(rules(""))
    assert rules("sort=-date") == list(reversed(rules("sort=date")))
    assert rules("q=rival") == []
    counts = officer.get("/deadlines/").context["counts"]
    assert counts["later"] == len(rules("period=90"))


def test_a_breach_shows_its_hour_and_its_facts_to_who_reads_the_record(
    session_of: Session, officer: Client
) -> None:
    device = Device.objects.get(key="scan-one")
    breach = {"key": "b", "aware_on": "2026-11-20", "aware_at": "14:20", "risk": "high_risk"}
    record(actor=Actor.system("test"), subject=device, kind="data.breaches", value=breach, at=portfolio.NOW)
    shown = text(officer.get(_device_url()))
    assert "Data and cybersecurity" in shown
    assert "High risk · 14:20 · aware on: 20 November 2026" in shown
    assert "23 November 2026, 15:00" in shown
    rows = officer.get("/deadlines/?track=data").context["list"].page
    assert [(one.rule, one.hour) for one in rows] == [("gdpr.breach", "15:00")]
    assert "Data and cybersecurity" in text(officer.get("/deadlines/?track=data"))
    assert "High risk" not in text(session_of("buyer").get(_device_url()))


def test_errors_are_pages_of_ours(officer: Client) -> None:
    answer = officer.get("/nothing/here")
    assert answer.status_code == 404
    assert "Nothing stands at this address" in text(answer)


def test_an_event_opens_with_what_it_changed(officer: Client) -> None:
    event = AuditEvent.objects.filter(subject_label="Écho Scan One").latest("id")
    shown = text(officer.get(reverse("admin:audit_auditevent_change", args=[event.pk])))
    assert "Record imported, Écho Scan One" in shown
    assert '"device_class": "IIa"' in shown
    assert "Save" not in shown


def test_alerts_are_read_by_their_recipient_with_the_text_of_the_mail(session_of: Session) -> None:
    session = session_of("officer")
    officer, at = User.objects.get(email="officer@example.org"), portfolio.NOW
    letter = Letter.objects.create(
        recipient=officer, threshold=720, state="sent", made_at=at, sent_at=at,
        subject="Surveillance audit in 8 days", text="The audit is due on 30 November 2026.",
    )  # fmt: skip
    alert = Alert.objects.create(
        device=portfolio.device(), rule="mdr.surveillance_audit", trigger_fact="ce_marking.audits[y1]",
        strict=date(2026, 11, 30), safe=date(2026, 11, 30), threshold=720, due_at=at, recipient=officer,
        state="sent", sent_at=at, letter=letter,
    )  # fmt: skip
    url = reverse("admin:alerts_alert_change", args=[alert.pk])
    assert "The audit is due on 30 November 2026." in text(session.get(url))
    assert "Surveillance audit in 8 days" in text(session.get("/alerts/alert/"))
    assert "Surveillance audit" not in text(session_of("buyer").get("/alerts/alert/"))


def test_the_facts_are_read_as_they_were_known(officer: Client) -> None:
    """A correction of the 22nd changes nothing of what the page of the 20th says."""
    early = datetime(2026, 11, 20, 9, tzinfo=UTC)
    portfolio.record([{**portfolio.CERTIFIED, "key": "known", "name": "Known", "identifiers": []}], at=early)
    device = portfolio.device("known")
    certificate = Certificate.objects.get(device=device)
    changes = {"number": "C-2", "printed_end": date(2027, 1, 31)}
    amend(actor=Actor.system("test"), fact=certificate, changes=changes, reason="misread", at=portfolio.NOW)
    save_device(actor=Actor.system("test"), device=device, changes={"name": "New name"}, at=portfolio.NOW)
    url = reverse("admin:device", args=[device.pk])
    then, now = text(officer.get(url, {"known_on": "2026-11-21"})), text(officer.get(url))
    assert "C-1 · Quality management system" in then
    assert "until 28 February 2029" in then
    assert "Known" in then
    assert "Add a fact" not in then
    assert "began on" not in then
    assert "C-2 · Quality management system" in now
    assert "until 31 January 2027" in now
    assert "New name" in now


def test_before_the_record_began_the_page_says_so(officer: Client) -> None:
    shown = text(officer.get(_device_url(), {"known_on": "2026-05-01"}))
    assert "The record of this device began on 22 November 2026: the facts are those of that day" in shown
    assert "C-1 · Quality management system" in shown
