"""Facts of the CE marking as rows."""

from compliance.ce_marking.models.conformity import (
    Audit,
    Certificate,
    Classification,
    Declaration,
    Interruption,
    NotifiedBodyApplication,
    Rule11Answers,
)
from compliance.ce_marking.models.surveillance import (
    ActorRegistration,
    FieldAction,
    Incident,
    LegacyDevice,
    MarketPresence,
    Report,
    SupplyInterruption,
    Trend,
)

__all__ = [
    "ActorRegistration",
    "Audit",
    "Certificate",
    "Classification",
    "Declaration",
    "FieldAction",
    "Incident",
    "Interruption",
    "LegacyDevice",
    "MarketPresence",
    "NotifiedBodyApplication",
    "Report",
    "Rule11Answers",
    "SupplyInterruption",
    "Trend",
]
