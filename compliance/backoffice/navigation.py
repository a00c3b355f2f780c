"""The entries of the navigation, in the user's words: only those that open something."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from compliance.backoffice.access import is_administrator, keeps_records, number_of_notices, reads_records

_ENTRIES = (
    ("index", "home", _("Dashboard")),
    ("notices", "bell", _("Notices")),
    ("devices_device_changelist", "device", _("Devices")),
    ("deadlines", "calendar", _("Deadlines")),
    ("kinds", "facts", _("Recorded facts")),
    ("documents", "document", _("Documents")),
    ("dossiers", "dossier", _("Dossiers")),
    ("sheets", "document", _("Spreadsheets")),
    ("law", "law", _("Law watch")),
    ("audit_auditevent_changelist", "event", _("Events (audit)")),
    ("alerts_alert_changelist", "mail", _("Alerts sent")),
    ("organisation", "person", _("Organisation")),
    ("devices_organisation_changelist", "organisation", _("Organisations")),
    ("devices_source_changelist", "dossier", _("Sources")),
    ("glossary", "info", _("Glossary")),
)
_RECORDS = {"kinds", "dossiers", "audit_auditevent_changelist", "devices_source_changelist"}
_KEEPING = {"sheets"}
_ADMINISTRATION = (
    ("devices_user_changelist", "person", _("People")),
    ("devices_apikey_changelist", "key", _("API keys")),
    ("clients_client_changelist", "key", _("OAuth2 clients")),
    ("alerting", "mail", _("State of the alerting")),
)


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the navigation. ``apart`` starts a new group; ``count`` is how much waits behind it."""

    url: str
    icon: str
    title: str | Promise
    current: bool
    apart: bool = False
    count: int = 0


def navigation(request: HttpRequest) -> list[Link]:
    """Return the entries that the person may open."""
    hidden = set() if reads_records(request) else _RECORDS
    if not keeps_records(request):
        hidden = hidden | _KEEPING
    entries = [*_links(request, [one for one in _ENTRIES if one[0] not in hidden])]
    if is_administrator(request):
        first, *others = _links(request, _ADMINISTRATION)
        entries += [Link(first.url, first.icon, first.title, first.current, apart=True), *others]
    return entries


def rail(request: HttpRequest) -> dict[str, Any]:
    """Return the navigation for the pages in our frame that are not of the site: asked only if shown."""
    return {"navigation": SimpleLazyObject(lambda: navigation(request) if _may_open(request) else [])}


def _may_open(request: HttpRequest) -> bool:
    return bool(request.user.is_staff and not getattr(request, "second_factor_missing", False))


def _links(request: HttpRequest, entries: Iterable[tuple[str, str, str | Promise]]) -> Iterator[Link]:
    for name, icon, title in entries:
        url = reverse(f"admin:{name}")
        inside = request.path == url if name == "index" else request.path.startswith(url)
        count = number_of_notices(request) if name == "notices" else 0
        yield Link(url, icon, title, inside, count=count)
