"""What the address of *Conformité* asks of the journal."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Query

from parvis.server.pages.frame import View, view
from parvis.server.ranges import EARLIEST_DAY, LATEST_DAY
from parvis.store.audit import Search

PAGE = 50
DAYS = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for.

    Args:
        first_day, last_day: civil days, both included.
        deed: a family of deeds (``camera``) or one (``camera.stop``); empty: all.
        who: a person's name; empty: everybody.
        words: a piece of text; empty: any.
        before: entries with a smaller number only; None: from the newest.
        span: those days, seconds since the epoch.
    """

    first_day: date
    last_day: date
    deed: str
    who: str
    words: str
    before: int | None
    span: tuple[float, float]

    def search(self, limit: int) -> Search:
        """The same, for the store."""
        deeds = (self.deed,) if self.deed else ()
        return Search(*self.span, deeds, self.who, self.words, self.before, limit)

    def query(self, **changes: Any) -> str:
        """The address of this state with some changes."""
        told: dict[str, Any] = {
            "from": self.first_day.isoformat(),
            "to": self.last_day.isoformat(),
            "deed": self.deed,
            "who": self.who,
            "words": self.words,
            "before": self.before,
        } | changes
        return urlencode({key: value for key, value in told.items() if value})


def asked(
    *,
    here: Annotated[View, Depends(view)],
    first: Annotated[str, Query(alias="from", max_length=10)] = "",
    last: Annotated[str, Query(alias="to", max_length=10)] = "",
    deed: Annotated[str, Query(max_length=40)] = "",
    who: Annotated[str, Query(max_length=64)] = "",
    words: Annotated[str, Query(max_length=100)] = "",
    before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
) -> Asked:
    """Read the address; a day that is none is left out."""
    today = here.words.local(here.now_s).date()
    last_day = _day(last) or today
    first_day = min(_day(first) or last_day - timedelta(DAYS - 1), last_day)
    start, end = (
        datetime.combine(day, time(), here.words.zone).timestamp()
        for day in (first_day, last_day + timedelta(1))
    )
    return Asked(first_day, last_day, deed, who.strip(), words.strip(), before, (start, end))


AskedHere = Annotated[Asked, Depends(asked)]


def _day(text: str) -> date | None:
    try:
        return min(max(date.fromisoformat(text), EARLIEST_DAY), LATEST_DAY)
    except ValueError:
        return None
