"""How alerts are to come: a person's own settings, and the thresholds of an organisation."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.alerts import operations
from compliance.alerts.models import Digest, Leave, Preference, Thresholds
from compliance.alerts.models.wishes import KIND_LABELS
from compliance.alerts.thresholds import Scale, defaults, unit
from compliance.backoffice import access
from compliance.backoffice.alerts.forms import LeaveForm, PreferenceForm, ThresholdsForm
from compliance.backoffice.forms import show
from compliance.backoffice.page import Page
from compliance.facts.errors import FactError
from compliance.watch import weekly
from config.clock import now, today


def own(request: HttpRequest) -> Page | HttpResponse:
    """Show how the person wants to be told, and their leaves; take changes."""
    person = access.person(request)
    held = Preference.objects.filter(user=person).first() or Preference(user=person)
    said = {"digest": held.digest, "quiet_days_off": held.quiet_days_off, "weekly": weekly.wanted(person)}
    act = request.POST.get("act", "")
    form = PreferenceForm(request.POST if act == "preference" else None, initial=said)
    leave = LeaveForm(request.POST if act == "leave" else None)
    if request.method == "POST" and _taken(request, act, form, leave):
        messages.success(request, gettext("Saved."))
        return redirect("admin:alert_settings")
    leaves = Leave.objects.filter(user=person, last__gte=today())
    context = {"form": form, "leave": leave, "leaves": leaves}
    return Page("backoffice/alert_settings.html", _("My alerts"), context)


def thresholds(request: HttpRequest, organisation_id: UUID) -> Page | HttpResponse:
    """Show when an organisation is alerted, by kind of deadlines; take the changes of its owners."""
    found = get_object_or_404(access.organisations(request), pk=organisation_id)
    if not access.owns(request, found.pk):
        raise PermissionDenied
    held = {one.kind: one for one in Thresholds.objects.filter(organisation=found)}
    kinds = [_Kind(request, kind, label, held.get(kind)) for kind, label in KIND_LABELS]
    asked = next((one for one in kinds if one.form.is_bound), None)
    if asked and asked.form.is_valid():
        try:
            said: dict[str, Any] = {
                "actor": access.actor(request),
                "organisation": found,
                "kind": asked.kind,
                "at": now(),
            }
            if request.POST.get("act") == "reset":
                operations.reset_thresholds(**said)
            else:
                operations.set_thresholds(**said, **asked.form.cleaned_data)
        except FactError as refusal:
            show(refusal, asked.form)
        else:
            messages.success(request, gettext("Saved."))
            return redirect("admin:thresholds", found.pk)
    back = reverse("admin:organisation", args=[found.pk])
    context = {"organisation": found, "kinds": kinds, "back": back, "form": asked and asked.form}
    return Page("backoffice/thresholds.html", _("When alerts are sent"), context)


class _Kind:
    """A kind of deadlines on the page: its form, whether the organisation set it, what the product says."""

    def __init__(self, request: HttpRequest, kind: str, label: Any, held: Thresholds | None) -> None:
        self.kind, self.label, self.own = kind, label, held is not None
        self.default = _counted(kind, defaults()[kind])
        said = {"before": held.before, "after": held.after} if held else self.default
        data = request.POST if request.POST.get("kind") == kind else None
        self.form = ThresholdsForm(data, initial=said, hours=kind == "hours", auto_id=f"id_{kind}_%s")


def _counted(kind: str, scale: Scale) -> dict[str, list[int]]:
    """Return thresholds as people count them: in days, or hours."""
    return {
        "before": [one // unit(kind) for one in scale.before],
        "after": [-one // unit(kind) for one in scale.after],
    }


def _taken(request: HttpRequest, act: str, form: PreferenceForm, leave: LeaveForm) -> bool:
    """Do what a posted form asks; return whether it was done. What is refused stands in the form."""
    said: dict[str, Any] = {"actor": access.actor(request), "at": now()}
    person = access.person(request)
    try:
        if act == "preference" and form.is_valid():
            asked = form.cleaned_data
            operations.set_preference(
                **said, person=person, digest=Digest(asked["digest"]), quiet_days_off=asked["quiet_days_off"]
            )
            if asked["weekly"] != weekly.wanted(person):
                weekly.wish(user=person, wanted=asked["weekly"], at=said["at"])
        elif act == "leave" and leave.is_valid():
            operations.add_leave(**said, person=person, **leave.cleaned_data)
        elif act == "remove":
            row = get_object_or_404(Leave, user=person, pk=_uuid(request.POST.get("leave", "")))
            operations.remove_leave(**said, leave=row)
        else:
            return False
    except FactError as refusal:
        if act == "remove":
            messages.error(request, " ".join(one.text for one in refusal.problems))
        else:
            show(refusal, leave if act == "leave" else form)
        return False
    return True


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
