"""What the pages show, in the active language: plain data for the template, every word written out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha512
from typing import Any

from django.utils import timezone
from django.utils.formats import time_format
from django.utils.text import Truncator
from django.utils.translation import gettext

from compliance.assessments.dates import write_date, write_value
from compliance.assessments.models import StatusName
from compliance.assessments.render import Json
from compliance.assessments.words import word
from compliance.audit.models import Action
from compliance.dossiers import wording
from compliance.dossiers.verify import verification_code
from compliance.dossiers.words import words
from compliance.evidence.models import DocumentKind
from compliance.facts.checks import ROLES
from compliance.facts.kinds import KINDS, Kind
from compliance.law.facts import TRACKS, Device, FactsFile, Organisation
from compliance.law.facts.base import Fact as FactValue
from compliance.law.types import PENDING
from devices.models import AREA_LABELS, TrackName
from devices.models import Device as DeviceModel
from devices.models import Organisation as OrganisationModel
from devices.models import Source as SourceModel

_RUNNING = {*PENDING, "clock_stopped"}
_COLUMNS = {one.name: one for one in DeviceModel._meta.concrete_fields}
_HEADER_NAME = 40  # signs
_COVER_TEXT = 400  # signs; the whole text stands in the overview
_MOST_ROWS = 1000  # of documents, and of events: the pages, and the memory that they take, stay in bounds
_GATES = ("market_access", "reimbursement")


def sheet(facts: FactsFile, content: Json, excerpt: Json, files: Mapping[str, bytes]) -> Json:
    """Return the data of the pages. ``files`` are those of the bag besides the PDF, by path."""
    (device,), answer = facts.devices, content["assessment"]
    sources = {one.key: n for n, one in enumerate(facts.sources, start=1)}
    return {
        "language": content["language"],
        "words": words(),
        "name": device.name,
        "short_name": Truncator(device.name).chars(_HEADER_NAME),
        "description": Truncator(device.description).chars(_COVER_TEXT),
        "maker": next((one.name for one in facts.organisations if one.key == device.manufacturer), ""),
        "example": any(one.example for one in facts.organisations),
        "on": wording.day(content["on"]),
        "known_on": wording.day(content["known_on"]),
        "remark": _remark(content),
        "law_version": content["law"]["version"],
        "next_change": wording.day(answer["next_change"]),
        "code": verification_code(sha512(files["dossier.json"]).hexdigest()),
        "identity": _identity(device, facts.organisations),
        "gates": [_gate(name, answer[name]) for name in _GATES],
        "tracks": [_track(track, answer, device, sources) for track in TRACKS],
        "data": {
            "label": str(AREA_LABELS["data"]),
            "findings": _findings("data", answer),
            "facts": _facts(device, _kinds("device", "data"), sources),
        },
        "general": _facts(device, _kinds("device", None), sources),
        "organisations": [_organisation(one, device, sources) for one in facts.organisations],
        "running": [_deadline(one) for one in answer["deadlines"] if one["state"] in _RUNNING],
        "settled": [_deadline(one) for one in answer["deadlines"] if one["state"] not in _RUNNING],
        "duties": [_duty(one) for one in answer["deployer_duties"]],
        "law": [_rule(one) for one in content["law"]["rules"]],
        "sources": _sources(facts),
        "documents": [_document(one) for one in content["documents"][-_MOST_ROWS:]],
        "earlier_documents": _earlier(len(content["documents"]), "dossier.json"),
        "history": [_event(one) for one in excerpt["events"][-_MOST_ROWS:]],
        "earlier_events": _earlier(len(excerpt["events"]), "audit.json"),
        "files": [_file(f"data/{path}", data) for path, data in sorted(files.items())],
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
        "blockers": [_reason(one) for one in gate["blockers"]],
        "reasons": [_reason(one) for one in gate["reasons"]],
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
        "reasons": [_reason(one) for one in status["reasons"]],
        "findings": _findings(track, answer),
        "facts": _facts(device, _kinds("device", track), sources),
    }


def _findings(area: str, answer: Json) -> list[Json]:
    return [
        {**_reason(one["reason"]), "level": one["level"], "word": word(one["level"])}
        for one in answer["findings"]
        if one["track"] == area
    ]


def _reason(reason: Json) -> Json:
    return {"text": reason["text"], "place": wording.place(reason["fact"]), **_cited(reason)}


def _cited(part: Json) -> Json:
    """Return the article, and how it was read where that is less than the text itself."""
    certainty = part["certainty"]
    unsure = certainty not in {None, "verified"}
    return {"citation": part["citation"] or "", "unsure": word(certainty) if unsure else ""}


def _kinds(subject: str, *tracks: str | None) -> list[Kind]:
    return [one for one in KINDS.values() if one.subject == subject and one.track in tracks]


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


def _deadline(deadline: Json) -> Json:
    trigger = deadline["trigger"]
    state = "pending" if deadline["state"] == "open" else deadline["state"]
    moved = deadline["rolled"] if deadline["rolled"] != deadline["strict"] else None
    return {
        "label": deadline["label"],
        "track": str(AREA_LABELS[deadline["track"]]),
        "trigger": ", ".join(filter(None, [wording.place(trigger["fact"]), wording.day(trigger["date"])])),
        "period": write_value(deadline["value"]) if deadline["value"].startswith("P") else "",
        "stopped_days": deadline["stopped_days"],
        "obliged": word(deadline["obliged"]),
        "strict": wording.day(deadline["strict"]),
        "hour": deadline["hour"],
        "rolled": wording.day(moved),
        "safe": wording.day(deadline["safe"]),
        "state": state,
        "word": word(state),
        "met_on": wording.day(deadline["met_on"]),
        "late": deadline["effect"]["late"] or "",
        "silence": deadline["effect"]["silence"] or "",
        **_cited(deadline),
    }


def _duty(duty: Json) -> Json:
    return {
        "label": duty["label"],
        "obliged": word(duty["obliged"]),
        "from": wording.day(duty["applies_from"]),
        **_reason(duty["reason"]),
    }


def _rule(rule: Json) -> Json:
    return {
        "rule": rule["rule"],
        "label": rule["label"],
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
            for one in rule["values"]
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


def _document(document: Json) -> Json:
    kinds = dict(DocumentKind.choices)
    return {
        "title": document["title"],
        "kind": str(kinds.get(document["kind"], document["kind"])),
        "file": " · ".join([document["file"], _whereabouts(document)]),
        "version": document["version"],
        "added": write_date(timezone.localtime(datetime.fromisoformat(document["added_at"])).date()),
        "issued": wording.day(document["issued_on"]),
        "size": document["size"],
        "sha256": "\n".join(document["sha256"][n : n + 32] for n in (0, 32)),
        "facts": [wording.place(one) for one in document["facts"]],
    }


def _earlier(count: int, file: str) -> str:
    """Return what to know where so many rows are more than the pages list."""
    if count <= _MOST_ROWS:
        return ""
    text = gettext("The last %(listed)d are listed here; all %(count)d stand in %(file)s.")
    return text % {"listed": _MOST_ROWS, "count": count, "file": file}


def _whereabouts(document: Json) -> str:
    """Return where the file stands in the bag, or why it does not."""
    if document["withheld"] == "purged":
        return gettext("not in the bag: the document was removed since, and its file deleted")
    if document["withheld"] == "refused":
        return gettext("not in the bag: refused by the virus scanner")
    return str(document["path"])


def _event(event: Json) -> Json:
    at = timezone.localtime(datetime.fromisoformat(event["at"]))
    changed: Counter[str] = Counter()
    for state in (event["before"] or {}, event["after"] or {}):
        changed |= Counter({name: len(values) for name, values in state.items()})
    return {
        "sequence": event["sequence"],
        "at": f"{write_date(at.date())}, {time_format(at.time(), 'H:i')}",
        "action": str(dict(Action.choices).get(event["action"], event["action"])),
        "actor": event["actor_label"],
        "on_behalf_of": event["on_behalf_of"],
        "reason": event["reason"],
        "changed": ", ".join(f"{_kind_label(name)} ({n})" for name, n in changed.items()),
        "hash": event["hash"][:16],
    }


def _file(path: str, data: bytes) -> Json:
    digest = sha512(data).hexdigest()
    return {
        "path": path,
        "size": len(data),
        "sha512": "\n".join(digest[n : n + 32] for n in range(0, len(digest), 32)),
    }


def _kind_label(name: str) -> str:
    kind = KINDS.get(name)
    return str(kind.model._meta.verbose_name_plural if kind else DeviceModel._meta.verbose_name)
