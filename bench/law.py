"""How many assessments a second one core makes, and how much memory they take.

The floor beside it is the parsing of the same facts from JSON, in the same run: the ratio of the two does
not depend on the machine, as the absolute figures do. Both are times of the processor, so that other work
on the machine counts little. The devices are a stream: memory must not grow with their number.
"""

import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from multiprocessing import get_context
from resource import RUSAGE_SELF, getrusage
from time import process_time

from bench.grow import grown
from compliance.assessments.assess import assess
from compliance.law.facts import FactsFile
from compliance.law.parameters import current_law

SIZES = (10, 1_000, 100_000)
ON = date(2026, 11, 22)
AIM = 10
_BATCH = 200  # as in the nightly work
_LEAST = 2_000  # devices timed: a small portfolio is gone through again and again
_PER_MB = 2**20 if sys.platform == "darwin" else 2**10


@dataclass(frozen=True, slots=True)
class Measure:
    """What a portfolio took: seconds to parse and to assess one device, megabytes at the highest point."""

    devices: int
    parsing: float
    assessing: float
    peak: float


def measure(size: int) -> Measure:
    """Return what a portfolio of a size takes, in this process.

    Each parsed file is dropped at once: that is when parsing is fastest, so the floor is as low as it gets.
    """
    law = current_law()
    rounds = max(1, _LEAST // size)
    parsing = assessing = 0.0
    for _ in range(rounds):
        for texts in _batches(grown(size)):
            start = process_time()
            for text in texts:
                FactsFile.model_validate_json(text)
            parsing += process_time() - start
            files = [FactsFile.model_validate_json(text) for text in texts]
            start = process_time()
            for one in files:
                assess(one.devices[0], one.organisations, law, on=ON, known_on=ON)
            assessing += process_time() - start
    peak = getrusage(RUSAGE_SELF).ru_maxrss / _PER_MB
    return Measure(size, parsing / size / rounds, assessing / size / rounds, peak)


def _batches(texts: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(texts, _BATCH)):
        yield batch


def main() -> None:
    """Print a line for each size, each measured in a process of its own so that its peak is its own."""
    print(
        f"Assessment of grown portfolios, one core, Python {platform.python_version()}, {platform.machine()}"
    )
    print(f"{'devices':>9}{'parse':>11}{'assess':>11}{'ratio':>8}{'a second':>11}{'peak':>11}")
    with get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for one in pool.imap(measure, SIZES):
            print(
                f"{one.devices:>9,}{one.parsing * 1e6:>8,.0f} µs{one.assessing * 1e6:>8,.0f} µs"
                f"{one.assessing / one.parsing:>8.1f}{1 / one.assessing:>11,.0f}{one.peak:>8,.0f} MB",
                flush=True,
            )
    print(f"ratio: assessment to parsing of the same facts from JSON, the floor; the aim is {AIM} at most.")


if __name__ == "__main__":
    main()
