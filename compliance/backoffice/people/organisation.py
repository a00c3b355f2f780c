"""The page of an organisation: its people, its invitations, what auditors are shown. Owners manage it."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from compliance.backoffice import access
from compliance.backoffice.forms import GrantForm, InviteForm, ReasonForm, RoleForm, asked, data
from compliance.backoffice.page import Page
from compliance.facts.errors import FactError
from compliance.people import grants, invitations, memberships
from compliance.people.mails import mail_invitation
from config.clock import now, today
from devices.models import Grant, Invitation, Membership, Organisation, Role


def organisation(request: HttpRequest, organisation_id: UUID | None = None) -> Page:
    """Return the page of an organisation; without its id, of the first one that the person belongs to."""
    own = list(access.own_organisations(request).order_by("name", "pk"))
    if organisation_id is None and not own:
        return Page("backoffice/organisation.html", _("Organisation"), {"organisation": None})
    found = get_object_or_404(access.organisations(request), pk=organisation_id or own[0].pk)
    manages = access.owns(request, found.pk)
    given = memberships.roles_given_by(access.actor(request), found) if manages else ()
    shown = {
        "organisation": found,
        "others": [one for one in own if one != found],
        "manages": manages,
        "given": given,
        "today": today(),
        "now": now(),
        "people": found.memberships.select_related("user").order_by("user__email", "role"),
        "invitations": _waiting(found),
        "grants": [(one, _state(one, today())) for one in _grants(request, found)],
    }
    return Page("backoffice/organisation.html", found.name, shown)


def invite(request: HttpRequest, organisation_id: UUID) -> Page | HttpResponse:
    """Ask whom to invite, then send the mail."""
    found = _managed(request, organisation_id)
    actor = access.actor(request)
    start = {"role": Role.READER, "language": access.person(request).language}
    form = InviteForm(data(request), initial=start, roles=memberships.roles_given_by(actor, found))

    def act(said: dict[str, Any]) -> None:
        row = invitations.invite(
            actor=actor, organisation=found, email=said["email"], role=Role(said["role"]),
            language=said["language"], at=now(),
        )  # fmt: skip
        _mail(request, row)

    words = _("The person gets a link by mail. It works once, for 7 days.")
    return asked(
        request, form, act, title=_("Invite"), back=_url(found), button=_("Send the invitation"), done="",
        words=words, about=found.name,
    )  # fmt: skip


@require_POST
def resend(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send an invitation again."""
    row = get_object_or_404(Invitation, pk=pk)
    found = _managed(request, row.organisation_id)
    try:
        row = invitations.resend(actor=access.actor(request), invitation=row, at=now())
    except FactError as refusal:
        messages.error(request, str(refusal))
    else:
        _mail(request, row)
    return redirect(_url(found))


def withdraw(request: HttpRequest, pk: UUID) -> Page | HttpResponse:
    """Ask why an invitation is withdrawn, then withdraw it."""
    row = get_object_or_404(Invitation.objects.select_related("organisation"), pk=pk)
    found = _managed(request, row.organisation_id)

    def act(said: dict[str, Any]) -> None:
        invitations.withdraw(actor=access.actor(request), invitation=row, reason=said["reason"], at=now())

    return asked(
        request, ReasonForm(data(request)), act, title=_("Withdraw the invitation"), back=_url(found),
        button=_("Withdraw"), done=gettext("The invitation is withdrawn."), danger=True,
        words=_("Its link works no more."), about=f"{row.email} · {row.get_role_display()}",
    )  # fmt: skip


def change_role(request: HttpRequest, pk: UUID) -> Page | HttpResponse:
    """Ask for the new role of a person, then change it."""
    row = _membership(request, pk)
    actor = access.actor(request)
    roles = memberships.roles_given_by(actor, row.organisation)
    form = RoleForm(data(request), initial={"role": row.role}, roles=roles)

    def act(said: dict[str, Any]) -> None:
        memberships.change_role(
            actor=actor, membership=row, role=Role(said["role"]), reason=said["reason"], at=now()
        )

    return asked(
        request, form, act, title=_("Change the role"), back=_url(row.organisation),
        button=_("Change the role"), done=gettext("The role is changed."), about=_about(row),
        words=_("What the role gave ends at once: the person's sessions and the API keys of the role."),
    )  # fmt: skip


def remove(request: HttpRequest, pk: UUID) -> Page | HttpResponse:
    """Ask why a person loses a role, then remove it."""
    row = _membership(request, pk)

    def act(said: dict[str, Any]) -> None:
        memberships.remove(actor=access.actor(request), membership=row, reason=said["reason"], at=now())

    return asked(
        request, ReasonForm(data(request)), act, title=_("Remove from the organisation"),
        back=_url(row.organisation), button=_("Remove"), done=gettext("The role is removed."), danger=True,
        words=_("What the role gave ends at once: the person's sessions and the API keys of the role."),
        about=_about(row),
    )  # fmt: skip


def give_grant(request: HttpRequest, organisation_id: UUID) -> Page | HttpResponse:
    """Ask which device an auditor is shown, and when, then give the grant."""
    found = _managed(request, organisation_id)
    form = GrantForm(data(request), initial={"starts_on": today()}, organisation=found)

    def act(said: dict[str, Any]) -> None:
        grants.give(actor=access.actor(request), at=now(), **said)

    return asked(
        request, form, act, title=_("Show a device to an auditor"), back=_url(found),
        button=_("Give the grant"), done=gettext("The grant is given."), about=found.name,
        words=_("The auditor reads the record of the device and its history, and changes nothing."),
    )  # fmt: skip


def revoke_grant(request: HttpRequest, pk: UUID) -> Page | HttpResponse:
    """Ask why a grant is revoked, then revoke it."""
    rows = Grant.objects.select_related("device__owner", "user", "organisation")
    row = get_object_or_404(rows, pk=pk)
    found = _managed(request, row.device.owner_id)

    def act(said: dict[str, Any]) -> None:
        grants.revoke(actor=access.actor(request), grant=row, reason=said["reason"], at=now())

    return asked(
        request, ReasonForm(data(request)), act, title=_("Revoke the grant"), back=_url(found),
        button=_("Revoke"), done=gettext("The grant is revoked."), danger=True,
        words=_("The auditor sees the device no more, at once."), about=str(row),
    )  # fmt: skip


def _managed(request: HttpRequest, organisation_id: UUID | None) -> Organisation:
    """Return an organisation that the person manages. Raises Http404, PermissionDenied."""
    found = get_object_or_404(access.organisations(request), pk=organisation_id)
    if not access.owns(request, found.pk):
        raise PermissionDenied
    return found


def _membership(request: HttpRequest, pk: UUID) -> Membership:
    """Return a membership that the person manages. Raises Http404, PermissionDenied."""
    row = get_object_or_404(Membership.objects.select_related("user", "organisation"), pk=pk)
    _managed(request, row.organisation_id)
    if row.role not in memberships.roles_given_by(access.actor(request), row.organisation):
        raise PermissionDenied
    return row


def _mail(request: HttpRequest, row: Invitation) -> None:
    """Send the mail and say so; one that cannot be sent leaves the invitation, to be sent again."""
    try:
        mail_invitation(row)
    except OSError:
        messages.error(
            request, gettext("The mail could not be sent. The invitation waits: send it again later.")
        )
    else:
        messages.success(request, gettext("The invitation is sent to %(email)s.") % {"email": row.email})


def _waiting(found: Organisation) -> Any:
    waiting = found.invitations.filter(accepted_at=None, withdrawn_at=None)
    return waiting.select_related("invited_by").order_by("email", "role")


def _grants(request: HttpRequest, found: Organisation) -> Any:
    """Return the grants on devices of the organisation, for who reads its record, and those that it got."""
    seen = Q(organisation=found) | Q(user=access.person(request))
    if access.reads_record_of(request, found.pk):
        seen |= Q(device__owner=found)
    rows = Grant.objects.filter(seen).select_related("device", "user", "organisation")
    return rows.order_by("-ends_on", "device__name", "pk")


def _state(grant: Grant, day: date) -> str:
    """Return the state of a grant: running, future, ended or revoked."""
    if grant.revoked_at:
        return "revoked"
    if day > grant.ends_on:
        return "ended"
    return "running" if grant.starts_on <= day else "future"


def _about(row: Membership) -> str:
    return f"{row.user} · {row.get_role_display()} · {row.organisation}"


def _url(found: Organisation) -> str:
    return reverse("admin:organisation", args=[found.pk])
