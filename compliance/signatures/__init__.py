"""Signatures of dossiers: by people, after logging in again, and by the certificate of the installation."""
