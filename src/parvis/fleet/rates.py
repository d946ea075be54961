"""Rates over the last seconds, from totals that only grow."""

from collections import deque
from collections.abc import Mapping


class RecentRates:
    """How fast named totals grow, over a sliding window.

    Args:
        window_s: length of the window, seconds.
    """

    def __init__(self, window_s: float = 10.0) -> None:
        self._window_s = window_s
        self._samples: deque[tuple[float, dict[str, float]]] = deque()

    def note(self, now_s: float, totals: Mapping[str, float]) -> None:
        """Take the totals as they are now; at most ten samples a second are kept."""
        if self._samples and now_s - self._samples[-1][0] < 0.1:
            return
        self._samples.append((now_s, dict(totals)))
        while len(self._samples) > 2 and self._samples[1][0] <= now_s - self._window_s:
            self._samples.popleft()

    def per_s(self) -> dict[str, float]:
        """Growth per second of each total over the window; empty before two samples."""
        if len(self._samples) < 2:
            return {}
        (began_s, first), (now_s, last) = self._samples[0], self._samples[-1]
        if now_s <= began_s:
            return {}
        return {
            name: max(0.0, total - first.get(name, 0.0)) / (now_s - began_s)
            for name, total in last.items()
        }
