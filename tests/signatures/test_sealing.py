"""Dossiers are sealed by a certificate of a local authority; pyHanko and openssl agree on what holds."""

import asyncio
import io
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from asn1crypto import cms
from django.test import Client
from django.urls import reverse
from pikepdf.pdfa import check
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_detached_cms, async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from compliance.audit.models import AuditEvent
from compliance.dossiers import keeping
from compliance.dossiers.models import DossierRequest
from compliance.signatures import sealing
from compliance.signatures.models import Seal
from devices import wall
from tests.backoffice.pages import text
from tests.signatures.authority import SECRET, Authority, authority
from tests.signatures.conftest import NOW, bag, flip
from tests.signatures.test_signing import address, enter

MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def _local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with authority(tmp_path_factory.mktemp("authority")) as found:
        yield found


@pytest.fixture
def local(_local: Authority, settings: Any) -> Authority:
    """Let dossiers be sealed, with time-stamps."""
    settings.DOSSIER_SEAL_FILE = str(_local.folder / "seal.p12")
    settings.DOSSIER_SEAL_PASSWORD = SECRET
    settings.DOSSIER_SEAL_TSA_URL = _local.url
    settings.WEBHOOK_LOOPBACK = True
    _local.answers, _local.asked = [], 0
    return _local


def work(at: datetime = NOW) -> int:
    with wall.system():
        return sealing.work(lambda: at)


def seal() -> Any:
    with wall.system():
        return Seal.objects.get()


def pdf_of(row: DossierRequest) -> bytes:
    return keeping.path_beside(row.file, sealing.SEALED_PDF).read_bytes()


def pages(row: DossierRequest) -> bytes:
    with zipfile.ZipFile(keeping.path_of(row.file)) as archive:
        return archive.read(f"{row.name}/data/dossier.pdf")


def findings(pdf: bytes) -> set[tuple[str, str]]:
    """Return what another validator holds against PDF/A-3b; of forms it says only that it knows none."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        found = check(document, "3b").findings
    return {(str(one.rule), one.message) for one in found if one.kind != "unsupported"}


def checked(pdf: bytes, local: Authority) -> Any:
    (found,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    context = ValidationContext(trust_roots=[local.root], moment=NOW)
    return asyncio.run(async_validate_pdf_signature(found, context, context))


def openssl(*arguments: Any) -> str:
    line = ["openssl", *map(str, arguments)]
    ran = subprocess.run(line, capture_output=True, text=True, check=False)
    return ("good " if ran.returncode == 0 else "refused ") + ran.stdout + ran.stderr


def files(row: DossierRequest, folder: Path) -> tuple[Path, Path, Path]:
    """Write what a person downloads, and return the paths: ZIP, seal, time-stamp."""
    found = seal()
    paths = folder / "d.zip", folder / "d.zip.p7s", folder / "d.zip.p7s.tsr"
    contents = bag().content, bytes(found.signature), bytes(found.token or b"")
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    return paths


def test_the_seal_holds_and_one_flipped_byte_breaks_it(
    dossier: DossierRequest, local: Authority, tmp_path: Path
) -> None:
    assert (work(), work()) == (1, 0)
    found = seal()
    assert (found.sealed_at, found.stamped_at, found.problem, found.not_before) == (NOW, NOW, None, None)
    assert "Local seal" in found.subject
    assert keeping.path_of(dossier.file).read_bytes() == bag().content  # the dossier itself is as it was
    with wall.system():
        event: Any = AuditEvent.objects.get(action="dossier.sealed")
    told = event.after["dossier"][dossier.name]
    assert (told["certificate"], told["seal_sha256"]) == (
        found.fingerprint, sha256(bytes(found.signature)).hexdigest(),
    )  # fmt: skip

    archive, signature, token = files(dossier, tmp_path)
    root, when = local.folder / "root.cert.pem", int(NOW.timestamp())
    cms_line = ["cms", "-verify", "-binary", "-inform", "DER", "-in", signature, "-content", archive]
    cms_line += ["-CAfile", root, "-purpose", "any", "-attime", when, "-out", tmp_path / "out"]
    ts_line = ["ts", "-verify", "-data", signature, "-in", token, "-token_in", "-CAfile", root]
    ts_line += ["-attime", when]
    assert "good" in openssl(*cms_line)
    assert openssl(*ts_line).startswith("good")

    context = ValidationContext(trust_roots=[local.root], moment=NOW)
    signed = cms.ContentInfo.load(signature.read_bytes())["content"]
    status = asyncio.run(async_validate_detached_cms(bag().content, signed, context))
    assert (status.valid, status.intact, status.trusted) == (True, True, True)

    flip(archive)
    assert openssl(*cms_line).startswith("refused")
    flip(signature)
    assert openssl(*ts_line).startswith("refused")


def test_the_pages_are_sealed_in_a_copy_that_stays_pdf_a(dossier: DossierRequest, local: Authority) -> None:
    work()
    pdf = pdf_of(dossier)
    status = checked(pdf, local)
    assert (status.bottom_line, status.valid, status.trusted) == (True, True, True)
    assert status.timestamp_validity.valid
    assert status.timestamp_validity.timestamp == NOW
    assert findings(pdf) <= findings(pages(dossier))  # PDF/A-3 as before (tests/dossiers/test_pdf.py)
    changed = bytearray(pdf)
    changed[len(changed) // 4] ^= 1
    assert not checked(bytes(changed), local).bottom_line


def test_an_authority_that_fails_is_asked_again_and_the_seal_is_there_meanwhile(
    dossier: DossierRequest, local: Authority
) -> None:
    local.answers = [(503, b""), (302, b""), (200, b"x")]
    assert work() == 1
    found = seal()
    assert (bytes(found.signature)[:1], found.token, found.not_before) == (b"0", None, NOW + MINUTE)
    assert "HTTP 503" in str(found.problem)
    status = checked(pdf_of(dossier), local)
    assert (status.bottom_line, status.timestamp_validity) == (True, None)
    page = text(enter().get(address("dossier", dossier)))
    for words in ("Local seal", "not time-stamped yet", "HTTP 503"):
        assert words in page, words
    assert work(NOW + MINUTE - timedelta(seconds=1)) == 0
    first = bytes(found.signature)
    for minutes, pause in ((1, 2), (3, 4)):
        assert work(NOW + minutes * MINUTE) == 1
        assert seal().not_before == NOW + (minutes + pause) * MINUTE
    assert local.asked == 3  # no redirect was followed
    assert work(NOW + 7 * MINUTE) == 1
    found = seal()
    assert (bytes(found.signature), found.not_before, found.problem) == (first, None, None)
    assert found.token
    assert checked(pdf_of(dossier), local).timestamp_validity.valid


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"DOSSIER_SEAL_FILE": "expired.p12"}, "expired", "has expired on"),
        ({"DOSSIER_SEAL_FILE": "none.p12"}, "certificate", "cannot be read: check DOSSIER_SEAL_FILE"),
        ({"DOSSIER_SEAL_PASSWORD": "wrong"}, "certificate", "cannot be read: check DOSSIER_SEAL_FILE"),
    ],
)
def test_a_certificate_that_cannot_sign_says_why(
    dossier: DossierRequest, local: Authority, settings: Any, changes: dict[str, str], code: str, said: str
) -> None:
    for name, value in changes.items():
        setattr(settings, name, str(local.folder / value) if name.endswith("FILE") else value)
    work()
    found = seal()
    assert (found.signature, found.problem["code"], local.asked) == (None, code, 0)
    page = text(enter().get(address("dossier", dossier)))
    assert said in page
    assert "not sealed yet" in page
    settings.DOSSIER_SEAL_FILE = str(local.folder / "seal.p12")
    settings.DOSSIER_SEAL_PASSWORD = SECRET
    work(NOW + MINUTE)
    assert seal().token


def test_a_key_in_pem_seals_and_a_changed_file_is_not_sealed(
    dossier: DossierRequest, local: Authority, settings: Any
) -> None:
    settings.DOSSIER_SEAL_FILE = str(local.folder / "seal.cert.pem")
    settings.DOSSIER_SEAL_KEY_FILE = str(local.folder / "seal.pem")
    settings.DOSSIER_SEAL_PASSWORD = settings.DOSSIER_SEAL_TSA_URL = ""
    flip(keeping.path_of(dossier.file))
    work()
    assert (seal().signature, seal().problem["code"]) == (None, "broken")
    flip(keeping.path_of(dossier.file))
    work(NOW + MINUTE)
    found = seal()
    assert found.signature
    assert (found.token, found.not_before) == (None, None)  # no authority, none asked


def test_the_page_offers_the_files_and_says_where_there_is_no_seal(
    dossier: DossierRequest, local: Authority, settings: Any
) -> None:
    session: Client = enter()
    place = address("dossier", dossier)
    assert "is sealed in a moment" in text(session.get(place))
    assert session.get(reverse("admin:dossier_seal", args=[dossier.pk, "zip.p7s"])).status_code == 404
    work()
    page = text(session.get(place))
    assert f"{seal().fingerprint}" in page
    for part, content in (
        ("sealed.pdf", pdf_of(dossier)),
        ("zip.p7s", bytes(seal().signature)),
        ("zip.p7s.tsr", bytes(seal().token)),
    ):
        answer: Any = session.get(reverse("admin:dossier_seal", args=[dossier.pk, part]))
        assert b"".join(answer.streaming_content) == content
        assert answer["Content-Disposition"] == f'attachment; filename="{dossier.name}.{part}"'
    assert session.get(reverse("admin:dossier_seal", args=[dossier.pk, "x"])).status_code == 404
    flip(keeping.path_of(dossier.file))
    assert "does not hold: the content has changed" in text(session.get(place))
    keeping.forget(dossier.file)
    assert not keeping.path_beside(dossier.file, sealing.SEALED_PDF).exists()
    assert session.get(reverse("admin:dossier_seal", args=[dossier.pk, "sealed.pdf"])).status_code == 404


def test_without_a_certificate_nothing_is_sealed_and_the_page_says_so(dossier: DossierRequest) -> None:
    assert work() == 0
    assert "no certificate is configured" in text(enter().get(address("dossier", dossier)))
