"""Quiet hours of a channel, by the clocks of the town."""

from datetime import time
from functools import lru_cache
from zoneinfo import ZoneInfo

from parvis.alerts.schedule import Hours, Schedule
from parvis.site.notify import Quiet
from parvis.site.rules import WEEK
from parvis.values.alerts import Severity

_STEP_S = 60.0
_LONGEST_STEPS = 8 * 24 * 60


def quiet_until(quiet: Quiet | None, severity: Severity, now_s: float, zone: ZoneInfo) -> float:
    """When a message of that severity may go: ``now_s`` itself outside quiet hours.

    Hours that follow one another are one stretch. Hours that never end keep what waits for a week
    at a time; what is critical always goes.
    """
    if quiet is None or severity >= Severity.from_label(quiet.below):
        return now_s
    if not _schedule(quiet).holds(now_s, zone):
        return now_s
    return _end(quiet, now_s // _STEP_S * _STEP_S, zone)


@lru_cache(maxsize=64)
def _end(quiet: Quiet, minute_s: float, zone: ZoneInfo) -> float:
    schedule = _schedule(quiet)
    for step in range(1, _LONGEST_STEPS):
        if not schedule.holds(minute_s + step * _STEP_S, zone):
            return minute_s + step * _STEP_S
    return minute_s + _LONGEST_STEPS * _STEP_S


@lru_cache(maxsize=64)
def _schedule(quiet: Quiet) -> Schedule:
    return Schedule(
        tuple(
            Hours(
                frozenset(map(WEEK.index, one.days)),
                time.fromisoformat(one.start),
                time.fromisoformat(one.end),
            )
            for one in quiet.hours
        )
    )
