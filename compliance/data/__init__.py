"""Data and cybersecurity."""
