"""The tables that go into the workbook of a dossier, from its content, in the active language."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, pgettext

from compliance.assessments.render import Json
from compliance.assessments.words import word
from compliance.dossiers import filing, wording
from compliance.dossiers.workbook import Table
from compliance.facts.kinds import KINDS
from compliance.facts.values import items_of
from compliance.law.facts import Device, FactsFile, Organisation
from devices.models import AREA_LABELS
from devices.models import Device as DeviceModel
from devices.models import Organisation as OrganisationModel

Row = list[Any]


def of_device(facts: FactsFile, content: Json, excerpt: Json) -> Iterator[Table]:
    """Yield the tables of a dossier of a device, or of one of its tracks."""
    answer = content["assessment"]
    yield Table(
        gettext("Overview"),
        [
            (gettext("Track"), 34),
            (gettext("Status"), 18),
            (gettext("State"), 28),
            (pgettext("date", "since"), 14),
            (pgettext("date", "until"), 14),
        ],
        [
            [
                str(AREA_LABELS[name]),
                word(one["status"]),
                word(one["state"]),
                day(one["since"]),
                day(one["until"]),
            ]
            for name, one in answer["tracks"].items()
        ],
    )
    yield Table(
        gettext("Reasons"),
        [
            (gettext("Track"), 24),
            (gettext("Level"), 12),
            (gettext("Why"), 60),
            (gettext("Fact"), 34),
            (gettext("Article"), 34),
            (gettext("Certainty"), 18),
        ],
        list(_reasons(answer)),
    )
    yield Table(gettext("Deadlines"), deadline_heads(), [deadline(one) for one in answer["deadlines"]])
    yield Table(
        gettext("Facts"),
        [(gettext("Fact"), 44), (gettext("Field"), 28), (gettext("Content"), 60)],
        list(_facts(facts)),
    )
    yield Table(
        gettext("Requirements"),
        [
            (gettext("Catalogue"), 30),
            (gettext("Applies"), 12),
            (gettext("Article"), 26),
            (gettext("Requirement"), 50),
            (gettext("State"), 14),
            (gettext("Document"), 34),
            (gettext("Version"), 9),
            (pgettext("date", "since"), 14),
            (gettext("SHA-256"), 66),
            (gettext("Note"), 30),
        ],
        list(_requirements(content["requirements"])),
    )
    yield Table(
        gettext("Signed decisions"),
        [
            (gettext("Decision"), 34),
            (gettext("About"), 20),
            (gettext("Result"), 40),
            (gettext("Date"), 14),
            (gettext("Signed by"), 24),
            (gettext("Meaning"), 30),
        ],
        [decision(one) for one in content["decisions"]],
    )
    yield documents(gettext("Documents"), content["documents"])
    yield history(excerpt)


def documents(title: str, rows: list[Json]) -> Table:
    """Return a table of versions of documents."""
    heads = [
        (gettext("Document"), 34),
        (gettext("Version"), 9),
        (gettext("File"), 30),
        (gettext("Added on"), 14),
        (gettext("issued on"), 14),
        (gettext("Size (bytes)"), 12),
        (gettext("SHA-256"), 66),
        (gettext("In the bag"), 50),
    ]
    return Table(
        title,
        heads,
        [
            [
                one["title"],
                one["version"],
                one["file"],
                _local(one["added_at"]),
                day(one["issued_on"]),
                one["size"],
                one["sha256"],
                one["path"] or word(one["withheld"] or ""),
            ]
            for one in rows
        ],
    )


def history(excerpt: Json) -> Table:
    """Return the table of the events of an audit excerpt."""
    heads = [
        (gettext("No."), 9),
        (gettext("Date"), 14),
        (gettext("Action"), 30),
        (gettext("Author"), 26),
        (gettext("Changed"), 40),
        (gettext("Reason"), 40),
        (gettext("Hash"), 66),
    ]
    rows = []
    for one in excerpt["events"]:
        told = filing.event(one)
        rows.append(
            [
                one["sequence"],
                _local(one["at"]),
                told["action"],
                told["actor"],
                told["changed"],
                one["reason"],
                one["hash"],
            ]
        )
    return Table(gettext("History of the record"), heads, rows)


def deadline_heads() -> list[tuple[str, int]]:
    """Return the heads of deadlines."""
    return [
        (gettext("Deadline"), 40),
        (gettext("Track"), 22),
        (gettext("Date of the text"), 14),
        (gettext("Safe date"), 14),
        (gettext("State"), 16),
        (gettext("Obliged party"), 22),
        (gettext("Article"), 34),
        (gettext("Certainty"), 18),
    ]


def deadline(one: Json) -> Row:
    """Return the cells of a deadline."""
    state = "pending" if one["state"] == "open" else one["state"]
    return [
        one["label"],
        str(AREA_LABELS[one["track"]]),
        day(one["strict"]),
        day(one["safe"]),
        word(state),
        word(one["obliged"]),
        one["citation"],
        word(one["certainty"]),
    ]


def decision(one: Json) -> Row:
    """Return the cells of a signed decision."""
    return [
        one["title"],
        one["about"],
        one["headline"],
        _local(one["signed_at"]),
        one["signed_by"],
        one["meaning"],
    ]


def day(text: str | None) -> date | None:
    """Return an ISO date as a date."""
    return date.fromisoformat(text) if text else None


def _local(instant: str) -> date:
    return timezone.localtime(datetime.fromisoformat(instant)).date()


def _reasons(answer: Json) -> Iterator[Row]:
    for name, track in answer["tracks"].items():
        for one in track["reasons"]:
            yield [str(AREA_LABELS[name]), "", *_reason(one)]
    for one in answer["findings"]:
        yield [str(AREA_LABELS[one["track"]]), word(one["level"]), *_reason(one["reason"])]


def _reason(one: Json) -> Row:
    certainty = word(one["certainty"]) if one["certainty"] else ""
    return [one["text"], wording.place(one["fact"]), one["citation"] or "", certainty]


def _facts(facts: FactsFile) -> Iterator[Row]:
    """Yield a row for each field that is known of each fact; lists within a fact take a row each."""
    subjects: list[Device | Organisation] = [*facts.devices, *facts.organisations]
    for subject in subjects:
        own = DeviceModel if subject in facts.devices else OrganisationModel
        for one in wording.fields(subject, own):
            yield [subject.name, one["label"], one["text"]]
        for item in items_of(subject):
            if item.kind is None:
                continue
            place = f"{wording.label(KINDS[item.kind.path].model._meta.verbose_name)} · {item.value.key}"
            for one in wording.fields(item.value, item.kind.model):
                yield [place, one["label"], one["text"]]
            for part in wording.parts(item.value, item.kind.model):
                for row in part["rows"]:
                    yield [place, part["label"], ", ".join(f"{f['label']}: {f['text']}" for f in row)]
            if item.value.note:
                yield [place, gettext("Note"), item.value.note]


def _requirements(catalogues: list[Json]) -> Iterator[Row]:
    for found in catalogues:
        for one in found["requirements"] if found["applies"] != "no" else ():
            said = one["not_applicable"]
            lines = [
                [doc["title"], doc["version"], day(doc["since"]), doc["sha256"], doc["note"]]
                for doc in one["documents"]
            ] or [[None, None, day(said["since"]) if said else None, None, said["reason"] if said else None]]
            for line in lines:
                yield [
                    found["title"],
                    word(found["applies"]),
                    one["citation"],
                    one["title"],
                    word(one["state"]),
                    *line,
                ]
