"""When a rule watches: weekdays and hours of the site's civil time."""

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Hours:
    """A stretch of the day on some days of the week.

    Args:
        days: 0 for Monday to 6 for Sunday, on which it begins.
        start, end: wall-clock times; an end at or before the start lies on the following day.

    Raises:
        ValueError: no day, or one that does not exist.
    """

    days: frozenset[int]
    start: time
    end: time

    def __post_init__(self) -> None:
        if not self.days or not self.days <= frozenset(range(7)):
            raise ValueError(f"days are 0 to 6, at least one, not {sorted(self.days)}")

    def hold(self, moment: datetime) -> bool:
        """Whether a civil moment lies in it."""
        today, now = moment.weekday(), moment.time()
        if self.start < self.end:
            return today in self.days and self.start <= now < self.end
        begun = today in self.days and now >= self.start
        return begun or ((today - 1) % 7 in self.days and now < self.end)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a rule watches; without hours always.

    Args:
        hours: any of which is enough.
    """

    hours: tuple[Hours, ...] = ()

    def holds(self, time_s: float, zone: ZoneInfo) -> bool:
        """Whether a moment, seconds since the epoch, lies in it, by the clocks of ``zone``."""
        if not self.hours:
            return True
        moment = datetime.fromtimestamp(time_s, zone)
        return any(one.hold(moment) for one in self.hours)


ALWAYS = Schedule()
