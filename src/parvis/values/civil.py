"""Stretches of civil time: quarters, hours and days as a town lives them, across DST."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Bin(StrEnum):
    """Length of a published stretch of time."""

    MINUTE = "1min"
    QUARTER = "15min"
    HOUR = "hour"
    DAY = "day"


def bin_start(time_s: float, length: Bin, zone: ZoneInfo) -> float:
    """Start of the civil stretch that holds ``time_s``, seconds since the epoch.

    A quarter or an hour begins when the wall clock of ``zone`` shows a full one. What the clock
    shows past it is taken off as elapsed time, so that the doubled hour of autumn is two stretches.
    Stretches do not overlap where the offset changes by whole hours; where it changes by half an
    hour (Lord Howe Island), the first hour after the change begins half an hour before it.
    """
    local = datetime.fromtimestamp(time_s, zone)
    match length:
        case Bin.MINUTE:
            return time_s // 60 * 60
        case Bin.QUARTER:
            past_s = local.minute % 15 * 60 + local.second + local.microsecond / 1e6
        case Bin.HOUR:
            past_s = local.minute * 60 + local.second + local.microsecond / 1e6
        case Bin.DAY:
            return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).timestamp()
    return round(time_s - past_s, 6)


def bin_end(start_s: float, length: Bin, zone: ZoneInfo) -> float:
    """End of the civil stretch that starts at ``start_s``; a day has 23, 24 or 25 hours."""
    match length:
        case Bin.MINUTE:
            return start_s + 60
        case Bin.QUARTER:
            return start_s + 900
        case Bin.HOUR:
            return start_s + 3600
        case Bin.DAY:
            day = datetime.fromtimestamp(start_s, zone).date() + timedelta(days=1)
            return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()


def bins(
    start_s: float, end_s: float, length: Bin, zone: ZoneInfo
) -> Iterator[tuple[float, float]]:
    """Civil stretches that together cover [start_s, end_s), in order, without gap or overlap."""
    at = bin_start(start_s, length, zone)
    while at < end_s:
        following = bin_end(at, length, zone)
        yield at, following
        at = following
