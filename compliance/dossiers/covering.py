"""The requirement tables of the pages: each catalogue, what is covered and by what, what is a gap."""

from django.utils.translation import gettext

from compliance.assessments.render import Json
from compliance.assessments.words import word
from compliance.dossiers import wording


def catalogue(found: Json) -> Json:
    """Return a catalogue for the pages. One that is not for the device shows no requirements."""
    shown = found["applies"] != "no"
    return {
        "title": found["title"],
        "applies": found["applies"],
        "word": word("not_applicable" if found["applies"] == "no" else found["applies"]),
        "why": found["why"],
        "edition": gettext("version %(version)s, in force from %(day)s")
        % {"version": found["version"], "day": wording.day(found["in_force_from"])},
        "due": _due(found["due"]),
        "counted": _counted(found["counts"]) if shown else "",
        "percent": found["counts"]["percent"],
        "note": " · ".join(filter(None, [found["note"], _settled(found["settled_by"])])),
        "citation": found["citation"],
        "unsure": unsure(found["certainty"]),
        "requirements": [_requirement(one, found["certainty"]) for one in found["requirements"]]
        if shown
        else [],
    }


def unsure(certainty: str | None) -> str:
    """Return how a text was read, "" where that is the text itself."""
    return word(certainty) if certainty not in {None, "verified"} else ""


def _settled(what: str) -> str:
    return gettext("Would settle it: %(what)s") % {"what": what} if what else ""


def _due(due: Json | None) -> str:
    if due is None:
        return ""
    text = gettext("Due since %(day)s:") if due["reached"] else gettext("Due on %(day)s:")
    return f"{text % {'day': wording.day(due['date'])}} {due['citation']}"


def _counted(counts: Json) -> str:
    text = gettext(
        "%(covered)d of %(asked)d requirements are covered (%(percent)d %%), gaps: %(gap)d, not applicable: "
        "%(not_applicable)d"
    )
    return text % counts


def _requirement(row: Json, edition: str) -> Json:
    """Return a requirement; how it was read stands with it where that differs from its edition."""
    looks = {"covered": "valid", "gap": "attention", "not_applicable": "not_applicable"}
    return {
        "title": row["title"],
        "citation": row["citation"],
        "unsure": unsure(row["certainty"]) if row["certainty"] != edition else "",
        "note": row["note"],
        "state": looks[row["state"]],
        "word": word(row["state"]),
        "evidence": [_evidence(one) for one in row["documents"]] or _exempted(row["not_applicable"]),
    }


def _evidence(document: Json) -> Json:
    since = gettext("since %(day)s") % {"day": wording.day(document["since"])}
    version = gettext("version %(number)d") % {"number": document["version"]} if document["version"] else ""
    digest = f"SHA-256 {document['sha256'][:12]}…" if document["sha256"] else ""
    more = " · ".join(filter(None, [version, since, document["note"]]))
    return {"title": document["title"], "more": more, "digest": digest}


def _exempted(said: Json | None) -> list[Json]:
    if said is None:
        return []
    since = gettext("since %(day)s") % {"day": wording.day(said["since"])}
    return [{"title": said["reason"], "more": since, "digest": ""}]
