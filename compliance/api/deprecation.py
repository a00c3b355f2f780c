"""An address that will go says so in each answer before it does (RFC 9745, RFC 8594)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.http import http_date


@dataclass(frozen=True, slots=True)
class Deprecated:
    """Since when an address is deprecated, when it goes, and the page that says what takes its place."""

    since: datetime
    sunset: datetime
    page: str

    def headers(self) -> Mapping[str, str]:
        """Return the header fields, the dates as RFC 9745, section 2.1, and RFC 8594 write them."""
        return {
            "Deprecation": f"@{int(self.since.timestamp())}",
            "Sunset": http_date(self.sunset.timestamp()),
            "Link": f'<{self.page}>; rel="deprecation"; type="text/html"',
        }
