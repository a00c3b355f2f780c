"""One attempt: a POST to an address that was just resolved and checked, and to no other.

The connection goes to the address that was checked, under the name of the host (certificate, SNI, Host): a
name that leads elsewhere a moment later changes nothing. No redirect is followed, no proxy is asked.
"""

import contextlib
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import TypeVar

from compliance.webhooks.addresses import Address, RefusedError, Target, resolve, target

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
KEPT_BYTES = 500
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt: the status and the first bytes of the answer, or an error.

    ``retry_after`` is how many seconds the receiver asks to be left alone.
    """

    status: int | None = None
    answer: str = ""
    error: str = ""
    retry_after: int = 0

    @property
    def delivered(self) -> bool:
        """Return whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300


def post(url: str, headers: Mapping[str, str], body: bytes, *, loopback: bool) -> Outcome:
    """Send the body once and return what came of it; whatever goes wrong is an outcome, too."""
    try:
        return exchange(url, headers, body, loopback=loopback, read=_read)
    except RefusedError as refusal:
        return Outcome(error=str(refusal))
    except Exception as error:  # of whatever kind: it keeps no other delivery waiting
        return Outcome(error=f"{type(error).__name__}: {error}"[:300])


def exchange(
    url: str, headers: Mapping[str, str], body: bytes, *, loopback: bool, read: Callable[[HTTPResponse], T]
) -> T:
    """Send the body once and return what ``read`` makes of the answer. Raises RefusedError and others."""
    place = target(url, loopback=loopback)
    with _connected(resolve(place, loopback=loopback), place) as (link, over):
        connection = (HTTPSConnection if place.secure else HTTPConnection)(place.host, place.port)
        connection.sock = link
        connection.request("POST", place.path, body, dict(headers))
        answer = connection.getresponse()
        if over.is_set():  # cut off: what came may look like an answer
            raise TimeoutError
        return read(answer)


@contextlib.contextmanager
def _connected(addresses: list[Address], place: Target) -> Iterator[tuple[socket.socket, threading.Event]]:
    """Yield a connection to one of the addresses, over TLS where asked, and whether it was cut meanwhile.

    It is cut after TOTAL_SECONDS. A receiver that sends a byte now and then never runs into the limit of one
    read: so the connection is cut from outside.
    """
    plain = _connect(addresses, place.port)
    plain.settimeout(TOTAL_SECONDS)
    cut, over = plain.dup(), threading.Event()
    timer = threading.Timer(TOTAL_SECONDS, _cut, [cut, over])
    timer.start()
    try:
        with _context().wrap_socket(plain, server_hostname=place.host) if place.secure else plain as link:
            yield link, over
    except (OSError, HTTPException) as error:
        # The limit of one read is as long: whichever of the two ends first, the receiver was too slow.
        if not over.is_set() and not isinstance(error, TimeoutError):
            raise
        raise TimeoutError(f"no whole answer within {TOTAL_SECONDS:.0f} seconds") from None
    finally:
        timer.cancel()
        plain.close()
        cut.close()


def _connect(addresses: list[Address], port: int) -> socket.socket:
    """Return a connection to the first address that takes one. Raises OSError.

    A host may name many that do not answer: after TOTAL_SECONDS only the last one is tried.
    """
    *others, last = addresses
    end = time.monotonic() + TOTAL_SECONDS
    for one in others:
        with contextlib.suppress(OSError):
            return socket.create_connection((str(one), port), CONNECT_SECONDS)
        if time.monotonic() > end:
            break
    return socket.create_connection((str(last), port), CONNECT_SECONDS)


def _cut(connection: socket.socket, over: threading.Event) -> None:
    over.set()
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


@cache
def _context() -> ssl.SSLContext:
    return ssl.create_default_context()


def _read(answer: HTTPResponse) -> Outcome:
    """Return the outcome of an answer. Its status counts, even where no body follows."""
    first = b""
    with contextlib.suppress(OSError, HTTPException, ValueError):
        first = answer.read1(KEPT_BYTES)
    after = answer.headers.get("Retry-After", "")
    return Outcome(
        status=answer.status,
        answer=first[:KEPT_BYTES].decode(errors="replace").replace("\0", "\ufffd"),
        error="" if 200 <= answer.status < 300 else f"HTTP {answer.status}",
        retry_after=int(after) if re.fullmatch(r"[0-9]{1,6}", after) else 0,
    )
