"""What a file is, by its content: one of the allowed types, whole, and that alone."""

import json
import mmap
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat  # a DTD, and with it every entity, is refused below

import filetype

from compliance.evidence import images
from compliance.evidence.archives import office_type
from compliance.evidence.errors import refusal
from compliance.evidence.models import MediaType
from compliance.law.text import gettext_noop

TEXT_BYTES = 10 * 2**20
ENDINGS: Mapping[MediaType, tuple[str, ...]] = {
    MediaType.PDF: ("pdf",),
    MediaType.PNG: ("png",),
    MediaType.JPEG: ("jpg", "jpeg"),
    MediaType.TIFF: ("tif", "tiff"),
    MediaType.DOCX: ("docx",),
    MediaType.XLSX: ("xlsx",),
    MediaType.ODT: ("odt",),
    MediaType.ODS: ("ods",),
    MediaType.TEXT: ("txt", "log", "md"),
    MediaType.CSV: ("csv",),
    MediaType.XML: ("xml",),
    MediaType.JSON: ("json",),
}
ACCEPTED = ",".join(f".{ending}" for endings in ENDINGS.values() for ending in endings)
_TEXTS = (MediaType.TEXT, MediaType.CSV, MediaType.XML, MediaType.JSON)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 8192
# Browsers look for markup in the first 1445 bytes of what carries no type (WHATWG MIME Sniffing).
_SNIFFED = 1500
_MARKUP = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|script|svg|iframe|\?php)\b", re.IGNORECASE)
_PDF_LOCKED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_ACTIVE_SPACES = frozenset(
    (
        "http://www.w3.org/1999/xhtml",
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/XSL/Transform",
    )
)
_NOT_TAKEN = gettext_noop(
    "This type of file is not taken: use PDF, PNG, JPEG, TIFF, DOCX, XLSX, ODT, ODS, TXT, CSV, XML or JSON."
)
_BROKEN = gettext_noop("This file is damaged or has something added to it: save it anew and upload that.")
_ACTIVE = gettext_noop("This file holds a web page, a drawing or a script: upload it as a PDF.")
_LOCKED = gettext_noop("This file is protected by a password: save a copy without it and upload that.")


def inspect(path: Path, ending: str) -> MediaType:
    """Return the type of a file that is not empty. Raises FactError if it, or its ending, is not taken."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    found = _found(path, head, ending)
    if ending not in ENDINGS[found]:
        message = gettext_noop(
            "The name ends with .%(ending)s, but the content is %(type)s: rename the file."
        )
        raise refusal("ending", message, ending=ending, type=str(found.label))
    return found


def _found(path: Path, head: bytes, ending: str) -> MediaType:
    if head.startswith(b"PK"):
        return office_type(path)
    if head.startswith(_OLD_OFFICE):
        message = gettext_noop(
            "This office file is old or has a password: save it as DOCX, XLSX or PDF, without a password."
        )
        raise refusal("old_office", message)
    guess = filetype.guess(head)
    check = _CHECKS.get(guess.mime) if guess else None
    if check:
        if _MARKUP.search(head[:_SNIFFED]):
            raise refusal("polyglot", _ACTIVE)
        if not check(path) or zipfile.is_zipfile(path):
            raise refusal("damaged", _BROKEN)
        return MediaType(guess.mime)
    wanted = next((one for one in _TEXTS if ending in ENDINGS[one]), None)
    if wanted is None:
        raise refusal("active" if _MARKUP.search(head) else "type", _NOT_TAKEN)
    _check_text(path, wanted)
    return wanted


def _pdf(path: Path) -> bool:
    """Return whether the file is PDF from its first byte to its last. Raises FactError if it is locked."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if _PDF_LOCKED.search(data):
            raise refusal("password", _LOCKED)
        end = data.rfind(b"%%EOF")
        return data[:5] == b"%PDF-" and end > 0 and not data[end + 5 :].strip(b"\r\n\t \0")


_CHECKS: Mapping[str, Callable[[Path], bool]] = {
    MediaType.PDF: _pdf,
    MediaType.PNG: images.png,
    MediaType.JPEG: images.jpeg,
    MediaType.TIFF: images.tiff,
}


def _check_text(path: Path, wanted: MediaType) -> None:
    """Raise FactError if the file is no text of its type."""
    if path.stat().st_size > TEXT_BYTES:
        message = gettext_noop("A file of text holds at most %(most)d MB: split it or upload it as a PDF.")
        raise refusal("too_large", message, most=TEXT_BYTES // 2**20)
    data = path.read_bytes()
    if wanted == MediaType.XML:
        _check_xml(data)
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = gettext_noop("This is no text in UTF-8: save it with the encoding UTF-8, or as a PDF.")
        raise refusal("encoding", message) from error
    if _CONTROL.search(text):
        raise refusal("type", _NOT_TAKEN)
    if text.lstrip().startswith(("<", "#!")) or _MARKUP.search(data[:_SNIFFED]):
        raise refusal("active", _ACTIVE)
    if wanted == MediaType.JSON:
        try:
            json.loads(text)
        except (ValueError, RecursionError) as error:
            raise refusal("damaged", gettext_noop("This is no JSON that can be read: correct it.")) from error


def _check_xml(data: bytes) -> None:
    """Raise FactError if the bytes are no XML, or XML that a browser would draw or run."""

    def refuse(*_args: object) -> NoReturn:
        raise refusal("active", _ACTIVE)

    def start(name: str, _attributes: object) -> None:
        space, _blank, local = name.rpartition(" ")
        if space in _ACTIVE_SPACES or local.lower() in {"html", "svg", "script"}:
            refuse()

    def instruction(target: str, _data: str) -> None:
        if target == "xml-stylesheet":
            refuse()

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = refuse
    parser.ProcessingInstructionHandler = instruction
    parser.StartElementHandler = start
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        message = gettext_noop("This is no XML that can be read: correct it.")
        raise refusal("damaged", message) from error
