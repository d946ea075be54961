"""Queues: how long, how fast they move, and how long one waits."""

from dataclasses import dataclass, field

from parvis.measures.coverage import MINUTE_S
from parvis.measures.ground.buckets import Buckets
from parvis.measures.ground.stays import Entry, Stay


@dataclass(frozen=True, slots=True)
class QueueMinute:
    """One queue in one minute.

    Args:
        seen_s: seconds seen.
        length_mean, length_max: people in it, over the time seen; None without.
        arrivals, departures: people who came in, and who left through the border.
        waits: how many came and went within sight and left in this minute.
        wait_mean_s, wait_variance_s2: of those, measured; None with no wait, the variance with
            fewer than two.
        wait_little_s: ``W = L / mu``, the mean length by the rate of departures (Little, Operations
            Research 9 (1961) 383); None when nobody left. In a queue in balance it is the measured
            wait; well above it when the queue grows.
    """

    seen_s: float
    length_mean: float | None
    length_max: int | None
    arrivals: int
    departures: int
    waits: int
    wait_mean_s: float | None
    wait_variance_s2: float | None
    wait_little_s: float | None

    @property
    def throughput_per_min(self) -> float | None:
        """Departures a minute seen."""
        return 60.0 * self.departures / self.seen_s if self.seen_s > 0 else None


@dataclass(slots=True)
class _Open:
    seen_s: float = 0.0
    person_s: float = 0.0
    most: int = 0
    arrivals: int = 0
    departures: int = 0
    waits_s: list[float] = field(default_factory=list)


class QueueObserver:
    """Watches one queue."""

    def __init__(self) -> None:
        self._buckets = Buckets(_Open)

    def seen(self, minute_s: float, seconds: float, length: int) -> None:
        """So many people stood in it for so many seconds of this minute."""
        minute = self._buckets.at(minute_s)
        minute.seen_s += seconds
        minute.person_s += seconds * length
        minute.most = max(minute.most, length)

    def entry(self, entry: Entry) -> None:
        """Somebody joined."""
        self._buckets.at(entry.time_s // MINUTE_S * MINUTE_S).arrivals += 1

    def stay(self, stay: Stay) -> None:
        """Somebody left, or was lost."""
        minute = self._buckets.at(stay.left_s // MINUTE_S * MINUTE_S)
        if stay.went:
            minute.departures += 1
            if stay.came:
                minute.waits_s.append(stay.dwell_s)

    def take(self, minute_s: float) -> QueueMinute:
        """Close a minute."""
        minute = self._buckets.take(minute_s)
        n, waits = len(minute.waits_s), minute.waits_s
        mean = sum(waits) / n if n else None
        variance = sum((w - mean) ** 2 for w in waits) / (n - 1) if n > 1 and mean else None
        length = minute.person_s / minute.seen_s if minute.seen_s > 0 else None
        little = None
        if length is not None and minute.departures:
            little = length * minute.seen_s / minute.departures
        return QueueMinute(
            minute.seen_s,
            length,
            minute.most if minute.seen_s > 0 else None,
            minute.arrivals,
            minute.departures,
            n,
            mean,
            variance,
            little,
        )
