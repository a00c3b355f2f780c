"""Notices, acknowledgements, how alerts are to come, and whether the alerting works."""
