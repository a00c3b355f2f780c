"""Write French files, listings and certificates as plain values, for tests."""

from typing import Any


def steps(**days: str) -> list[dict[str, str]]:
    """Return the dated steps of a procedure."""
    return [{"step": name, "on": day} for name, day in days.items()]


def request(sent: str, answered: str | None = None, **fields: Any) -> dict[str, Any]:
    """Return a request for information, received on the day it was sent unless told otherwise."""
    return {"sent_on": sent, "received_on": sent, "answered_on": answered, **fields}


def file(procedure: str, key: str = "file", requests: Any = (), **fields: Any) -> dict[str, Any]:
    """Return an application; the days of its steps are given as ``steps=steps(...)``."""
    return {"key": key, "procedure": procedure, "information_requests": list(requests), **fields}


def device(*applications: Any, listings: Any = (), whole: bool = False, **fields: Any) -> dict[str, Any]:
    """Return a device with applications and listings; ``whole`` says that its French record is complete."""
    return {
        "cnedimts": {"applications": list(applications)},
        "listing": {"listings": list(listings), **fields.pop("listing", {})},
        "complete_tracks": ["cnedimts", "listing", "ans"] if whole else [],
        **fields,
    }


def listed(name: str, key: str = "line", **fields: Any) -> dict[str, Any]:
    """Return a coverage on a list."""
    return {"key": key, "list": name, **fields}
