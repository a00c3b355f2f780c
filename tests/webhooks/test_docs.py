"""The example of the documentation verifies what is sent, and nothing else."""

import re
import time
from pathlib import Path
from typing import Any

from compliance.webhooks import signing
from compliance.webhooks.delivery import DELAYS, MANY_FAILURES, MOST_ATTEMPTS

DOCUMENT = Path(__file__).parents[2] / "docs" / "webhooks.md"


def test_the_example_verifies() -> None:
    found = re.search(r"```python\n(.*?)```", DOCUMENT.read_text(), re.S)
    assert found
    names: dict[str, Any] = {}
    exec(found[1], names)  # noqa: S102 - our own document
    verified, body = names["verified"], '{"é":1}'.encode()
    older, newer, other = signing.draw_secret(), signing.draw_secret(), signing.draw_secret()
    headers = signing.headers("evt_1", int(time.time()), body, [newer, older])
    assert [verified(one, headers, body) for one in (newer, older, other)] == [True, True, False]
    assert not verified(newer, headers, body + b" ")
    assert not verified(newer, headers | {"webhook-id": "evt_2"}, body)
    late = signing.headers("evt_1", int(time.time()) - 301, body, [newer])
    assert not verified(newer, late, body)


def test_the_numbers_are_those_of_the_code() -> None:
    said = " ".join(DOCUMENT.read_text().split())
    minutes = [one.total_seconds() / 60 for one in DELAYS]
    assert minutes == [5 / 60, 5, 30, *(60 * one for one in (2, 5, 10, 14, 20, 24))]
    assert "after 5 seconds, 5 and 30 minutes, 2, 5, 10, 14, 20 and 24 hours" in said
    assert (MOST_ATTEMPTS, MANY_FAILURES) == (10, 10)
