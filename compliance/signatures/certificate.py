"""The certificate of the installation, what it signs, and the authority that says when.

What is signed is a copy: a seal with its time would change the bytes of a dossier, which are promised to be
the same for the same facts and dates.
"""

import asyncio
import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPResponse
from typing import Any, BinaryIO

from asn1crypto import cms, tsp
from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.timestamps import TimeStamper

from compliance.facts.errors import FactError, Problem
from compliance.law.text import gettext_noop
from compliance.webhooks.sending import exchange

HASH = "sha512"
_MOST = 64 * 2**10  # bytes of an answer: a time-stamp with its certificates has some thousands
_TYPES = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}


@dataclass(frozen=True, slots=True)
class Stamp:
    """An RFC 3161 time-stamp (DER) and the time it states."""

    token: bytes
    at: datetime


def signer(at: datetime) -> signers.SimpleSigner:
    """Return the certificate of the settings with its key. Raises FactError if it cannot sign now."""
    password = settings.DOSSIER_SEAL_PASSWORD.encode() or None
    kind: Any = signers.SimpleSigner
    found: Any = None
    try:
        if settings.DOSSIER_SEAL_KEY_FILE:
            pem = settings.DOSSIER_SEAL_FILE
            found = kind.load(
                settings.DOSSIER_SEAL_KEY_FILE, pem, ca_chain_files=(pem,), key_passphrase=password
            )
        else:
            found = kind.load_pkcs12(settings.DOSSIER_SEAL_FILE, passphrase=password)
    except (OSError, ValueError, TypeError):
        pass  # said below
    if found is None or found.signing_cert is None:
        raise FactError([Problem("", "certificate", _UNREADABLE)])
    validity = found.signing_cert["tbs_certificate"]["validity"]
    first, last = validity["not_before"].native, validity["not_after"].native
    if at > last:
        raise FactError([Problem("", "expired", _EXPIRED, {"day": last.date()})])
    if at < first:
        raise FactError([Problem("", "not_yet", _NOT_YET, {"day": first.date()})])
    made: signers.SimpleSigner = found
    return made


def signature(by: signers.SimpleSigner, content: BinaryIO) -> bytes:
    """Return a detached CMS signature (CAdES B-B, DER) over a file."""
    made = asyncio.run(by.async_sign_general_data(content, HASH, detached=True, use_cades=True))
    return bytes(made.dump())


def sealed_pdf(by: signers.SimpleSigner, pdf: bytes, *, stamped: bool) -> bytes:
    """Return the pages with a PAdES signature that is not shown: B-T if ``stamped``, else B-B."""
    meta = signers.PdfSignatureMetadata("Seal", md_algorithm=HASH, subfilter=SigSeedSubFilter.PADES)
    output = io.BytesIO()
    asyncio.run(
        signers.PdfSigner(meta, by, timestamper=_authority() if stamped else None).async_sign_pdf(
            _AsPdfA(io.BytesIO(pdf)), output=output
        )
    )
    return output.getvalue()


def stamp(content: bytes) -> Stamp:
    """Return a time-stamp over bytes by the authority of the settings. Raises FactError."""
    try:
        found = asyncio.run(_authority().async_timestamp(hashlib.new(HASH, content).digest(), HASH))
    except Exception as error:  # of the network, of the authority, of the form of its answer
        why = f"{type(error).__name__}: {error}"[:300]
        raise FactError([Problem("", "time_stamp", _NO_STAMP, {"why": why})]) from error
    return Stamp(bytes(found.dump()), _info(found)["gen_time"].native)


class _AsPdfA(IncrementalPdfFileWriter):
    """Pages to which something is added and which stay PDF/A-3: version and metadata as they are."""

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        """Leave the version: a key on an elliptic curve would make it 2.0."""

    def _update_meta(self) -> None:
        """Leave the metadata: PDF/A-3 takes no property that it does not know."""


class _Authority(TimeStamper):
    """The authority of the settings, over the connection of webhooks: no redirect, no private network."""

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Return its answer. Raises whatever goes wrong."""
        answer = exchange(
            settings.DOSSIER_SEAL_TSA_URL, _TYPES, req.dump(), loopback=settings.WEBHOOK_LOOPBACK, read=_read
        )
        found = tsp.TimeStampResp.load(answer, strict=True)
        if found["status"]["status"].native in {"granted", "granted_with_mods"}:
            said = _info(found["time_stamp_token"])["message_imprint"]["hashed_message"].native
            if said != req["message_imprint"]["hashed_message"].native:
                raise ValueError("the time-stamp is of another hash")
        return found


def _authority() -> TimeStamper:
    make: Any = _Authority
    made: TimeStamper = make()
    return made


def _info(token: cms.ContentInfo) -> Any:
    return token["content"]["encap_content_info"]["content"].parsed


def _read(answer: HTTPResponse) -> bytes:
    """Return the body of an answer that is one. Raises OSError."""
    content = answer.read(_MOST + 1)
    if answer.status != 200 or len(content) > _MOST:
        raise OSError(f"HTTP {answer.status}" if answer.status != 200 else "too long an answer")
    return content


_UNREADABLE = gettext_noop(
    "The certificate of the seal cannot be read: check DOSSIER_SEAL_FILE, DOSSIER_SEAL_KEY_FILE and"
    " DOSSIER_SEAL_PASSWORD."
)
_EXPIRED = gettext_noop(
    "The certificate of the seal has expired on %(day)s: nothing is sealed with it. Name a newer one in"
    " DOSSIER_SEAL_FILE."
)
_NOT_YET = gettext_noop("The certificate of the seal is not valid before %(day)s: nothing is sealed with it.")
_NO_STAMP = gettext_noop("The time-stamping authority has given no time-stamp (%(why)s).")
