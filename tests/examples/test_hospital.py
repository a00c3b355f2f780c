"""The example of the documentation, run as a hospital would run it, against a server."""

import subprocess
import sys
from pathlib import Path

import pytest
import time_machine
from pytest_django.live_server_helper import LiveServer

from tests import portfolio

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "hospital.py"


@pytest.mark.django_db(transaction=True)
def test_the_example_reads_where_a_device_stands(live_server: LiveServer) -> None:
    with time_machine.travel(portfolio.NOW, tick=False):
        key = portfolio.with_people().keys["buyer"]
        asked = ["(01)04250802900152(21)A1", "0000001", "zebra"]
        done = subprocess.run(
            [sys.executable, EXAMPLE, live_server.url, key, *asked],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        refused = subprocess.run(
            [sys.executable, EXAMPLE, live_server.url, "jln_abcdefgh_guess", "1140921"],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "Écho Scan One: sale yes, covered yes"
    assert lines[1] == "  lppr 1140921 until 2027-06-30"
    assert any(one.startswith("  ends 2027-06-30: ") for one in lines)
    assert "  last verified: unknown" in lines
    assert "0000001: not_found" in lines
    assert any(one.startswith("zebra: wrong ") for one in lines)
    assert lines[-1] == "1 devices in the feed"
    assert refused.returncode == 1
    assert "RuntimeError: 401: These credentials are not valid." in refused.stderr
