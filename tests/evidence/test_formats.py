"""What a file is, by its content: every allowed type is taken, every bad one refused for its own reason."""

from pathlib import Path

import pytest

from compliance.evidence import archives, formats
from compliance.evidence.models import MediaType
from compliance.evidence.names import checked_name
from compliance.facts.errors import FactError
from tests.evidence import files

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'
HTML = b"<!DOCTYPE html><html><script>1</script></html>"
BOMB = files.docx(word__bomb=b"0" * (archives.SMALL * 40))
FLIPPED = files.docx()[:60] + b"\0\0\0\0" + files.docx()[64:]
HOSTILE = {
    "html as itself": ("a.html", HTML, "active"),
    "html as pdf": ("a.pdf", HTML, "active"),
    "html as text": ("a.txt", b"  \n" + HTML, "active"),
    "html in a csv": ("a.csv", b"a;b\n<script>alert(1)</script>", "active"),
    "html in json": ("a.json", b'["<script>alert(1)</script>"]', "active"),
    "shell script": ("a.txt", b"#!/bin/sh\nrm -rf /\n", "active"),
    "svg as itself": ("a.svg", SVG, "active"),
    "svg as xml": ("a.xml", SVG, "active"),
    "svg inside xml": ("a.xml", b'<r><s:g xmlns:s="http://www.w3.org/2000/svg"/></r>', "active"),
    "xhtml as xml": ("a.xml", b'<x xmlns="http://www.w3.org/1999/xhtml"/>', "active"),
    "stylesheet": ("a.xml", b'<?xml-stylesheet href="x.xsl"?><r/>', "active"),
    "entities": ("a.xml", b'<!DOCTYPE r [<!ENTITY a "aaaa">]><r>&a;</r>', "active"),
    "xml broken": ("a.xml", b"<r><s></r>", "damaged"),
    "json broken": ("a.json", b'{"a": ', "damaged"),
    "json too deep": ("a.json", b"[" * 100_000 + b"]" * 100_000, "damaged"),
    "text not utf-8": ("a.txt", "déjà".encode("latin-1"), "encoding"),
    "text with nul": ("a.txt", b"a\0b", "type"),
    "program": ("a.pdf", b"MZ\x90\0" + b"\0" * 100, "type"),
    "program as text": ("a.txt", b"MZ\x90\0" + b"\0" * 100, "encoding"),
    "mp4": ("a.mp4", b"\0\0\0\x18ftypmp42" + b"\0" * 20, "type"),
    "gif": ("a.gif", b"GIF89a" + b"\0" * 20, "type"),
    "png named pdf": ("a.pdf", files.PNG, "ending"),
    "pdf named docx": ("a.docx", files.PDF, "ending"),
    "xlsx named docx": ("a.docx", files.xlsx(), "ending"),
    "pdf then zip": ("a.pdf", files.PDF + files.archive({"a": b"1"}), "damaged"),
    "pdf within zip comment": ("a.pdf", files.PDF + files.archive({"a": b"1"}) + b"%%EOF", "damaged"),
    "pdf after html": ("a.pdf", HTML + files.PDF, "active"),
    "pdf with html": ("a.pdf", b"%PDF-1.7\n%<html><script>1</script>\n" + files.PDF[9:], "polyglot"),
    "pdf cut": ("a.pdf", files.PDF[:-8], "damaged"),
    "pdf with more": ("a.pdf", files.PDF + b"more", "damaged"),
    "pdf with password": ("a.pdf", files.PDF.replace(b"/Root", b"/Encrypt 5 0 R/Root"), "password"),
    "png with more": ("a.png", files.PNG + b"PHP", "damaged"),
    "png cut": ("a.png", files.PNG[:-5], "damaged"),
    "png then zip": ("a.png", files.PNG + files.archive({"a": b"1"}), "damaged"),
    "jpeg with more": ("a.jpg", files.JPEG + b"more", "damaged"),
    "jpeg then zip": ("a.jpg", files.JPEG + files.archive({"a": b"1"}) + b"\xff\xd9", "damaged"),
    "tiff in a circle": ("a.tif", files.TIFF[:-4] + b"\x08\0\0\0", "damaged"),
    "tiff out of itself": ("a.tif", files.TIFF[:4] + b"\xff\xff\xff\x7f", "type"),
    "zip": ("a.zip", files.archive({"a.pdf": files.PDF}), "type"),
    "zip named docx": ("a.docx", files.archive({"word/document.xml": b"x"}), "type"),
    "docx bomb": ("a.docx", BOMB, "bomb"),
    "docx of too many": ("a.docx", files.docx(**{f"x{n}": b"" for n in range(5001)}), "bomb"),
    "docx with password": ("a.docx", files.locked(files.docx()), "password"),
    "odt with password": ("a.odt", files.odf(**{"META-INF__manifest.xml": b"encryption-data"}), "password"),
    "docx with macros": ("a.docx", files.docx(**{"word__vbaProject.bin": b"x"}), "macros"),
    "xlsm": ("a.xlsx", files.archive({"xl/vbaProject.bin": b"x"}), "macros"),
    "odt with macros": ("a.odt", files.odf(Basic__a=b"x"), "macros"),
    "docx that leaves": ("a.docx", files.docx(**{"..__..__etc__passwd": b"x"}), "damaged"),
    "docx that leaves by a root": ("a.docx", files.docx(**{"__etc__passwd": b"x"}), "damaged"),
    "docx after html": ("a.docx", HTML + files.docx(), "active"),
    "docx after a stub": ("a.docx", b"PK\x03\x04stub" + files.docx(), "damaged"),
    "docx with more": ("a.docx", files.docx() + b"more", "damaged"),
    "docx cut": ("a.docx", files.docx()[:-30], "damaged"),
    "docx with a wrong byte": ("a.docx", FLIPPED, "damaged"),
    "old office": ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "old_office"),
    "docx in an old office coat": ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "old_office"),
}  # fmt: skip


def inspected(folder: Path, name: str, content: bytes) -> MediaType:
    path = folder / "file"
    path.write_bytes(content)
    return formats.inspect(path, checked_name(name)[1])


@pytest.mark.parametrize("name", files.GOOD)
def test_each_allowed_type_is_known_by_its_content(tmp_path: Path, name: str) -> None:
    found = inspected(tmp_path, name, files.GOOD[name])
    assert name.rpartition(".")[2].lower() in formats.ENDINGS[found]


@pytest.mark.parametrize("case", HOSTILE)
def test_each_bad_file_is_refused_for_its_reason(tmp_path: Path, case: str) -> None:
    name, content, code = HOSTILE[case]
    with pytest.raises(FactError) as refused:
        inspected(tmp_path, name, content)
    assert [(one.path, one.code) for one in refused.value.problems] == [("file", code)]
    assert refused.value.problems[0].text


def test_a_size_that_the_directory_lies_about_is_found(tmp_path: Path) -> None:
    """The directory says 10 bytes; the entry unpacks to a megabyte."""
    content = bytearray(files.docx(word__big=b"0" * 2**20))
    entry = content.rfind(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = (10).to_bytes(4, "little")
    with pytest.raises(FactError) as refused:
        inspected(tmp_path, "a.docx", bytes(content))
    assert refused.value.problems[0].code == "damaged"


def test_text_has_a_limit_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "TEXT_BYTES", 2**20)
    with pytest.raises(FactError) as refused:
        inspected(tmp_path, "a.csv", b"a" * (2**20 + 1))
    assert refused.value.problems[0].code == "too_large"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a" * 147 + ".pdf", "name_length"),
        ("../../etc/passwd.pdf", "name"),
        ("..\\a.pdf", "name"),
        ("/etc/a.pdf", "name"),
        ("C:a.pdf", "name"),
        (".htaccess", "name"),
        ("a\0.pdf", "name"),
        ("a\r\nSet-Cookie: x.pdf", "name"),
        ("fdp\u202efdp.exe", "name"),
        ('a".pdf', "name"),
        ("passwd", "no_ending"),
        ("a.", "no_ending"),
        ("", "no_ending"),
        ("page.html.pdf", "two_endings"),
        ("a.exe.pdf", "two_endings"),
    ],
)
def test_a_bad_name_is_refused(name: str, code: str) -> None:
    with pytest.raises(FactError) as refused:
        checked_name(name)
    assert refused.value.problems[0].code == code


def test_ordinary_names_are_kept() -> None:
    assert checked_name("Certificat CE n° 12.05.2024 v1.2 (signé).PDF")[1] == "pdf"
    assert checked_name("e\u0301cho.pdf") == ("\u00e9cho.pdf", "pdf")
    assert checked_name("a" * 146 + ".pdf")[1] == "pdf"
    # A last ending that runs is refused by its content: no type has it.
    assert checked_name("a.pdf.exe")[1] == "exe"


def test_a_last_ending_that_runs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FactError) as refused:
        inspected(tmp_path, "a.pdf.exe", files.PDF)
    assert refused.value.problems[0].code == "ending"
