"""A short run of real processes under faults. The long one is ``make soak`` (docs/alerts-under-faults.md)."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).parents[2]


@pytest.mark.faults
@pytest.mark.django_db
def test_nothing_is_lost_doubled_or_told_in_vain() -> None:
    named = connection.settings_dict
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.faults", "--days", "15", "--faults", "19", "--seed", "7"),
            *("--template", f"host={named['HOST']} user={named['USER']} dbname={named['NAME']}"),
        ],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "violations         none" in done.stdout
