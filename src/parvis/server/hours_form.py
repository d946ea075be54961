"""Hours in a form: rows of a beginning, an end and days, as rules and channels have them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData

from parvis.server.i18n import Words
from parvis.server.problems import ProblemError, T
from parvis.site.rules import WEEK, WatchHours

MOST_ROWS = 51
"""As many stretches as site.yaml takes, and one more to be filled in."""

DAY_WORDS = (T("Mon"), T("Tue"), T("Wed"), T("Thu"), T("Fri"), T("Sat"), T("Sun"))


@dataclass(frozen=True, slots=True)
class HoursRow:
    """One row as text, so that what is wrong comes back as it was typed.

    Args:
        start, end: civil times; both empty: the row says nothing.
        days: ticked.
    """

    start: str = ""
    end: str = ""
    days: frozenset[str] = frozenset(WEEK)

    @property
    def empty(self) -> bool:
        """Nothing is filled in."""
        return not self.start and not self.end


def shown_hours(hours: Sequence[WatchHours]) -> tuple[HoursRow, ...]:
    """The rows of what stands in the file."""
    return tuple(HoursRow(one.start, one.end, frozenset(one.days)) for one in hours)


def given_hours(form: FormData, prefix: str = "") -> tuple[HoursRow, ...]:
    """The rows of a form: ``start_0``, ``end_0``, ``days_0`` and so on; empty ones left out."""

    def text(key: str) -> str:
        value = form.get(key, "")
        return value.strip() if isinstance(value, str) else ""

    rows = []
    for i in range(MOST_ROWS):
        days = {one for one in form.getlist(f"{prefix}days_{i}") if isinstance(one, str)}
        row = HoursRow(text(f"{prefix}start_{i}"), text(f"{prefix}end_{i}"), frozenset(days))
        if not row.empty:
            rows.append(row)
    return tuple(rows)


def hours_settings(rows: Sequence[HoursRow]) -> list[dict[str, Any]]:
    """The rows as site.yaml writes them; every day of the week is not spelled out.

    Raises:
        ProblemError: 422 for a row with a part missing.
    """
    found = []
    for row in rows:
        if not row.start or not row.end or not row.days:
            raise ProblemError(
                422,
                "hours",
                T("The hours are not complete."),
                T("Hours have a beginning, an end and at least one day."),
                T("Fill in all three, or clear both times."),
            )
        one: dict[str, Any] = {"from": row.start, "to": row.end}
        if len(row.days) < len(WEEK):
            one = {"days": [day for day in WEEK if day in row.days]} | one
        found.append(one)
    return found


def week_choices(words: Words) -> list[tuple[str, str]]:
    """Each day as site.yaml names it, with its word."""
    return [(day, words._(word.text)) for day, word in zip(WEEK, DAY_WORDS, strict=True)]


def hours_said(rows: Sequence[WatchHours], words: Words) -> str:
    """``de 22 h 00 à 06 h 00 (sam. dim.)``; empty without any."""
    return ", ".join(_said(one, words) for one in rows)


def _said(one: WatchHours, words: Words) -> str:
    told = words._("from {start} to {end}", start=one.start, end=one.end)
    if len(one.days) == len(WEEK):
        return told
    days = [word for day, word in week_choices(words) if day in one.days]
    return f"{told} ({' '.join(days)})"
