"""What workers say of lines under check, in memory until the check is settled."""

import threading

from parvis.values.checks import Witnessed


class WitnessBoard:
    """The latest word of each run on each check; threads may share it.

    Args:
        since_s: from when on it listens, seconds since the epoch: what was said before is told
            again by workers that still run.
    """

    def __init__(self, since_s: float = 0.0) -> None:
        self.since_s = since_s
        self._lock = threading.Lock()
        self._told: dict[str, dict[str, Witnessed]] = {}

    def put(self, told: Witnessed) -> None:
        """Take a run's word on a check; it replaces the one before."""
        with self._lock:
            self._told.setdefault(told.check, {})[told.run] = told

    def of(self, check: str) -> tuple[Witnessed, ...]:
        """What every run said of a check."""
        with self._lock:
            return tuple(self._told.get(check, {}).values())

    def keep(self, checks: set[str]) -> None:
        """Forget every other check."""
        with self._lock:
            for check in self._told.keys() - checks:
                del self._told[check]
