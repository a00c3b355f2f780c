"""Where a webhook may go: to public addresses only, so that nobody reaches a network of ours through us."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from socket import SOCK_STREAM, getaddrinfo
from urllib.parse import urlsplit

from compliance.law.text import gettext_noop

LONGEST = 500
Address = IPv4Address | IPv6Address
# No control character, no space, nothing that is not ASCII: what follows is then one line of a request.
_PLAIN = re.compile(r"[!-~]+")
_GLOBAL_UNICAST = ip_network("2000::/3")
# Public by their form, yet not the internet: other protocols' and translators' addresses, and the service
# that answers every machine of a large host with its secrets.
_ALSO_REFUSED = tuple(
    map(
        ip_network,
        ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "2001::/23", "2002::/16", "3fff::/20"),
    )
)


class RefusedError(Exception):
    """An address that nothing is sent to; the message is an English message id."""


@dataclass(frozen=True, slots=True)
class Target:
    """The parts of an address that a request needs. ``path`` holds the query, too."""

    secure: bool
    host: str
    port: int
    path: str


def target(url: str, *, loopback: bool) -> Target:
    """Return the parts of an address. Raises RefusedError for another form, or HTTP without ``loopback``."""
    if len(url) > LONGEST or not _PLAIN.fullmatch(url):
        raise RefusedError(
            gettext_noop("Write the address without spaces or accents, in 500 characters at most.")
        )
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in {"https", "http"} or "\\" in url:
        raise RefusedError(gettext_noop("Write a whole address: https://host/path."))
    if parts.scheme == "http" and not loopback:
        raise RefusedError(gettext_noop("Write an address that starts with https://."))
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise RefusedError(gettext_noop("Leave out names, passwords and what follows a #."))
    secure = parts.scheme == "https"
    query = f"?{parts.query}" if parts.query else ""
    return Target(secure, host, port or (443 if secure else 80), (parts.path or "/") + query)


def resolve(place: Target, *, loopback: bool) -> list[Address]:
    """Return the addresses of the host, all of them permitted. Raises RefusedError where one is not.

    ``loopback`` permits this machine itself; plain HTTP goes nowhere else.
    """
    try:
        found = getaddrinfo(place.host, place.port, type=SOCK_STREAM)
        addresses = list(dict.fromkeys(ip_address(str(one[4][0]).partition("%")[0]) for one in found))
    except (OSError, ValueError):  # UnicodeError is a ValueError
        raise RefusedError(gettext_noop("No address is known for this host.")) from None
    if not place.secure and not all(one.is_loopback for one in addresses):
        raise RefusedError(gettext_noop("Write an address that starts with https://."))
    if not addresses or not all(is_public(one) or (loopback and one.is_loopback) for one in addresses):
        raise RefusedError(gettext_noop("This host is not on the public internet."))
    return addresses


def is_public(address: Address) -> bool:
    """Return whether an address is one of the internet, and neither a private nor a special one."""
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False  # mapped and translated IPv4 too: a public host has its IPv4 address as such
    special = address.is_multicast or any(
        address in one for one in _ALSO_REFUSED if one.version == address.version
    )
    return address.is_global and not special
