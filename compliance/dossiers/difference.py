"""What changed of a device between two dates, each as known on a day of its own: pure, from two answers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from compliance.assessments.render import Json
from compliance.dossiers.shape import DIFFERENCE_FORMAT
from compliance.facts.values import as_json, items_of
from compliance.law.facts import TRACKS, Device, FactsFile, Organisation

_MET = {"met", "met_late"}


@dataclass(frozen=True, slots=True)
class Side:
    """A dossier of the device on one of the dates: its content, and the facts as values."""

    facts: FactsFile
    content: Json

    @property
    def dates(self) -> Json:
        """Return the dates that it is of."""
        return {name: self.content[name] for name in ("on", "known_on", "facts_known_on")}


def difference(before: Side, after: Side) -> Json:
    """Return the content of a dossier of what changed between two sides of one device and language."""
    old, new = before.content["assessment"], after.content["assessment"]
    return {
        "format": DIFFERENCE_FORMAT,
        "language": after.content["language"],
        "device": after.facts.devices[0].key,
        "name": after.facts.devices[0].name,
        "from": before.dates,
        "to": after.dates,
        "gates": {
            name: {"before": old[name], "after": new[name]} for name in ("market_access", "reimbursement")
        },
        "tracks": {name: {"before": old["tracks"][name], "after": new["tracks"][name]} for name in TRACKS},
        "facts": list(_facts(before.facts, after.facts)),
        "deadlines": list(_deadlines(old["deadlines"], new["deadlines"])),
        "documents": _added(before.content["documents"], after.content["documents"]),
        "documents_gone": _added(after.content["documents"], before.content["documents"]),
        "decisions": _new(before.content["decisions"], after.content["decisions"]),
        "law": {
            "version": after.content["law"]["version"],
            "rules": list(_law(before.content, after.content)),
        },
    }


def _facts(before: FactsFile, after: FactsFile) -> Iterator[Json]:
    """Yield the facts added, changed and removed, by their places, with the fields that differ."""
    old, new = dict(facts_of(before)), dict(facts_of(after))
    for place in sorted({*old, *new}):
        was, now = old.get(place), new.get(place)
        if was == now:
            continue
        change = "added" if was is None else "removed" if now is None else "changed"
        names = [*dict.fromkeys([*(was or {}), *(now or {})])]
        yield {
            "change": change,
            "fact": place,
            "fields": [
                {"field": name, "before": (was or {}).get(name), "after": (now or {}).get(name)}
                for name in names
                if (was or {}).get(name) != (now or {}).get(name)
            ],
        }


def facts_of(facts: FactsFile) -> Iterator[tuple[str, Json]]:
    """Yield each fact by its place, the own fields of the device and of its organisations among them."""
    for device in facts.devices:
        yield f"devices[{device.key}]", _own(device)
        for item in items_of(device):
            kind, _, key = item.path.rpartition(".")
            yield f"{kind}[{key}]", as_json(item.value)
    for organisation in facts.organisations:
        yield f"organisations[{organisation.key}]", _own(organisation)
        for item in items_of(organisation):
            kind, _, key = item.path.rpartition(".")
            yield f"organisations[{organisation.key}].{kind}[{key}]", as_json(item.value)


def _own(value: Device | Organisation) -> Json:
    """Return the fields of a subject that are no facts of its own."""
    held = {
        item.kind.path.removeprefix("organisations.").partition(".")[0]
        for item in items_of(value)
        if item.kind
    }
    return {name: one for name, one in as_json(value).items() if name not in held}


def _deadlines(before: Iterable[Json], after: Iterable[Json]) -> Iterator[Json]:
    """Yield the deadlines that are new, met, missed, moved, in another state or gone; others stay unsaid."""
    old, new = _by_identity(before), _by_identity(after)
    for identity in [*new, *(one for one in old if one not in new)]:
        was, now = old.get(identity), new.get(identity)
        if change := _change(was, now):
            yield {"change": change, "before": was, "after": now}


def _change(was: Json | None, now: Json | None) -> str:
    if was is None or now is None:
        return "new" if now else "gone"
    if now["state"] in _MET and was["state"] not in _MET:
        return "met"
    if now["state"] == "overdue" and was["state"] != "overdue":
        return "missed"
    if (was["strict"], was["hour"]) != (now["strict"], now["hour"]):
        return "moved"
    return "state" if was["state"] != now["state"] else ""


def _by_identity(deadlines: Iterable[Json]) -> Mapping[tuple[str, str, str], Json]:
    return {(one["rule"], one["trigger"]["fact"], one["n"]): one for one in deadlines}


def _added(before: Iterable[Json], after: Iterable[Json]) -> list[Json]:
    """Return the versions of documents that one side has and the other has not."""
    held = {(one["document"], one["version"]) for one in before}
    return [one for one in after if (one["document"], one["version"]) not in held]


def _new(before: list[Json], after: list[Json]) -> list[Json]:
    return [one for one in after if one not in before]


def _law(before: Json, after: Json) -> Iterator[Json]:
    """Yield the rules that either answer names and that changed in between, with the values that are new.

    A value is new where it became known between the days of knowledge, or began to govern between the dates.
    """
    known = (date.fromisoformat(before["known_on"]), date.fromisoformat(after["known_on"]))
    on = (date.fromisoformat(before["on"]), date.fromisoformat(after["on"]))
    rules = {one["rule"]: one for one in [*before["law"]["rules"], *after["law"]["rules"]]}
    for rule in sorted(rules):
        values = [
            one
            for one in rules[rule]["values"]
            if _between(one["published"], known) or _between(one["applies"], on)
        ]
        if values:
            yield {**rules[rule], "values": values}


def _between(day: str, days: tuple[date, date]) -> bool:
    return days[0] < date.fromisoformat(day) <= days[1]


def shown(value: Any) -> str:
    """Return a JSON value of a field as text, for what has no words of its own."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return ", ".join(f"{name}: {shown(one)}" for name, one in value.items())
    return "; ".join(shown(one) for one in value) if isinstance(value, list) else str(value)
