"""Uploads at the same time: bytes are kept once, versions have no gap, nothing is purged under an upload."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from compliance.audit.verify import walk
from compliance.evidence import store
from compliance.evidence.models import Blob, Document
from compliance.evidence.operations import add_version
from compliance.evidence.purging import purge
from devices.models import Device
from tests.evidence.conftest import SYSTEM, added, upload
from tests.evidence.files import PDF
from tests.facts.test_concurrency import together
from tests.portfolio import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scanner() -> Device:
    return Device.objects.create(key="scanner", name="Scanner")


def _add(device: Device, title: str) -> Callable[[], Any]:
    return lambda: added(device, title=title)


def test_the_same_file_twice_at_once_is_kept_once(scanner: Device) -> None:
    assert together(*[_add(scanner, f"Title {n}") for n in range(6)]) == [""] * 6
    assert Document.objects.count() == 6
    assert Blob.objects.count() == 1
    assert store.path_of(Blob.objects.get().sha256).read_bytes() == PDF


def test_a_form_sent_twice_makes_one_document(scanner: Device) -> None:
    assert sorted(together(*[_add(scanner, "Same") for _ in range(4)])) == ["", *["duplicate"] * 3]
    assert Document.objects.count() == 1


def test_versions_at_once_are_numbered_without_a_gap(scanner: Device) -> None:
    document = added(scanner).document

    def version(n: int) -> Callable[[], Any]:
        content = PDF.replace(b"9", str(n + 10).encode())
        return lambda: add_version(actor=SYSTEM, document=document, upload=upload(content), at=NOW)

    assert together(*map(version, range(6))) == [""] * 6
    assert sorted(document.versions.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6, 7]
    assert all(one.fault is None for one in walk())


def test_a_purge_never_takes_a_file_that_is_being_uploaded(scanner: Device) -> None:
    def delete() -> None:
        for _ in range(5):
            purge(at=NOW, keep_removed=timedelta(0), dry_run=False)

    assert together(*[_add(scanner, f"Title {n}") for n in range(3)], delete, delete) == [""] * 5
    assert store.path_of(Blob.objects.get(purged_at=None).sha256).read_bytes() == PDF
