"""The bodies of the answers, read from the projections or computed for another date."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext

from compliance.amendments.queries import law_in_force
from compliance.assessments.buyers import buyer, paths
from compliance.assessments.models import DeadlineRow, TrackState
from compliance.assessments.queries import dated_answer
from compliance.assessments.render import Json, rule_words
from compliance.assessments.words import language, word
from compliance.evidence.models import DocumentKind, DocumentVersion
from compliance.evidence.queries import visible_versions
from compliance.facts.origins import recorded_in, recorded_now
from compliance.facts.past import Known, known_file
from compliance.law.parameters import Law
from config import clock
from devices.models import Device, Identifier, Organisation, Version
from devices.queries import Caller

# The documents by which a hospital knows a device: what its status refers to.
PAPERS = (
    DocumentKind.DECLARATION_OF_CONFORMITY,
    DocumentKind.CERTIFICATE,
    DocumentKind.IFU,
    DocumentKind.ANS_CERTIFICATE,
)


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


def status(
    device: Device, dates: Mapping[str, date], papers: Iterable[Json], *, law: Law | None = None
) -> Json:
    """Return where the device stands on a date, as known on a date (today where left out).

    To the answer of the law it adds what a buyer asks, and where the facts come from. ``papers`` are its
    documents, as the function of this name annotates them. Three queries for today, the device included.
    ``law`` is that in force, where it was read already.
    """
    law, today = law or law_in_force(), clock.today()
    on, known_on = dates.get("on", today), dates.get("known_on", today)
    if known_on >= today:
        answer, host = _spoken(device, dates, law=law), device.host
        recorded, host_key = recorded_now(device, paths(answer)), host.key if host else None
    else:
        file, day = known_file(device, known_on=known_on, today=today)
        (value,) = file.devices
        known = Known(value, file.organisations, day)
        answer = _spoken(device, dates, law=law, facts=known)
        recorded, host_key = recorded_in(file), value.host
    asked = buyer(answer, recorded, host=host_key, on=on, say=word, translate=gettext)
    asked["buyer"]["documents"] = _papers(device, papers)
    return {**answer, "device": str(device.pk), "key": device.key, "name": device.name, **asked}


def papers(caller: Caller, device_id: UUID) -> ArraySubquery:
    """Return the documents of a device that a hospital keeps, for its row: the latest version of each."""
    return ArraySubquery(_latest(visible_versions(caller, Device.objects.filter(pk=device_id))))


def published_papers(device: Device) -> list[Json]:
    """Return the same as buyers see them once the device is published."""
    shown = DocumentVersion.objects.filter(document__device=device, document__published=True)
    return [one["paper"] for one in _latest(shown.filter(document__removed_at=None))]


def _latest(versions: QuerySet[DocumentVersion]) -> QuerySet[Any, Any]:
    latest = versions.filter(document__kind__in=PAPERS).order_by("document_id", "-number")
    return latest.distinct("document_id").values(
        paper=JSONObject(
            version="pk",
            kind="document__kind",
            title="document__title",
            language="document__language",
            number="number",
            issued_on="issued_on",
            media_type="blob__media_type",
            sha256="blob_id",
            scan="blob__scan",
        )
    )


def deadlines(device: Device, query: Mapping[str, date]) -> Json:
    """Return the deadlines of the device on a date, up to ``until`` where given."""
    found = _spoken(device, query)
    until = query.get("until")
    kept = [one for one in found["deadlines"] if until is None or one["strict"] <= until.isoformat()]
    head = {name: found[name] for name in ("on", "known_on", "facts_known_on", "computed_at", "law_version")}
    return {"device": str(device.pk), **head, "results": kept}


def deadline_rows(rows: Iterable[DeadlineRow]) -> list[Json]:
    """Return stored deadlines of several devices, each with its device. One query, that for the law."""
    law, spoken_in = law_in_force(), language()
    same = ("rule", "n", "track", "strict", "hour", "rolled", "roll", "safe", "state", "met_on", "value")
    return [
        {
            "device": {"id": str(one.device_id), "key": one.device.key, "name": one.device.name},
            **{name: getattr(one, name) for name in (*same, "obliged", "citation", "certainty")},
            "trigger": {"fact": one.trigger_fact, "date": one.trigger_date},
            "moved_from": one.moved_from,
            **rule_words(law, one.rule, spoken_in),
        }
        for one in rows
    ]


def _spoken(
    device: Device, dates: Mapping[str, date], *, law: Law | None = None, facts: Known | None = None
) -> Json:
    """Return the answer on the dates asked for (today where left out), with when it was computed."""
    today = clock.today()
    on, known_on = dates.get("on", today), dates.get("known_on", today)
    found, computed_at = dated_answer(
        device, on=on, known_on=known_on, today=today, now=clock.now(), facts=facts, law=law
    )
    return {**found, "computed_at": computed_at.isoformat(timespec="seconds")}


def _papers(device: Device, found: Iterable[Json]) -> Json:
    """Return the documents by kind, with where to download each; an empty list where none is in view."""
    by_kind: Json = {kind: [] for kind in PAPERS}
    for one in found:
        url = reverse("api:document_file", args=[device.pk, one["version"]])
        by_kind[one["kind"]].append({**one, "url": settings.BASE_URL + url})
    return by_kind


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
