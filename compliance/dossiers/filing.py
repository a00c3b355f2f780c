"""Documents, events and files for the pages, and the tables of what else stands in the bag."""

from collections import Counter
from datetime import datetime
from hashlib import sha512

from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext

from compliance.assessments.dates import write_date
from compliance.assessments.render import Json
from compliance.audit.models import Action
from compliance.dossiers import wording
from compliance.evidence.models import DocumentKind
from compliance.facts.kinds import KINDS
from devices.models import Device

MOST_ROWS = 1000  # of documents, and of events: the pages, and the memory that they take, stay in bounds


def document(given: Json) -> Json:
    """Return a document, with the path of its file in the bag."""
    kinds = dict(DocumentKind.choices)
    return {
        "title": given["title"],
        "kind": str(kinds.get(given["kind"], given["kind"])),
        "file": given["file"],
        "place": _whereabouts(given),
        "version": given["version"],
        "added": write_date(timezone.localtime(datetime.fromisoformat(given["added_at"])).date()),
        "issued": wording.day(given["issued_on"]),
        "size": given["size"],
        "sha256": "\n".join(given["sha256"][n : n + 32] for n in (0, 32)),
        "facts": [wording.place(one) for one in given["facts"]],
    }


def earlier(count: int, file: str) -> str:
    """Return what to know where so many rows are more than the pages list."""
    if count <= MOST_ROWS:
        return ""
    text = gettext("The last %(listed)d are listed here; all %(count)d stand in %(file)s.")
    return text % {"listed": MOST_ROWS, "count": count, "file": file}


def _whereabouts(given: Json) -> str:
    """Return where the file stands in the bag, or why it does not."""
    if given["withheld"] == "purged":
        return gettext("not in the bag: the document was removed since, and its file deleted")
    if given["withheld"] == "refused":
        return gettext("not in the bag: refused by the virus scanner")
    return str(given["path"])


def event(given: Json) -> Json:
    """Return an event of the audit trail."""
    at = timezone.localtime(datetime.fromisoformat(given["at"]))
    changed: Counter[str] = Counter()
    for state in (given["before"] or {}, given["after"] or {}):
        changed |= Counter({name: len(values) for name, values in state.items()})
    return {
        "sequence": given["sequence"],
        "at": f"{write_date(at.date())}, {time_format(at.time(), 'H:i')}",
        "action": str(dict(Action.choices).get(given["action"], given["action"])),
        "actor": given["actor_label"],
        "on_behalf_of": given["on_behalf_of"],
        "reason": given["reason"],
        "changed": ", ".join(f"{kind_label(name)} ({n})" for name, n in changed.items()),
        "hash": given["hash"][:16],
    }


def file(path: str, data: bytes) -> Json:
    """Return a file of the bag with its SHA-512."""
    digest = sha512(data).hexdigest()
    return {
        "path": path,
        "size": len(data),
        "sha512": "\n".join(digest[n : n + 32] for n in range(0, len(digest), 32)),
    }


def kind_label(name: str) -> str:
    kind = KINDS.get(name)
    return str(kind.model._meta.verbose_name_plural if kind else Device._meta.verbose_name)


def decision(given: Json) -> Json:
    """Return a signed decision."""
    at = timezone.localtime(datetime.fromisoformat(given["signed_at"]))
    return {
        "title": given["title"],
        "about": given["about"],
        "headline": given["headline"],
        "on": wording.day(given["on"]),
        "signed": f"{write_date(at.date())}, {time_format(at.time(), 'H:i')}",
        "by": given["signed_by"],
        "meaning": given["meaning"],
        "reason": given["reason"],
    }
