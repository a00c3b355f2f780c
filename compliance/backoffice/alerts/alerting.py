"""The page on the alerting itself: whether it works, its tasks, and the alerts that were given up."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from compliance.backoffice.access import actor, is_administrator
from compliance.backoffice.alerts.banner import in_words
from compliance.backoffice.page import Page
from compliance.watch import ledger
from compliance.watch.models import Heartbeat
from compliance.watch.operations import acknowledge_failures
from compliance.watch.verdict import reasons, signs
from config.clock import now

_TASKS = {
    "alerts": _("Plan and send alerts"),
    "dossiers": _("Make dossiers, and end old ones"),
    "dossier_seals": _("Seal dossiers, and have them time-stamped"),
    "reassess": _("Compute deadlines anew"),
    "scan": _("Scan documents"),
    "seal": _("Seal the audit trail"),
    "sheets": _("Read and write large workbooks"),
    "tokens": _("Clear ended tokens"),
    "webhooks": _("Send webhooks"),
    "weekly": _("Send the weekly mails"),
}


def alerting(request: HttpRequest) -> Page | HttpResponse:
    """Return how the alerting does; acknowledge what was given up. For administrators: PermissionDenied."""
    if not is_administrator(request):
        raise PermissionDenied
    if request.method == "POST":
        count = acknowledge_failures(actor=actor(request), at=now())
        said = ngettext("%(n)d failed alert acknowledged.", "%(n)d failed alerts acknowledged.", count)
        messages.success(request, said % {"n": count})
        return redirect("admin:alerting")
    at = now()
    context = {
        "alerting_faults": in_words(reasons(signs(at), now=at)),  # as it is now, not as it was remembered
        "tasks": [(_TASKS.get(one.name, one.name), one) for one in Heartbeat.objects.order_by("name")],
        "failed": ledger.failed().count(),
    }
    return Page("backoffice/alerting.html", _("State of the alerting"), context)
