"""Which seconds were seen: the time between analysed frames that follow each other closely."""

from collections.abc import Iterator
from dataclasses import dataclass

MINUTE_S = 60.0


LONGEST_STEP_S = 4.0
"""However slow a camera is: in a longer time somebody comes, crosses and is gone unseen."""


def longest_step_s(rate: float, interval_s: float = 0.0) -> float:
    """Longest time between two analysed frames that still counts as seen, seconds.

    Two periods of the wished rate, or of the camera's own where that is slower, so that one frame
    may fail; no less than one second: a walker does not pass a line unseen in that time, because
    the tracker carries on over it; and no more than ``LONGEST_STEP_S``.

    Args:
        rate: analysed frames a second that are wished for.
        interval_s: typical step between the frames that the camera sends; 0 while unknown. Not the
            step between analysed ones: what a busy machine leaves out was not seen.

    Raises:
        ValueError: a rate that is not positive.
    """
    if rate <= 0:
        raise ValueError(f"a rate is positive, not {rate}")
    return min(max(2.0 / rate, 2.0 * interval_s, 1.0), LONGEST_STEP_S)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Seconds [start_s, end_s) that were seen without a break."""

    start_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        """Seconds from start to end."""
        return self.end_s - self.start_s


class Coverage:
    """Adds up the seconds that were really seen.

    ::

        frames   |  |  |  |  |            |  |  |   x  |  |
        seen     [===========]            [=====]      [==]
                               too far apart       cut

    The first frame after a break sees nothing yet: a moment has no length.

    Args:
        longest_step_s: see the function of that name; it may change with the camera's pace.
    """

    def __init__(self, longest_step_s: float) -> None:
        if longest_step_s <= 0:
            raise ValueError(f"a step has a positive length, not {longest_step_s}")
        self.longest_step_s = longest_step_s
        self._last_s: float | None = None
        self.total_s = 0.0

    def frame(self, time_s: float) -> Stretch | None:
        """Note an analysed frame; return the stretch that it adds, None after a break."""
        last_s, self._last_s = self._last_s, time_s
        if last_s is None or not 0 < time_s - last_s <= self.longest_step_s:
            return None
        self.total_s += time_s - last_s
        return Stretch(last_s, time_s)

    def cut(self) -> None:
        """What comes next does not continue what was: a join, a loss, a camera that moved."""
        self._last_s = None


def by_minute(stretch: Stretch) -> Iterator[tuple[float, Stretch]]:
    """Cut a stretch at the minutes: pairs of (start of the minute, the part within it)."""
    at = stretch.start_s
    while at < stretch.end_s:
        minute_s = at // MINUTE_S * MINUTE_S
        until = min(minute_s + MINUTE_S, stretch.end_s)
        yield minute_s, Stretch(at, until)
        at = until
