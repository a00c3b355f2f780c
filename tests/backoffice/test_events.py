"""What happened is asked in the user's words, shown with what it changes, and saved once confirmed."""

from datetime import date
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.ai_act.models import AiSystem
from compliance.assessments.models import DeadlineRow, TrackState
from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.backoffice.events import pages
from compliance.ce_marking.models import (
    ActorRegistration,
    Certificate,
    MarketPresence,
    NotifiedBodyApplication,
)
from compliance.cnedimts.models import Application
from compliance.events.operations import preview
from compliance.events.table import events
from compliance.evidence.models import Document, DocumentLink
from compliance.evidence.operations import Upload, add_document
from compliance.listing.models import Listing
from tests import portfolio
from tests.backoffice.conftest import Session
from tests.backoffice.pages import text

MOST = 12  # queries of a page


def _url(key: str, device: str = "scan-one") -> str:
    return reverse("admin:event", args=[portfolio.device(device).pk, key])


def _fact(row: Any) -> str:
    return f"{row.pk}:{row.row_version}"


def _certificate() -> Certificate:
    return Certificate.objects.get(key="qms")


def _withdrawn(**changes: str) -> dict[str, str]:
    return {"0-fact": _fact(_certificate()), "0-withdrawn_on": "2026-11-01", "do": "check"} | changes


def _confirmed(session: Client, url: str, answers: dict[str, Any]) -> Any:
    """Check the answers, then confirm what the page sent along."""
    checked = session.post(url, {**answers, "do": "check"})
    return session.post(url, {**answers, "do": "save", "shown": checked.context["shown"]})


def test_the_list_names_every_event_in_plain_words(officer: Client) -> None:
    answer = officer.get(reverse("admin:events", args=[portfolio.device().pk]))
    shown = text(answer)
    assert "We received the opinion of the CNEDiMTS" in shown
    assert all(one.words.en in shown for one in events().values())


def test_an_event_is_found_by_words_of_it(officer: Client) -> None:
    answer = officer.get(reverse("admin:events", args=[portfolio.device().pk]), {"q": "clock STOPS"})
    assert [one.key for lines in answer.context["groups"].values() for one in lines] == ["nb_clock_stopped"]


def test_the_events_of_one_track_are_listed(officer: Client) -> None:
    answer = officer.get(reverse("admin:events", args=[portfolio.device().pk]), {"group": "ans"})
    found = [one.key for lines in answer.context["groups"].values() for one in lines]
    assert found == [one.key for one in events().values() if one.group == "ans"]


@pytest.mark.parametrize("device", ["scan-one", "draft-two"])
def test_every_event_has_a_form_that_asks_little(officer: Client, device: str) -> None:
    wrong = []
    for key in sorted(events()):
        with CaptureQueriesContext(connection) as asked:
            answer = officer.get(_url(key, device))
        if answer.status_code != 200 or len(asked) > MOST:
            wrong.append((key, answer.status_code, len(asked)))
    assert wrong == []


def test_what_changes_is_shown_and_nothing_is_written_before_it_is_confirmed(officer: Client) -> None:
    before = (AuditEvent.objects.count(), _certificate().row_version)
    answer = officer.post(_url("certificate_withdrawn"), _withdrawn())
    shown = text(answer)
    assert "CE marking certified certificate withdrawn Market access open blocked" in shown
    assert "Surveillance audit 30 November 2026 (to do) no date" in shown
    assert "Confirm and save" in shown
    assert (AuditEvent.objects.count(), _certificate().row_version) == before
    assert _certificate().withdrawn_on is None
    assert TrackState.objects.get(device=portfolio.device(), track="ce_marking").status == "valid"


def test_once_confirmed_the_fact_is_amended_with_the_event_as_its_reason(officer: Client) -> None:
    answer = _confirmed(officer, _url("certificate_withdrawn"), _withdrawn(comment="Letter of 2 November"))
    assert answer["Location"] == reverse("admin:device", args=[portfolio.device().pk])
    assert _certificate().withdrawn_on == date(2026, 11, 1)
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.reason) == (
        "fact.amended",
        "A CE certificate was withdrawn – Letter of 2 November",
    )
    assert TrackState.objects.get(device=portfolio.device(), track="ce_marking").status == "expired"


def test_the_page_of_confirmation_carries_what_was_answered(officer: Client) -> None:
    answer = officer.post(_url("certificate_withdrawn"), _withdrawn(comment='a "quoted" <word>'))
    html = answer.content.decode()
    assert f'value="{_fact(_certificate())}"' in html
    assert 'name="comment" value="a &quot;quoted&quot; &lt;word&gt;"' in html
    back = officer.post(_url("certificate_withdrawn"), _withdrawn(do="edit", comment="kept"))
    assert "kept" in back.content.decode()
    assert 'value="2026-11-01"' in back.content.decode()


def test_a_record_changed_meanwhile_is_shown_anew_and_not_saved(officer: Client) -> None:
    url, answers = _url("certificate_issued"), {
        "0-number": "C-2", "0-kind": "quality_management", "0-regulation": "MDR", "0-notified_body": "0459",
        "0-issued_on": "2026-11-02", "0-printed_end": "2031-11-01",
    }  # fmt: skip
    shown = officer.post(url, {**answers, "do": "check"}).context["shown"]
    _confirmed(officer, _url("certificate_withdrawn"), _withdrawn())
    again = officer.post(url, {**answers, "do": "save", "shown": shown})
    assert "The record or the law changed meanwhile" in text(again)
    assert "CE marking certificate withdrawn certified" in text(again)
    assert not Certificate.objects.filter(number="C-2").exists()
    saved = officer.post(url, {**answers, "do": "save", "shown": again.context["shown"]})
    assert saved.status_code == 302
    assert Certificate.objects.filter(number="C-2").exists()


def test_a_fact_changed_meanwhile_is_to_be_chosen_again(officer: Client) -> None:
    url, answers = _url("certificate_withdrawn"), _withdrawn()
    _confirmed(
        officer, _url("certificate_suspended"), {"0-fact": answers["0-fact"], "0-suspended_on": "2026-10-01"}
    )
    answer = officer.post(url, answers)
    form = answer.context["form"]
    assert list(form.errors) == ["0-fact"]
    assert "Someone changed this record meanwhile" in text(answer)
    assert form["0-withdrawn_on"].value() == "2026-11-01"


def test_an_error_stands_at_its_field_and_takes_the_focus(officer: Client) -> None:
    url = _url("certificate_issued")
    wrong = {
        "0-number": "C-2", "0-kind": "quality_management", "0-regulation": "MDR", "0-notified_body": "45",
        "0-issued_on": "2026-01-01", "0-printed_end": "2020-01-01", "do": "check",
    }  # fmt: skip
    answer = officer.post(url, wrong)
    assert list(answer.context["form"].errors) == ["0-notified_body"]
    answer = officer.post(url, wrong | {"0-notified_body": "0459"})
    html = answer.content.decode()
    assert "The certificate ends before it is issued." in text(answer)
    assert 'value="C-2"' in html
    field = next(one for one in html.split("<input") if 'name="0-printed_end"' in one)
    assert 'aria-describedby="id_0-printed_end_helptext id_0-printed_end_error"' in field
    assert "autofocus" in field
    assert Certificate.objects.count() == 1


def test_what_is_not_known_stays_unknown(officer: Client) -> None:
    url = _url("ai_system_described", "draft-two")
    _confirmed(officer, url, {"0-is_ai_system": "True", "0-is_the_device": "", "0-profiles_persons": "False"})
    found = AiSystem.objects.get(device=portfolio.device("draft-two"))
    assert (found.is_ai_system, found.is_the_device, found.profiles_persons) == (True, None, False)


def test_an_event_may_write_several_facts(officer: Client) -> None:
    filed = {
        "0-procedure": "pecan",
        "0-indication": "Fibrillation auriculaire",
        "0-step-requested": "2026-08-03",
    }
    _confirmed(officer, _url("application_filed"), filed)
    application = Application.objects.get()
    assert application.indication == "fibrillation-auriculaire"
    granted = {
        "0-fact": _fact(application), "1-decided_on": "2026-11-02",
        "1-indication": "fibrillation-auriculaire", "1-starts_on": "2026-11-10",
    }  # fmt: skip
    answer = _confirmed(officer, _url("pecan_granted"), granted)
    assert answer.status_code == 302
    application.refresh_from_db()
    assert application.outcome == "granted"
    assert [one.step for one in application.steps.all()] == ["requested", "decided"]
    listing = Listing.objects.get(list="pecan")
    assert (listing.starts_on, listing.indication) == (date(2026, 11, 10), "fibrillation-auriculaire")
    assert DeadlineRow.objects.filter(rule__startswith="pecan.").exists()


def test_a_part_is_added_and_the_open_one_is_ended(officer: Client) -> None:
    _confirmed(officer, _url("nb_applied"), {"0-received_on": "2026-02-02", "0-notified_body": "0459"})
    row = NotifiedBodyApplication.objects.get()
    stopped = {"0-fact": _fact(row), "0-part-stage": "td_assessment", "0-part-started_on": "2026-05-04"}
    _confirmed(officer, _url("nb_clock_stopped"), stopped)
    row.refresh_from_db()
    _confirmed(officer, _url("nb_clock_resumed"), {"0-fact": _fact(row), "0-part-ended_on": "2026-06-01"})
    (pause,) = row.interruptions.all()
    assert (pause.stage, pause.started_on, pause.ended_on) == (
        "td_assessment",
        date(2026, 5, 4),
        date(2026, 6, 1),
    )
    row.refresh_from_db()
    again = officer.post(
        _url("nb_clock_resumed"), {"0-fact": _fact(row), "0-part-ended_on": "2026-06-02", "do": "check"}
    )
    assert "Nothing is open here" in text(again)


def test_nothing_to_add_to_names_the_event_that_comes_first(officer: Client) -> None:
    shown = text(officer.get(_url("opinion_received")))
    assert "Nothing is recorded that this could be added to." in shown
    assert "We filed a request (listing or coverage)" in shown


def test_nothing_said_of_a_recorded_fact_is_refused(officer: Client) -> None:
    url = _url("importer_check")
    _confirmed(officer, _url("placed_on_market"), {"0-first_placed_on": "2024-04-01"})
    answer = officer.post(url, {"0-fact": _fact(MarketPresence.objects.get()), "do": "check"})
    assert "Say at least one thing that is known." in text(answer)


def test_a_fact_of_the_organisation_is_recorded_from_the_device(officer: Client) -> None:
    _confirmed(officer, _url("srn_given"), {"0-srn": "FR-MF-000012345", "0-submitted_on": "2026-11-02"})
    assert ActorRegistration.objects.get().organisation.key == "maker"
    assert "another organisation keeps its record" in text(officer.get(_url("hds_certificate")))


@pytest.mark.parametrize(
    ("role", "status"),
    [("officer", 200), ("administrator", 200), ("buyer", 403), ("auditor", 403), ("rival", 404)],
)
def test_only_who_keeps_the_record_records_what_happened(session_of: Session, role: str, status: int) -> None:
    session = session_of(role)
    assert session.get(reverse("admin:events", args=[portfolio.device().pk])).status_code == status
    assert session.post(_url("certificate_withdrawn"), _withdrawn()).status_code == status


def test_the_findings_that_appear_and_go_are_shown(officer: Client) -> None:
    answer = officer.post(_url("certificate_withdrawn"), _withdrawn())
    (change,) = answer.context["changes"]
    ((level, reason),) = change.appearing
    assert (level, reason["rule"], change.going) == ("attention", "lppr.delisting_ce_lost", [])
    assert "Findings that appear attention The CE marking is lost: the ministers may delist" in text(answer)
    _confirmed(officer, _url("certificate_withdrawn"), _withdrawn())
    issued = {
        "0-number": "C-2", "0-kind": "quality_management", "0-regulation": "MDR", "0-notified_body": "0459",
        "0-issued_on": "2026-11-02", "0-printed_end": "2031-11-01", "do": "check",
    }  # fmt: skip
    (change,) = officer.post(_url("certificate_issued"), issued).context["changes"]
    assert [one["rule"] for _level, one in change.going] == ["lppr.delisting_ce_lost"]


def test_the_check_asks_as_much_for_many_facts(officer: Client) -> None:
    """Beyond what the operation asks, which it takes back."""

    def asked() -> tuple[int, int]:
        inside: list[int] = []

        def counted(**said: Any) -> Any:
            with CaptureQueriesContext(connection) as queries:
                moved = preview(**said)
            inside.append(len(queries))
            return moved

        url, answers = _url("certificate_withdrawn"), _withdrawn()
        with patch.object(pages, "preview", counted), CaptureQueriesContext(connection) as queries:
            assert officer.post(url, answers).context["changes"]
        return len(queries) - inside[0], inside[0]

    few = asked()
    assert few[0] <= MOST
    (qms,) = portfolio.CERTIFIED["ce_marking"]["certificates"]
    more = [qms | {"key": f"c{n}", "number": f"N-{n}"} for n in range(15)]
    marking = portfolio.CERTIFIED["ce_marking"] | {"certificates": [qms, *more]}
    portfolio.record([portfolio.CERTIFIED | {"ce_marking": marking}])
    assert asked() == few


# --- what shows it ---


def _checked(session: Client) -> dict[str, Any]:
    """Return the confirmation of a withdrawal that was shown."""
    shown = session.post(_url("certificate_withdrawn"), _withdrawn()).context["shown"]
    return _withdrawn(do="save", shown=shown)


def _file() -> SimpleUploadedFile:
    return SimpleUploadedFile("letter.txt", b"Withdrawn on 1 November")


LETTER = {"kind": "certificate", "title": "Letter of withdrawal", "language": "fr"}


def test_a_file_sent_with_an_event_shows_its_facts(officer: Client) -> None:
    url = _url("certificate_withdrawn")
    answer = officer.post(url, _checked(officer) | LETTER | {"file": _file()})
    assert answer.status_code == 302
    (link,) = DocumentLink.objects.all()
    assert (link.fact, link.version.document.title) == ("ce_marking.certificates[qms]", LETTER["title"])
    actions = list(AuditEvent.objects.order_by("-id").values_list("action", flat=True)[:3])
    assert actions == ["document.linked", "fact.amended", "document.added"]


def test_a_document_of_the_device_shows_the_facts_of_an_event(officer: Client) -> None:
    version = add_document(
        actor=Actor.system("test"), device=portfolio.device(), details=LETTER | {"published": False},
        upload=Upload("letter.txt", [b"Withdrawn"]), at=portfolio.NOW,
    )  # fmt: skip
    answer = officer.post(_url("certificate_withdrawn"), _checked(officer) | {"version": version.pk})
    assert answer.status_code == 302
    assert DocumentLink.objects.get().version == version


def test_a_document_that_is_refused_leaves_nothing_and_is_said(officer: Client) -> None:
    none = "00000000-0000-0000-0000-000000000000"
    confirmed = _checked(officer)
    for sent, file, field in (
        ({}, True, "kind"),
        ({**LETTER, "title": ""}, True, "title"),
        (LETTER, False, "file"),
        ({"version": none}, False, "version"),
        ({**LETTER, "language": "xx"}, True, "language"),
    ):
        answer = officer.post(
            _url("certificate_withdrawn"), confirmed | sent | ({"file": _file()} if file else {})
        )
        assert field in answer.context["proof"].errors
        assert "Nothing is saved yet. What is wrong:" in text(answer)
    assert (_certificate().withdrawn_on, Document.objects.count()) == (None, 0)


def test_a_file_of_an_event_that_moves_something_else_is_not_kept(officer: Client) -> None:
    said = _checked(officer) | LETTER | {"file": _file(), "shown": "another"}
    assert "Choose the file again too" in text(officer.post(_url("certificate_withdrawn"), said))
    assert (Document.objects.count(), DocumentLink.objects.count()) == (0, 0)
