"""The overview of a portfolio: its pages and its workbook, every word written out."""

from collections.abc import Iterator, Mapping
from hashlib import sha512

from django.utils.translation import gettext

from compliance.assessments.models import StatusName
from compliance.assessments.render import Json
from compliance.assessments.words import word
from compliance.dossiers import filing, wording
from compliance.dossiers.tables import day
from compliance.dossiers.verify import verification_code
from compliance.dossiers.words import words
from compliance.dossiers.workbook import Table
from compliance.law.facts import TRACKS
from devices.models import AREA_LABELS, TrackName


def sheet(content: Json, files: Mapping[str, bytes]) -> Json:
    """Return the data of the pages. ``files`` are those of the bag that belong to no device, by path."""
    name = gettext("Portfolio of %(number)d devices") % {"number": len(content["devices"])}
    return {
        "language": content["language"],
        "words": words(),
        "name": name,
        "short_name": name,
        "scope": "",
        "on": wording.day(content["on"]),
        "known_on": wording.day(content["known_on"]),
        "law_version": content["law_version"],
        "code": verification_code(sha512(files["dossier.json"]).hexdigest()),
        "track_names": [str(TrackName(one).label) for one in TRACKS],
        "counted": _counted(content["devices"]),
        "devices": [_device(one) for one in content["devices"]],
        "not_made": [{"name": one["name"], "problems": one["problems"]} for one in content["not_made"]],
        "files": [filing.file(f"data/{path}", data) for path, data in sorted(files.items())],
    }


def _counted(devices: list[Json]) -> list[Json]:
    """Return how many devices have each status, by track."""
    codes = [code for code in StatusName.values if any(_has(one, code) for one in devices)]
    return [
        {
            "status": code,
            "word": str(StatusName(code).label),
            "counts": [
                str(n) if (n := sum(one["tracks"][track]["status"] == code for one in devices)) else "–"
                for track in TRACKS
            ],
        }
        for code in codes
    ]


def _has(device: Json, code: str) -> bool:
    return any(one["status"] == code for one in device["tracks"].values())


def _device(one: Json) -> Json:
    following = one["next"]
    state = "pending" if following and following["state"] == "open" else following and following["state"]
    return {
        "name": one["name"],
        "key": one["device"],
        "example": gettext("example data") if one["example"] else "",
        "folder": one["path"].rpartition("/")[0],
        "code": one["code"],
        "tracks": [
            {
                "status": track["status"],
                "word": str(StatusName(track["status"]).label),
                "until": wording.day(track["until"]),
            }
            for track in one["tracks"].values()
        ],
        "gates": [
            {"status": one[name], "word": word(one[name])} for name in ("market_access", "reimbursement")
        ],
        "overdue": str(one["overdue"]) if one["overdue"] else "",
        "next": f"{following['label']}, {wording.day(following['strict'])}" if following else "",
        "state": state or "",
        "word": word(state) if state else "",
    }


def tables(content: Json) -> Iterator[Table]:
    """Yield the tables of the workbook."""
    heads = [
        (gettext("Device"), 36),
        (gettext("Key"), 20),
        *((str(TrackName(one).label), 18) for one in TRACKS),
    ]
    heads += [
        (gettext("Market access"), 16),
        (gettext("Access to reimbursement"), 16),
        (gettext("Overdue"), 10),
    ]
    heads += [(gettext("Next deadline"), 40), (gettext("Track"), 20), (gettext("Date of the text"), 14)]
    heads += [(gettext("Verification code"), 34)]
    rows = []
    for one in content["devices"]:
        following = one["next"]
        rows.append(
            [
                f"{one['name']} ({gettext('example data')})" if one["example"] else one["name"],
                one["device"],
                *(word(one["tracks"][name]["status"]) for name in TRACKS),
                word(one["market_access"]),
                word(one["reimbursement"]),
                one["overdue"],
                following["label"] if following else None,
                str(AREA_LABELS[following["track"]]) if following else None,
                day(following["strict"]) if following else None,
                one["code"],
            ]
        )
    yield Table(gettext("Portfolio"), heads, rows)
    if content["not_made"]:
        yield Table(
            gettext("Not made"),
            [(gettext("Device"), 36), (gettext("Why"), 80)],
            [[one["name"], " ".join(one["problems"])] for one in content["not_made"]],
        )
