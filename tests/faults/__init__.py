"""Faults on purpose: real processes killed while a simulated clock runs, and an oracle that counts."""
