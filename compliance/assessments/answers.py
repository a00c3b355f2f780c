"""The bodies of the answers, read from the projections or computed for another date."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from compliance.assessments.models import TrackState
from compliance.assessments.queries import dated_answer
from compliance.assessments.render import Json
from compliance.evidence.models import DocumentVersion
from config import clock
from devices.models import Device, Identifier, Organisation, Version


def devices(found: Iterable[Device]) -> list[Json]:
    """Return the devices with identifiers, versions and track statuses, in three queries for all."""
    listed = list(found)
    identifiers: dict[Any, list[Json]] = defaultdict(list)
    for one in Identifier.objects.filter(device__in=listed).order_by("scheme", "value"):
        identifiers[one.device_id].append({"scheme": one.scheme, "value": one.value})
    versions: dict[Any, list[Json]] = defaultdict(list)
    for version in Version.objects.filter(device__in=listed).order_by("released_on", "number"):
        versions[version.device_id].append({"number": version.number, "released_on": version.released_on})
    tracks: dict[Any, dict[str, str]] = defaultdict(dict)
    for state in TrackState.objects.filter(device__in=listed):
        tracks[state.device_id][state.track] = state.status
    return [
        {
            "id": str(one.pk),
            "key": one.key,
            "name": one.name,
            "description": one.description,
            "manufacturer": _organisation(one.manufacturer),
            "exploitant": _organisation(one.exploitant),
            "example_data": bool(one.owner and one.owner.example),
            "functions": one.functions,
            "emdn": one.emdn or None,
            "identifiers": identifiers[one.pk],
            "versions": versions[one.pk],
            "tracks": tracks[one.pk],
        }
        for one in listed
    ]


def documents(versions: Iterable[DocumentVersion]) -> list[Json]:
    """Return the documents of a device, each with its versions, the latest first."""
    found: dict[Any, Json] = {}
    for one in versions:
        document = one.document
        said = {
            "id": str(document.pk),
            "kind": document.kind,
            "title": document.title,
            "language": document.language,
            "published": document.published,
            "versions": [],
        }
        found.setdefault(document.pk, said)["versions"].append(_version(one))
    return list(found.values())


def status(device: Device, dates: Mapping[str, date]) -> Json:
    """Return where the device stands on a date, as known on a date (today where left out)."""
    return {"device": str(device.pk), "key": device.key, "name": device.name, **_spoken(device, dates)}


def deadlines(device: Device, query: Mapping[str, date]) -> Json:
    """Return the deadlines of the device on a date, up to ``until`` where given."""
    found = _spoken(device, query)
    until = query.get("until")
    kept = [one for one in found["deadlines"] if until is None or one["strict"] <= until.isoformat()]
    head = {name: found[name] for name in ("on", "known_on", "facts_known_on", "computed_at", "law_version")}
    return {"device": str(device.pk), **head, "results": kept}


def _spoken(device: Device, dates: Mapping[str, date]) -> Json:
    """Return the answer on the dates asked for (today where left out), with when it was computed."""
    today = clock.today()
    on, known_on = dates.get("on", today), dates.get("known_on", today)
    found, computed_at = dated_answer(device, on=on, known_on=known_on, today=today, now=clock.now())
    return {**found, "computed_at": computed_at.isoformat(timespec="seconds")}


def _version(version: DocumentVersion) -> Json:
    blob = version.blob
    return {
        "id": str(version.pk),
        "number": version.number,
        "file": version.name,
        "issued_on": version.issued_on,
        "uploaded_at": version.uploaded_at.isoformat(timespec="seconds"),
        "media_type": blob.media_type,
        "size": blob.size,
        "sha256": blob.sha256,
        "scan": blob.scan,
        "served": blob.served,
    }


def _organisation(organisation: Organisation | None) -> Json | None:
    if organisation is None:
        return None
    return {
        "key": organisation.key,
        "name": organisation.name,
        "country": organisation.country,
        "srn": organisation.srn,
    }
