"""The pages on which a dossier is signed, and a signature taken back, by who has just logged in again."""

import contextlib
import io
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from compliance.backoffice import access
from compliance.backoffice.dossiers.shown import own, title_of
from compliance.backoffice.forms import PlainForm, ReasonForm, asked, data
from compliance.backoffice.page import Page
from compliance.dossiers import keeping
from compliance.dossiers.asking import is_kept
from compliance.dossiers.models import DossierRequest
from compliance.evidence.serving import attachment
from compliance.facts.errors import problem_of
from compliance.login import confirming
from compliance.signatures import operations
from compliance.signatures.models import Meaning, Signature
from compliance.signatures.paper import signatures_file
from compliance.signatures.queries import hash_of_file, is_withdrawn
from compliance.signatures.sealing import SEALED_PDF
from config.clock import now
from devices.queries import caller_of

_PARTS = {
    SEALED_PDF: "application/pdf",
    "zip.p7s": "application/pkcs7-signature",
    "zip.p7s.tsr": "application/timestamp-reply",
}


class SignForm(PlainForm):
    """What a signature means, and of which bytes it is."""

    meaning = forms.ChoiceField(
        label=_("What your signature means"), choices=Meaning.choices, widget=forms.RadioSelect
    )
    remark = forms.CharField(
        label=_("Remark"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )
    sha512 = forms.CharField(widget=forms.HiddenInput)


def sign(request: HttpRequest, dossier_id: UUID) -> Page | HttpResponse:
    """Ask what the signature means; then sign, in the name of the person who has logged in again."""
    row, person = own(request, dossier_id), access.person(request)
    if not (is_kept(row, now()) and operations.may_sign(caller_of(request), row)):
        raise PermissionDenied
    if way := confirming.confirm(request, person):
        return way

    def act(said: dict[str, Any]) -> None:
        operations.sign(
            actor=access.actor(request), caller=caller_of(request), dossier=row, meaning=said["meaning"],
            sha512=said["sha512"], remark=said["remark"], shown=confirming.shown(request, person), at=now(),
        )  # fmt: skip

    form = SignForm(data(request), initial={"sha512": row.sha512})
    return asked(
        request, form, act, title=_("Sign the dossier"), back=reverse("admin:dossier", args=[row.pk]),
        button=_("Sign"), done=gettext("Signed. The signature is bound to these bytes and stays as it is."),
        template="backoffice/dossier_sign.html", about=title_of(row), row=row, person=person,
        can_confirm=bool(confirming.needed(person)),
    )  # fmt: skip


def withdraw(request: HttpRequest, dossier_id: UUID, signature_id: UUID) -> Page | HttpResponse:
    """Ask why a signature of the person is taken back; then add that it is."""
    row, person = own(request, dossier_id), access.person(request)
    mine = Signature.objects.filter(dossier=row, signer_id=str(person.pk), withdraws=None)
    signature = get_object_or_404(mine.select_related("dossier"), pk=signature_id)
    if way := confirming.confirm(request, person):
        return way

    def act(said: dict[str, Any]) -> None:
        operations.withdraw(
            actor=access.actor(request), caller=caller_of(request), signature=signature,
            reason=said["reason"], shown=confirming.shown(request, person), at=now(),
        )  # fmt: skip

    return asked(
        request, ReasonForm(data(request)), act, title=_("Withdraw your signature"),
        back=reverse("admin:dossier", args=[row.pk]), button=_("Withdraw it"),
        done=gettext("The signature is withdrawn. Both stay to be seen."), danger=True,
        template="backoffice/dossier_unsign.html", about=title_of(row), row=row, signature=signature,
    )  # fmt: skip


@require_GET
def download(request: HttpRequest, dossier_id: UUID) -> HttpResponseBase:
    """Return the signatures of a dossier as a file, to be verified beside its ZIP."""
    row = own(request, dossier_id)
    content = signatures_file(row)
    name = f"{row.name or row.pk}.signatures.json"
    return attachment(io.BytesIO(content), name=name, content_type="application/json", size=len(content))


@require_GET
def seal(request: HttpRequest, dossier_id: UUID, part: str) -> HttpResponseBase:
    """Return a file of the seal of a dossier. Raises Http404 where there is none."""
    row = own(request, dossier_id)
    found = getattr(row, "seal", None)
    if found is None or part not in _PARTS:
        raise Http404
    content: bytes | None = {"zip.p7s": found.signature, "zip.p7s.tsr": found.token}.get(part)
    if part == SEALED_PDF and row.file:
        with contextlib.suppress(OSError):
            content = keeping.path_beside(row.file, SEALED_PDF).read_bytes()
    if not content:
        raise Http404
    return attachment(
        io.BytesIO(content), name=f"{row.name}.{part}", content_type=_PARTS[part], size=len(content)
    )


def signed_of(request: HttpRequest, row: DossierRequest) -> dict[str, Any]:
    """Return what the page of a dossier shows of its signatures: each is held against the kept file as it is.

    ``state``: "holds", "broken" (the file is not the one that was signed), "withdrawn", or "gone" where
    there is no file any more to hold it against.
    """
    signed: list[Signature] = row.signed  # type: ignore[attr-defined]
    found = getattr(row, "seal", None)
    digest = hash_of_file(row) if signed or found else None
    mine = str(access.person(request).pk)
    rows = [
        {
            "row": one,
            "state": _state(one, digest),
            "mine": one.signer_id == mine and not is_withdrawn(one),
        }
        for one in signed
    ]
    return {
        "signed": rows,
        "broken": any(one["state"] == "broken" for one in rows),
        "seals": bool(settings.DOSSIER_SEAL_FILE),
        "seal": found,
        "seal_state": _held(found.sha512, digest) if found else "",
        "seal_pdf": bool(row.file) and keeping.path_beside(row.file, SEALED_PDF).exists(),
        "seal_problem": problem_of(found.problem).text if found and found.problem else "",
    }


def _state(one: Signature, digest: str | None) -> str:
    if is_withdrawn(one):
        return "withdrawn"
    return _held(one.sha512, digest)


def _held(sha512: str, digest: str | None) -> str:
    if digest is None:
        return "gone"
    return "holds" if sha512 == digest else "broken"
