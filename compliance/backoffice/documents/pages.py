"""The pages of documents: list, one document with its versions, forms, download."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.assessments.words import language
from compliance.backoffice import access
from compliance.backoffice.documents.forms import (
    AddForm,
    DocumentFilter,
    EditForm,
    LinkForm,
    ReasonForm,
    VersionForm,
)
from compliance.backoffice.facts.records import groups
from compliance.backoffice.page import Page
from compliance.evidence.models import Document, DocumentLink
from compliance.evidence.operations import (
    OWN,
    add_document,
    add_version,
    amend_document,
    link,
    remove_document,
    unlink,
)
from compliance.evidence.queries import with_versions
from compliance.evidence.serving import NotServedError, download
from compliance.requirements.queries import served_by
from config.clock import now

PAGE_SIZE = 50


def listing(request: HttpRequest) -> Page:
    """Return the documents of all devices that the person sees."""
    form, rows = document_list(request)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = {"form": form, "filtered": any(form.cleaned_data.values()), "page": page}
    return Page("backoffice/documents.html", _("Documents"), shown)


def document_list(request: HttpRequest) -> tuple[DocumentFilter, QuerySet[Document]]:
    """Return the filters asked for, checked, and the documents that fit them."""
    form = DocumentFilter(request.GET, label_suffix="")
    form.is_valid()
    rows = _filtered(with_versions(access.documents(request)), form.cleaned_data).select_related("device")
    return form, rows.order_by("device__name", "kind", "title", "pk")


def document(request: HttpRequest, document_id: UUID) -> Page:
    """Return a document with its versions and the facts that it shows."""
    found = _document(request, document_id)
    return _document_page(request, found, None)


def file(request: HttpRequest, version_id: UUID) -> FileResponse | HttpResponse:
    """Return the file of a version, or the page of its document if it is not served."""
    version = get_object_or_404(access.document_versions(request, access.visible(request)), pk=version_id)
    try:
        return download(version)
    except NotServedError:
        messages.error(request, gettext("This file is not served: see its state below."))
        return redirect("admin:document", version.document_id)


def add(request: HttpRequest, device_id: UUID) -> Page | HttpResponse:
    """Add a document to a device."""
    device = get_object_or_404(access.visible(request), pk=device_id)
    if not access.editable(request).filter(pk=device.pk).exists():
        raise PermissionDenied
    form, who, at = _form(request, AddForm), access.actor(request), now()
    version = request.method == "POST" and form.done(
        lambda: add_document(actor=who, device=device, details=form.details, upload=form.upload, at=at)
    )
    if version:
        messages.success(request, gettext("The document is added."))
        return redirect("admin:document", version.document_id)
    home = f"{reverse('admin:device', args=[device.pk])}#documents"
    return _form_page(_("Add a document"), form, device.name, home, _("Upload"))


def new_version(request: HttpRequest, document_id: UUID) -> Page | HttpResponse:
    """Add a version to a document."""
    found = _editable(request, document_id)
    form, who, at = _form(request, VersionForm), access.actor(request), now()
    if request.method == "POST" and form.done(
        lambda: add_version(
            actor=who, document=found, upload=form.upload, reason=form.cleaned_data["reason"], at=at
        )
    ):
        return _changed(request, found, gettext("The version is added; those before it stay."))
    return _form_page(_("Add a version"), form, found.title, _home(found), _("Upload"))


def edit(request: HttpRequest, document_id: UUID) -> Page | HttpResponse:
    """Change what is said of a document."""
    found = _editable(request, document_id)
    form = _form(request, EditForm, {name: getattr(found, name) for name in OWN})
    who, at = access.actor(request), now()
    if request.method == "POST" and form.done(
        lambda: amend_document(
            actor=who, document=found, changes=form.cleaned_data, reason=form.cleaned_data["reason"], at=at
        )
    ):
        return _changed(request, found, gettext("The document is changed."))
    return _form_page(_("Edit the document"), form, found.title, _home(found), _("Save"))


def remove(request: HttpRequest, document_id: UUID) -> Page | HttpResponse:
    """Ask why, then remove a document."""
    found = _editable(request, document_id)
    form, who, at = _form(request, ReasonForm), access.actor(request), now()
    if request.method == "POST" and form.done(
        lambda: remove_document(actor=who, document=found, reason=form.cleaned_data["reason"], at=at)
    ):
        messages.success(request, gettext("The document is removed; the audit trail keeps its hash."))
        return redirect("admin:device", found.device_id)
    said = _(
        "The document and all its versions are no longer shown or served. The audit trail keeps their "
        "hashes, and who removed them and why. The files are kept for a while, then they may be deleted."
    )
    page = _form_page(_("Remove the document"), form, found.title, _home(found), _("Remove"))
    return Page(page.template, page.title, {**page.context, "said": said, "danger": True})


def link_fact(request: HttpRequest, document_id: UUID) -> Page | HttpResponse:
    """Link the latest version to a fact, or take a link away."""
    found = _editable(request, document_id)
    who, at = access.actor(request), now()
    if request.method != "POST":
        return redirect("admin:document", found.pk)
    if request.POST.get("remove", "").isdigit():
        rows = DocumentLink.objects.filter(version__document=found)
        unlink(actor=who, row=get_object_or_404(rows, pk=request.POST["remove"]), at=at)
        return _changed(request, found, gettext("The link is taken away."))
    form = LinkForm(request.POST, groups=_groups(found))
    last = found.versions.all()[0]
    if form.done(lambda: link(actor=who, version=last, fact=form.cleaned_data["fact"], at=at)):
        return _changed(request, found, gettext("The document is linked to the fact."))
    return _document_page(request, found, form)


def _document_page(request: HttpRequest, found: Document, form: LinkForm | None) -> Page:
    readable = access.readable(request).filter(pk=found.device_id).exists()
    editable = found.device_id in access.editable_ids(request)
    recorded = _groups(found) if readable else []
    said = {entry.path: entry for group in recorded for entry in group.entries}
    rows = DocumentLink.objects.filter(version__document=found).select_related("version") if readable else []
    shown = {
        "document": found,
        "versions": found.versions.all(),
        "editable": editable,
        "readable": readable,
        "links": [(one, said.get(one.fact)) for one in rows],
        "form": (form or LinkForm(groups=recorded)) if editable else None,
        "serves": served_by(found, language()) if readable else [],
    }
    return Page("backoffice/document.html", found.title, shown)


def _form_page(title: Any, form: Any, about: str, home: str, send: Any) -> Page:
    shown = {"form": form, "about": about, "home": home, "send": send, "danger": False}
    return Page("backoffice/document_form.html", title, shown)


def _form(request: HttpRequest, form_class: Any, initial: Mapping[str, Any] | None = None) -> Any:
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    return form_class(*sent, initial=initial)


def _document(request: HttpRequest, document_id: UUID) -> Document:
    rows = with_versions(access.documents(request)).select_related("device")
    return get_object_or_404(rows, pk=document_id)


def _editable(request: HttpRequest, document_id: UUID) -> Document:
    found = _document(request, document_id)
    if found.device_id not in access.editable_ids(request):
        raise PermissionDenied
    return found


def _groups(found: Document) -> Any:
    return groups(found.device, readable=True, addable=False)


def _home(found: Document) -> str:
    return reverse("admin:document", args=[found.pk])


def _changed(request: HttpRequest, found: Document, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("admin:document", found.pk)


def _filtered(rows: QuerySet[Document], asked: Mapping[str, str]) -> QuerySet[Document]:
    """Return the documents that fit every filter given."""
    for text in asked.get("q", "").split():
        rows = rows.filter(
            Q(title__unaccent__icontains=text)
            | Q(device__name__unaccent__icontains=text)
            | Q(pk__in=_with_hash(text.lower()))
        )
    for name in ("kind", "language"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    if asked.get("shown"):
        rows = rows.filter(published=asked["shown"] == "published")
    return rows


def _with_hash(text: str) -> QuerySet[Any]:
    """Return the documents of which a version has a hash that starts so."""
    return Document.objects.filter(versions__blob__sha256__startswith=text).values("pk")
