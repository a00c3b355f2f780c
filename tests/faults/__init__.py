"""Faults on purpose: real processes killed and cut while a simulated clock runs, and an oracle that counts."""
