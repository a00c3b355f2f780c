"""An assessment as JSON: first without a language, to be stored; then spoken in one.

The stored body holds texts as message ids with their values, so that one row answers in every language.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from compliance.law.facts import TRACKS
from compliance.law.parameters import Law
from compliance.law.text import Text
from compliance.law.types import (
    Assessment,
    Deadline,
    Duty,
    Finding,
    Gate,
    Reason,
    TrackStatus,
)

Json = dict[str, Any]
Language = Literal["fr", "en"]
_TEXT = "$message"
_DATE = "$date"


def body(assessment: Assessment) -> Json:
    """Return the assessment as JSON values, without a language."""
    return {
        "device": assessment.device,
        "on": assessment.on.isoformat(),
        "known_on": assessment.known_on.isoformat(),
        "law_version": assessment.law_version,
        "market_access": _gate(assessment.market_access),
        "reimbursement": _gate(assessment.reimbursement),
        "tracks": {track: _track(status) for track, status in assessment.tracks.items()},
        "deployer_duties": [_duty(duty) for duty in assessment.deployer_duties],
        "deadlines": [_deadline(deadline) for deadline in assessment.deadlines],
        "findings": [_finding(finding) for finding in assessment.findings],
        "next_change": _date(assessment.next_change),
    }


def spoken(
    stored: Json,
    law: Law,
    language: Language,
    *,
    translate: Callable[[str], str] = str,
    say: Callable[[str], str] = str,
    write_date: Callable[[date], str] = date.isoformat,
) -> Json:
    """Return the stored body with its texts written out, labels and effects of the rules beside them.

    ``translate`` gives the text of a message id in the language, ``say`` the words of a code, ``write_date``
    writes a date out.
    """
    answer: Json = speak(stored, translate=translate, say=say, write_date=write_date)
    answer["tracks"] = {track: answer["tracks"][track] for track in TRACKS}  # the database keeps no order
    for deadline in answer["deadlines"]:
        deadline.update(rule_words(law, deadline["rule"], language))
    for duty in answer["deployer_duties"]:
        duty["label"] = rule_words(law, duty["rule"], language)["label"]
    return answer


def speak(
    stored: Any,
    *,
    translate: Callable[[str], str],
    say: Callable[[str], str],
    write_date: Callable[[date], str],
) -> Any:
    """Return a part of a stored body with its texts written out."""

    def spoken_part(value: Any) -> Any:
        if isinstance(value, list):
            return [spoken_part(one) for one in value]
        if not isinstance(value, dict):
            return value
        if _TEXT in value:
            return translate(value[_TEXT]) % {name: _param(param) for name, param in value["params"].items()}
        return {name: spoken_part(one) for name, one in value.items()}

    def _param(param: Any) -> Any:
        if isinstance(param, list):
            return ", ".join(say(code) for code in param)
        return write_date(date.fromisoformat(param[_DATE])) if isinstance(param, dict) else param

    return spoken_part(stored)


def rule_words(law: Law, rule: str, language: Language) -> Json:
    """Return the label of a rule in a language, and what lateness and silence do under it."""
    parameter = law.parameters.get(rule)
    if parameter is None:  # a stored answer may name a rule that the law data no longer holds
        return {"label": rule, "effect": {"late": None, "silence": None}}
    late, silence = parameter.late, parameter.silence
    return {
        "label": getattr(parameter.label, language),
        "effect": {
            "late": getattr(late, language) if late else None,
            "silence": getattr(silence, language) if silence else None,
        },
    }


def _text(text: Text) -> Json:
    return {
        _TEXT: text.message,
        "params": {name: _neutral(value) for name, value in text.params.items()},
    }


def _neutral(value: object) -> object:
    if isinstance(value, date):
        return {_DATE: value.isoformat()}
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, Decimal) else value


def _date(day: date | None) -> str | None:
    return day.isoformat() if day else None


def reason_body(reason: Reason) -> Json:
    """Return a reason as JSON values, without a language."""
    return {
        "text": _text(reason.text),
        "fact": reason.fact,
        "rule": reason.rule,
        "citation": reason.citation,
        "certainty": reason.certainty,
    }


def _gate(gate: Gate) -> Json:
    return {
        "status": gate.status,
        "blockers": [reason_body(one) for one in gate.blockers],
        "reasons": [reason_body(one) for one in gate.reasons],
    }


def _track(status: TrackStatus) -> Json:
    return {
        "status": status.status,
        "state": status.state,
        "since": _date(status.since),
        "until": _date(status.until),
        "reasons": [reason_body(one) for one in status.reasons],
    }


def _duty(duty: Duty) -> Json:
    return {
        "rule": duty.rule,
        "obliged": duty.obliged,
        "applies_from": _date(duty.applies_from),
        "reason": reason_body(duty.reason),
    }


def _finding(finding: Finding) -> Json:
    values: Mapping[str, str] = finding.values
    return {
        "code": finding.code,
        "track": finding.track,
        "level": finding.level,
        "reason": reason_body(finding.reason),
        "values": dict(values),
    }


def _deadline(deadline: Deadline) -> Json:
    return {
        "rule": deadline.rule,
        "n": deadline.n,
        "track": deadline.track,
        "trigger": {
            "fact": deadline.trigger_fact,
            "date": _date(deadline.trigger_date),
        },
        "strict": deadline.strict.isoformat(),
        "hour": deadline.hour,
        "rolled": deadline.rolled.isoformat(),
        "roll": deadline.roll,
        "safe": deadline.safe.isoformat(),
        "state": deadline.state,
        "met_on": _date(deadline.met_on),
        "value": deadline.value,
        "stopped_days": deadline.stopped_days,
        "obliged": deadline.obliged,
        "citation": deadline.citation,
        "certainty": deadline.certainty,
    }
