"""Stretches of time as people and programs write them."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from parvis.server.problems import ProblemError, T
from parvis.values.civil import Bin, bin_end, bin_start

EARLIEST_S, LATEST_S = 946_684_800.0, 4_102_444_800.0
"""The years 2000 to 2099: nothing was measured before, and calendars hold."""

EARLIEST_DAY, LATEST_DAY = date(2000, 1, 1), date(2099, 12, 31)

# In a query, "+02:00" arrives as " 02:00" from those who forget to escape it.
_UNESCAPED_PLUS = re.compile(r"(T[\d:.,]+) (\d\d:?\d\d)$")

MOST_VALUES = 200_000
"""Most values of one answer, all series together."""

_SHORTEST_S = {Bin.MINUTE: 60.0, Bin.QUARTER: 900.0, Bin.HOUR: 3600.0, Bin.DAY: 82800.0}


@dataclass(frozen=True, slots=True)
class Range:
    """Whole civil stretches that cover what was asked for, seconds since the epoch."""

    start_s: float
    end_s: float
    length: Bin

    def check_size(self, series: int) -> None:
        """Refuse an answer that would be too large.

        Raises:
            ProblemError: 422.
        """
        values = (self.end_s - self.start_s) / _SHORTEST_S[self.length] * series
        if values > MOST_VALUES:
            raise ProblemError(
                422,
                "too-much",
                T("This is too much for one answer."),
                T("It would hold about {n} values; at most {most}.")(
                    n=int(values), most=MOST_VALUES
                ),
                T("Ask for a shorter range, a longer bin, or fewer series."),
            )


def asked_range(
    start: str | None, end: str | None, length: Bin, zone: ZoneInfo, now_s: float
) -> Range:
    """The range of two ISO 8601 texts, widened to whole stretches, ending at the running one.

    Texts without an offset are the site's civil time; a date alone is its midnight. Without a
    start, the range begins one civil day before its end; without an end, it ends now.

    Raises:
        ProblemError: 422 for a text that is no time, or an empty range.
    """
    latest_s = bin_end(bin_start(now_s, length, zone), length, zone)
    end_s = latest_s if end is None else min(moment(end, zone), latest_s)
    start_s = (
        (datetime.fromtimestamp(end_s, zone) - timedelta(days=1)).timestamp()
        if start is None
        else moment(start, zone)
    )
    if start_s >= end_s:
        raise ProblemError(
            422,
            "range",
            T("The range is empty."),
            T("Its start is not before its end, or it lies in the future."),
            T("Give a start before the end."),
        )
    first_s = bin_start(start_s, length, zone)
    last_s = bin_start(end_s, length, zone)
    if last_s < end_s:
        last_s = bin_end(last_s, length, zone)
    return Range(first_s, last_s, length)


def moment(text: str, zone: ZoneInfo) -> float:
    """Seconds since the epoch of an ISO 8601 text.

    Raises:
        ProblemError: 422 when it is none.
    """
    try:
        found = datetime.fromisoformat(_UNESCAPED_PLUS.sub(r"\1+\2", text.strip()))
        if found.tzinfo is None:
            found = found.replace(tzinfo=zone)
        time_s = found.timestamp()
        if not EARLIEST_S <= time_s <= LATEST_S:
            raise ValueError(text)
        return time_s
    except (ValueError, OverflowError, OSError):
        raise ProblemError(
            422,
            "time",
            T("A time could not be read."),
            T("It is not written as ISO 8601."),
            T("Write it as {example}.")(example="2026-11-23T14:00+01:00"),
        ) from None


def iso(time_s: float, zone: ZoneInfo) -> str:
    """ISO 8601 with the site's offset at that moment."""
    return datetime.fromtimestamp(time_s, zone).isoformat()
