"""The page behind the link of an invitation: open to whoever holds the link, logged in or not."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from compliance.backoffice import access
from compliance.backoffice.forms import JoinForm, PlainForm, data, show
from compliance.backoffice.page import Page
from compliance.facts.errors import FactError
from compliance.people import invitations
from config.clock import now


def invitation(request: HttpRequest, token: str) -> Page | HttpResponse:
    """Let a person accept with the account of the invited address, or make that account."""
    row = invitations.invitation_of(token, at=now())
    if row is None:
        return Page("backoffice/joining.html", _("Invitation"), {"row": None}, status=410)
    shown = {"row": row, "login": redirect_to_login(request.get_full_path()).url}
    if invitations.has_account(row):
        signed_in = request.user.is_authenticated
        own = signed_in and access.person(request).email.casefold() == row.email.casefold()
        if own and request.method == "POST":
            return _accepted(request, token, shown)
        case = "accept" if own else "other" if signed_in else "login"
        return Page("backoffice/joining.html", _("Invitation"), {**shown, "case": case})
    form = JoinForm(data(request), email=row.email, initial={"language": get_language() or "fr"})
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            invitations.accept_as_new(
                token=token, name=said["name"], language=said["language"], password=said["password1"],
                at=now(),
            )  # fmt: skip
        except FactError as refusal:
            show(refusal, form)
        else:
            messages.success(request, gettext("Your account is ready: log in."))
            return redirect("admin:login")
    return Page("backoffice/joining.html", _("Invitation"), {**shown, "case": "new", "form": form})


def _accepted(request: HttpRequest, token: str, shown: dict[str, object]) -> Page | HttpResponse:
    form = PlainForm(request.POST)
    try:
        row = invitations.accept(token=token, user=access.person(request), at=now())
    except FactError as refusal:
        show(refusal, form)
        return Page("backoffice/joining.html", _("Invitation"), {**shown, "case": "accept", "form": form})
    messages.success(request, gettext("You have joined %(name)s.") % {"name": row.organisation})
    return redirect("admin:organisation", row.organisation_id)
