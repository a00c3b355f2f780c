"""The address of the calendar feed of a person: made, made anew, revoked by that person alone."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.backoffice.access import person
from compliance.backoffice.page import Page
from compliance.backoffice.people.own_keys import confirmation, confirmed, shown_once
from compliance.feeds.models import FeedAddress
from compliance.feeds.operations import make_address, revoke_address
from config.clock import now

_TITLE = _("Calendar feed")


def own_feed(request: HttpRequest) -> Page:
    """Return whether the person has an address, and what it gives."""
    return Page("backoffice/feed.html", _TITLE, {"address": _address(request)})


@confirmed  # type: ignore[untyped-decorator]
def new_feed(request: HttpRequest) -> Page:
    """Ask before an address is made or takes the place of another; then make it and show it this once."""
    if request.method != "POST":
        return Page("backoffice/feed_new.html", _TITLE, {"address": _address(request)})
    token = make_address(user=person(request), at=now())
    link = settings.BASE_URL + reverse("feed", args=[token])
    note = gettext(
        'Subscribe to it in your calendar: "from the web" or "by URL". Whoever has it reads what you see.'
    )
    return shown_once(gettext("Calendar feed"), {_("Address"): link}, note, reverse("admin:own_feed"))


def revoke_feed(request: HttpRequest) -> Page | HttpResponse:
    """Ask whether to revoke the address; then do it. Raises Http404 where there is none."""
    if _address(request) is None:
        raise Http404
    if request.method == "POST":
        revoke_address(user=person(request), at=now())
        messages.success(request, gettext("The address is revoked."))
        return redirect("admin:own_feed")
    return confirmation(_TITLE, reverse("admin:own_feed"))


def _address(request: HttpRequest) -> FeedAddress | None:
    return FeedAddress.objects.filter(user=person(request)).first()
