"""The folder of public data beside the repository, for tests that run over whole registers."""

import csv
import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("JALON_SHARED", REPOSITORY.parent / "shared"))


def data_file(path: str) -> Path:
    """Return a file of the public data; skip the test where the folder is absent."""
    found = SHARED / "data" / path
    if not found.exists():
        pytest.skip(f"the public data is not here: {path} not found (JALON_SHARED names its folder)")
    return found


def rows(path: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file of the public data."""
    with data_file(path).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
