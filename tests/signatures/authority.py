"""A local authority: a root, certificates for seals (one has expired), and time-stamps on loopback."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml
from asn1crypto import pem, tsp
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, ServiceLabel
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

SECRET = "Un mot de passe"


def _usage(*names: str) -> dict[str, Any]:
    return {
        "id": "key_usage",
        "critical": True,
        "smart-value": {"schema": "key-usage", "params": list(names)},
    }


def _certificate(name: str, last: str, *extensions: dict[str, Any]) -> dict[str, Any]:
    valid = {"valid-from": "2020-01-01T00:00:00+0000", "valid-to": f"{last}T00:00:00+0000"}
    return {
        "subject": name, "subject-key": name, "issuer": "root", "authority-key": "root", "validity": valid,
        "extensions": list(extensions),
    }  # fmt: skip


_NAMES = ("root", "seal", "expired", "tsa")
_CA = {"id": "basic_constraints", "critical": True, "value": {"ca": True}}
_TSA = {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]}
_CONFIG = {
    "keysets": {"keys": {"path-prefix": ".", "keys": {one: {"path": f"{one}.pem"} for one in _NAMES}}},
    "pki-architectures": {
        "local": {
            "keyset": "keys",
            "entities": {one: {"country-name": "FR", "common-name": f"Local {one}"} for one in _NAMES},
            "certs": {
                "root": _certificate("root", "2090-01-01", _CA, _usage("key_cert_sign", "crl_sign")),
                "seal": _certificate("seal", "2089-01-01", _usage("digital_signature", "non_repudiation")),
                "expired": _certificate("expired", "2021-01-01", _usage("digital_signature")),
                "tsa": _certificate("tsa", "2089-01-01", _usage("digital_signature"), _TSA),
            },
            "services": {"time-stamping": {"tsa": {"signing-cert": "tsa"}}},
        }
    },
}


@dataclass
class Authority:
    """Its files in a folder, and its time-stamps; ``answers`` are given in place of the next ones."""

    folder: Path
    local: Any
    root: Any
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    asked: int = 0
    url: str = ""

    def stamped(self, request: bytes) -> tuple[int, bytes]:
        """Return the answer to a request for a time-stamp."""
        self.asked += 1
        if self.answers:
            return self.answers.pop(0)
        clock = self.local.service_registry.summon_timestamper(ServiceLabel("tsa"))
        return 200, clock.request_tsa_response(tsp.TimeStampReq.load(request)).dump()


@contextmanager
def authority(folder: Path) -> Iterator[Authority]:
    """Give a local authority, whose certificates stand in the folder."""
    for name in _NAMES:
        key = ec.generate_private_key(ec.SECP256R1())
        written = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{name}.pem").write_bytes(written)
    local = CertomancerConfig.from_yaml(yaml.safe_dump(_CONFIG), str(folder)).get_pki_arch(ArchLabel("local"))
    for name in ("seal", "expired"):
        packed = local.package_pkcs12(CertLabel(name), password=SECRET.encode())
        (folder / f"{name}.p12").write_bytes(packed)
    for name in ("root", "seal"):
        found = pem.armor("CERTIFICATE", local.get_cert(CertLabel(name)).dump())
        (folder / f"{name}.cert.pem").write_bytes(found)
    here = Authority(folder, local, local.get_cert(CertLabel("root")))

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, body = here.stamped(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if 300 <= status < 400:
                self.send_header("Location", here.url)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    here.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
