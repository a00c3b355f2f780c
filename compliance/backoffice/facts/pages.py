"""The page of the kinds of facts."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from compliance.backoffice.facts.records import admin_url
from compliance.backoffice.page import Page
from compliance.facts.kinds import KINDS
from devices.models import AREA_LABELS


def kinds(request: HttpRequest) -> Page:
    """Return the kinds of facts, by track, each opening its list."""
    tracks: dict[str, list[tuple[str, str]]] = {}
    for kind in KINDS.values():
        label = str(AREA_LABELS[kind.track]) if kind.track else str(_("All tracks"))
        link = (str(kind.model._meta.verbose_name_plural), admin_url(kind.model, "changelist"))
        tracks.setdefault(label, []).append(link)
    return Page("backoffice/kinds.html", _("Recorded facts"), {"tracks": tracks})
