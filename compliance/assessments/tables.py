"""The decision tables of all tracks, and what they answer as JSON values."""

from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import date
from typing import Any

from compliance.ai_act.tier_table import AI_ACT
from compliance.assessments.change_table import VERSION_CHANGE
from compliance.ce_marking.classification_table import CONFORMITY, RULE11
from compliance.law.decisions import Question, Table
from compliance.listing.doors import COVERAGE_DOORS

_ALL: tuple[Table[Any], ...] = (RULE11, CONFORMITY, AI_ACT, COVERAGE_DOORS, VERSION_CHANGE)
TABLES: Mapping[str, Table[Any]] = {one.key: one for one in _ALL}


def plain(value: Any) -> Any:
    """Return an answer as JSON values."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def choices(question: Question) -> tuple[str, ...]:
    """Return the answers that a question allows, as codes."""
    return question.choices or ("yes", "no")
