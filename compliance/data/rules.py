"""Rules of data and cybersecurity: deadlines and findings beside the tracks; no status of their own."""

from compliance.data import access_rules, gdpr_rules, incident_rules, profile_rules
from compliance.law.context import Context


def assess(ctx: Context) -> None:
    """Put the deadlines and findings on personal data, security incidents, health data and products."""
    gdpr_rules.put_all(ctx)
    incident_rules.put_all(ctx)
    access_rules.put_all(ctx)
    profile_rules.put_all(ctx)
