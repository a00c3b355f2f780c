"""What stands in the way of the one command is said in one sentence, and nothing is touched."""

import hashlib
import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import bootstrap
from config.bootstrap import Refusal


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of our own, with two requirement files, no .venv and no way to reach pip."""
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text(f"# {name}\n")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / ".venv" / "requirements.json")
    monkeypatch.setattr(bootstrap, "VAR", tmp_path / "var")
    monkeypatch.setattr(bootstrap, "LOG", tmp_path / "var" / "logs" / "install.log")
    return tmp_path


@pytest.fixture
def commands(house: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that would have been run."""
    ran: list[str] = []

    def run(*command: str) -> None:
        ran.append(" ".join(command))
        bootstrap.VENV.mkdir(exist_ok=True)

    monkeypatch.setattr(bootstrap, "run", run)
    return ran


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_busy_port_is_refused_with_another_to_try(taken_port: int) -> None:
    with pytest.raises(Refusal, match=rf"Port {taken_port} is taken .*PORT={taken_port + 1} make demo"):
        bootstrap.check_port(str(taken_port))


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", ""])
def test_what_is_no_port_is_refused(port: str) -> None:
    with pytest.raises(Refusal, match="is not a port number"):
        bootstrap.check_port(port)


def test_a_second_run_is_refused_with_the_process_of_the_first(house: Path) -> None:
    holder = (
        "import sys, time; from pathlib import Path; from config import bootstrap;"
        "bootstrap.VAR = Path(sys.argv[1]); kept = bootstrap.hold_demo();"
        "print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(house / "var")],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"held\n"
        with pytest.raises(Refusal, match=rf"already runs in this folder \(process {first.pid}\)"):
            bootstrap.hold_demo()
        first.kill()
    bootstrap.hold_demo().close()  # what was killed holds nothing


def test_a_full_disk_is_refused(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 9 * 10**8, 10**8))
    with pytest.raises(Refusal, match=r"nearly full: 100 MB free .* 1500 MB needed"):
        bootstrap.check_disk(house)


def test_a_disk_that_fills_up_is_named(house: Path) -> None:
    with pytest.raises(Refusal, match="The disk is full"):
        bootstrap.run("sh", "-c", "echo 'OSError: [Errno 28] No space left on device'; exit 1")


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_missing_module_is_refused(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == missing else name)
    with pytest.raises(Refusal, match=r"cannot make virtual environments: .*venv.* then run make again"):
        bootstrap.check_python()


def test_a_first_installation_makes_the_environment_anew(house: Path, commands: list[str]) -> None:
    (house / ".venv").mkdir()  # left by an installation that was cut short: no stamp
    bootstrap.install("requirements.txt")
    assert [command.split(" -m ")[1].split()[0] for command in commands] == ["venv", "pip"]
    assert "--clear" in commands[0]
    assert commands[1].endswith("--require-hashes -r requirements.txt")


def test_nothing_is_installed_twice(house: Path, commands: list[str]) -> None:
    bootstrap.install("requirements-dev.txt")
    commands.clear()
    bootstrap.install("requirements-dev.txt")
    bootstrap.install("requirements.txt")  # those for work include those for use
    assert commands == []


def test_changed_requirements_are_installed_over_what_is_there(house: Path, commands: list[str]) -> None:
    bootstrap.install("requirements.txt")
    (house / "requirements.txt").write_text("# changed\n")
    commands.clear()
    bootstrap.install("requirements.txt")
    assert len(commands) == 1
    stamp = json.loads(bootstrap.STAMP.read_text())
    assert stamp["requirements.txt"] == hashlib.sha256(b"# changed\n").hexdigest()


def test_another_python_makes_the_environment_anew(house: Path, commands: list[str]) -> None:
    bootstrap.install("requirements.txt")
    stamp = json.loads(bootstrap.STAMP.read_text())
    bootstrap.STAMP.write_text(json.dumps(stamp | {"python": "3.10"}))
    commands.clear()
    bootstrap.install("requirements.txt")
    assert "-m venv --clear" in commands[0]
    assert len(commands) == 2


def test_an_installation_cut_short_leaves_no_stamp(
    house: Path, commands: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap.install("requirements.txt")
    (house / "requirements.txt").write_text("# changed\n")

    def cut_short(*command: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "run", cut_short)
    with pytest.raises(KeyboardInterrupt):
        bootstrap.install("requirements.txt")
    assert not bootstrap.STAMP.exists()
