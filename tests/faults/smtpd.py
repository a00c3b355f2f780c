"""A mail server that writes down every message before it says yes, and fails as it is told.

Run as a process of its own: ``python -m tests.faults.smtpd FOLDER PORT``. The mode is read anew for each
message from ``FOLDER/smtp_mode``; the log is ``FOLDER/smtp.jsonl``, one line at a time, only appended to.
"""

import asyncio
import email
import email.policy
import json
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

MODES = ("normal", "down", "refuse_4xx", "refuse_5xx", "slow", "cut_before", "cut_after")
BEFORE_STORING, BEFORE_YES = 0.25, 0.15  # seconds, when slow
TOKEN = re.compile(r"\[(D\d+) (\d{4}-\d\d-\d\d)\]")


class Server(SMTP):
    """A connection; nothing but what the mode asks differs from aiosmtpd's."""

    def connection_made(self, transport: Any) -> None:
        """Hang up at once while the server is down."""
        super().connection_made(transport)
        if self.event_handler.mode() == "down":
            self.event_handler.met([])
            transport.abort()


class Handler:
    """Stores what is sent, and keeps the log."""

    def __init__(self, folder: Path) -> None:
        self._mode = folder / "smtp_mode"
        self._log = os.open(folder / "smtp.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def mode(self) -> str:
        """Return how to behave now."""
        return self._mode.read_text()

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or refuse for good."""
        if self.mode() == "refuse_5xx":
            self.met([address])
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Store a message, then say yes: unless the mode has it otherwise."""
        mode = self.mode()
        if mode == "refuse_4xx":
            self.met(envelope.rcpt_tos)
            return "451 4.3.0 Try again later"
        if mode == "slow":
            await asyncio.sleep(BEFORE_STORING)
        if mode in ("cut_before", "down"):
            self.met(envelope.rcpt_tos)
            return self._cut(server)
        name = self._store(envelope)
        if mode == "cut_after":
            self._write({"event": "cut", "id": name})
            return self._cut(server)
        if mode == "slow":
            await asyncio.sleep(BEFORE_YES)
        self._write({"event": "yes", "id": name})
        return "250 OK"

    def met(self, to: list[str]) -> None:
        """Note that somebody came with a message for these people, and was sent away."""
        self._write({"event": "sent away", "to": to})

    def _store(self, envelope: Envelope) -> str:
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        message = email.message_from_bytes(raw, policy=email.policy.default)
        body = message.get_body(("plain",))
        text = body.get_content() if body else ""
        name = str(message["Message-ID"]).strip()
        told = sorted(set(TOKEN.findall(text)))
        stored = {"event": "stored", "id": name, "to": envelope.rcpt_tos, "told": told}
        self._write({**stored, "sim": str(message["X-Now"]), "subject": str(message["Subject"])})
        return name

    def _write(self, line: dict[str, Any]) -> None:
        os.write(self._log, (json.dumps({**line, "at": time.time()}) + "\n").encode())

    def _cut(self, server: SMTP) -> str:
        if server.transport:
            server.transport.close()
        return "451 4.3.0 Never heard"


async def serve(folder: Path, port: int) -> None:
    """Listen on the loopback until killed."""
    handler = Handler(folder)
    listening = await asyncio.get_running_loop().create_server(
        lambda: Server(handler, hostname="localhost"), host="127.0.0.1", port=port
    )
    async with listening:
        await listening.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
