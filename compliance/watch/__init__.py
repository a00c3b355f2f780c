"""Proof of life: whether the alerting runs, said to monitors, to people, and to whoever opens a page."""
