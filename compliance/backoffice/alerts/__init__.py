"""Notices, acknowledgements, and how alerts are to come."""
