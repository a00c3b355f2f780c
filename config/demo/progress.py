"""What the demonstration says while it starts."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Progress:
    """Prints each step when it begins and what it took when it ends."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    @property
    def seconds(self) -> float:
        """The seconds since the beginning."""
        return time.monotonic() - self._start

    @contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        """Announce a step, and say how many seconds it took."""
        print(f"{step} …", end=" ", flush=True)
        start = time.monotonic()
        try:
            yield
        except BaseException:
            print(flush=True)
            raise
        print(f"{time.monotonic() - start:.1f} s", flush=True)
