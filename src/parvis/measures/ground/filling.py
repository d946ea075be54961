"""How a zone fills: who comes, who goes, and when it will be full."""

import math
from collections import deque
from dataclasses import dataclass

WINDOW_S = 300.0
"""Flows are those of the last five minutes."""

Z90 = 1.6448536269514722


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
    """Keeps the arrivals and departures of one zone, second by second, for ``WINDOW_S``."""

    def __init__(self) -> None:
        self._seconds: deque[list[float]] = deque()  # [second, arrivals, departures, seconds seen]

    def observe(self, time_s: float, came: int, went: int, seen_s: float) -> None:
        """Add what happened in the stretch that ends at ``time_s``.

        Args:
            time_s: not before the one of the last call.
            came, went: passages of the border inwards and outwards.
            seen_s: length of the stretch.
        """
        second = math.floor(time_s)
        if not self._seconds or self._seconds[-1][0] != second:
            self._seconds.append([float(second), 0.0, 0.0, 0.0])
        last = self._seconds[-1]
        last[1] += came
        last[2] += went
        last[3] += seen_s
        while self._seconds[0][0] <= second - WINDOW_S:
            self._seconds.popleft()

    def now(self, present: int) -> Filling | None:
        """The balance with so many people inside; None when nothing has been seen."""
        seen_s = sum(one[3] for one in self._seconds)
        if seen_s <= 0:
            return None
        came = sum(one[1] for one in self._seconds)
        went = sum(one[2] for one in self._seconds)
        net = (came - went) / seen_s
        half = Z90 * math.sqrt(came + went) / seen_s
        return Filling(
            present,
            came / seen_s,
            went / seen_s,
            net,
            net - half,
            net + half,
            seen_s,
            self._turning(1, 1) and self._turning(2, -1),
        )

    def _turning(self, column: int, sign: int) -> bool:
        """True when the rate of the second half differs from the first by more than chance.

        Given the total, the events of the second half are binomial with the share of seconds seen
        in it (the conditional test of two Poisson rates: Przyborowski & Wilenski, Biometrika 31
        (1940) 313), here by its normal limit.
        """
        ordered = list(self._seconds)
        half = len(ordered) // 2
        second_s = sum(one[3] for one in ordered[half:])
        total_s = sum(one[3] for one in ordered)
        total = sum(one[column] for one in ordered)
        if half == 0 or total == 0 or not 0 < second_s < total_s:
            return False
        share = second_s / total_s
        late = sum(one[column] for one in ordered[half:])
        return sign * (late - total * share) > Z90 * math.sqrt(total * share * (1 - share))
