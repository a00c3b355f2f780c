"""What a hospital asks before it buys, answered from the answer of the law and the facts that it names.

Pure: the answer in a language, the facts with their sources and the day come in. Nothing is decided
here that the answer does not say: a part that rests on nothing recorded is ``unknown``.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from compliance.assessments.render import Json
from compliance.facts.origins import Recorded
from compliance.law.calendar import Period
from compliance.law.text import gettext_noop

_YEAR = Period.parse("P1Y")  # how far a buyer asks ahead: no period of the law
_GATES = {
    "open": "yes",
    "attention": "yes",
    "blocked": "no",
    "unknown": "unknown",
    "not_applicable": "not_applicable",
}
_TRACKS = {"valid": "yes", "unknown": "unknown", "not_applicable": "not_applicable"}
# Where the track of the ANS needs attention: states of a certificate that runs, of one that is not there yet.
_RUNNING = frozenset({"certified", "withdrawal_notified"})
_ASKED_FOR = frozenset({"clock_stopped"})
# What a hospital must do, by what it asks about; every other duty stands under "other".
TOPICS: Mapping[str, Collection[str]] = {
    "human_oversight": ("aia.human_oversight",),
    "logs": ("aia.log_retention_deployer",),
    "workers": ("aia.workers_information",),
    "data_protection_assessment": ("aia.dpia",),
    "patient_information": ("csp.l4001_3", "csp.l4001_3_professionals"),
    "training": ("aia.literacy",),
    "other": (),
}
# The rules by which something ends that a hospital relies on: a paper, a transition, a coverage. Of other
# times that end without a breach (to appeal, to keep files, to prepare a renewal) it has nothing to fear.
ENDS = frozenset(
    {
        *("mdr.certificate_end", "mdr.certificate_max_validity", "mdr.certificate_extension_max"),
        *("mdr.supplement_follows_certificate", "mdr.legacy_certificate_validity", "mdr.legacy_end_3b"),
        *("mdr.legacy_end_class_iii_iib_implantable", "mdr.legacy_end_other"),
        *("ivdr.legacy_certificate_validity", "ivdr.legacy_end_certificate", "ivdr.legacy_end_class_d"),
        *("ivdr.legacy_end_class_c", "ivdr.legacy_end_class_b_a_sterile"),
        *("aia.nb_certificate_end", "aia.nb_certificate_max_annex_i", "aia.nb_certificate_max_annex_iii"),
        *("ans.certificate_end", "hds.certificate_validity", "hds.v1_end"),
        *("pecan.duration", "pecan.continuity", "pecan.continuity_after_refusal"),
        *("pect.continuity", "pect.continuity_after_refusal"),
    }
)
_LINE = (
    *("list", "line", "code", "indication", "function", "tariff_eur", "tariff_note"),
    *("legal_act", "nor", "starts_on", "ends_on", "ended_on"),
)
_ANS = (
    "number",
    "referentiel",
    "referentiel_version",
    "software_version",
    "issued_on",
    "ends_on",
    "ended_on",
)
_HDS = ("number", "version", "certifier", "issued_on", "ends_on", "withdrawn_on")
_NAMED = ("fact", "rule", "citation", "certainty")
# How far a source was looked into: the official text, a register or an agency is a check of what is declared.
BASES = {
    "official": "checked",
    "register": "checked",
    "agency": "checked",
    "manufacturer": "declared",
    "declared": "declared",
    "secondary": "secondary",
    "example": "example",
}


def buyer(
    answer: Json,
    recorded: Iterable[Recorded],
    *,
    host: str | None,
    on: date,
    say: Callable[[str], str],
    translate: Callable[[str], str],
) -> Json:
    """Return the parts of the answer that a buyer asks for, with where the named facts come from.

    ``host`` is the key of the organisation that hosts the data; ``say`` gives the words of a code.
    """
    named = set(paths(answer))
    facts = [one for one in recorded if any(path.startswith(one.path) for path in named)]
    tracks = answer["tracks"]
    market, reimbursement = answer["market_access"], answer["reimbursement"]
    ai = tracks["ai_act"]
    certificates = _named_by(tracks["ans"]["reasons"], facts, "ans.certificates")
    said = {
        "sale": {"answer": _GATES[market["status"]], "reasons": _why(market)},
        "coverage": {
            "answer": _GATES[reimbursement["status"]],
            "lines": [
                _line(one, _LINE)
                for one in _named_by(tracks["listing"]["reasons"], facts, "listing.listings")
            ],
            "reasons": _why(reimbursement),
        },
        "ans_certificate": {
            "answer": _certified(tracks["ans"], certificates, on),
            "lines": [_line(one, _ANS) for one in certificates],
            "reasons": tracks["ans"]["reasons"],
        },
        "hds_certificate": _hosting(answer, facts, host, translate),
        "ai_act": {"tier": ai["state"], "label": say(ai["state"]), "reasons": ai["reasons"]},
        "duties": list(_duties(answer, on)),
        "ends_within_a_year": _ends(answer, on),
    }
    checks = [one.read_on for one in facts if one.read_on and BASES.get(one.quality or "") == "checked"]
    return {
        "buyer": said,
        "facts": sorted((_origin(one) for one in facts), key=lambda one: str(one["fact"])),
        "last_verified_at": max(checks).isoformat() if checks else None,
    }


def _why(gate: Json) -> list[Json]:
    return [*gate["blockers"], *gate["reasons"]]


def paths(value: Any) -> Iterator[str]:
    """Yield the facts that an answer names: of its reasons, and those that its deadlines count from."""
    if isinstance(value, list):
        for one in value:
            yield from paths(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            if name == "fact" and one:
                yield one
            else:
                yield from paths(one)


def _named_by(reasons: Iterable[Json], facts: Iterable[Recorded], kind: str) -> list[Recorded]:
    """Return the facts of a kind that the reasons rest on."""
    named = {one["fact"] for one in reasons}
    return [one for one in facts if one.kind == kind and one.path in named]


def _certified(track: Json, certificates: Collection[Recorded], on: date) -> str:
    """Return whether the ANS certified the device.

    ``attention`` may be about a request, a notice or the host, with a certificate that runs or without: then
    those that the answer rests on say it.
    """
    if track["status"] != "attention":
        return _TRACKS.get(track["status"], "no")
    if track["state"] in _RUNNING or any(_runs(one, on.isoformat()) for one in certificates):
        return "yes"
    return "no" if certificates or track["state"] in _ASKED_FOR else "unknown"


def _runs(certificate: Recorded, on: str) -> bool:
    data = certificate.data
    ended, last = data.get("ended_on") or data.get("withdrawal_notified_on"), data.get("ends_on")
    over = ended <= on if ended else bool(data.get("ended_reason"))
    return not over and (not last or on <= last)


def _line(one: Recorded, fields: Iterable[str]) -> Json:
    values = {name: one.data.get(name) for name in fields}
    return {
        "fact": one.path,
        **{
            name: f"{value:f}" if isinstance(value, Decimal) else value if value != "" else None
            for name, value in values.items()
        },
    }


def _hosting(
    answer: Json, facts: Iterable[Recorded], host: str | None, translate: Callable[[str], str]
) -> Json:
    """Return whether the host of the data is certified: its last certificate, and its end by the law."""
    kind = "organisations.hds_certificates"
    held = [one for one in facts if one.kind == kind and one.holder == host]
    last = max(held, key=lambda one: str(one.data.get("issued_on") or ""), default=None)
    if last is None:
        text = translate(gettext_noop("No HDS certificate of a host of the data is recorded."))
        return {"answer": "unknown", "lines": [], "reasons": [{"text": text, **dict.fromkeys(_NAMED)}]}
    over = [one for one in answer["tracks"]["ans"]["reasons"] if one["fact"] == last.path]
    ends = [
        {"text": one["label"], "fact": last.path, **{name: one[name] for name in _NAMED[1:]}}
        for one in answer["deadlines"]
        if one["trigger"]["fact"] == last.path and one["rule"] == "hds.certificate_validity"
    ]
    return {
        "answer": "no" if over else "yes" if ends else "unknown",
        "lines": [_line(last, _HDS)],
        "reasons": [*over, *ends],
    }


def _duties(answer: Json, on: date) -> Iterator[Json]:
    """Yield each topic with its duties: from when they bind, or whether that is not known.

    What binds a provider alone stands among the duties of the answer, and is none of a hospital.
    """
    track = answer["tracks"]["ai_act"]
    own = [one for one in answer["deployer_duties"] if one["obliged"] != "provider"]
    by_topic = {rule: topic for topic, rules in TOPICS.items() for rule in rules}
    for topic in TOPICS:
        found = [one for one in own if by_topic.get(one["rule"], "other") == topic]
        days = [one["applies_from"] for one in found]
        if not found:
            open_question = track["status"] == "unknown" or track["state"] == "unqualified"
            said, since = ("unknown" if open_question else "no"), None
        elif None in days:
            said, since = "unknown", None
        else:
            since = min(days)
            said = "now" if since <= on.isoformat() else "later"
        yield {
            "topic": topic,
            "binding": said,
            "applies_from": since,
            "duties": found,
            "reasons": [] if found else track["reasons"],
        }


def _ends(answer: Json, on: date) -> list[Json]:
    """Return what ends within a year, soonest first: by a rule, and else with a track."""
    first, last = on.isoformat(), _YEAR.after(on).isoformat()
    found = []
    for one in answer["deadlines"]:
        if one["rule"] in ENDS and first <= one["strict"] <= last:
            named = {key: one[key] for key in ("track", "label", "rule", "citation", "certainty")}
            found.append({**named, "ends_on": one["strict"], "fact": one["trigger"]["fact"] or None})
    by_rule = {(one["ends_on"], one["fact"]) for one in found}
    found += [
        {"track": name, "ends_on": one["until"], "label": why["text"], **{key: why[key] for key in _NAMED}}
        for name, one in answer["tracks"].items()
        if one["until"] and first <= one["until"] <= last
        for why in one["reasons"][:1]
        if (one["until"], why["fact"]) not in by_rule
    ]
    return sorted(found, key=lambda one: (one["ends_on"], one["rule"] or ""))


def _origin(one: Recorded) -> Json:
    basis = BASES.get(one.quality or "", "unknown")
    day = one.read_on.isoformat() if one.read_on else None
    return {
        "fact": one.path,
        "basis": basis,
        "source": one.quality,
        "last_verified_at": day if basis == "checked" else None,
    }
