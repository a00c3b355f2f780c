"""Made-up changes of the law, as documents."""

from typing import Any

import yaml

CITATION = {"text": "AI Act", "article": "Art. 113(c)(ii)", "source": "Made up for a test"}


def value(day: str = "2029-01-01", **fields: Any) -> dict[str, Any]:
    """Return a value that governs since the day before the tests' today."""
    return {"value": day, "applies": "2026-11-21", "citation": CITATION, "certainty": "quoted", **fields}


def document(**fields: Any) -> str:
    """Return a text that puts off the high-risk duties of the Annex I route to 1 January 2029."""
    body = {
        "format": "jalon-amendment/1",
        "key": "second-omnibus",
        "title": {"fr": "Second omnibus", "en": "Second omnibus"},
        "status": "adopted",
        "published": "2026-11-20",
        "reference": "Regulation (EU) 2026/9999, made up",
        "rules": {"aia.high_risk_annex_i": {"values": [value()]}},
    }
    return yaml.safe_dump({**body, **fields}, allow_unicode=True, sort_keys=False)
