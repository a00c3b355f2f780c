"""What a dossier takes: pages beside the same content in WeasyPrint, and memory over the evidence.

Each measure has a process of its own, so that its peak of memory is its own. Times are of the processor, all
threads together, so that other work on the machine counts little. WeasyPrint takes part in no dossier and
needs Pango of the system (Debian: libpango-1.0-0, libpangoft2-1.0-0); without it its column is left out.
"""

import io
import logging
import os
import platform
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from tempfile import NamedTemporaryFile, TemporaryDirectory
from time import process_time
from typing import Any

import django

ON = date(2026, 11, 22)
AIM = 30  # times faster at 100 pages
ROWS = (0, 390, 2_170)  # facts and, up to a thousand each, documents and events: about 10, 100 and 500 pages
MEGABYTES = (10, 500)
MANY = 5_000  # documents
_LARGE = 10 * 2**20  # bytes of a file
_PER_MB = 2**20 if sys.platform == "darwin" else 2**10
_NOTE = "Lu sur le certificat remis par l'organisme notifié, puis comparé à la copie du registre. "


@dataclass(frozen=True, slots=True)
class Measure:
    """What a process took: pages or files, seconds, megabytes at the highest point."""

    count: int
    seconds: float
    peak: float


def typst_pages(rows: int) -> Measure:
    """Return what the PDF of a dossier takes."""
    from compliance.dossiers import document

    sheet, attached = _sheet(rows)
    start = process_time()
    pages = document.pdf(sheet, attached, on=ON)
    return Measure(_pages(pages), process_time() - start, _peak())


def weasyprint_pages(rows: int) -> Measure | None:
    """Return what the same content takes as HTML in WeasyPrint, for PDF/UA as well; None without Pango."""
    from bench.dossier_page import html

    try:
        from weasyprint import HTML
    except OSError:
        return None
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    sheet, _attached = _sheet(rows)
    start = process_time()
    pages = HTML(string=html(sheet)).write_pdf(pdf_variant="pdf/ua-1")
    return Measure(_pages(pages), process_time() - start, _peak())


def with_evidence(sizes: list[int]) -> Measure:
    """Return what a whole dossier takes that has a document of each of these sizes (bytes)."""
    from django.conf import settings

    from compliance.dossiers import evidence
    from compliance.dossiers.making import make
    from compliance.evidence import store

    with TemporaryDirectory() as name, NamedTemporaryFile() as output:
        settings.MEDIA_ROOT = Path(name)
        digests = []
        for n, size in enumerate(sizes):
            content = (b"%08d" % n) * (size // 8)
            digests.append(sha256(content).hexdigest())
            place = store.path_of(digests[-1])
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
            del content
        listed = evidence.listed(_documents(digests, sizes))
        facts, answer, law = _assessed(0)
        start = process_time()
        files = evidence.files(listed)
        make(facts, answer, law, _excerpt(0), "fr", listed, files, facts_on=ON, output=output.file)
        return Measure(len(sizes), process_time() - start, _peak())


def _sheet(rows: int) -> tuple[Any, bytes]:
    """Return the data of the pages with so many facts, and dossier.json."""
    from django.utils.translation import override

    from compliance.dossiers.content import content, to_bytes
    from compliance.dossiers.evidence import listed
    from compliance.dossiers.sheet import sheet

    facts, answer, law = _assessed(rows)
    digests = [sha256(b"%d" % n).hexdigest() for n in range(min(rows, 1000))]
    documents = listed(_documents(digests, [9] * len(digests)))
    data = content(facts, answer, law, "fr", documents, facts_on=ON)
    attached = to_bytes(data)
    with override("fr"):
        return sheet(facts, data, _excerpt(min(rows, 1000)), {"dossier.json": attached}), attached


def _assessed(rows: int) -> tuple[Any, Any, Any]:
    """Return the facts of a device with so many versions, the answer of the law, and the law."""
    from compliance.assessments.assess import assess
    from compliance.law.facts import FORMAT, FactsFile
    from compliance.law.parameters import current_law

    versions = [
        {"key": f"v{n}", "number": f"{n}.0", "note": f"{_NOTE * (2 + n % 3)}{n}"} for n in range(rows)
    ]
    device = {"key": "bench", "name": "Bench", "versions": versions}
    facts, law = FactsFile.model_validate({"format": FORMAT, "devices": [device]}), current_law()
    return facts, assess(facts.devices[0], facts.organisations, law, on=ON, known_on=ON), law


def _documents(digests: Iterable[str], sizes: Iterable[int]) -> Iterable[dict[str, Any]]:
    for n, (digest, size) in enumerate(zip(digests, sizes, strict=True)):
        yield {
            "document": f"{n}", "kind": "certificate", "title": f"Certificat de l'organisme notifié {n}",
            "language": "fr", "version": 1, "added_at": "2026-11-22T09:00:00.000000+00:00",
            "file": f"Certificat n° {n}.pdf", "issued_on": "2026-11-01", "media_type": "application/pdf",
            "size": size, "sha256": digest, "withheld": None, "facts": ["versions[v1]"],
        }  # fmt: skip


def _excerpt(events: int) -> dict[str, Any]:
    event = {
        "organisation": "", "at": "2026-11-01T10:00:00.000000+00:00", "actor_label": "Camille Durand",
        "on_behalf_of": "bench", "action": "fact.amended", "reason": "Numéro mal lu sur le certificat",
        "before": {"versions": {"v1": {}}}, "after": {"versions": {"v1": {}}}, "hash": "b" * 64,
    }  # fmt: skip
    return {"events": [{**event, "sequence": n} for n in range(1, events + 1)], "heads": [], "seal": None}


def _pages(pdf: bytes) -> int:
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(pdf)).pages)


def _peak() -> float:
    return getrusage(RUSAGE_SELF).ru_maxrss / _PER_MB


def _setup() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()


def main() -> int:
    """Print the measures; return 1 where the ratio at 100 pages misses the aim or memory is not flat."""
    print(f"Dossiers, Python {platform.python_version()}, {platform.machine()}; seconds of the processor")
    with get_context("spawn").Pool(1, _setup, maxtasksperchild=1) as pool:
        missed = _compared(pool)
        return int(_evidence(pool) or missed)


def _compared(pool: Any) -> bool:
    """Print the pages beside those of WeasyPrint; return whether the aim is missed."""
    print(f"{'Typst':>26}{'WeasyPrint':>30}", f"{'pages':>7}{'s':>8}{'peak':>11}" * 2, "  ratio", sep="\n")
    ratios = []
    for rows in ROWS:
        ours = pool.apply(typst_pages, (rows,))
        line = f"{ours.count:>7}{ours.seconds:>8.2f}{ours.peak:>8,.0f} MB"
        if (theirs := pool.apply(weasyprint_pages, (rows,))) is None:
            print(line, "  WeasyPrint needs libpango-1.0-0 and libpangoft2-1.0-0: left out")
            continue
        ratios.append(theirs.seconds / ours.seconds)
        print(
            f"{line}{theirs.count:>7}{theirs.seconds:>8.2f}{theirs.peak:>8,.0f} MB{ratios[-1]:>7.0f}",
            flush=True,
        )
    print(f"ratio: times that Typst is faster; the aim is {AIM} at least at 100 pages.")
    return len(ratios) > 1 and ratios[1] < AIM


def _evidence(pool: Any) -> bool:
    """Print what evidence takes; return whether memory grows with its size."""
    print(f"{'documents':>10}{'evidence':>12}{'s':>8}{'peak':>11}")
    peaks = []
    for size, count in [*((one, one * 2**20 // _LARGE) for one in MEGABYTES), (MANY * 1024 // 2**20, MANY)]:
        sizes = [_LARGE if size in MEGABYTES else 1024] * count
        one = pool.apply(with_evidence, (sizes,))
        peaks.append(one.peak)
        print(f"{one.count:>10,}{size:>9} MB{one.seconds:>8.2f}{one.peak:>8,.0f} MB", flush=True)
    small, large, _many = peaks
    print(f"{MEGABYTES[1]} MB of evidence over {MEGABYTES[0]} MB: {large - small:+.0f} MB at the peak.")
    return large - small > 16


if __name__ == "__main__":
    sys.exit(main())
