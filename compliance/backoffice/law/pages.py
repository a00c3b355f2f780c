"""The pages of the watch over the law."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from compliance.amendments.models import Amendment
from compliance.backoffice import access
from compliance.backoffice.law.watch import moved_devices, rule_page, simulated, watch
from compliance.backoffice.page import Page
from config.clock import today


def law(request: HttpRequest) -> Page:
    """Return the rules of the law in force and the texts applied here."""
    day = today()
    shown = {"today": day, "watch": watch(request, access.visible(request), day)}
    return Page("backoffice/law.html", _("Law watch"), shown)


def rule(request: HttpRequest, name: str) -> Page:
    """Return a rule with its whole history."""
    day = today()
    page = rule_page(name, access.visible(request), day)
    return Page("backoffice/rule.html", page.row.label, {"today": day, "page": page})


def amendment(request: HttpRequest, key: str) -> Page:
    """Return a text applied here, with the devices of the person that it moves."""
    text = get_object_or_404(Amendment, key=key)
    shown = {"text": text, "devices": moved_devices(text, access.visible(request))}
    return Page("backoffice/amendment.html", str(text), shown)


def proposal(request: HttpRequest, key: str) -> Page:
    """Return a proposed text, with the devices of the person that it would move."""
    text, devices = simulated(key, access.visible(request), today())
    return Page("backoffice/proposal.html", text.title, {"text": text, "devices": devices})
