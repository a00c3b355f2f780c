"""The commands: clear messages, exit codes, an exact round trip, and no traceback whatever the file."""

import json
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.translation import override

from compliance.audit.models import AuditEvent
from compliance.cnedimts.models import Application
from compliance.facts.files import read_file
from devices import wall
from devices.models import Device, Organisation
from tests.facts.conftest import PORTFOLIO

pytestmark = pytest.mark.django_db
Write = Callable[[bytes], Path]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a file and returns its path."""

    def write(content: bytes) -> Path:
        path = tmp_path / "facts.yaml"
        path.write_bytes(content)
        return path

    return write


def run(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments: str) -> tuple[str, str]:
    """Return what a refused import writes to standard error, and its last word."""
    err = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("import_portfolio", *arguments, stderr=err)
    assert error.value.returncode == 1
    return err.getvalue(), str(error.value)


def test_the_round_trip_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    for path in sorted(PORTFOLIO.glob("*.yaml")):
        run("import_portfolio", str(path))
    run("export_portfolio", "--output", str(first))
    forget_everything()
    run("import_portfolio", str(first))
    run("export_portfolio", "--output", str(second))
    assert first.read_bytes() == second.read_bytes()
    assert first.stat().st_size > 50_000
    assert run("export_portfolio") == first.read_text(encoding="utf-8")
    assert "recorded: 0, amended: 0, retracted: 0" in run("import_portfolio", str(first))


def forget_everything() -> None:
    with wall.as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM audit_auditevent")
    Device.objects.all().delete()
    Organisation.objects.all().delete()


def test_one_device_is_exported_with_what_it_names(write: Write, tmp_path: Path) -> None:
    run("import_portfolio", str(PORTFOLIO / "real_devices.yaml"))
    device = Device.objects.exclude(manufacturer=None).order_by("key")[0]
    path = tmp_path / "one.yaml"
    run("export_portfolio", "--device", device.key, "--output", str(path))
    file = read_file(path)
    assert [one.key for one in file.devices] == [device.key]
    assert device.manufacturer
    assert device.manufacturer.key in {one.key for one in file.organisations}
    assert 0 < len(file.sources) < 40


def test_an_unknown_device_is_named() -> None:
    with pytest.raises(CommandError, match=r"No device has the key nothing\."):
        run("export_portfolio", "--device", "nothing")


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        run("export_portfolio", "--output", str(tmp_path / "none" / "facts.yaml"))


def test_import_says_what_it_did(write: Write) -> None:
    path = write(b"format: jalon-facts/1\ndevices:\n  - key: a\n    name: A\n")
    read, done = (
        "Read: 1 devices, 0 organisations, 0 sources.",
        "Entries recorded: 1, amended: 0, retracted: 0.",
    )
    assert run("import_portfolio", str(path), "--dry-run").splitlines() == [
        f"{read} {done}",
        "Dry run: nothing was written.",
    ]
    assert not Device.objects.exists()
    assert run("import_portfolio", str(path)).splitlines() == [f"{read} {done}"]
    assert AuditEvent.objects.get().actor_label == "import_portfolio"


def test_the_owner_option(write: Write, maker: Organisation) -> None:
    path = write(b"format: jalon-facts/1\ndevices:\n  - key: a\n    name: A\n")
    run("import_portfolio", str(path), "--owner", "maker")
    assert Device.objects.get().owner == maker


def test_errors_are_listed_with_their_places(write: Write) -> None:
    path = write(b"format: jalon-facts/1\ndevices:\n  - key: a\n    name: A\n    emdn: 3\n    x: 1\n")
    listed, last = refused(str(path))
    assert listed.splitlines() == [
        "devices[0].emdn (a, line 5): Text is expected: put the value between quotes.",
        "devices[0].x (a, line 6): The form has no field of this name.",
    ]
    assert last == "2 errors: nothing was written."


BOMB = b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"\xff\xfe\x00", "The file is not UTF-8 text: save it as UTF-8."),
        (b"a: \x00", "The file holds control characters: it is not YAML text."),
        (BOMB, "Line 2 uses an alias (*): write the value out."),
        (b"[" * 40 + b"]" * 40, "The file nests more than 30 levels."),
        (b"- a\n- b\n", "A facts file starts with the fields format, sources, organisations, devices."),
        (b"text", "A facts file starts with the fields format, sources, organisations, devices."),
        (b"a: [", "This is not YAML: the error shows at line 2, column 1."),
        (b"x" * 33_000_000, "The file is larger than 32 MB: split it."),
    ],
    ids=["empty", "encoding", "nul", "bomb", "depth", "list", "text", "syntax", "large"],
)
def test_what_is_no_facts_file(write: Write, content: bytes, said: str) -> None:
    assert refused(str(write(content))) == (f"{said}\n", "1 error: nothing was written.")


def test_a_folder_and_a_missing_file(tmp_path: Path) -> None:
    assert "cannot be read: Is a directory." in refused(str(tmp_path))[0]
    assert "cannot be read: No such file or directory." in refused(str(tmp_path / "x"))[0]


@pytest.mark.parametrize(
    "field",
    [
        {"name": "\ud800"},
        {"name": "a\0b"},
        {"name": {"a": 1}},
        {"key": "k" * 81},
        {"x\0y\x1b[31m": 1},
        {"functions": [[]]},
        {"complete_tracks": {"ans": True}},
        {"identifiers": [{"key": "a", "scheme": [], "value": {}}]},
        {"listing": {"listings": [{"key": "a", "list": {}, "code": 3, "tariff_eur": 1e300}]}},
        {"listing": {"listings": [{"key": "a", "list": "lppr", "tariff_eur": 10**17}]}},
        {"listing": {"listings": [{"key": "a", "list": "lppr", "tariff_eur": "1e999999999"}]}},
        {"listing": {"listings": [{"key": "a", "list": "lppr", "tariff_eur": "1e-999999999"}]}},
        {"ce_marking": {"certificates": [{"key": ["a"], "supplement_of": {}, "number": [[]]}]}},
        {"cnedimts": {"applications": [{"key": "a", "procedure": "pecan", "listing": 4, "steps": [[]]}]}},
        {"owner": [], "source": {}, "emdn": []},
    ],
    ids=range(15),
)
def test_hostile_values_get_messages(tmp_path: Path, field: dict[str, object]) -> None:
    data = {"format": "jalon-facts/1", "devices": [{"key": "a", "name": "A", **field}]}
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(data))
    listed, _ = refused(str(path))
    assert all(line.isprintable() for line in listed.splitlines())
    assert listed.startswith("devices[0]")
    assert not Device.objects.exists()
    assert not Application.objects.exists()
