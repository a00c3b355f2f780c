"""A dossier of one track: what a whole dossier says of it, and the names of what is left out.

The facts kept are those of the track, those of the device itself, and those others that the answer of the
track rests on.
"""

import re
from collections.abc import Collection, Iterator
from typing import Any

from compliance.assessments.render import Json
from compliance.dossiers.content import rules_of
from compliance.dossiers.history import with_events
from compliance.facts.kinds import KINDS
from compliance.law.catalogues import current_catalogues
from compliance.law.facts.base import AREAS

# Whose matter the catalogues and the tables of the law are.
_CATALOGUES = {
    "mdr": "ce_marking", "high_risk_provider": "ai_act", "ans": "ans", "learning": "cnedimts", "ai": "ai_act",
}  # fmt: skip
_TABLES = {
    "rule11": "ce_marking", "conformity_route": "ce_marking", "ai_act": "ai_act", "coverage_doors": "listing",
}  # fmt: skip
_PLACE = re.compile(r"(?:organisations\[([^]]*)]\.)?([a-z0-9_.]+)\[([^]]*)]")


def of_track(content: Json, track: str) -> Json:
    """Return the content of a dossier of one track, from that of a whole one."""
    answer = _answer(content["assessment"], track)
    named = set(_facts_named(answer))
    facts, left = _facts(content["facts"], track, named)
    kept = _paths(facts)
    rules = set(rules_of(answer))
    return {
        **content,
        "scope": "track",
        "track": track,
        "left_out": [{"area": area, "facts": left.get(area, 0)} for area in AREAS if area != track],
        "facts": facts,
        "documents": [one for one in content["documents"] if kept.intersection(one["facts"])],
        "decisions": [one for one in content["decisions"] if _TABLES.get(one["table"], track) == track],
        "requirements": [one for one in content["requirements"] if _track_of(one["catalogue"]) == track],
        "assessment": answer,
        "law": {**content["law"], "rules": [one for one in content["law"]["rules"] if one["rule"] in rules]},
    }


def excerpt_of_track(excerpt: Json, track: str) -> Json:
    """Return the audit excerpt without the events that are about facts of other areas alone."""
    return with_events(excerpt, [one for one in excerpt["events"] if _concerns(one, track)])


def _concerns(event: Json, track: str) -> bool:
    states = [one for one in (event["before"], event["after"]) if isinstance(one, dict)]
    kinds = [KINDS[name] for state in states for name in state if name in KINDS]
    return not kinds or any(one.track in (track, None) for one in kinds)


def _track_of(catalogue: str) -> str | None:
    found = current_catalogues().by_key.get(catalogue)
    return _CATALOGUES[found.scope] if found else None


def _answer(answer: Json, track: str) -> Json:
    """Return what an answer says of a track: neither door, which stand for several tracks."""
    return {
        **answer,
        "market_access": None,
        "reimbursement": None,
        "tracks": {track: answer["tracks"][track]},
        "deployer_duties": answer["deployer_duties"] if track == "ai_act" else [],
        "deadlines": [one for one in answer["deadlines"] if one["track"] == track],
        "findings": [one for one in answer["findings"] if one["track"] == track],
        "next_change": None,
    }


def _facts_named(part: Any) -> Iterator[str]:
    """Yield the places of the facts that a part of the answer names."""
    if isinstance(part, list):
        for one in part:
            yield from _facts_named(one)
    elif isinstance(part, dict):
        if match := _PLACE.match(str(part.get("fact") or "")):
            yield match[0]
        for one in part.values():
            yield from _facts_named(one)


def _facts(facts: Json, track: str, named: Collection[str]) -> tuple[Json, dict[str, int]]:
    """Return the facts kept, and how many of each area are left out."""
    left: dict[str, int] = {}
    (device,) = facts["devices"]
    own = {
        name: _kept(name, value, track, named, left) if name in AREAS else value
        for name, value in device.items()
    }
    organisations = []
    for one in facts.get("organisations", []):
        held = dict(one)
        for kind in KINDS.values():
            name = kind.path.rpartition(".")[2]
            if kind.subject == "organisation" and kind.track != track and name in held:
                place = f"organisations[{one['key']}].{name}"
                held[name] = _of_kind(held[name], place, kind.track or "", named, left)
        organisations.append(held)
    kept = {**facts, "devices": [own]}
    if organisations:
        kept["organisations"] = organisations
    sources = set(_sources_of([own, organisations]))
    if "sources" in facts:
        kept["sources"] = [one for one in facts["sources"] if one["key"] in sources]
    return kept, left


def _kept(area: str, kinds: Json, track: str, named: Collection[str], left: dict[str, int]) -> Json:
    if area == track:
        return kinds
    return {name: _of_kind(facts, f"{area}.{name}", area, named, left) for name, facts in kinds.items()}


def _of_kind(
    facts: list[Json], place: str, area: str, named: Collection[str], left: dict[str, int]
) -> list[Json]:
    kept = [one for one in facts if f"{place}[{one['key']}]" in named]
    left[area] = left.get(area, 0) + len(facts) - len(kept)
    return kept


def _sources_of(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _sources_of(one)
    elif isinstance(part, dict):
        if part.get("source"):
            yield part["source"]
        for one in part.values():
            yield from _sources_of(one)


def _paths(facts: Json) -> set[str]:
    """Return the places of all facts, as documents name them."""
    (device,) = facts["devices"]
    found = set()
    for kind in KINDS.values():
        first, _, name = kind.path.rpartition(".")
        if kind.subject == "device":
            holder = device.get(first, {}) if first else device
            found |= {f"{kind.path}[{one['key']}]" for one in holder.get(name, [])}
        else:
            for organisation in facts.get("organisations", []):
                stem = f"organisations[{organisation['key']}].{name}"
                found |= {f"{stem}[{one['key']}]" for one in organisation.get(name, [])}
    return found
