"""A whole dossier, from facts to the ZIP: its bytes, its pages, its standards, its hostile texts."""

import io
import json
import re
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import bagit
import pypdf
import pytest
from django.utils.translation import gettext, override

from compliance.assessments.assess import assess
from compliance.dossiers import document, filing, verify, wording
from compliance.dossiers.evidence import listed
from compliance.dossiers.words import words
from compliance.law.facts import FactsFile
from compliance.law.parameters import current_law
from tests.dossiers.samples import (
    DETAILS,
    EVENT,
    ON,
    Made,
    content_of,
    example,
    files_of,
    made,
    of,
    squeezed,
    text_of,
    whole,
)

HOSTILE = (
    "#let x = 1; *bold* _it_ $x^2$ \\ ` = Heading @ref <label> // comment /* c */ "
    "#import \"@preview/x:1.0.0\" #read('/etc/passwd') \"quoted\" 'single' [b] {c} ~ -- ..."
)


@pytest.fixture(scope="module")
def dossier() -> Made:
    return made(example())


def reader_of(dossier: Made) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(files_of(dossier)["data/dossier.pdf"]))


def test_the_bag_holds_its_files_and_stands_the_reference_validator(dossier: Made, tmp_path: Path) -> None:
    assert dossier.name == "dossier-ex-cardivane-2026-11-22-2026-11-22-fr"
    files = files_of(dossier)
    assert list(files) == [
        "bag-info.txt",
        "bagit.txt",
        "data/audit.json",
        "data/dossier.json",
        "data/dossier.pdf",
        "data/dossier.schema.json",
        "data/dossier.xlsx",
        "data/verify.py",
        "manifest-sha512.txt",
        "tagmanifest-sha512.txt",
    ]
    size = sum(len(data) for name, data in files.items() if name.startswith("data/"))
    assert files["bag-info.txt"].decode().splitlines() == [
        "Source-Organization: Aurélys Santé Numérique (exemple)",
        "External-Description: Cardivane (exemple)",
        "External-Identifier: jalon:ex-cardivane:2026-11-22:2026-11-22:fr",
        "Bagging-Date: 2026-11-22",
        f"Payload-Oxum: {size}.6",
    ]
    (tmp_path / "bag.zip").write_bytes(dossier.content)
    assert verify.verify(tmp_path / "bag.zip").problems == []
    with zipfile.ZipFile(tmp_path / "bag.zip") as archive:
        archive.extractall(tmp_path)
    assert bagit.Bag(str(tmp_path / dossier.name)).validate()


def test_same_bytes_in_another_process_of_another_place_and_time(tmp_path: Path) -> None:
    program = "import django; django.setup(); from tests.dossiers.samples import whole; print(whole().sha512)"
    elsewhere = subprocess.run(
        [sys.executable, "-c", program],
        env={
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "TZ": "Pacific/Kiritimati",
            "LANG": "C",
            "PYTHONHASHSEED": "7",
            "SOURCE_DATE_EPOCH": "1",
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert elsewhere.stdout.strip() == whole().sha512
    with override("en"):
        assert whole().sha512 == elsewhere.stdout.strip()


def test_dates_and_language_give_dossiers_of_their_own(dossier: Made) -> None:
    others = [
        made(example(), language="en"),
        made(example(), on=date(2026, 11, 21)),
        made(example(), known_on=date(2026, 5, 1)),
    ]
    assert len({dossier.sha512, *(one.sha512 for one in others)}) == 4
    assert len({dossier.name, *(one.name for one in others)}) == 4


def test_the_json_gives_the_facts_back_and_they_the_answer(dossier: Made) -> None:
    content = json.loads(files_of(dossier)["data/dossier.json"])
    facts = FactsFile.model_validate(content["facts"])
    assert facts == example()
    assert (content["format"], content["language"], content["on"]) == ("jalon-dossier/2", "fr", "2026-11-22")
    again = assess(facts.devices[0], facts.organisations, current_law(), on=ON, known_on=ON)
    assert content["assessment"]["tracks"]["ce_marking"]["status"] == again.tracks["ce_marking"].status
    assert content["law"]["version"] == again.law_version


def rules_named(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from [part["rule"]] if part.get("rule") else []
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from rules_named(one)


def test_each_rule_named_stands_with_its_values_and_sources() -> None:
    content = json.loads(files_of(made(example(), known_on=date(2026, 5, 1)))["data/dossier.json"])
    rules = {one["rule"]: one["values"] for one in content["law"]["rules"]}
    assert set(rules) == set(rules_named(content["assessment"])) & set(current_law().parameters)
    assert len(rules) > 20
    for values in rules.values():
        assert all(one["published"] <= "2026-05-01" and one["citation"] and one["source"] for one in values)


def test_the_pages_tell_status_reasons_deadlines_and_code_in_french(dossier: Made) -> None:
    text, files = text_of(dossier), files_of(dossier)
    content = json.loads(files["data/dossier.json"])
    (deadline, *_) = [one for one in content["assessment"]["deadlines"] if one["state"] == "open"]
    with override("fr"):
        expected = [
            "Cardivane (exemple)",
            "22 novembre 2026",
            gettext("Regulatory dossier"),
            gettext("The five tracks"),
            gettext("Law applied"),
            deadline["label"],
            wording.day(deadline["strict"]),
            wording.day(deadline["safe"]),
            deadline["citation"],
            gettext("to be confirmed"),
            "Récépissé de l’agence régionale de santé",
            "Maîtrise de l’IA par le personnel",
            "EX-MDR-2023-011",
        ]
    for one in expected:
        assert squeezed(one) in text
    for reason in content["assessment"]["tracks"]["ce_marking"]["reasons"]:
        assert squeezed(reason["text"]) in text
    digest = next(
        line.split()[0]
        for line in files["manifest-sha512.txt"].decode().splitlines()
        if line.endswith("dossier.json")
    )
    assert squeezed(verify.verification_code(digest)) in text
    assert digest in text


def test_the_pdf_says_which_standards_it_keeps_and_carries_the_json(dossier: Made) -> None:
    reader = reader_of(dossier)
    metadata = reader.xmp_metadata
    assert metadata is not None
    for mark in ("<pdfaid:part>3<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<"):
        assert mark in metadata.rdf_root.toxml()
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "fr"
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert root["/AF"][0].get_object()["/AFRelationship"] == "/Data"
    assert reader.attachments["dossier.json"] == [files_of(dossier)["data/dossier.json"]]
    told: Any = reader.metadata
    assert told["/CreationDate"] == "D:20261122000000Z"


def test_the_pdf_uses_no_font_of_the_machine(dossier: Made) -> None:
    fonts: set[str] = set()
    for page in reader_of(dossier).pages:
        resources: Any = page["/Resources"]
        fonts |= {str(one.get_object()["/BaseFont"]) for one in resources["/Font"].values()}
    families = {one.split("+")[1].split("-")[0] for one in fonts}
    assert families == {"DejaVuSansMono", "LibertinusSerif"}


def test_a_device_without_facts_gives_a_whole_dossier() -> None:
    dossier = made(of())
    text = text_of(dossier)
    with override("fr"):
        assert text.count(squeezed(gettext("No fact is recorded."))) >= 5
        assert squeezed(gettext("unknown")) in text
        assert squeezed(gettext("No event is recorded up to this date.")) in text


def test_a_breach_stands_with_its_facts_its_finding_and_its_hour() -> None:
    breach = {"key": "laptop", "risk": "high_risk", "aware_on": "2026-11-20", "aware_at": "14:20"}
    text = text_of(made(of(data={"breaches": [breach]}), language="en"))
    for said in ("Data and cybersecurity", "laptop", "23 November 2026, 15:00", "72 hours"):
        assert squeezed(said) in text
    assert squeezed("The persons are to be told of the breach") in text
    assert squeezed("Data and cybersecurity") not in text_of(made(of(), language="en"))


def test_hostile_texts_print_as_they_are_written() -> None:
    long = "qxz" * 1300
    dossier = made(
        of(
            name=HOSTILE,
            description=f"two\nlines\r\nand a tab\t. {long}",
            note="\u202egpj.exe 中 \ufeff \x07 \ue000 \u00ad é e\u0301",
            ce_marking={
                "certificates": [
                    {
                        "key": "c",
                        "number": "#n*_$\\",
                        "kind": "quality_management",
                        "regulation": "MDR",
                        "note": long,
                    }
                ]
            },
        )
    )
    text = text_of(dossier)
    assert squeezed(HOSTILE) in text
    assert "twolinesandatab.qxz" in text
    assert text.count("qxz") > 2 * 1300
    assert "[U+202E]gpj.exe[U+4E2D][U+FEFF][U+0007][U+E000][U+00AD]éé" in unicodedata.normalize("NFC", text)
    assert "#n*_$\\" in text
    assert json.loads(files_of(dossier)["data/dossier.json"])["facts"]["devices"][0]["note"].startswith(
        "\u202e"
    )


def test_every_sign_that_is_said_to_print_does() -> None:
    signs = [chr(code) for code in range(0x20, 0x3000) if not document._NOT_PRINTED.match(chr(code))]
    assert len(signs) == 1338
    for n in range(0, len(signs), 120):
        group = "a" + "a".join(signs[n : n + 120])
        declaration = {"key": "d", "regulation": "MDR", "note": group}  # notes are in italics, names in bold
        assert made(of(name=group, description=group, ce_marking={"declarations": [declaration]})).content


@pytest.mark.parametrize("on", [date(1, 1, 1), date(1970, 1, 1), date(2200, 12, 31)])
def test_far_dates(on: date) -> None:
    assert f"dossier-ex-cardivane-{on}-2026-11-22-fr" == made(example(), on=on).name


def test_the_pages_use_each_word_and_no_other() -> None:
    templates = "".join(one.read_text() for one in Path(document.__file__).parent.glob("templates/*.typ"))
    assert set(re.findall(r"\bw\.([a-z_]+)", templates)) == set(words())


def test_texts_and_lists_beyond_all_measure_are_cut_on_the_pages_and_whole_beside_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No operation takes such a text; should a trail hold a reason of any length, it is told whole."""
    monkeypatch.setattr(filing, "MOST_ROWS", 5)
    huge = "#let \u202e*b* " * 1_000_000
    documents = listed({**DETAILS, "title": f"Document {n}", "sha256": f"{n:064d}"} for n in range(8))
    events = [{**EVENT, "sequence": n, "reason": huge if n == 7 else f"reason {n}"} for n in range(1, 8)]
    excerpt = {"events": events, "heads": [], "seal": None}
    dossier = made(of(), language="en", excerpt=excerpt, documents=documents)
    text = text_of(dossier)
    assert "[…](9990000more" in text
    assert text.count("[U+202E]") < 1500
    assert squeezed("The last 5 are listed here; all 8 stand in dossier.json.") in text
    assert squeezed("The last 5 are listed here; all 7 stand in audit.json.") in text
    assert [squeezed(f"Document {n}") in text for n in range(8)] == [False] * 3 + [True] * 5
    assert ["reason3" in text, "reason2" in text] == [True, False]
    assert len(files_of(dossier)["data/dossier.pdf"]) < 2**20
    assert content_of(dossier, "audit.json")["events"][-1]["reason"] == huge
    assert len(content_of(dossier)["documents"]) == 8
