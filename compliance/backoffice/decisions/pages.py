"""The wizards: a table of the law asked question by question, signed, and asked again of another date.

The answers stand in the address of the page: back and forward lose nothing, and no half-answered
questionnaire is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.amendments.queries import law_in_force
from compliance.assessments.dates import write_date
from compliance.assessments.render import Json, speak
from compliance.assessments.tables import TABLES, choices, plain
from compliance.assessments.words import word
from compliance.backoffice import access
from compliance.backoffice.decisions.offers import Offer, offers
from compliance.backoffice.device.page import DatesForm
from compliance.backoffice.events.pages import kept_device
from compliance.backoffice.forms import PlainForm, show
from compliance.backoffice.page import Page
from compliance.decisions.models import SignedDecision
from compliance.decisions.operations import MEANING, Difference, Replay, replay, sign, steps
from compliance.decisions.recorded import recorded_answers
from compliance.decisions.walk import Walk, walk, why
from compliance.decisions.words import choice, headline
from compliance.facts.errors import FactError
from compliance.law.decisions import Answer, Question, Table
from compliance.law.types import Reason
from config.clock import now, today
from devices.models import Device

UNKNOWN = "unknown"


class SignForm(PlainForm):
    """The signature: its meaning confirmed, what it is about and why."""

    about = forms.CharField(
        label=_("What it is about"),
        max_length=120,
        required=False,
        help_text=_("Optional: the version or the indication, for instance 2.1."),
    )
    reason = forms.CharField(
        label=_("Comment"), max_length=2000, required=False, widget=forms.Textarea({"rows": 2})
    )
    confirmed = forms.BooleanField(label=_(MEANING))


@dataclass(frozen=True, slots=True)
class Wizard:
    """A table asked under the law of two dates, with the answers given so far as codes."""

    device: Device
    table: Table[Any]
    given: Mapping[str, str]
    on: date
    known_on: date
    walked: Walk

    def address(self, **changes: str) -> str:
        """Return the address of the wizard with its answers and dates, and what is changed."""
        dates = {"on": self.on.isoformat(), "known_on": self.known_on.isoformat()}
        query = urlencode({**dates, **self.given, **changes})
        return f"{reverse('admin:wizard', args=[self.device.pk, self.table.key])}?{query}"


@dataclass(frozen=True, slots=True)
class Asked:
    """The question that a page asks, with its rule, its choices, and the one marked."""

    key: str
    words: str
    why: Reason
    choices: list[tuple[str, str]]
    marked: str
    recorded: bool
    number: int


def decisions(request: HttpRequest, device_id: UUID) -> Page:
    """Return the wizards, and the decisions signed for a device."""
    device = get_object_or_404(access.readable(request), pk=device_id)
    rows = SignedDecision.objects.filter(device=device)
    signed = [(one, gettext(TABLES[one.table].words), headline(one.table, one.result)) for one in rows]
    tables = [(one.key, gettext(one.words)) for one in TABLES.values()]
    shown = {"device": device, "tables": tables, "signed": signed}
    shown |= {"editable": device.pk in access.editable_ids(request)}
    return Page("backoffice/decisions.html", _("Decisions by the law"), shown)


def wizard(request: HttpRequest, device_id: UUID, table: str) -> Page | HttpResponse:
    """Ask one question at a time; at the end show the decision, to be signed."""
    if table not in TABLES:
        raise Http404
    device = kept_device(request, device_id)
    asked = _wizard(device, TABLES[table], request.POST if request.method == "POST" else request.GET)
    title = gettext(asked.table.words)
    context = {"device": device, "wizard": asked, "title_of": title}
    question = None if request.method == "POST" else _question(request, asked)
    if question is not None:
        return Page("backoffice/wizard.html", title, context | _asking(request, asked, question))
    if asked.walked.decision is None:
        return Page("backoffice/wizard.html", title, context | {"stopped": _stopped(asked)})
    form = SignForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        signed = _sign(request, asked, form)
        if signed:
            messages.success(request, gettext("Signed. The decision stays as it is."))
            return redirect("admin:decision", device.pk, signed.pk)
    return Page("backoffice/wizard_end.html", title, context | _ending(asked, form))


def decision(request: HttpRequest, device_id: UUID, decision_id: UUID) -> Page:
    """Return a signed decision, and what the law of a date makes of the same answers."""
    device = get_object_or_404(access.readable(request), pk=device_id)
    row = get_object_or_404(SignedDecision, pk=decision_id, device=device)
    form = DatesForm(request.GET, label_suffix="")
    form.fields["on"].label = _("Law on")
    dates = form.cleaned_data if form.is_valid() else {}
    on, known_on = dates.get("on") or today(), dates.get("known_on") or today()
    again = replay(row, law_in_force(), on=on, known_on=known_on)
    shown = {
        "device": device,
        "row": row,
        "headline": headline(row.table, row.result),
        "steps": spoken_steps(row.path),
        "meaning": gettext(row.meaning),
        "form": form,
        "replay": again,
        "replay_on": on,
        "replay_known_on": known_on,
        "replay_headline": headline(row.table, again.result) if again.result is not None else "",
        "replay_asks": gettext(again.missing.words) if again.missing else "",
        "replay_ungoverned": any(_lost_its_text(one) for one in again.differences),
        "differences": _told(again),
        "offers": _offers(request, device, row),
    }
    return Page("backoffice/decision.html", gettext(TABLES[row.table].words), shown)


def spoken_steps(path: list[Json]) -> list[Json]:
    """Return the steps of a path in the active language."""
    told = speak(path, translate=gettext, say=word, write_date=write_date)
    return [{**one, "said": choice(one["question"], one["answer"]) if one["answer"] else ""} for one in told]


def _wizard(device: Device, table: Table[Any], data: Any) -> Wizard:
    dates = DatesForm(data)
    found = dates.cleaned_data if dates.is_valid() else {}
    on, known_on = found.get("on") or today(), found.get("known_on") or today()
    given = {one.key: data[one.key] for one in table.questions if data.get(one.key)}
    heard = {one.key: _answer(one, given[one.key]) for one in table.questions if one.key in given}
    answers = {key: one for key, one in heard.items() if one is not None}
    return Wizard(
        device, table, given, on, known_on, walk(table, answers, law_in_force(), on=on, known_on=known_on)
    )


def _answer(question: Question, code: str) -> Answer | None:
    if not question.choices:
        return {"yes": True, "no": False}.get(code)
    return code if code in question.choices else None


def _question(request: HttpRequest, asked: Wizard) -> Question | None:
    """Return the question to ask: the one named, the one after it, else the first without an answer."""
    questions = {one.key: one for one in asked.table.questions}
    path = [*dict.fromkeys(asked.walked.asked)]
    at, after = request.GET.get("at", ""), request.GET.get("after", "")
    if at in path:
        return questions[at]
    if after in path and after != path[-1]:
        return questions[path[path.index(after) + 1]]
    missing = asked.walked.missing
    if missing is None or asked.given.get(missing.key) == UNKNOWN:
        return None
    return missing


def _asking(request: HttpRequest, asked: Wizard, question: Question) -> dict[str, Any]:
    path = [*dict.fromkeys(asked.walked.asked)]
    place = path.index(question.key) if question.key in path else len(path)
    before = path[place - 1] if place else ""
    facts = recorded_answers(asked.table, asked.device)
    marked = asked.given.get(question.key) or facts.get(question.key, "")
    shown = Asked(
        question.key,
        gettext(question.words),
        why(question, law_in_force(), on=asked.on, known_on=asked.known_on),
        [(code, choice(question.key, code)) for code in choices(question)],
        marked,
        question.key not in asked.given and bool(marked),
        place + 1,
    )
    others = {name: code for name, code in asked.given.items() if name != question.key}
    return {
        "asked": shown,
        "carried": others | {"on": asked.on.isoformat(), "known_on": asked.known_on.isoformat()},
        "unknown": UNKNOWN,
        "unanswered": request.GET.get("after") == question.key,
        "back": asked.address(at=before) if before else "",
        "so_far": spoken_steps(steps(asked.walked)),
    }


def _stopped(asked: Wizard) -> dict[str, str]:
    """Return the question that stops the wizard, and the way back to it."""
    missing = asked.walked.missing
    if missing is None:
        return {}
    given = {name: code for name, code in asked.given.items() if name != missing.key}
    back = Wizard(asked.device, asked.table, given, asked.on, asked.known_on, asked.walked)
    return {"words": gettext(missing.words), "back": back.address()}


def _ending(asked: Wizard, form: SignForm) -> dict[str, Any]:
    last = [*dict.fromkeys(asked.walked.asked)][-1]
    decided = asked.walked.decision
    assert decided is not None  # noqa: S101 - the caller has asked
    return {
        "form": form,
        "headline": headline(asked.table.key, plain(decided.answer)),
        "steps": spoken_steps(steps(asked.walked)),
        "law_version": law_in_force().version,
        "carried": {**asked.given, "on": asked.on.isoformat(), "known_on": asked.known_on.isoformat()},
        "back": asked.address(at=last),
    }


def _sign(request: HttpRequest, asked: Wizard, form: SignForm) -> SignedDecision | None:
    answers = {one.question: one.answer for one in asked.walked.path if one.answer is not None}
    try:
        return sign(
            actor=access.actor(request),
            device=asked.device,
            table=asked.table.key,
            answers=answers,
            on=asked.on,
            known_on=asked.known_on,
            about=form.cleaned_data["about"],
            reason=form.cleaned_data["reason"],
            at=now(),
        )
    except FactError as refusal:
        show(refusal, form)
        return None


def _told(again: Replay) -> list[tuple[str, Json | None, Json | None]]:
    """Return the differences in words: what it is, then and now."""
    labels = {
        "question": gettext("Question"),
        "conclusion": gettext("Conclusion"),
        "article": gettext("Article"),
    }
    return [
        (
            labels[one.what],
            spoken_steps([one.then])[0] if one.then else None,
            spoken_steps([one.now])[0] if one.now else None,
        )
        for one in again.differences
    ]


def _lost_its_text(one: Difference) -> bool:
    """Return whether a step rests on an article as signed, and on none under the other law."""
    return one.what == "article" and one.now is not None and one.now["citation"] is None


def _offers(request: HttpRequest, device: Device, row: SignedDecision) -> list[Offer]:
    return offers(row) if device.pk in access.editable_ids(request) else []
