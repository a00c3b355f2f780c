"""What the pages show, in the active language: plain data for the template, every word written out."""

from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha512
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext

from compliance.assessments.dates import write_date, write_value
from compliance.assessments.models import StatusName
from compliance.assessments.render import Json
from compliance.assessments.words import word
from compliance.dossiers import filing, wording
from compliance.dossiers.covering import catalogue, unsure
from compliance.dossiers.path import path
from compliance.dossiers.verify import verification_code
from compliance.dossiers.words import words
from compliance.facts.checks import ROLES
from compliance.facts.kinds import KINDS, Kind
from compliance.law.facts import TRACKS, Device, FactsFile, Organisation
from compliance.law.facts.base import Fact as FactValue
from compliance.law.types import PENDING
from compliance.timeline.story import DEVICE
from devices.models import AREA_LABELS, TrackName
from devices.models import Device as DeviceModel
from devices.models import Organisation as OrganisationModel
from devices.models import Source as SourceModel

# What happened to a device, and what was changed in it: in sections of their own, once and whole.
INCIDENTS = (
    "ce_marking.incidents",
    "ce_marking.trends",
    "ce_marking.field_actions",
    "ce_marking.supply_interruptions",
    "ans.formal_notices",
    "data.breaches",
    "data.security_incidents",
)
CHANGES = ("versions", "ai_act.modifications", "ans.referentiel_changes")
_RUNNING = {*PENDING, "clock_stopped"}
_COLUMNS = {one.name: one for one in DeviceModel._meta.concrete_fields}
_HEADER_NAME = 40  # signs
_COVER_TEXT = 400  # signs; the whole text stands in the overview
_GATES = ("market_access", "reimbursement")


def sheet(
    facts: FactsFile, content: Json, excerpt: Json, files: Mapping[str, bytes], attached: bytes
) -> Json:
    """Return the data of the pages; ``files`` are those beside the PDF, ``attached`` is dossier.json."""
    (device,), answer = facts.devices, content["assessment"]
    sources = {one.key: n for n, one in enumerate(facts.sources, start=1)}
    return {
        "language": content["language"],
        "words": words(),
        "name": device.name,
        "short_name": Truncator(device.name).chars(_HEADER_NAME),
        "scope": str(TrackName(content["track"]).label) if content["track"] else "",
        "description": Truncator(device.description).chars(_COVER_TEXT),
        "maker": next((one.name for one in facts.organisations if one.key == device.manufacturer), ""),
        "example": any(one.example for one in facts.organisations),
        "on": wording.day(content["on"]),
        "known_on": wording.day(content["known_on"]),
        "remark": _remark(content),
        "law_version": content["law"]["version"],
        "next_change": wording.day(answer["next_change"]),
        "code": verification_code(sha512(attached).hexdigest()),
        "identity": _identity(device, facts.organisations),
        "gates": [_gate(name, answer[name]) for name in _GATES if answer[name]],
        "tracks": [_track(track, answer, device, sources) for track in TRACKS if track in answer["tracks"]],
        "data": {
            "label": str(AREA_LABELS["data"]),
            "findings": _findings("data", answer),
            "facts": _facts(device, _kinds("device", "data"), sources),
        },
        "general": _facts(device, _kinds("device", None), sources),
        "others": _others(device, content["track"], sources),
        "left_out": _left_out(content),
        "path": _path(facts, content),
        "incidents": _facts(device, [KINDS[one] for one in INCIDENTS], sources),
        "changes": _facts(device, [KINDS[one] for one in CHANGES], sources),
        "decisions": [filing.decision(one) for one in content["decisions"]],
        "catalogues": [catalogue(one) for one in content["requirements"]],
        "organisations": [_organisation(one, device, sources) for one in facts.organisations],
        "running": [deadline(one) for one in answer["deadlines"] if one["state"] in _RUNNING],
        "settled": [deadline(one) for one in answer["deadlines"] if one["state"] not in _RUNNING],
        "duties": [_duty(one) for one in answer["deployer_duties"]],
        "law": [rule(one) for one in content["law"]["rules"]],
        "sources": _sources(facts),
        "documents": [filing.document(one) for one in content["documents"][-filing.MOST_ROWS :]],
        "earlier_documents": filing.earlier(len(content["documents"]), "dossier.json"),
        "history": [filing.event(one) for one in excerpt["events"][-filing.MOST_ROWS :]],
        "earlier_events": filing.earlier(len(excerpt["events"]), "audit.json"),
        "files": [filing.file(f"data/{path}", data) for path, data in sorted(files.items())],
    }


def _remark(content: Json) -> str:
    """Return what to know where the record of the device began after the day of knowledge, or never."""
    if content["facts_known_on"] is None:
        return gettext("Nothing was known of this device on %(known)s: there is no record of that time.") % {
            "known": wording.day(content["known_on"])
        }
    if content["facts_known_on"] <= content["known_on"]:
        return ""
    days = {"began": wording.day(content["facts_known_on"]), "known": wording.day(content["known_on"])}
    return (
        gettext(
            "The record of this device began on %(began)s: the facts are those of that day, under the law as "
            "known on %(known)s."
        )
        % days
    )


def _identity(device: Device, organisations: Iterable[Organisation]) -> list[Json]:
    """Return the own fields of the device, the organisations by their name."""
    names = {one.key: one.name for one in organisations}
    roles = [
        {"label": wording.label(_COLUMNS[role].verbose_name), "text": names.get(key, key)}
        for role in ROLES
        if (key := getattr(device, role))
    ]
    skipped = {*ROLES, "name", "description", "published", "complete_tracks"}
    key = {"label": wording.label(_COLUMNS["key"].verbose_name), "text": device.key}
    texts = [
        {"label": wording.label(_COLUMNS[name].verbose_name), "text": text}
        for name in ("description", "note")
        if (text := getattr(device, name))
    ]
    return [key, *roles, *wording.fields(device, DeviceModel, skipped), *texts]


def _gate(name: str, gate: Json) -> Json:
    return {
        "label": gettext("Market access") if name == "market_access" else gettext("Access to reimbursement"),
        "status": gate["status"],
        "word": word(gate["status"]),
        "blockers": [reason(one) for one in gate["blockers"]],
        "reasons": [reason(one) for one in gate["reasons"]],
    }


def _track(track: str, answer: Json, device: Device, sources: Mapping[str, int]) -> Json:
    status = answer["tracks"][track]
    return {
        "label": str(TrackName(track).label),
        "status": status["status"],
        "word": str(StatusName(status["status"]).label),
        "state": word(status["state"]) if status["state"] != status["status"] else "",
        "since": wording.day(status["since"]),
        "until": wording.day(status["until"]),
        "complete": track in device.complete_tracks,
        "elsewhere": any(kind.track == track and _facts(device, [kind], sources) for kind in _own_kinds()),
        "reasons": [reason(one) for one in status["reasons"]],
        "findings": _findings(track, answer),
        "facts": _facts(device, _kinds("device", track), sources),
    }


def _findings(area: str, answer: Json) -> list[Json]:
    return [
        {**reason(one["reason"]), "level": one["level"], "word": word(one["level"])}
        for one in answer["findings"]
        if one["track"] == area
    ]


def reason(given: Json) -> Json:
    """Return a reason with the place of its fact and its article."""
    return {"text": given["text"], "place": wording.place(given["fact"]), **_cited(given)}


def _cited(part: Json) -> Json:
    """Return the article, and how it was read where that is less than the text itself."""
    return {"citation": part["citation"] or "", "unsure": unsure(part["certainty"])}


def _kinds(subject: str, *tracks: str | None) -> list[Kind]:
    """Return the kinds of a subject on some tracks, but for those that have sections of their own."""
    own = {*INCIDENTS, *CHANGES}
    return [
        one
        for one in KINDS.values()
        if one.subject == subject and one.track in tracks and one.path not in own
    ]


def _own_kinds() -> list[Kind]:
    return [KINDS[one] for one in (*INCIDENTS, *CHANGES)]


def _others(device: Device, track: str | None, sources: Mapping[str, int]) -> list[Json]:
    """Return the facts of other tracks that a dossier of one track rests on."""
    return _facts(device, _kinds("device", *({*TRACKS} - {track})), sources) if track else []


def _left_out(content: Json) -> list[Json]:
    return [
        {"label": str(AREA_LABELS[one["area"]]), "facts": str(one["facts"])} for one in content["left_out"]
    ]


def _path(facts: FactsFile, content: Json) -> Json:
    on, known_on = (date.fromisoformat(content[name]) for name in ("on", "known_on"))
    lanes = (content["track"], DEVICE) if content["track"] else ()
    return path(facts, content["assessment"], on=on, known_on=known_on, lanes=lanes)


def _facts(value: Device | Organisation, kinds: Iterable[Kind], sources: Mapping[str, int]) -> list[Json]:
    """Return the facts of some kinds, in the order of the form; kinds without a fact are left out."""
    found: list[Json] = []
    for kind in kinds:
        facts: Any = value
        for name in kind.path.removeprefix("organisations.").split("."):
            facts = getattr(facts, name)
        if facts:
            label = wording.label(kind.model._meta.verbose_name_plural)
            found.append({"label": label, "facts": [_fact(one, kind, sources) for one in facts]})
    return found


def _fact(fact: FactValue, kind: Kind, sources: Mapping[str, int]) -> Json:
    return {
        "key": fact.key,
        "length": len(str(fact)),
        "fields": wording.fields(fact, kind.model),
        "parts": wording.parts(fact, kind.model),
        "note": fact.note,
        "source": sources.get(fact.source, 0) if fact.source else 0,
    }


def _organisation(organisation: Organisation, device: Device, sources: Mapping[str, int]) -> Json:
    held = [role for role in ROLES if getattr(device, role) == organisation.key]
    return {
        "name": organisation.name,
        "roles": " · ".join(wording.label(_COLUMNS[role].verbose_name) for role in held),
        "fields": wording.fields(organisation, OrganisationModel, {"name"}),
        "facts": _facts(organisation, _kinds("organisation", *TRACKS), sources),
    }


def deadline(given: Json) -> Json:
    """Return a deadline, every word written out."""
    trigger = given["trigger"]
    state = "pending" if given["state"] == "open" else given["state"]
    moved = given["rolled"] if given["rolled"] != given["strict"] else None
    return {
        "label": given["label"],
        "track": str(AREA_LABELS[given["track"]]),
        "trigger": ", ".join(filter(None, [wording.place(trigger["fact"]), wording.day(trigger["date"])])),
        "period": write_value(given["value"]) if given["value"].startswith("P") else "",
        "stopped_days": given["stopped_days"],
        "obliged": word(given["obliged"]),
        "strict": wording.day(given["strict"]),
        "hour": given["hour"],
        "rolled": wording.day(moved),
        "safe": wording.day(given["safe"]),
        "state": state,
        "word": word(state),
        "met_on": wording.day(given["met_on"]),
        "late": given["effect"]["late"] or "",
        "silence": given["effect"]["silence"] or "",
        **_cited(given),
    }


def _duty(duty: Json) -> Json:
    return {
        "label": duty["label"],
        "obliged": word(duty["obliged"]),
        "from": wording.day(duty["applies_from"]),
        **reason(duty["reason"]),
    }


def rule(given: Json) -> Json:
    """Return a rule with its values."""
    return {
        "rule": given["rule"],
        "label": given["label"],
        "values": [
            {
                "value": write_value(one["value"]),
                "published": wording.day(one["published"]),
                "applies": wording.day(one["applies"]),
                "source": " · ".join(filter(None, [one["version"], one["source"]])),
                "verified_on": wording.day(one["verified_on"]),
                "note": one["note"],
                **_cited(one),
            }
            for one in given["values"]
        ],
    }


def _sources(facts: FactsFile) -> list[Json]:
    columns = {one.name: one for one in SourceModel._meta.concrete_fields}
    return [
        {
            "title": one.title,
            "url": one.url,
            "quality": wording.shown(columns["quality"], one.quality),
            "confidence": wording.shown(columns["confidence"], one.confidence),
            "read_on": write_date(one.read_on) if one.read_on else "",
        }
        for one in facts.sources
    ]
