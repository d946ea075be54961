"""What was measured, day by day in civil time, and what is expected from it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

WEEKS = 4
"""Earlier same days of the week whose median is expected."""

LOOK_BACK_DAYS = 100
"""How far back they are looked for, past holidays and gaps."""

_SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Past:
    """Whole civil days of one series, without a missing day between them.

    A day has as many bins as it has quarters of an hour, or hours; what the change of the clock
    leaves out is a gap, and what it doubles is told once.

    Args:
        first: the first day.
        values: shape (days, bins of a day); NaN where nothing was seen: no data is never zero.
        holidays: which days are public holidays, shape (days,).

    Raises:
        ValueError: a day is not 24 hours of equal numbers of bins, or the days do not fit.
    """

    first: date
    values: Floats
    holidays: Bools

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or self.values.shape[1] % 24 or not self.values.shape[1]:
            raise ValueError(f"a day has a number of bins an hour, not {self.values.shape}")
        if self.holidays.shape != self.values.shape[:1]:
            raise ValueError("one day, one kind")

    @classmethod
    def of(cls, first: date, values: Floats, is_holiday: Callable[[date], bool]) -> "Past":
        """With the holidays that a calendar tells."""
        days = [is_holiday(first + timedelta(days=i)) for i in range(len(values))]
        return cls(first, values, np.array(days, dtype=bool))

    def between(self, start: int, end: int) -> "Past":
        """The days start to end - 1."""
        first = self.first + timedelta(days=start)
        return Past(first, self.values[start:end], self.holidays[start:end])

    @property
    def per_hour(self) -> int:
        """Bins an hour."""
        return int(self.values.shape[1]) // 24

    @property
    def profiles(self) -> Ints:
        """Day of the week whose profile each day follows, Monday 0; a holiday that of Sunday."""
        weekdays = (self.first.weekday() + np.arange(len(self.values))) % 7
        return np.where(self.holidays, _SUNDAY, weekdays)

    @property
    def weeks(self) -> Ints:
        """Number of the Monday-to-Sunday week of each day, the same for every stretch."""
        return (self.first.toordinal() - 1 + np.arange(len(self.values))) // 7


def expected(past: Past, since: int = 0) -> Floats:
    """What is expected of every bin, from earlier days alone, shape as the values.

    Args:
        past: the days.
        since: nothing is told of the days before this one (NaN).

    Returns:
        The median of the last four same hours of the week that were no holidays; a holiday takes
        the profile of the Sundays before it. Fewer than two give NaN.
    """
    profiles = past.profiles
    usable = np.where(past.holidays[:, None], np.nan, past.values)
    found = np.full(past.values.shape, np.nan)
    weekdays = (past.first.weekday() + np.arange(len(profiles))) % 7
    for day in range(since, len(profiles)):
        back = int((weekdays[day] - profiles[day]) % 7) or 7
        earlier = usable[day - back :: -7][: LOOK_BACK_DAYS // 7] if day >= back else usable[:0]
        seen = np.isfinite(earlier)
        rank = np.cumsum(seen, axis=0)
        enough = (rank[-1] >= 2) if len(rank) else np.zeros(usable.shape[1], dtype=bool)
        if enough.any():
            last = np.where(seen & (rank <= WEEKS), earlier, np.nan)[:, enough]
            found[day, enough] = np.nanmedian(last, axis=0)
    return found
