"""The arrows between the rooms of the code are those that pyproject.toml draws."""

from pathlib import Path

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports


def test_no_room_imports_what_it_must_not() -> None:
    pyproject = Path(__file__).parents[2] / "pyproject.toml"
    assert lint_imports(config_filename=str(pyproject), no_cache=True) == EXIT_STATUS_SUCCESS
