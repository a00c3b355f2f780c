"""The pages of dossiers: their list, the form that asks for one, how far it is, its download."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from compliance.backoffice import access
from compliance.backoffice.dossiers.forms import AskForm, DossierFilter
from compliance.backoffice.dossiers.shown import own, title_of
from compliance.backoffice.dossiers.signing import signed_of
from compliance.backoffice.forms import PlainForm, asked, data, show
from compliance.backoffice.home.matrix import MatrixFilter, filtered
from compliance.backoffice.page import Page
from compliance.dossiers import asking
from compliance.dossiers.models import DossierDevice, DossierRequest, DossierScope, DossierState
from compliance.dossiers.queries import dossiers_of
from compliance.dossiers.scopes import MAKERS, MOST_DEVICES
from compliance.evidence.serving import attachment
from compliance.facts.errors import FactError, problem_of
from compliance.signatures.operations import may_sign
from compliance.signatures.queries import in_force, with_signatures
from config.clock import now, today
from devices.queries import caller_of

CHIPS = {
    DossierState.ASKED: "pending",
    DossierState.BUILDING: "in_progress",
    DossierState.READY: "valid",
    DossierState.FAILED: "refused",
    DossierState.CANCELLED: "not_applicable",
    DossierState.EXPIRED: "expired",
}
PAGE_SIZE = 50
_PEOPLE = 200
_ASKED = ("scope", "on", "known_on", "since", "track", "language")


def listing(request: HttpRequest) -> Page:
    """Return the dossiers of devices whose whole record the person reads, the last one first."""
    _only_readers(request)
    rows = dossiers_of(caller_of(request))
    people = rows.order_by("asked_label").values_list("asked_label", flat=True).distinct()[:_PEOPLE]
    form = DossierFilter(request.GET, people=people, label_suffix="")
    form.is_valid()
    said = form.cleaned_data
    page = Paginator(with_signatures(_fitting(rows, said)), PAGE_SIZE).get_page(request.GET.get("page"))
    shown = {
        "form": form,
        "filtered": any(said.values()),
        "page": page,
        "rows": [_shown(one) for one in page],
    }
    return Page("backoffice/dossiers.html", _("Dossiers"), shown)


def new(request: HttpRequest) -> Page | HttpResponse:
    """Ask for a dossier; one that is there already is offered, unless it is asked for anew."""
    _only_readers(request)
    form = AskForm(data(request), initial=_initial(request), readable=access.readable(request))
    if "narrow" in request.POST:  # what is filled in stays, and nothing is asked yet
        form = AskForm(initial=_as_sent(request), readable=access.readable(request), narrowing=True)
    elif form.is_bound and form.is_valid():
        try:
            found = asking.ask(
                actor=access.actor(request), caller=caller_of(request), question=form.question,
                anew=form.cleaned_data["anew"], at=now(),
            )  # fmt: skip
        except FactError as refusal:
            show(refusal, form)
        else:
            if not found.new:
                messages.info(request, gettext("This dossier is there already: nothing has changed since."))
            return redirect("admin:dossier", found.dossier.pk)
    shown = {"form": form, "several": DossierScope.PORTFOLIO in MAKERS, "most": MOST_DEVICES}
    return Page("backoffice/dossier_new.html", _("Ask for a dossier"), shown)


def dossier(request: HttpRequest, dossier_id: UUID) -> Page:
    """Return how far a dossier is; once it is made, how to know it again and where to download it."""
    row = own(request, dossier_id)
    shown = {
        **_shown(row),
        "problems": [problem_of(one).text for one in row.problems],
        **signed_of(request, row),
        "may_sign": bool(row.file) and may_sign(caller_of(request), row),
        "may_cancel": row.waits and asking.may_cancel(access.actor(request), caller_of(request), row),
    }
    return Page("backoffice/dossier.html", title_of(row), shown)


def cancel(request: HttpRequest, dossier_id: UUID) -> Page | HttpResponse:
    """Ask whether a dossier shall not be made; then make no more of it."""
    row, who, caller = own(request, dossier_id), access.actor(request), caller_of(request)
    if not asking.may_cancel(who, caller, row):
        raise PermissionDenied

    def act(said: dict[str, Any]) -> None:
        asking.cancel(actor=who, caller=caller, dossier=row, at=now())

    return asked(
        request, PlainForm(data(request)), act, title=_("Cancel the dossier"),
        back=reverse("admin:dossier", args=[row.pk]), button=_("Make no more of it"),
        done=gettext("The dossier is cancelled."), danger=True,
        template="backoffice/dossier_cancel.html", about=title_of(row), row=row,
    )  # fmt: skip


@require_GET
def download(request: HttpRequest, dossier_id: UUID) -> HttpResponseBase:
    """Return the file of a dossier, or its page if there is none."""
    row = own(request, dossier_id)
    try:
        found = asking.download(
            actor=access.actor(request), caller=caller_of(request), dossier_id=row.pk, at=now()
        )
    except FactError as refused:
        messages.error(request, refused.problems[0].text)
        return redirect("admin:dossier", row.pk)
    return attachment(found.file, name=f"{row.name}.zip", content_type="application/zip", size=row.size or 0)


def _only_readers(request: HttpRequest) -> None:
    """Let pass who reads any record whole. Raises PermissionDenied."""
    if not access.reads_records(request):
        raise PermissionDenied


def _shown(row: DossierRequest) -> dict[str, Any]:
    """Return what every page shows of a dossier; one whose file is about to be deleted has none."""
    at = now()
    kept = asking.is_kept(row, at)
    state = DossierState.EXPIRED if row.state == DossierState.READY and not kept else DossierState(row.state)
    return {
        "row": row,
        "title": title_of(row),
        "kept": kept,
        "signers": in_force(row.signed),  # type: ignore[attr-defined]
        "state": state,
        "chip": CHIPS[state],
        "expires_on": timezone.localdate(row.expires_at) if row.expires_at else None,
        "today": today(),
    }


def _fitting(rows: QuerySet[DossierRequest], asked: dict[str, str]) -> QuerySet[DossierRequest]:
    """Return the dossiers that fit every filter given."""
    for text in asked.get("q", "").split():
        named = Q(device__name__unaccent__icontains=text) | Q(device__key__icontains=text)
        rows = rows.filter(Exists(DossierDevice.objects.filter(named, dossier=OuterRef("pk"))))
    kept = Q(state=DossierState.READY, expires_at__lte=now())
    match asked.get("state"):
        case DossierState.READY:
            rows = rows.filter(state=DossierState.READY).exclude(kept)
        case DossierState.EXPIRED:
            rows = rows.filter(Q(state=DossierState.EXPIRED) | kept)
        case str() as state if state:
            rows = rows.filter(state=state)
    return rows.filter(asked_label=asked["who"]) if asked.get("who") else rows


def _initial(request: HttpRequest) -> dict[str, Any]:
    """Return what the form begins with: another dossier (``again``), or what the address names."""
    start: dict[str, Any] = {"scope": DossierScope.DEVICE, "on": today(), "known_on": today()}
    start["language"] = get_language()
    again = request.GET.get("again", "")
    if again and request.method == "GET":
        row = own(request, _uuid(again))
        same = {
            name: getattr(row, name) for name in ("scope", "on", "known_on", "since", "track", "language")
        }
        return {**same, "devices": [str(one.pk) for one in row.devices], "anew": True}
    devices = _chosen(request)
    if len(devices) > 1 and DossierScope.PORTFOLIO in MAKERS:
        start["scope"] = DossierScope.PORTFOLIO
    dates = {name: request.GET[name] for name in ("on", "known_on") if request.GET.get(name)}
    return {**start, **dates, "devices": devices}


def _chosen(request: HttpRequest) -> list[str]:
    """Return the ids of the devices that an address names: one by one, or by the filters of the portfolio."""
    if named := request.GET.getlist("device"):
        return named
    form = MatrixFilter(request.GET)
    if not form.is_valid() or not any(form.cleaned_data.values()):
        return []
    found = filtered(access.readable(request), form.cleaned_data).order_by("name", "pk")
    return [str(pk) for pk in found.values_list("pk", flat=True)[: MOST_DEVICES + 1]]


def _as_sent(request: HttpRequest) -> dict[str, Any]:
    """Return what was filled in, for the same form with other devices to choose from."""
    return {**request.POST.dict(), "devices": request.POST.getlist("devices")}


def _uuid(text: str) -> UUID:
    """Return the id of an address. Raises Http404."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
