"""Publishing a device: what a hospital buyer will see, before it is shown to all of them."""

import json
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.amendments.queries import law_in_force
from compliance.assessments import answers
from compliance.backoffice import access
from compliance.backoffice.device.page import device_page
from compliance.backoffice.forms import PublicationForm, WithdrawalForm, asked, data
from compliance.backoffice.home.matrix import is_example
from compliance.backoffice.page import Page
from compliance.facts.checks import ROLES
from compliance.facts.operations import set_publication
from config.clock import now, today
from devices.models import Device


def publication(request: HttpRequest, device_id: UUID) -> Page | HttpResponse:
    """Show what hospitals see once the device is published; on confirmation publish it, or take it back."""
    devices = access.visible(request).annotate(notices=access.with_number_of_notices(request))
    found = get_object_or_404(devices.select_related(*ROLES, "assessment"), pk=device_id)
    access.remember_number_of_notices(request, vars(found)["notices"])
    if not access.owns(request, found.owner_id):
        raise PermissionDenied
    publish = not found.published
    form = (PublicationForm if publish else WithdrawalForm)(
        data(request), initial={"expected_version": found.row_version}
    )

    def act(said: dict[str, Any]) -> None:
        set_publication(
            actor=access.actor(request), device=found, published=publish, reason=said.get("reason", ""),
            at=now(), expected_version=said["expected_version"],
        )  # fmt: skip

    done = gettext("Hospitals see the device.") if publish else gettext("Hospitals see the device no more.")
    page = asked(
        request, form, act, title=_("Publish") if publish else _("Unpublish"),
        back=reverse("admin:device", args=[found.pk]), done=done,
        button=_("Publish to hospitals") if publish else _("Unpublish"),
        template="backoffice/publication.html", publish=publish,
    )  # fmt: skip
    if isinstance(page, HttpResponse):
        return page
    return Page(page.template, page.title, {**page.context, **_as_a_buyer_sees(request, found)})


def _as_a_buyer_sees(request: HttpRequest, device: Device) -> dict[str, Any]:
    """Return the page and the answers of the API as a hospital buyer gets them."""
    device.published = True  # as it will be; nothing is saved here
    papers = answers.published_papers(device)
    law = law_in_force()
    row = answers.listed(Device.objects.filter(pk=device.pk)).get()
    bodies = [answers.device(row), answers.status(device, {}, papers, law=law)]
    return {
        "device": device,
        "example": is_example(device),
        "editable": False,
        "today": today(),
        "page": device_page(request, device, today=today(), editable=False, as_buyer=True, law=law),
        "answers": [json.dumps(one, ensure_ascii=False, indent=2, default=str) for one in bodies],
    }
