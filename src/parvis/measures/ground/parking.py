"""Parking: which places are taken, and how often they change."""

from dataclasses import dataclass

from parvis.measures.ground.buckets import Buckets

HOLD_S = 10.0
"""A change of a place counts when it has lasted so long: a car that waits for another, or one that
the detector loses behind a van, changes nothing."""

STANDING_MPS = 0.5


@dataclass(frozen=True, slots=True)
class ParkingMinute:
    """A bay or an area in one minute.

    Args:
        seen_s: seconds seen.
        taken_mean: vehicles parked, over the time seen; the share of time taken for a bay. None
            without.
        capacity: places.
        arrivals, departures: changes; the arrivals of a day by the capacity are its turnover.
    """

    seen_s: float
    taken_mean: float | None
    capacity: int
    arrivals: int
    departures: int

    @property
    def free_mean(self) -> float | None:
        """Places free, over the time seen."""
        return None if self.taken_mean is None else max(0.0, self.capacity - self.taken_mean)


@dataclass(slots=True)
class _Open:
    seen_s: float = 0.0
    taken_s: float = 0.0
    arrivals: int = 0
    departures: int = 0


class ParkingObserver:
    """Watches a bay (capacity 1) or an area with several places.

    The number of standing vehicles is believed when it has differed from the believed one in the
    same sense for ``HOLD_S``; then the least change of that time is taken, at its beginning.

    Args:
        capacity: places; more vehicles than that are not believed.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._buckets = Buckets(_Open)
        self._pending: tuple[float, int] | None = None  # since when, and the least change of it
        self.taken: int | None = None

    def observe(self, time_s: float, minute_s: float, standing: int, seen_s: float) -> None:
        """Take the number of standing vehicles of a moment.

        Args:
            time_s: later than that of the last call.
            minute_s: start of its minute.
            standing: vehicles in it that stand.
            seen_s: seconds seen that end with this moment.
        """
        standing = min(standing, self._capacity)
        if self.taken is None:
            # What is there at first has not arrived.
            self.taken = standing
        minute = self._buckets.at(minute_s)
        minute.seen_s += seen_s
        minute.taken_s += seen_s * self.taken
        change = standing - self.taken
        if change == 0:
            self._pending = None
        elif self._pending is None or change * self._pending[1] < 0:
            self._pending = time_s, change
        else:
            since_s, least = self._pending
            least = min(least, change, key=abs)
            self._pending = since_s, least
            if time_s - since_s >= HOLD_S:
                self.taken += least
                minute.arrivals += max(0, least)
                minute.departures += max(0, -least)
                self._pending = None if least == change else (time_s, change - least)

    def gap(self) -> None:
        """Nothing was seen for a while: what was pending has to last anew."""
        self._pending = None

    def take(self, minute_s: float) -> ParkingMinute:
        """Close a minute."""
        minute = self._buckets.take(minute_s)
        mean = minute.taken_s / minute.seen_s if minute.seen_s > 0 else None
        return ParkingMinute(
            minute.seen_s, mean, self._capacity, minute.arrivals, minute.departures
        )
