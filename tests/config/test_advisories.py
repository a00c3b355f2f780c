"""What `make lint` makes of the answers of pip-audit; no network is asked."""

import json
from typing import Any

import pytest

from config.advisories import verdict

FINE = {"name": "django", "version": "5.2.9", "vulns": []}
UNKNOWN = {"name": "ours", "skip_reason": "Dependency not found on PyPI and could not be audited: ours (1)"}
WEAK = {
    "name": "pillow",
    "version": "1.0",
    "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["1.1"]}, {"id": "GHSA-x", "fix_versions": []}],
}


def _verdict(*dependencies: Any, complaint: str = "") -> tuple[int, str]:
    return verdict(json.dumps({"dependencies": dependencies, "fixes": []}), complaint)


def test_nothing_known_passes() -> None:
    assert _verdict(FINE) == (0, "Advisories: none known in 1 locked dependencies")


def test_a_known_vulnerability_fails_and_says_what_mends_it() -> None:
    status, words = _verdict(FINE, UNKNOWN, WEAK, complaint="Found 2 known vulnerabilities in 1 package")
    assert status == 1
    assert words.splitlines() == [
        "Advisories: 2 known in the locked dependencies",
        "  pillow 1.0: PYSEC-2026-1 (mended by 1.1)",
        "  pillow 1.0: GHSA-x (mended by no version yet)",
    ]


def test_what_was_not_asked_is_never_called_fine() -> None:
    status, words = _verdict(FINE, UNKNOWN, complaint="No known vulnerabilities found")
    assert (status, words) == (0, "Advisories: none known in 1 locked dependencies; NOT CHECKED: ours")
    status, words = _verdict(UNKNOWN, complaint="No known vulnerabilities found")
    assert (status, words) == (0, "Advisories: NOT CHECKED, the service answered for none of 1 dependencies")


@pytest.mark.parametrize(
    "complaint",
    [
        "ERROR:pip_audit._cli:Could not connect to PyPI's vulnerability feed\n"
        "ERROR:pip_audit._cli:Tip: your network may be blocking this service.",
        "requests.exceptions.ReadTimeout: HTTPSConnectionPool: Read timed out. (read timeout=10)",
        "pip_audit._service.interface.ServiceError: 503 Server Error",
    ],
)
def test_a_service_that_does_not_answer_is_said_and_passes(complaint: str) -> None:
    status, words = verdict("", complaint)
    assert status == 0
    assert words.startswith("Advisories: NOT CHECKED, the service does not answer")


@pytest.mark.parametrize(
    ("output", "complaint"),
    [
        ("", "ERROR: requirements-dev.txt: requirement django is missing a hash"),
        ("", "No module named pip_audit"),
        ("not json", ""),
        ("{}", "No known vulnerabilities found"),
    ],
)
def test_any_other_failure_fails(output: str, complaint: str) -> None:
    assert verdict(output, complaint)[0] == 1
