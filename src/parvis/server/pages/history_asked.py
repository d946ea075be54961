"""What the address of *Historique* asks for: lines, days, bins, and what to compare with."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import Depends, Query

from parvis.server.pages.frame import View, view
from parvis.server.pages.selection import (
    ANY,
    Selection,
    added,
    first,
    parsed,
)
from parvis.server.problems import ProblemError, T
from parvis.server.ranges import EARLIEST_DAY, LATEST_DAY
from parvis.values.civil import Bin

MOST_LINES = 4
BACK_DAYS = {"week": 7, "year": 364}
"""A year back is 52 weeks: the same day of the week is compared with itself."""

MOST_DAYS = {Bin.QUARTER: 14, Bin.HOUR: 92, Bin.DAY: 3700}
"""Longest span that each bin is drawn and listed for."""

PRESETS = {"today": 1, "7": 7, "28": 28, "92": 92, "365": 365}

Compare = Literal["", "week", "year"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for.

    Args:
        selections: lines of the chart, four at most.
        first_day, last_day: civil days, both included.
        length: of each stretch.
        compare: ``week``, ``year`` or empty.
    """

    selections: tuple[Selection, ...]
    first_day: date
    last_day: date
    length: Bin
    compare: Compare

    def query(self, **changes: Any) -> str:
        """The address of this state with some changes."""
        told: dict[str, Any] = {
            "series": [one.key for one in self.selections],
            "from": self.first_day.isoformat(),
            "to": self.last_day.isoformat(),
            "bin": self.length.value,
            "compare": self.compare,
        } | changes
        return urlencode({key: value for key, value in told.items() if value}, doseq=True)


Here = Annotated[View, Depends(view)]
Keys = Annotated[list[str], Query(max_length=200)]
Day = Annotated[str, Query(max_length=10)]


def asked(  # noqa: PLR0917
    here: Here,
    series: Keys = [],  # noqa: B006  # FastAPI copies it
    from_: Annotated[str, Query(alias="from", max_length=10)] = "",
    to: Day = "",
    bin: Annotated[str, Query(max_length=6)] = "",
    compare: Annotated[str, Query(max_length=4)] = "",
    span: Annotated[str, Query(max_length=8)] = "",
    add: Annotated[str, Query(max_length=200)] = "",
    classes: Annotated[str, Query(max_length=20)] = ANY,
    camera: Annotated[str, Query(max_length=64)] = "",
) -> Asked:
    """Read the address; what makes no sense falls back to something that does.

    Raises:
        ProblemError: 422 for a day that is none, or that no calendar of the site reaches.
    """
    today = here.words.local(here.now_s).date()
    last_day = _day(to) or today
    first_day = _day(from_) or last_day
    if span in PRESETS:
        first_day, last_day = today - timedelta(days=PRESETS[span] - 1), today
    if first_day > last_day:
        first_day, last_day = last_day, first_day
    last_day = min(last_day, today)
    first_day = max(min(first_day, last_day), last_day - timedelta(days=MOST_DAYS[Bin.DAY] - 1))
    selections = parsed(series, MOST_LINES)
    if add and len(selections) < MOST_LINES:
        try:
            new = added(add, classes)
        except ValueError:
            new = None
        if new is not None and new not in selections:
            selections.append(new)
    if not selections:
        selections = first(here.services.store.series(), here.site.cameras, camera or None)
    return Asked(
        tuple(selections),
        first_day,
        last_day,
        _length(bin, (last_day - first_day).days + 1),
        compare if compare in BACK_DAYS else "",  # type: ignore[arg-type]
    )


def _day(text: str) -> date | None:
    """The day asked for; None without one."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
        if not EARLIEST_DAY <= day <= LATEST_DAY:
            raise ValueError(text)
    except ValueError:
        raise ProblemError(
            422,
            "day",
            T("A day could not be read."),
            T("It is no day of the years {first} to {last}.")(
                first=EARLIEST_DAY.year, last=LATEST_DAY.year
            ),
            T("Write it as {example}.")(example="2026-11-23"),
        ) from None
    return day


def _length(text: str, days: int) -> Bin:
    """The bin asked for, or the finest that the span is not too long for."""
    wished = [Bin(text)] if text in (Bin.QUARTER, Bin.HOUR, Bin.DAY) else []
    if not wished:
        wished = [Bin.QUARTER if days <= 2 else Bin.HOUR if days <= 28 else Bin.DAY]
    longer = [length for length in MOST_DAYS if days <= MOST_DAYS[length]]
    return wished[0] if wished[0] in longer else longer[0]


AskedHere = Annotated[Asked, Depends(asked)]
"""What the address of the request asks for."""
