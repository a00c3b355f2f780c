"""Lines of the log without the secrets that addresses, headers and errors may carry."""

import logging
import re

_HIDDEN = "…"
_SECRETS = (
    re.compile(r"(?<=/invitations/)[^/\s]+"),  # Django logs the address of what it refuses
    re.compile(r"(?<=/feeds/)[^/\s]+"),
    re.compile(r"(?<=/password/new/)[^/\s]+"),
    re.compile(r"(?i)(?<=\bbearer )[^\s'\",]+|(?<=\bbasic )[^\s'\",]+"),
    re.compile(r"(?<=\bjln_)[\w-]+"),
    re.compile(r"(?<=\bwhsec_)[\w+/=]+"),
    re.compile(r"(?<=://)[^/@\s]*:[^/@\s]*(?=@)"),  # name and password in the address of a server
)


class Line(logging.Formatter):
    """A line, its traceback included: what is hidden here is hidden wherever it was written."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the words of a record."""
        words = super().format(record)
        for secret in _SECRETS:
            words = secret.sub(_HIDDEN, words)
        return words
