"""A table of the law asked step by step: back and forward lose nothing, the end is signed and recorded."""

from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.assessments.tables import TABLES
from compliance.ce_marking.models import Rule11Answers
from compliance.decisions.models import SignedDecision
from compliance.decisions.words import CHOICES, LISTS, choice
from compliance.law.decisions import Question
from tests import portfolio
from tests.backoffice.conftest import Session
from tests.backoffice.pages import text

MOST = 12
WORDS = {*CHOICES.values(), *LISTS.values()}
RULE11 = {
    "informs_diagnosis_or_therapy": "yes",
    "monitors_physiology": "no",
    "worst_decision_impact": "death_or_irreversible",
    "drives_device_class": "none",
}


def _url(table: str) -> str:
    return reverse("admin:wizard", args=[portfolio.device().pk, table])


def _asked(answer: Any) -> str:
    return str(answer.context["asked"].key)


@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_wizard_leads_to_its_end_one_question_at_a_time(officer: Client, table: str) -> None:
    """Answer each question by its last choice, as the form sends it, until the table has decided."""
    data: dict[str, str] = {}
    for _step in range(len(TABLES[table].questions) + 1):
        with CaptureQueriesContext(connection) as queries:
            answer = officer.get(_url(table), data)
        assert answer.status_code == 200
        assert len(queries) <= MOST
        if "asked" not in answer.context:
            break
        asked = answer.context["asked"]
        assert asked.key not in data
        data = answer.context["carried"] | {asked.key: asked.choices[-1][0], "after": asked.key}
    assert "Sign" in text(answer)
    signed = officer.post(_url(table), {**answer.context["carried"], "confirmed": "on", "about": "2.1"})
    row = SignedDecision.objects.get()
    assert signed["Location"] == reverse("admin:decision", args=[portfolio.device().pk, row.pk])
    shown = text(officer.get(signed["Location"]))
    assert "the result is the same." in shown
    assert "officer@example.org" in shown
    for offer in officer.get(signed["Location"]).context["offers"]:
        assert officer.get(offer.url).status_code == 200


@pytest.mark.parametrize(
    ("question", "code"),
    [(one, code) for table in TABLES.values() for one in table.questions for code in one.choices],
    ids=lambda one: one.key if isinstance(one, Question) else one,
)
def test_every_choice_has_words(question: Question, code: str) -> None:
    said_by_its_code = question.key in {"device_class", "drives_device_class", "annex_iii"}
    assert (said_by_its_code and code != "none") or choice(question.key, code) in WORDS


def test_back_shows_what_was_answered_and_keeps_what_came_after(officer: Client) -> None:
    answer = officer.get(_url("rule11"), {**RULE11, "at": "monitors_physiology"})
    assert (_asked(answer), answer.context["asked"].marked) == ("monitors_physiology", "no")
    assert answer.context["carried"]["worst_decision_impact"] == "death_or_irreversible"
    on = officer.get(
        _url("rule11"),
        {**answer.context["carried"], "monitors_physiology": "no", "after": "monitors_physiology"},
    )
    assert (_asked(on), on.context["asked"].marked) == ("worst_decision_impact", "death_or_irreversible")
    back = parse_qs(urlparse(on.context["back"]).query)
    assert back["at"] == ["monitors_physiology"]
    assert back["drives_device_class"] == ["none"]


def test_next_without_an_answer_says_so(officer: Client) -> None:
    answer = officer.get(_url("rule11"), {"after": "informs_diagnosis_or_therapy"})
    assert "Choose an answer, or say that you do not know." in text(answer)
    assert 'aria-describedby="unanswered"' in answer.content.decode()


def test_not_knowing_stops_and_keeps_the_other_answers(officer: Client) -> None:
    answer = officer.get(_url("rule11"), {**RULE11, "worst_decision_impact": "unknown"})
    assert "Without this answer the law gives no result" in text(answer)
    again = officer.get(answer.context["stopped"]["back"])
    assert _asked(again) == "worst_decision_impact"
    assert again.context["carried"]["drives_device_class"] == "none"


def test_the_recorded_facts_are_proposed_and_said_so(officer: Client) -> None:
    answer = officer.get(_url("ai_act"))
    assert answer.context["asked"].marked == "yes"
    assert "Marked as the recorded facts say: check it." in text(answer)
    assert "AI Act Art. 3(1)" in text(answer)


def test_a_signature_without_its_meaning_is_refused_and_loses_nothing(officer: Client) -> None:
    answer = officer.post(_url("rule11"), {**RULE11, "reason": "Kept text"})
    assert "confirmed" in answer.context["form"].errors
    assert "Kept text" in answer.content.decode()
    assert answer.context["headline"] == "Class III"
    assert not SignedDecision.objects.exists()


def test_the_answers_are_offered_to_be_recorded_and_the_form_is_filled_in(officer: Client) -> None:
    officer.post(_url("rule11"), {**RULE11, "confirmed": "on"})
    row = SignedDecision.objects.get()
    page = officer.get(reverse("admin:decision", args=[portfolio.device().pk, row.pk]))
    url = page.context["offers"][0].url
    form = officer.get(url).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "")}
    checked = officer.post(url.partition("?")[0], {**data, "do": "check"})
    officer.post(url.partition("?")[0], {**data, "do": "save", "shown": checked.context["shown"]})
    found = Rule11Answers.objects.get()
    assert (found.informs_diagnosis_or_therapy, found.worst_decision_impact) == (
        True,
        "death_or_irreversible",
    )
    assert (found.monitors_physiology, found.drives_device_class) == (False, None)


def test_another_date_chooses_the_law(officer: Client) -> None:
    answers = {
        "is_ai_system": "yes", "prohibited_practice": "none", "is_the_device": "yes", "annex_iii": "none",
        "notified_body_required": "yes", "placed_before_cutoff": "no", "confirmed": "on",
    }  # fmt: skip
    officer.post(_url("ai_act"), answers)
    row = SignedDecision.objects.get()
    url = reverse("admin:decision", args=[portfolio.device().pk, row.pk])
    shown = text(officer.get(url, {"known_on": "2026-05-01"}))
    assert "the result is another one: high risk (Annex I), from 2 August 2027" in shown
    assert "What differs" in shown


@pytest.mark.parametrize(
    ("role", "wizard", "read"),
    [
        ("officer", 200, 200),
        ("administrator", 200, 200),
        ("auditor", 403, 200),
        ("buyer", 403, 404),
        ("rival", 404, 404),
    ],
)
def test_who_keeps_the_record_decides_and_who_reads_it_reads(
    session_of: Session, role: str, wizard: int, read: int
) -> None:
    session_of("officer").post(_url("rule11"), {**RULE11, "confirmed": "on"})
    row, device = SignedDecision.objects.get(), portfolio.device()
    session = session_of(role)
    assert session.get(_url("rule11")).status_code == wizard
    assert session.post(_url("rule11"), {**RULE11, "confirmed": "on"}).status_code == (
        302 if wizard == 200 else wizard
    )
    assert session.get(reverse("admin:decisions", args=[device.pk])).status_code == read
    assert session.get(reverse("admin:decision", args=[device.pk, row.pk])).status_code == read
