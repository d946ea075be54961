"""The machine's clock: does the kernel follow a time source, and did the time jump?"""

import ctypes
import threading

from parvis.server.machine import ClockHealth

_UNSYNCHRONISED = 0x40
"""STA_UNSYNC of adjtimex(2)."""
_JUMP_S = 0.5
"""What a clock that is only steered never does between two looks."""


class _Timex(ctypes.Structure):
    """The head of ``struct timex``, and room for the rest of it."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_char * 256),
    )


def synchronised() -> tuple[bool | None, float | None]:
    """Whether the kernel follows a time source, and its bound of the error in seconds.

    Both None where the kernel does not tell (adjtimex(2) is Linux's).
    """
    told = _Timex()
    try:
        if ctypes.CDLL(None).adjtimex(ctypes.byref(told)) < 0:
            return None, None
    except (OSError, AttributeError):
        return None, None
    if told.status & _UNSYNCHRONISED:
        return False, None
    return True, told.maxerror / 1e6


class ClockWatch:
    """Compares the wall clock with one that never jumps, a look at a time; for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ahead_s: float | None = None
        self._steps = 0
        self._last: tuple[float, float] | None = None

    def look(self, wall_s: float, steady_s: float) -> None:
        """Compare once.

        Args:
            wall_s: the wall clock, seconds since the epoch.
            steady_s: seconds of a clock that goes on evenly.
        """
        ahead_s = wall_s - steady_s
        with self._lock:
            if self._ahead_s is not None and abs(ahead_s - self._ahead_s) > _JUMP_S:
                self._steps += 1
                self._last = (ahead_s - self._ahead_s, wall_s)
            self._ahead_s = ahead_s

    def health(self) -> ClockHealth:
        """What was seen so far, and what the kernel says now."""
        follows, error_s = synchronised()
        with self._lock:
            step_s, at_s = self._last or (None, None)
            return ClockHealth(follows, error_s, self._steps, step_s, at_s)
