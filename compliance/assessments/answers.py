"""The bodies of the answers, read from the projections or computed for another date."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, JSONField, Model, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from compliance.amendments.queries import law_in_force
from compliance.assessments.buyers import buyer, paths
from compliance.assessments.models import DeadlineRow, TrackState
from compliance.assessments.queries import dated_answer
from compliance.assessments.render import Json, rule_words
from compliance.assessments.words import language, word
from compliance.evidence.models import DocumentKind, DocumentVersion
from compliance.evidence.queries import published_versions, shown_versions
from compliance.facts.checks import ROLES
from compliance.facts.origins import recorded_in, recorded_now
from compliance.facts.past import Known, known_file
from compliance.law.parameters import Law
from config import clock
from devices.models import Device, Identifier, Version
from devices.queries import Caller, sees_some_whole, visible_devices

# The documents by which a hospital knows a device: what its status refers to.
PAPERS = (
    DocumentKind.DECLARATION_OF_CONFORMITY,
    DocumentKind.CERTIFICATE,
    DocumentKind.IFU,
    DocumentKind.ANS_CERTIFICATE,
)
_OF_AN_ORGANISATION = ("key", "name", "country", "srn")
_LISTED = (
    *("pk", "key", "name", "description", "functions", "emdn", "owner__example"),
    *(f"{role}__{name}" for role in ("manufacturer", "exploitant") for name in _OF_AN_ORGANISATION),
)
_PAPER = {
    "version": "pk",
    "kind": "document__kind",
    "title": "document__title",
    "language": "document__language",
    "number": "number",
    "issued_on": "issued_on",
    "media_type": "blob__media_type",
    "sha256": "blob_id",
    "scan": "blob__scan",
}
# What a status of today reads of a device and of its stored answer; any other date reads the rest by itself.
_TOLD = (
    *("key", "name", "host__key", *(f"{role}_id" for role in ROLES)),
    *(f"assessment__{name}" for name in ("body", "on", "law_version", "next_change", "computed_at")),
)


def listed(devices: QuerySet[Device], *more: str) -> QuerySet[Any, Any]:
    """Return the devices as rows for ``device``, with what is annotated already and with columns more.

    One query for all, without an instance of anything: a page holds hundreds of rows.
    """
    rows = devices.annotate(
        own_identifiers=_pairs(Identifier, "scheme", "value"),
        own_versions=_pairs(Version, "released_on", "number"),
        own_tracks=_pairs(TrackState, "track", "status"),
    )
    return rows.values_list(*_LISTED, *more, *rows.query.annotations, named=True)


def device(row: Any) -> Json:
    """Return a row of ``listed`` as the API says a device: with identifiers, versions, track statuses."""
    return {
        "id": str(row.pk),
        "key": row.key,
        "name": row.name,
        "description": row.description,
        "manufacturer": _organisation(row, "manufacturer"),
        "exploitant": _organisation(row, "exploitant"),
        "example_data": bool(row.owner__example),
        "functions": row.functions,
        "emdn": row.emdn or None,
        "identifiers": [{"scheme": scheme, "value": value} for scheme, value in row.own_identifiers],
        "versions": [{"number": number, "released_on": day} for day, number in row.own_versions],
        "tracks": dict(row.own_tracks),
    }


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
    device: Device, dates: Mapping[str, date], papers: Iterable[Sequence[Any]], *, law: Law | None = None
) -> Json:
    """Return where the device stands on a date, as known on a date (today where left out).

    To the answer of the law it adds what a buyer asks, and where the facts come from. ``papers`` are its
    documents, as ``told`` annotates them. Three queries for today, the device included.
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


def told(caller: Caller) -> QuerySet[Device]:
    """Return the devices that the caller may see, each with what its status is told from.

    ``papers`` are the documents that a hospital keeps: the latest version of each.
    """
    papers = _papers_of(shown_versions(caller)) if sees_some_whole(caller) else _papers_of_buyers()
    devices = visible_devices(caller).select_related("host", "assessment").only(*_TOLD)
    return devices.annotate(papers=papers).order_by()


def published_papers(device: Device) -> list[Sequence[Any]]:
    """Return the same as buyers see them once the device is published."""
    return list(_latest(published_versions().filter(document__device=device)))


@lru_cache(maxsize=1)
def _papers_of_buyers() -> ArraySubquery:
    """Return the papers of a device for most who ask, the same for all: to compose it takes a millisecond."""
    return _papers_of(published_versions())


def _papers_of(versions: QuerySet[DocumentVersion]) -> ArraySubquery:
    return ArraySubquery(_latest(versions.filter(document__device=OuterRef("pk"))))


def _latest(versions: QuerySet[DocumentVersion]) -> QuerySet[Any, Any]:
    latest = versions.filter(document__kind__in=PAPERS).order_by("document_id", "-number")
    paper = Func(*_PAPER.values(), function="jsonb_build_array", output_field=JSONField())
    return latest.distinct("document_id").values_list(paper, flat=True)


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


def _papers(device: Device, found: Iterable[Sequence[Any]]) -> Json:
    """Return the documents by kind, with where to download each; an empty list where none is in view."""
    by_kind: Json = {kind: [] for kind in PAPERS}
    for values in found:
        one = dict(zip(_PAPER, values, strict=True))
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


def _pairs(model: type[Model], *names: str) -> ArraySubquery:
    """Return two columns of the rows of a device, in their order."""
    pair = Func(*names, function="jsonb_build_array", output_field=JSONField())
    rows = model._default_manager.filter(device=OuterRef("pk")).order_by(*names)
    return ArraySubquery(rows.values_list(pair, flat=True))


def _organisation(row: Any, role: str) -> Json | None:
    said = {name: getattr(row, f"{role}__{name}") for name in _OF_AN_ORGANISATION}
    return said if said["key"] is not None else None
