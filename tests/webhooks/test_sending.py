"""One attempt against a real receiver on this machine: what is sent, what comes back, what never hangs."""

import datetime
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from standardwebhooks import Webhook, WebhookVerificationError

from compliance.webhooks import addresses, sending, signing
from compliance.webhooks.sending import Outcome, post
from tests.webhooks.receiver import answer, read, receiver, signature

BODY = '{"type":"webhook.test","data":{"é":1}}'.encode()
SECRETS = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_" + "A" * 43 + "="]


def _signed(*secrets: str) -> dict[str, str]:
    return signing.headers("evt_1", int(time.time()), BODY, secrets)


def test_both_signatures_of_a_rotation_hold_and_no_other() -> None:
    with receiver() as found:
        assert post(found.url, _signed(*SECRETS), BODY, loopback=True).delivered
    ((headers, body),) = found.requests
    assert (headers[""], body) == ("POST /hook HTTP/1.1", BODY)
    assert (headers["host"], headers["webhook-id"]) == (f"127.0.0.1:{found.port}", "evt_1")
    assert headers["webhook-signature"].split() == [signature(one, headers, body) for one in SECRETS]
    for secret in SECRETS:
        Webhook(secret).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(signing.draw_secret()).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRETS[0]).verify(body.replace(b"1", b"2"), headers)


def test_the_signature_of_the_specification() -> None:
    """The example of the reference libraries."""
    said = signing.headers("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}', SECRETS[:1])
    assert said["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_is_long_and_drawn_anew() -> None:
    drawn = {signing.draw_secret() for _ in range(20)}
    assert len(drawn) == 20
    assert {(one[:6], len(one)) for one in drawn} == {("whsec_", 50)}


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (answer("200 OK", b"thanks"), Outcome(200, "thanks")),
        (answer("204 No Content"), Outcome(204)),
        (answer("302 Found", b"", "Location: http://169.254.169.254/"), Outcome(302, "", "HTTP 302")),
        (answer("410 Gone", b"bye"), Outcome(410, "bye", "HTTP 410")),
        (answer("429 Slow", b"", "Retry-After: 120"), Outcome(429, "", "HTTP 429", 120)),
        (answer("503 No", b"", "Retry-After: Thu, 26 Nov 2026 19:00:00 GMT"), Outcome(503, "", "HTTP 503")),
        (answer("500 Error", b"\xff\x00<b>" + b"x" * 9000), Outcome(500, "��<b>" + "x" * 495, "HTTP 500")),
        (answer("200 OK", b"\x1f\x8b\x08", "Content-Encoding: gzip"), Outcome(200, "\x1f�\x08")),
    ],
)  # fmt: skip
def test_what_comes_back(said: bytes, outcome: Outcome) -> None:
    with receiver(said) as found:
        assert post(found.url, _signed(SECRETS[0]), BODY, loopback=True) == outcome
    assert len(found.requests) == 1


@pytest.mark.parametrize(
    "said", [b"", b"\x00\xff garbage\r\n\r\n", b"HTTP/1.1 2", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200]
)
def test_garbage_is_a_failure_that_says_what_it_is(said: bytes) -> None:
    with receiver(said) as found:
        outcome = post(found.url, _signed(SECRETS[0]), BODY, loopback=True)
    assert (outcome.status, outcome.delivered) == (None, False)
    assert outcome.error


def test_a_receiver_that_never_ends_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """One says nothing; one sends a byte now and then, for which no limit of a single read ever runs out."""
    monkeypatch.setattr(sending, "TOTAL_SECONDS", 0.3)
    with receiver(None) as found:
        outcome = post(found.url, {}, BODY, loopback=True)
    assert outcome.error == "TimeoutError: no whole answer within 0 seconds"
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_drip, args=(server,), daemon=True).start()
        start = time.monotonic()
        outcome = post(f"http://127.0.0.1:{server.getsockname()[1]}/", {}, BODY, loopback=True)
    assert outcome.error == "TimeoutError: no whole answer within 0 seconds"
    assert time.monotonic() - start < 2


def _drip(server: socket.socket) -> None:
    link, _ = server.accept()
    with link:
        read(link)
        try:
            link.sendall(b"HTTP/1.1 200 OK\r\n")
            for _ in range(100):
                link.sendall(b"A")
                time.sleep(0.05)
        except OSError:
            return


def test_nothing_is_sent_where_nothing_may_go(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver() as found:
        for url in (found.url, found.url.replace("127.0.0.1", "localhost"), "http://10.0.0.1/"):
            assert not post(url, {}, BODY, loopback=False).delivered
        secure = found.url.replace("http:", "https:").replace("127.0.0.1", "hook.example")
        _lead(monkeypatch, "127.0.0.1")
        refused = "This host is not on the public internet."
        assert post(secure, {}, BODY, loopback=False) == Outcome(error=refused)
        for name, value in (("X-Evil", "a\r\nX-More: b"), ("X-Evil\r\n", "a")):
            assert post(found.url, {name: value}, BODY, loopback=True).error.startswith("ValueError")
        for url in (found.url + "\r\nX-Evil: 1", found.url + "/a b"):
            assert not post(url, {}, BODY, loopback=True).delivered
    assert found.requests == []


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with receiver() as found:
        assert post(found.url, {}, BODY, loopback=True).delivered


def _lead(monkeypatch: pytest.MonkeyPatch, *known: str) -> list[str]:
    """Let each name lead to the addresses, the next one at each question; return the names asked for."""
    asked, left = [], list(known)

    def answers(host: str, port: int, **_: Any) -> Any:
        asked.append(host)
        return [(0, 0, 0, "", (left.pop(0) if len(left) > 1 else left[0], port))]

    monkeypatch.setattr(addresses, "getaddrinfo", answers)
    return asked


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with the key and the certificate of hook.example."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "hook.example")])
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - day, now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hook.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path_factory.mktemp("tls") / "hook.pem"
    path.write_bytes(plain + built.public_bytes(pem))
    return path


@pytest.fixture
def secure(certificate: Path) -> Iterator[tuple[int, list[Any]]]:
    """Run a receiver over TLS; yield its port and what it got: the server name, then the headers."""
    seen: list[Any] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _link, name, _context: seen.append(name)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    with context.wrap_socket(server.accept()[0], server_side=True) as link:
                        seen.append(read(link)[0])
                        link.sendall(answer("200 OK"))
                except ssl.SSLError:
                    continue
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1], seen
        server.shutdown(socket.SHUT_RDWR)


def test_the_connection_goes_to_the_checked_address_under_the_name(
    secure: tuple[int, list[Any]], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that leads elsewhere when it is asked for a second time is asked once."""
    port, seen = secure
    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(sending, "_context", lambda: trusting)
    asked = _lead(monkeypatch, "127.0.0.1", "10.0.0.1")
    outcome = post(f"https://hook.example:{port}/in?key=1", {}, BODY, loopback=True)
    assert (outcome.status, asked) == (200, ["hook.example"])
    assert (seen[0], seen[1]["host"], seen[1][""]) == (
        "hook.example", f"hook.example:{port}", "POST /in?key=1 HTTP/1.1",
    )  # fmt: skip


def test_a_certificate_of_another_name_or_of_nobody_is_refused(
    secure: tuple[int, list[Any]], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, seen = secure
    _lead(monkeypatch, "127.0.0.1")
    assert "CERTIFICATE_VERIFY_FAILED" in post(f"https://hook.example:{port}/", {}, BODY, loopback=True).error
    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(sending, "_context", lambda: trusting)
    assert "Hostname mismatch" in post(f"https://other.example:{port}/", {}, BODY, loopback=True).error
    assert not [one for one in seen if isinstance(one, dict)]


def test_the_addresses_of_a_host_are_tried_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver() as found:
        place = addresses.target(found.url, loopback=True)
        two = [ip_address("127.0.0.2"), ip_address("127.0.0.1")]
        with sending._connected(two, place) as (link, _):
            assert link.getpeername()[0] == "127.0.0.1"
        with pytest.raises(OSError, match="refused"), sending._connected(two[:1], place):
            pass


def test_a_host_of_many_silent_addresses_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def silent(address: tuple[str, int], seconds: float) -> None:
        tried.append(address[0])
        passed[0] += seconds
        raise TimeoutError

    passed = [0.0]
    monkeypatch.setattr(socket, "create_connection", silent)
    monkeypatch.setattr(sending, "time", SimpleNamespace(monotonic=lambda: passed[0]))
    with pytest.raises(TimeoutError):
        sending._connect([ip_address(f"192.0.2.{n}") for n in range(100)], 443)
    assert tried == [f"192.0.2.{n}" for n in (0, 1, 2, 3, 99)]
