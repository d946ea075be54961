"""How a zone fills: who comes, who goes, and when it will be full."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.values.measure import Z90

WINDOW_S = 300.0
"""Flows are those of the last five minutes."""

_SECONDS = 300

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Filling:
    """The balance of a zone now.

    Args:
        present: people inside.
        inflow_per_s, outflow_per_s: of the last ``WINDOW_S``, or of the seconds seen of it.
        net_per_s: their difference dN/dt, and ``net_low_per_s``, ``net_high_per_s``, its 90 %
            interval when arrivals and departures are Poisson: variance (in + out) / T².
        seen_s: T, the seconds of the window that were seen.
        outflow_falls: outflow falls while inflow rises, by more than chance.
    """

    present: int
    inflow_per_s: float
    outflow_per_s: float
    net_per_s: float
    net_low_per_s: float
    net_high_per_s: float
    seen_s: float
    outflow_falls: bool

    def time_to_s(self, critical: float) -> tuple[float | None, float | None]:
        """Seconds until ``critical`` people are inside, and the earliest of the 90 % interval.

        ``(N_crit - N) / (inflow - outflow)``: 0 when they are already, None when it does not fill.
        """
        left = critical - self.present
        if left <= 0:
            return 0.0, 0.0
        return (
            left / self.net_per_s if self.net_per_s > 0 else None,
            left / self.net_high_per_s if self.net_high_per_s > 0 else None,
        )


class FillingObserver:
    """Keeps the arrivals and departures of zones, second by second, for ``WINDOW_S``.

    Args:
        zones: how many.
    """

    def __init__(self, zones: int) -> None:
        self._came, self._went = np.zeros((2, zones, _SECONDS))
        self._seen_s = np.zeros(_SECONDS)
        self._second: int | None = None

    def observe(self, time_s: float, came: IntArray, went: IntArray, seen_s: float) -> None:
        """Add what happened in the stretch that ends at ``time_s``.

        Args:
            time_s: not before the one of the last call.
            came, went: passages of the borders inwards and outwards, shape (zones,).
            seen_s: length of the stretch.
        """
        second = math.floor(time_s)
        if self._second is not None and second < self._second:
            self._came[:], self._went[:], self._seen_s[:] = 0.0, 0.0, 0.0
            self._second = None
        if self._second is None or second != self._second:
            before = second - 1 if self._second is None else self._second
            new = np.arange(max(before + 1, second - _SECONDS + 1), second + 1) % _SECONDS
            self._came[:, new] = self._went[:, new] = 0.0
            self._seen_s[new] = 0.0
            self._second = second
        now = second % _SECONDS
        self._came[:, now] += came
        self._went[:, now] += went
        self._seen_s[now] += seen_s

    def outflow_falls(self) -> npt.NDArray[np.bool_]:
        """Where outflow falls while inflow rises, by more than chance, shape (zones,)."""
        return self._turning(self._came, 1) & self._turning(self._went, -1)

    def now(self, present: IntArray) -> list[Filling] | None:
        """The balances with so many people inside, by zone; None when nothing has been seen."""
        seen_s = float(self._seen_s.sum())
        if seen_s <= 0:
            return None
        came, went = self._came.sum(axis=1), self._went.sum(axis=1)
        net, half = (came - went) / seen_s, Z90 * np.sqrt(came + went) / seen_s
        return [
            Filling(
                int(present[i]),
                float(came[i] / seen_s),
                float(went[i] / seen_s),
                float(net[i]),
                float(net[i] - half[i]),
                float(net[i] + half[i]),
                seen_s,
                bool(falls),
            )
            for i, falls in enumerate(self.outflow_falls())
        ]

    def _turning(self, events: npt.NDArray[np.float64], sign: int) -> npt.NDArray[np.bool_]:
        """True when the rate of the second half differs from the first by more than chance.

        Given the total, the events of the second half are binomial with the share of seconds seen
        in it (the conditional test of two Poisson rates: Przyborowski & Wilenski, Biometrika 31
        (1940) 313), here by its normal limit.
        """
        if self._second is None:
            return np.zeros(len(events), dtype=np.bool_)
        late = (self._second - np.arange(_SECONDS)) % _SECONDS < _SECONDS // 2
        seen_s = float(self._seen_s.sum())
        # Not above 1, where the two sums round differently.
        share = min(1.0, float(self._seen_s[late].sum()) / seen_s) if seen_s > 0 else 0.0
        total = events.sum(axis=1)
        more = sign * (events[:, late].sum(axis=1) - total * share)
        turning: npt.NDArray[np.bool_] = more > Z90 * np.sqrt(total * share * (1 - share))
        return turning & (0 < share < 1)
