"""The pages by the eyes of others: a validator of PDF/A that is not Typst's, and what PDF/UA asks for."""

import io
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest
from pikepdf.pdfa import Finding, check

from tests.dossiers.samples import files_of, whole

# What the validator denies without a reason in ISO 19005-3, by rule and message, and why.
FALSE_ALARMS = {
    ("ISO_19005_3:6.6.4-3", "pdfaid:conformance is 'A', expected 'B'"): "level A holds all of level B",
    ("ISO_19005_3:6.6.2.3.1-1", "XMP namespace xmpTPg"): "a schema of the XMP Specification 2005",
    ("ISO_19005_3:6.6.2.3.1-1", "XMP property xmpTPg:NPages"): "the same",
    ("ISO_19005_3:6.6.2.3.1-1", "XMP namespace pdfa"): "what clause 6.6.2.3.3 has extensions declared with",
    ("ISO_19005_3:6.6.2.3.1-1", "XMP property pdfaExtension:schemas"): "the same",
    ("ISO_19005_3:6.6.2.3.1-1", "XMP property pdfuaid:part"): "declared by that extension, see below",
    (
        "pikepdf:schema-LinkAnnot",
        "' R' is not valid under",
    ): "ISO 32000-1, 7.3.10: may be indirect",
    ("pikepdf:schema-OutlineItem", "' R' is not valid under"): "the same",
}


@pytest.fixture(scope="module")
def pdf() -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(files_of(whole())["data/dossier.pdf"])) as found:
        yield found


def alarm(finding: Finding) -> tuple[str, str] | None:
    """Return the known false alarm that a finding is."""
    said = finding.message
    indirect = said.partition(" is not valid under")[0].endswith(" R'")
    for rule, words in FALSE_ALARMS:
        known = indirect if words.startswith("' R'") else said.startswith(words)
        if rule == finding.rule and known:
            return rule, words
    return None


def test_another_validator_finds_nothing_against_pdf_a(pdf: pikepdf.Pdf) -> None:
    """It takes only what it knows: "unsupported" is what it does not check, CFF fonts and the history."""
    findings = check(pdf, "3b").findings
    denied = [one for one in findings if one.kind != "unsupported"]
    assert [one for one in denied if alarm(one) is None] == []
    assert {alarm(one) for one in denied} == set(FALSE_ALARMS)
    unchecked = {one.message.partition(":")[0].partition(" ")[0] for one in findings if one not in denied}
    assert unchecked <= {"CIDFontType0", "/CIDSet", "the"}


def test_what_stands_behind_the_false_alarms(pdf: pikepdf.Pdf) -> None:
    places = [one.Dest for page in pdf.pages for one in page.get("/Annots", []) if "/Dest" in one]
    places.append(pdf.Root.Outlines.First.Dest)
    assert len(places) > 5
    assert all(one[0].Type == "/Page" and one[1] == "/XYZ" for one in places)
    with pdf.open_metadata() as metadata:
        text = str(metadata)
    declared = "".join(text.split())
    assert "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>" in declared
    assert "<pdfaProperty:name>part</pdfaProperty:name>" in declared


def elements(node: Any) -> Iterator[Any]:
    """Yield the elements of the structure tree."""
    if isinstance(node, pikepdf.Array):
        for one in node:
            yield from elements(one)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node.K)


def test_what_pdf_ua_asks_for(pdf: pikepdf.Pdf) -> None:
    root = pdf.Root
    assert root.MarkInfo.Marked
    assert str(root.Lang) == "fr"
    assert root.ViewerPreferences.DisplayDocTitle
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Dossier réglementaire – Cardivane (exemple)"
    kinds: Counter[str] = Counter()
    for one in elements(root.StructTreeRoot.K):
        kind = str(one.S)
        kinds[kind] += 1
        if kind == "/Figure":
            assert str(one.Alt)
        if kind == "/TH":
            assert any("/Scope" in attributes for attributes in as_list(one.A))
    assert kinds["/Figure"] == 0, "icons stand beside their word and are artifacts"
    for kind in ("/H1", "/H2", "/Table", "/TH", "/TD", "/Link"):
        assert kinds[kind], kind
    for page in pdf.pages:
        assert "/Annots" not in page or page.Tabs == "/S"
        assert "/StructParents" in page


def as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, pikepdf.Array) else [value]


def test_the_attachment_says_what_it_is_to_the_document(pdf: pikepdf.Pdf) -> None:
    (attached,) = pdf.Root.AF
    assert attached.AFRelationship == "/Data"
    assert str(attached.UF) == "dossier.json"
    assert attached.EF.F.Subtype == "/application/json"
    assert attached.EF.F.read_bytes() == files_of(whole())["data/dossier.json"]
    assert list(pdf.attachments) == ["dossier.json"]


def test_every_font_is_in_the_document(pdf: pikepdf.Pdf) -> None:
    fonts = [one for page in pdf.pages for one in page.Resources.get("/Font", {}).values()]
    assert fonts
    for font in fonts:
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert {"/FontFile2", "/FontFile3"} & set(descriptor.keys())
        assert "/ToUnicode" in font
