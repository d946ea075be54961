"""A small file by which the hub tells the workers something: read again whenever it has changed."""

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

log = structlog.get_logger(__name__)

_LOOK_S = 0.5


class ToldFile:
    """Looks at the file, at most twice a second; what cannot be read leaves what was told before.

    Args:
        path: the file; none is nothing told.
        what: what it tells of, for the log.
        take: takes its content.
    """

    def __init__(self, path: Path, what: str, take: Callable[[dict[str, Any]], None]) -> None:
        self._path = path
        self._what = what
        self._take = take
        self._lock = threading.Lock()
        self._looked_s = -_LOOK_S
        self._stamp: tuple[int, int] | None = None

    def look(self) -> None:
        """Read the file again where it has changed; at most twice a second."""
        with self._lock:
            if time.monotonic() - self._looked_s < _LOOK_S:
                return
            self._looked_s = time.monotonic()
            try:
                status = self._path.stat()
                stamp = (status.st_ino, status.st_mtime_ns)
                if stamp == self._stamp:
                    return
                self._take(json.loads(self._path.read_bytes()))
                self._stamp = stamp
            except FileNotFoundError:
                return
            except (OSError, ValueError, KeyError, TypeError) as error:
                log.error(f"{self._what} cannot be read", reason=str(error))
