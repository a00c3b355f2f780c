"""The pages of deadlines for each role: list, one deadline, declarations, several at once, filters kept."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from compliance.assessments.models import DeadlineRow
from compliance.audit.actors import Actor
from compliance.evidence.models import Document
from compliance.evidence.operations import link
from compliance.facts.operations import set_publication
from compliance.followup.models import Assignment, Mark, SavedFilter
from compliance.followup.operations import assign, declare_done, waive
from devices.models import Membership, Organisation, Role, User
from tests import portfolio
from tests.backoffice.conftest import Session
from tests.backoffice.pages import text
from tests.followup.test_operations import document, move_audit

NOW = portfolio.NOW
SYSTEM = Actor.system("test")
AUDIT, RENEWAL, CERTIFICATE = "mdr.surveillance_audit", "lppr.renewal_request_lead", "mdr.certificate_end"
LIST = "/deadlines/"


def row(rule: str = AUDIT) -> DeadlineRow:
    return DeadlineRow.objects.get(rule=rule, device__key="scan-one")


def url(name: str = "deadline", rule: str = AUDIT) -> str:
    return reverse(f"admin:{name}", args=[row(rule).pk])


def seen(*rules: str) -> dict[int, date]:
    return {row(rule).pk: row(rule).strict for rule in rules or [AUDIT]}


def person(name: str = "officer") -> User:
    return User.objects.get(email=f"{name}@example.org")


def done() -> None:
    declare_done(actor=SYSTEM, seen=seen(), on=date(2026, 11, 20), version=None, note="zq-note", at=NOW)


def rules(session: Client, query: str) -> set[str]:
    return {one.rule for one in session.get(f"{LIST}?{query}").context["list"].page}


def reader(session_of: Session) -> Client:
    """Return the session of a reader of the maker."""
    session = session_of("stranger")
    maker = Organisation.objects.get(key="maker")
    Membership.objects.create(user=person("stranger"), organisation=maker, role=Role.READER)
    return session


# --- The list ---


def test_what_is_declared_leaves_the_lists_and_counts_of_what_is_to_be_done(officer: Client) -> None:
    assert AUDIT in rules(officer, "state=pending")
    assert officer.get(LIST).context["counts"] == {"overdue": 0, "soon": 1, "later": 2}
    done()
    assert AUDIT not in rules(officer, "state=pending")
    assert AUDIT not in rules(officer, "")
    assert officer.get(LIST).context["counts"] == {"overdue": 0, "soon": 0, "later": 1}
    assert AUDIT not in {one.rule for one in officer.get("/").context["next_deadlines"]}
    assert rules(officer, "state=done") == {AUDIT}
    assert rules(officer, "state=waived") == set()
    assert "declared done" in text(officer.get(f"{LIST}?state=any"))


def test_an_overdue_deadline_that_is_waived_is_not_listed_as_overdue(officer: Client) -> None:
    DeadlineRow.objects.filter(pk=row().pk).update(state="overdue")
    assert rules(officer, "state=overdue") == {AUDIT}
    waive(actor=SYSTEM, seen=seen(), reason="Another device", at=NOW)
    assert rules(officer, "state=overdue") == set()
    assert rules(officer, "state=waived") == {AUDIT}


def test_a_date_that_moves_brings_a_declared_deadline_back_and_says_so(officer: Client) -> None:
    done()
    move_audit(date(2025, 12, 1))
    assert AUDIT in rules(officer, "state=pending")
    assert rules(officer, "state=moved") == {AUDIT}
    assert "declared for 30 November 2026: the date has moved" in text(officer.get(LIST))
    page = text(officer.get(url()))
    assert "It was declared done for 30 November 2026. The date is now 1 December 2026" in page
    assert "Declare done" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("assigned=me", {AUDIT}),
        ("state=followed&assigned=nobody&track=listing", {"lppr.listing_max_brand"}),
        ("device={device}&period=30", {AUDIT}),
        ("organisation={owner}&period=30", {AUDIT}),
    ],
)
def test_the_filters_by_person_device_and_organisation(officer: Client, query: str, found: set[str]) -> None:
    assign(actor=SYSTEM, seen=seen(), person=person(), at=NOW)
    assign(actor=SYSTEM, seen=seen(RENEWAL), person=person(), at=NOW)
    DeadlineRow.objects.filter(rule=RENEWAL).update(state="met")
    device = portfolio.device()
    assert rules(officer, query.format(device=device.pk, owner=device.owner_id)) == found


def test_filters_offer_only_what_the_person_sees(session_of: Session) -> None:
    form = session_of("officer").get(LIST).context["list"].form
    assert {name for _pk, name in form.fields["organisation"].choices} - {"all"} == {"Maker"}
    rival = portfolio.device("rival-three")
    answer = session_of("officer").get(f"{LIST}?device={rival.pk}")
    assert "Rival" not in text(answer)
    assert answer.context["list"].form.errors


def test_the_list_is_sorted_as_asked(officer: Client) -> None:
    def days(sort: str) -> list[date]:
        return [one.strict for one in officer.get(f"{LIST}?sort={sort}").context["list"].page]

    assert days("date") == sorted(days("date"))
    assert days("-date") == sorted(days("date"), reverse=True)
    tracks = [one.track for one in officer.get(f"{LIST}?sort=track").context["list"].page]
    assert tracks == sorted(tracks)


# --- One deadline ---


def test_the_page_says_the_rule_the_dates_and_what_meets_it(officer: Client) -> None:
    page = text(officer.get(url()))
    for said in (
        "Surveillance audit",
        "MDR Annex IX 3.3",
        "Counted from 30 November 2025",
        "Date of the text 30 November 2026",
        "Safe date 30 November 2026",
        "notified body",
        "A new fact of the kind “audit”",
        "The text attaches no effect to silence",
        "Nothing is declared",
        "Record imported",
    ):
        assert said in page
    html = officer.get(url()).content.decode()
    assert f"/ce_marking/audit/add/?device={portfolio.device().pk}" in html


def test_next_and_previous_walk_through_the_device(officer: Client) -> None:
    ordered = list(DeadlineRow.objects.filter(device__key="scan-one").order_by("strict", "pk"))
    page = officer.get(reverse("admin:deadline", args=[ordered[1].pk])).context["page"]
    assert (page.before, page.after) == (ordered[0].pk, ordered[2].pk)
    first = officer.get(reverse("admin:deadline", args=[ordered[0].pk])).context["page"]
    assert first.before is None


@pytest.mark.parametrize(
    ("role", "status"), [("buyer", 200), ("auditor", 200), ("rival", 404), ("stranger", 404)]
)
def test_who_sees_the_page_and_who_reads_what_is_declared(
    session_of: Session, role: str, status: int
) -> None:
    session = session_of(role)
    done()
    answer = session.get(url())
    assert answer.status_code == status
    assert ("zq-note" in text(answer)) == (role == "auditor")
    assert "Undo the declaration" not in text(answer)
    if role == "buyer":
        assert "Follow-up" not in text(answer)
        assert "declared done" not in text(session.get(f"{LIST}?state=any"))
        assert "Assigned to" not in text(session.get(LIST))


def test_a_reader_reads_and_does_nothing(session_of: Session) -> None:
    session = reader(session_of)
    done()
    assert "zq-note" in text(session.get(url()))
    for name in ("deadline_done", "deadline_waive"):
        assert session.get(url(name)).status_code == 403
    for name in ("deadline_assign", "deadline_undo", "deadline_done", "deadline_waive"):
        assert session.post(url(name), {"reason": "x", "seen": "2026-11-30"}).status_code == 403
    assert Mark.objects.count() == 1
    assert "With the deadlines chosen below" not in text(session.get(LIST))


# --- Declarations ---


def test_the_officer_assigns_declares_and_undoes(officer: Client) -> None:
    officer.post(url("deadline_assign"), {"person": str(person().pk)})
    assert Assignment.objects.get().person == person()
    version = document()
    said = {"seen": "2026-11-30", "on": "2026-11-20", "version": str(version.pk), "note": ""}
    assert officer.post(url("deadline_done"), said).status_code == 302
    assert (Mark.objects.get().version, Mark.objects.get().by) == (version, "officer@example.org")
    page = text(officer.get(url()))
    assert "Audit report" in page
    assert "officer@example.org" in page
    assert "Deadline declared done" in page
    officer.post(url("deadline_undo"))
    assert not Mark.objects.exists()
    officer.post(url("deadline_assign"), {"person": ""})
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(
    ("name", "said", "wrong"),
    [
        ("deadline_done", {"on": "2026-11-20"}, "say in a note what shows it"),
        ("deadline_done", {"on": "2027-11-20", "note": "x"}, "still to come"),
        ("deadline_done", {"note": "x"}, "This field is required"),
        ("deadline_waive", {"reason": " "}, "This field is required"),
        ("deadline_waive", {"reason": "x", "seen": "2026-12-01"}, "Someone changed this record meanwhile"),
    ],
)
def test_what_is_refused_is_said_and_nothing_is_lost(
    officer: Client, name: str, said: dict[str, str], wrong: str
) -> None:
    answer = officer.post(url(name), {"seen": "2026-11-30", **said})
    assert answer.status_code == 200
    assert wrong in text(answer)
    assert not Mark.objects.exists()


# --- Several at once ---


def chosen(*names: str) -> list[str]:
    return [f"{row(name).pk}:{row(name).strict}" for name in names]


def test_several_are_shown_once_more_then_waived(officer: Client) -> None:
    both = chosen(AUDIT, RENEWAL)
    answer = officer.post(reverse("admin:deadlines_together"), {"deadline": both, "act": "waive"})
    assert "Surveillance audit" in text(answer)
    assert not Mark.objects.exists()
    said: dict[str, Any] = {"deadline": both, "confirm": "waive", "reason": ""}
    assert officer.post(reverse("admin:deadlines_together"), said).status_code == 200
    assert not Mark.objects.exists()
    said |= {"reason": "Another device", "asked": "period=90&page=2"}
    answer = officer.post(reverse("admin:deadlines_together"), said)
    assert answer["Location"] == "/deadlines/?period=90&page=2"
    assert set(Mark.objects.values_list("rule", "note")) == {
        (AUDIT, "Another device"),
        (RENEWAL, "Another device"),
    }


def test_several_are_assigned_and_given_back(officer: Client) -> None:
    said: dict[str, Any] = {"deadline": chosen(AUDIT, RENEWAL), "confirm": "assign"}
    officer.post(reverse("admin:deadlines_together"), {**said, "person": str(person().pk)})
    assert Assignment.objects.filter(person=person()).count() == 2
    officer.post(reverse("admin:deadlines_together"), {**said, "person": ""})
    assert not Assignment.objects.exists()


def test_nobody_acts_on_deadlines_of_others(session_of: Session) -> None:
    said = {"deadline": chosen(AUDIT), "confirm": "waive", "reason": "x"}
    assert session_of("auditor").post(reverse("admin:deadlines_together"), said).status_code == 403
    assert session_of("buyer").post(reverse("admin:deadlines_together"), said).status_code == 403
    assert session_of("rival").post(reverse("admin:deadlines_together"), said).status_code == 302
    assert not Mark.objects.exists()


def test_nothing_chosen_is_said(officer: Client) -> None:
    answer = officer.post(reverse("admin:deadlines_together"), {"act": "waive", "deadline": "x"}, follow=True)
    assert "Choose at least one deadline first" in text(answer)


# --- Filters kept ---


def keep(session: Client, name: str, asked: str) -> Any:
    return session.post(reverse("admin:saved_filters"), {"name": name, "asked": asked, "act": "save"})


def change(session: Client, act: str, **said: str) -> Any:
    pk = str(SavedFilter.objects.get(name=said.pop("of")).pk)
    return session.post(reverse("admin:saved_filters"), {"act": act, "filter": pk, **said})


def test_a_filter_is_kept_as_the_form_reads_it(officer: Client) -> None:
    answer = keep(officer, "Next month", "period=30&state=&page=7&zzz=1&track=nonsense")
    assert SavedFilter.objects.get().asked == {"period": "30"}
    assert answer["Location"] == "/deadlines/?period=30"
    assert "Next month" in text(officer.get(LIST))


def test_the_default_opens_with_the_page_and_can_be_left(officer: Client) -> None:
    keep(officer, "Next month", "period=30")
    keep(officer, "Mine", "assigned=me")
    change(officer, "open_with", of="Next month")
    assert officer.get(LIST)["Location"] == "/deadlines/?period=30"
    assert officer.get(f"{LIST}?state=pending").status_code == 200
    change(officer, "open_with", of="Mine")
    assert list(SavedFilter.objects.filter(is_default=True).values_list("name", flat=True)) == ["Mine"]
    change(officer, "open_without", of="Mine")
    assert officer.get(LIST).status_code == 200


def test_filters_are_renamed_and_deleted(officer: Client) -> None:
    keep(officer, "Next month", "period=30")
    keep(officer, "Mine", "assigned=me")
    change(officer, "rename", of="Mine", name="To me")
    assert set(SavedFilter.objects.values_list("name", flat=True)) == {"Next month", "To me"}
    refused = officer.post(
        reverse("admin:saved_filters"),
        {"act": "rename", "filter": str(SavedFilter.objects.get(name="To me").pk), "name": "next MONTH"},
        follow=True,
    )
    assert "You have a filter of this name" in text(refused)
    change(officer, "delete", of="To me")
    assert SavedFilter.objects.get().name == "Next month"


def test_the_filters_of_a_person_are_nobody_else_s(session_of: Session) -> None:
    keep(session_of("officer"), "zq-filter", "period=30")
    for role in ("rival", "administrator", "auditor"):
        session = session_of(role)
        assert "zq-filter" not in text(session.get(reverse("admin:saved_filters")))
        assert "zq-filter" not in text(session.get(LIST))
        for act in ("rename", "delete", "open_with"):
            assert change(session, act, of="zq-filter", name="Taken").status_code == 404
    assert SavedFilter.objects.get().name == "zq-filter"
    assert SavedFilter.objects.get().user == person()


def test_publishing_shows_no_follow_up_to_a_buyer(session_of: Session) -> None:
    """A device published after its deadline was declared shows the answer only."""
    session = session_of("buyer")
    done()
    assign(actor=SYSTEM, seen=seen(), person=person(), at=NOW)
    set_publication(actor=SYSTEM, device=portfolio.device(), published=True, at=NOW)
    for page in (url(), f"{LIST}?state=any", "/deadlines/calendar/?month=2026-11&state=any"):
        assert "officer@example.org" not in text(session.get(page))
        assert "zq-note" not in text(session.get(page))


def test_a_buyer_is_shown_no_document_of_a_deadline(session_of: Session) -> None:
    """Not even one that is published: what shows a fact is of the record, not of the answer."""
    session = session_of("buyer")
    version = document()
    Document.objects.update(published=True)
    link(actor=SYSTEM, version=version, fact=row(CERTIFICATE).trigger_fact, at=NOW)
    officer = Client(headers={"accept-language": "en"})
    officer.force_login(person())
    page = url(rule=CERTIFICATE)
    assert "Audit report" in text(officer.get(page))
    answer = session.get(page)
    assert answer.status_code == 200
    assert "Audit report" not in text(answer)
    assert answer.context["page"].documents == []
