"""A clock that several processes read from one file, and that only the driver moves."""

from datetime import date, datetime
from pathlib import Path
from unittest.mock import patch

from config.clock import PARIS


class SimulatedClock:
    """The simulated instant, in a file that is replaced whole: nobody ever reads half of one."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def now(self) -> datetime:
        """Return the simulated instant, aware, in UTC."""
        return datetime.fromisoformat(self.path.read_text())

    def today(self) -> date:
        """Return the simulated date in France."""
        return self.now().astimezone(PARIS).date()

    def set(self, at: datetime) -> None:
        """Move the clock."""
        draft = self.path.with_suffix(".new")
        draft.write_text(at.isoformat())
        draft.replace(self.path)

    def install(self) -> None:
        """Put this clock in the place of that of the process, before anything else has taken that one."""
        patch("config.clock.now", self.now).start()
        patch("config.clock.today", self.today).start()
