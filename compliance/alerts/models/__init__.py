"""The ledger of alerts, the letters that carry them, and how people and organisations want to be told."""

from compliance.alerts.models.ledger import Alert, AlertReason, AlertState, Channel, Letter, LetterState
from compliance.alerts.models.wishes import Digest, Leave, Preference, Thresholds

__all__ = [
    "Alert",
    "AlertReason",
    "AlertState",
    "Channel",
    "Digest",
    "Leave",
    "Letter",
    "LetterState",
    "Preference",
    "Thresholds",
]
