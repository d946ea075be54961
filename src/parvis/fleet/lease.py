"""A lease on a name: at most one living process holds it, and death gives it back."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self


class LeaseHeldError(Exception):
    """Another living process holds the lease."""


class Lease:
    """An advisory lock on a file, released by the kernel when its holder dies.

    A camera that is counted by two workers would count twice; a worker that crashed must not keep
    its cameras. A lock file with a process number in it fails at one or the other; the kernel's own
    lock does not.

    Args:
        path: the lock file; it is created and never removed (removing it would race).

    Raises:
        LeaseHeldError: another process holds it.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._fd)
            raise LeaseHeldError(f"{path.stem} is held by another process") from None

    def release(self) -> None:
        """Give the lease back. Calling it twice is harmless."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()
