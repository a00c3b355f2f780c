"""What a dossier takes: pages beside the same content in WeasyPrint, and memory over the evidence.

Each measure has a process of its own, so that its peak of memory is its own. Typst uses every core and
WeasyPrint one: beside the time of the clock stands that of the processor, all threads together. Of Typst,
which takes seconds, the middle of three measures counts; of WeasyPrint, which takes minutes, its only one.
WeasyPrint takes part in no dossier and is not among the requirements: it brings Brotli, with which each
start of the demonstration would compress each static file for a minute. Where it (pip install weasyprint) or
Pango (Debian: libpango-1.0-0, libpangoft2-1.0-0) is missing, its columns are left out.
"""

import gc
import io
import logging
import os
import platform
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import django

ON = date(2026, 11, 22)
AIM = 30  # times faster at 100 pages
ROWS = (30, 500, 5_550)  # facts and, up to a thousand each, documents and events: some 10, 100 and 500 pages
MEGABYTES = (10, 500)
MANY = 5_000  # documents
_LARGE = 10 * 2**20  # bytes of a file
_PER_MB = 2**20 if sys.platform == "darwin" else 2**10
_NOTE = "Lu sur le certificat remis par l'organisme notifié, puis comparé à la copie du registre. "


@dataclass(frozen=True, slots=True)
class Measure:
    """What a process took: pages or files, seconds of the clock and of the processor, megabytes at most."""

    count: int
    clock: float
    processor: float
    peak: float


def _measured(count: int, since: tuple[float, float]) -> Measure:
    """Return the measure of what began at the times of ``_begin``."""
    clock, processor = (now - then for now, then in zip(_now(), since, strict=True))
    return Measure(count, clock, processor, getrusage(RUSAGE_SELF).ru_maxrss / _PER_MB)


def _begin() -> tuple[float, float]:
    """Return the time, once what was made before is tidied up: a whole collection would count as work."""
    gc.collect()
    return _now()


def _now() -> tuple[float, float]:
    return perf_counter(), process_time()


def typst_pages(rows: int) -> Measure:
    """Return what the PDF of a dossier takes."""
    from compliance.dossiers import document

    sheet, attached = _sheet(rows)
    start = _begin()
    pages = document.pdf(sheet, attached, on=ON)
    taken = _measured(0, start)
    return replace(taken, count=_pages(pages))


def weasyprint_pages(rows: int) -> Measure | None:
    """Return what the same content takes as HTML in WeasyPrint, for PDF/UA as well; None where it is not
    installed, or Pango is not.
    """
    from bench.dossier_page import html

    try:
        from weasyprint import HTML
    except (ImportError, OSError):
        return None
    logging.disable(logging.INFO)
    sheet, _attached = _sheet(rows)
    start = _begin()
    pages = HTML(string=html(sheet)).write_pdf(pdf_variant="pdf/ua-1")
    taken = _measured(0, start)
    return replace(taken, count=_pages(pages))


def with_evidence(sizes: list[int]) -> Measure:
    """Return what a whole dossier takes that has a document of each of these sizes (bytes)."""
    from django.conf import settings

    from compliance.dossiers import evidence
    from compliance.dossiers.making import Record, make
    from compliance.evidence import store

    with TemporaryDirectory() as name, Path(name, "dossier.zip").open("w+b") as output:
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
        start = _begin()
        files = evidence.files(listed)
        make(Record(facts, ON, answer, law, _excerpt(0), listed, files), "fr", output=output)
        return _measured(len(sizes), start)


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
        excerpt = _excerpt(min(rows, 1000))
        return sheet(facts, data, excerpt, {"dossier.json": attached}, attached), attached


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


def _setup() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()


def main() -> int:
    """Print the measures; return 1 where the ratio at 100 pages misses the aim or memory is not flat."""
    print(f"Dossiers, Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores")
    with get_context("spawn").Pool(1, _setup, maxtasksperchild=1) as pool:
        missed = _compared(pool)
        return int(_evidence(pool) or missed)


def _compared(pool: Any) -> bool:
    """Print the pages beside those of WeasyPrint; return whether the aim is missed."""
    head = f"{'pages':>7}{'clock':>10}{'processor':>11}{'peak':>11}"
    print(f"{'Typst':<39}WeasyPrint", f"{head}{head}{'ratio':>8}", sep="\n")
    ratios: list[float] = []
    for rows in ROWS:
        measures = [pool.apply(typst_pages, (rows,)) for _ in range(3)]
        ours = sorted(measures, key=lambda one: one.clock)[1]
        print(_line(ours), end="", flush=True)
        if (theirs := pool.apply(weasyprint_pages, (rows,))) is None:
            print("  needs weasyprint, libpango-1.0-0 and libpangoft2-1.0-0: left out")
            continue
        ratios.append(theirs.clock / ours.clock)
        print(f"{_line(theirs)}{ratios[-1]:>8.0f}", flush=True)
    print(f"ratio: times that Typst is faster by the clock; the aim is {AIM} at least at 100 pages.")
    return len(ratios) > 1 and ratios[1] < AIM


def _line(one: Measure) -> str:
    return f"{one.count:>7,}{one.clock:>8.2f} s{one.processor:>9.2f} s{one.peak:>8,.0f} MB"


def _evidence(pool: Any) -> bool:
    """Print what evidence takes; return whether memory grows with its size."""
    print(f"{'files':>7}{'clock':>10}{'processor':>11}{'peak':>11}{'evidence':>12}")
    peaks: list[float] = []
    for count, size in [*((one * 2**20 // _LARGE, _LARGE) for one in MEGABYTES), (MANY, 1024)]:
        one = pool.apply(with_evidence, ([size] * count,))
        peaks.append(one.peak)
        print(f"{_line(one)}{count * size // 2**20:>9} MB", flush=True)
    small, large, _many = peaks
    print(f"{MEGABYTES[1]} MB of evidence over {MEGABYTES[0]} MB: {large - small:+.0f} MB at the peak.")
    return bool(large - small > 16)


if __name__ == "__main__":
    sys.exit(main())
