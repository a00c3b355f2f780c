"""Whether a locked dependency has a known vulnerability: `python -m config.advisories`, part of `make lint`.

pip-audit asks the advisory service of PyPI about every line of requirements-dev.txt, which holds those of
requirements.txt too; nothing is installed. A known vulnerability fails. What could not be asked is said, and
does not fail: the checks have to run without a network as well.
"""

import json
import subprocess
import sys
from typing import Any

from config.bootstrap import ROOT

_COMMAND = ("--requirement", "requirements-dev.txt", "--disable-pip", "--require-hashes", "--format", "json")
_QUIET = ("--progress-spinner", "off", "--timeout", "10")
_UNREACHABLE = ("Could not connect", "network may be blocking", "timed out", "ServiceError", "HTTPError")
_PATIENCE = 300  # seconds for all


def main() -> int:
    """Ask, say what was found, and return the exit status."""
    command = [sys.executable, "-m", "pip_audit", *_COMMAND, *_QUIET]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
        status, words = verdict(done.stdout, done.stderr)
    except subprocess.TimeoutExpired:
        status, words = verdict("", f"The advisory service timed out after {_PATIENCE} s.")
    sys.stderr.write(words + "\n")
    return status


def verdict(output: str, complaint: str) -> tuple[int, str]:
    """Return the exit status and what to say, from the output of pip-audit and what it complained of."""
    try:
        dependencies = json.loads(output)["dependencies"]
    except (ValueError, KeyError):
        last = (complaint.strip().splitlines() or ["pip-audit said nothing"])[-1]
        if any(sign in complaint for sign in _UNREACHABLE):
            return 0, f"Advisories: NOT CHECKED, the service does not answer ({last})"
        return 1, f"Advisories: pip-audit failed: {last}"
    found = [_said(one, advisory) for one in dependencies for advisory in one.get("vulns", ())]
    unasked = [one["name"] for one in dependencies if "skip_reason" in one]
    asked = len(dependencies) - len(unasked)
    if found:
        return 1, "\n".join([f"Advisories: {len(found)} known in the locked dependencies", *found])
    if not asked:
        return 0, f"Advisories: NOT CHECKED, the service answered for none of {len(unasked)} dependencies"
    left = f"; NOT CHECKED: {', '.join(unasked)}" if unasked else ""
    return 0, f"Advisories: none known in {asked} locked dependencies{left}"


def _said(dependency: dict[str, Any], advisory: dict[str, Any]) -> str:
    fixed = ", ".join(advisory["fix_versions"]) or "no version yet"
    return f"  {dependency['name']} {dependency['version']}: {advisory['id']} (mended by {fixed})"


if __name__ == "__main__":
    sys.exit(main())
