"""A recorded portfolio with its people, and documents as they upload them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.utils.translation import override

from compliance.audit.actors import Actor
from compliance.evidence.models import DocumentVersion
from compliance.evidence.operations import Upload, add_document
from devices.models import Device
from tests import portfolio
from tests.evidence.files import PDF, PNG, pieces
from tests.portfolio import NOW

SYSTEM = Actor.system("test")
DETAILS = {"kind": "certificate", "title": "EU certificate", "language": "fr", "published": False}


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False), override("en"):
        yield


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "files")


@pytest.fixture
def device(db: None) -> Device:
    portfolio.record()
    return portfolio.device()


def upload(content: bytes = PDF, name: str = "certificate.pdf") -> Upload:
    return Upload(name, pieces(content))


def added(device: Device, content: bytes = PDF, *, actor: Actor = SYSTEM, **details: Any) -> DocumentVersion:
    """Return the first version of a document just added."""
    said, name = {**DETAILS, **details}, "a.png" if content == PNG else "certificate.pdf"
    return add_document(actor=actor, device=device, details=said, upload=upload(content, name), at=NOW)
