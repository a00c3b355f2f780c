"""The pages and the workbook of what changed between two dates, every word written out."""

from collections.abc import Iterator, Mapping
from hashlib import sha512
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext, pgettext

from compliance.assessments.models import StatusName
from compliance.assessments.render import Json
from compliance.assessments.words import word
from compliance.dossiers import filing, wording
from compliance.dossiers import sheet as pages
from compliance.dossiers import tables as cells
from compliance.dossiers.difference import Side, shown
from compliance.dossiers.verify import verification_code
from compliance.dossiers.words import words
from compliance.dossiers.workbook import Table
from compliance.facts.values import items_of
from compliance.law.facts import Device, FactsFile, Organisation
from compliance.law.facts.base import Value
from devices.models import AREA_LABELS, TrackName
from devices.models import Device as DeviceModel
from devices.models import Organisation as OrganisationModel

_HEADER_NAME = 40  # signs
_DEADLINES = ("missed", "met", "moved", "new", "state", "gone")


def sheet(before: Side, after: Side, content: Json, excerpt: Json, files: Mapping[str, bytes]) -> Json:
    """Return the data of the pages. ``files`` are those of the bag besides the PDF, by path."""
    (device,) = after.facts.devices
    return {
        "language": content["language"],
        "words": words(),
        "name": device.name,
        "short_name": Truncator(device.name).chars(_HEADER_NAME),
        "maker": next((one.name for one in after.facts.organisations if one.key == device.manufacturer), ""),
        "example": any(one.example for one in after.facts.organisations),
        "scope": "",
        "from": _dates(content["from"]),
        "to": _dates(content["to"]),
        "on": wording.day(content["to"]["on"]),
        "known_on": wording.day(content["to"]["known_on"]),
        "law_version": content["law"]["version"],
        "code": verification_code(sha512(files["dossier.json"]).hexdigest()),
        "counts": _counts(content, excerpt),
        "tracks": [_track(name, one) for name, one in content["tracks"].items()],
        "gates": [_gate(name, one) for name, one in content["gates"].items()],
        "facts": _facts(before.facts, after.facts, content["facts"]),
        "deadlines": _deadlines(content["deadlines"]),
        "documents": [filing.document(one) for one in content["documents"]],
        "documents_gone": [filing.document(one) for one in content["documents_gone"]],
        "decisions": [filing.decision(one) for one in content["decisions"]],
        "law": [pages.rule(one) for one in content["law"]["rules"]],
        "history": [filing.event(one) for one in excerpt["events"][-filing.MOST_ROWS :]],
        "earlier_events": filing.earlier(len(excerpt["events"]), "audit.json"),
        "files": [filing.file(f"data/{path}", data) for path, data in sorted(files.items())],
    }


def _dates(dates: Json) -> Json:
    return {name: wording.day(one) for name, one in dates.items()}


def _counts(content: Json, excerpt: Json) -> list[Json]:
    """Return how much changed, for the cover."""
    moved = [one for one in content["tracks"].values() if _status(one["before"]) != _status(one["after"])]
    found = [
        (gettext("Tracks whose status changed"), len(moved)),
        (gettext("Facts added, changed or removed"), len(content["facts"])),
        (gettext("Deadlines new, met, missed or moved"), len(content["deadlines"])),
        (gettext("Documents added"), len(content["documents"])),
        (gettext("Rules whose text changed"), len(content["law"]["rules"])),
        (gettext("Events of the audit trail"), len(excerpt["events"])),
    ]
    return [{"label": label, "count": str(count)} for label, count in found]


def _status(track: Json) -> tuple[str, str]:
    return track["status"], track["state"]


def _track(name: str, change: Json) -> Json:
    return {
        "label": str(TrackName(name).label),
        "before": _answer(change["before"]),
        "after": _answer(change["after"]),
        "changed": change["before"] != change["after"],
    }


def _answer(track: Json) -> Json:
    return {
        "status": track["status"],
        "word": str(StatusName(track["status"]).label),
        "state": word(track["state"]) if track["state"] != track["status"] else "",
        "since": wording.day(track["since"]),
        "until": wording.day(track["until"]),
        "reasons": [pages.reason(one) for one in track["reasons"]],
    }


def _gate(name: str, change: Json) -> Json:
    label = gettext("Market access") if name == "market_access" else gettext("Access to reimbursement")
    sides = {
        side: {
            "status": change[side]["status"],
            "word": word(change[side]["status"]),
            "state": "",
            "since": "",
            "until": "",
            "reasons": [pages.reason(one) for one in (*change[side]["blockers"], *change[side]["reasons"])],
        }
        for side in ("before", "after")
    }
    return {"label": label, **sides, "changed": change["before"] != change["after"]}


def _facts(before: FactsFile, after: FactsFile, changes: list[Json]) -> list[Json]:
    old, new = dict(_values(before)), dict(_values(after))
    said = {"added": gettext("added"), "changed": gettext("changed"), "removed": gettext("removed")}
    return [
        {
            "place": wording.place(one["fact"])
            if one["fact"] not in _own(before, after)
            else gettext("Own fields"),
            "change": one["change"],
            "word": said[one["change"]],
            "fields": list(_fields(old.get(one["fact"]), new.get(one["fact"]), one)),
        }
        for one in changes
    ]


def _own(*files: FactsFile) -> set[str]:
    return {f"devices[{one.key}]" for file in files for one in file.devices}


def _values(facts: FactsFile) -> Iterator[tuple[str, tuple[Value, Any]]]:
    """Yield each fact with its model by its place, as ``difference.facts_of`` names it."""
    subjects: list[Device | Organisation] = [*facts.devices, *facts.organisations]
    for subject in subjects:
        is_device = subject in facts.devices
        place = f"{'devices' if is_device else 'organisations'}[{subject.key}]"
        yield place, (subject, DeviceModel if is_device else OrganisationModel)
        for item in items_of(subject):
            if item.kind:
                kind, _, key = item.path.rpartition(".")
                stem = f"{kind}[{key}]"
                yield stem if is_device else f"{place}.{stem}", (item.value, item.kind.model)


def _fields(old: Any, new: Any, change: Json) -> Iterator[Json]:
    """Yield the fields that differ, in words where the form has words for them."""
    sides = [_words(one) for one in (old, new)]
    for label in [*dict.fromkeys([*sides[1], *sides[0]])]:
        was, now = (side.get(label, "") for side in sides)
        if was != now:
            yield {"label": label, "before": was, "after": now}
    labels = {"source": gettext("Source"), "note": gettext("Note")}
    for one in change["fields"]:  # that the form has no field of its own for
        if one["field"] in labels:
            said = {side: shown(one[side]) for side in ("before", "after")}
            yield {"label": labels[one["field"]], **said}


def _words(side: Any) -> dict[str, str]:
    if side is None:
        return {}
    value, model = side
    found = {one["label"]: one["text"] for one in wording.fields(value, model)}
    for part in wording.parts(value, model):
        rows = [", ".join(f"{one['label']}: {one['text']}" for one in row) for row in part["rows"]]
        found[part["label"]] = "\n".join(rows)
    return found


def _deadlines(changes: list[Json]) -> list[Json]:
    """Return the deadlines by what came of them, the missed ones first."""
    titles = {
        "missed": gettext("Missed"),
        "met": gettext("Met"),
        "moved": gettext("Moved"),
        "new": gettext("New"),
        "state": gettext("In another state"),
        "gone": gettext("No longer there"),
    }
    return [
        {"label": titles[change], "rows": rows}
        for change in _DEADLINES
        if (rows := [_deadline(one) for one in changes if one["change"] == change])
    ]


def _deadline(change: Json) -> Json:
    was, now = change["before"], change["after"]
    one = pages.deadline(now or was)
    before = pages.deadline(was) if was else None
    return {
        **one,
        "before": before["strict"] if before else "",
        "before_state": before["state"] if before else "",
        "before_word": before["word"] if before else "",
        "after": one["strict"] if now else "",
        "state": one["state"] if now else "",
        "word": one["word"] if now else "",
    }


# --- The workbook ---


def tables(before: Side, after: Side, content: Json, excerpt: Json) -> Iterator[Table]:
    """Yield the tables of the workbook."""
    first, last = (wording.day(content[side]["on"]) for side in ("from", "to"))
    yield Table(
        gettext("Statuses"),
        [
            (gettext("Track"), 34),
            (first, 22),
            (gettext("State"), 26),
            (last, 22),
            (gettext("State"), 26),
            (gettext("Reasons"), 80),
        ],
        [
            [
                str(AREA_LABELS[name]),
                word(one["before"]["status"]),
                word(one["before"]["state"]),
                word(one["after"]["status"]),
                word(one["after"]["state"]),
                "\n".join(row["text"] for row in one["after"]["reasons"]),
            ]
            for name, one in content["tracks"].items()
        ],
    )
    yield Table(
        gettext("Facts"),
        [
            (pgettext("noun", "Change"), 14),
            (gettext("Fact"), 44),
            (gettext("Field"), 28),
            (pgettext("date", "Before"), 44),
            (pgettext("date", "After"), 44),
        ],
        [
            [one["word"], one["place"], field["label"], field["before"], field["after"]]
            for one in _facts(before.facts, after.facts, content["facts"])
            for field in one["fields"]
        ],
    )
    yield Table(
        gettext("Deadlines"),
        [(pgettext("noun", "Change"), 16), (pgettext("date", "Before"), 14), *cells.deadline_heads()],
        [
            [
                group["label"],
                cells.day(one["before"]["strict"]) if one["before"] else None,
                *cells.deadline(one["after"] or one["before"]),
            ]
            for change, group in zip(_present(content), _deadlines(content["deadlines"]), strict=True)
            for one in content["deadlines"]
            if one["change"] == change
        ],
    )
    yield cells.documents(gettext("Documents added"), content["documents"])
    yield Table(
        gettext("Law"),
        [
            (gettext("Rule"), 44),
            (gettext("Value"), 24),
            (gettext("Published"), 14),
            (gettext("Governs from"), 14),
            (gettext("Text read"), 60),
            (gettext("Certainty"), 18),
        ],
        [
            [
                one["label"],
                value["value"],
                cells.day(value["published"]),
                cells.day(value["applies"]),
                value["citation"],
                word(value["certainty"]),
            ]
            for one in content["law"]["rules"]
            for value in one["values"]
        ],
    )
    yield cells.history(excerpt)


def _present(content: Json) -> list[str]:
    found = {one["change"] for one in content["deadlines"]}
    return [one for one in _DEADLINES if one in found]
