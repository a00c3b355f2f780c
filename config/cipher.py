"""Secrets that must be read again: kept encrypted, under the key of the installation."""

import base64

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


def encrypted(text: str, purpose: str) -> str:
    """Return a secret as it is kept. What one purpose encrypts, no other reads."""
    return _cipher(purpose).encrypt(text.encode()).decode()


def decrypted(kept: str, purpose: str) -> str:
    """Return the secret itself. Raises InvalidToken where no key of the installation reads it."""
    return _cipher(purpose).decrypt(kept.encode()).decode()


def _cipher(purpose: str) -> MultiFernet:
    """Return the cipher: past keys of the installation still read."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    keys = (salted_hmac(purpose, "", one, algorithm="sha256").digest() for one in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
