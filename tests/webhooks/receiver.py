"""A receiver of webhooks on this machine: it answers as told and keeps what it got."""

import base64
import hashlib
import hmac
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import takewhile

Answer = bytes | None  # None: never any


@dataclass
class Receiver:
    """What it answers, one after the other (the last one again and again), and the requests that came."""

    answers: list[Answer]
    port: int = 0
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.requests]


def answer(status: str, body: bytes = b"", *headers: str) -> bytes:
    """Return an answer, as it stands on the wire."""
    head = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return "\r\n".join(head).encode() + body


@contextmanager
def receiver(*answers: Answer) -> Iterator[Receiver]:
    """Run a receiver until the end of the block."""
    found = Receiver(list(answers) or [answer("200 OK", b"thanks")])
    with socket.create_server(("127.0.0.1", 0)) as server:
        found.port = server.getsockname()[1]
        thread = threading.Thread(target=_serve, args=(server, found), daemon=True)
        thread.start()
        try:
            yield found
        finally:
            found.stopped.set()
            with socket.create_connection(("127.0.0.1", found.port)):
                thread.join(5)


def _serve(server: socket.socket, found: Receiver) -> None:
    while True:
        link, _ = server.accept()
        with link:
            if found.stopped.is_set():
                return
            with suppress(IndexError):  # nothing came
                found.requests.append(read(link))
            said = found.answers.pop(0) if len(found.answers) > 1 else found.answers[0]
            if said is None:
                found.stopped.wait(10)
            else:
                link.sendall(said)


def read(link: socket.socket) -> tuple[dict[str, str], bytes]:
    """Return the headers (small letters; "" is the request line) and the body of a request."""
    stream = link.makefile("rb")
    lines = [line.decode().strip() for line in takewhile(lambda line: line != b"\r\n", stream)]
    headers = {"": lines[0], **{k.lower(): v for k, v in (one.split(": ", 1) for one in lines[1:])}}
    return headers, stream.read(int(headers["content-length"]))


def signature(secret: str, headers: dict[str, str], body: bytes) -> str:
    """Return the signature that a request must carry: computed here from the specification alone."""
    signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    mac = hmac.new(base64.b64decode(secret[len("whsec_") :]), signed, hashlib.sha256)
    return "v1," + base64.b64encode(mac.digest()).decode()
