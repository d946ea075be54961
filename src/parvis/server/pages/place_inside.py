"""Who is inside a place today, by the balance of its entrances, or why that is not known."""

from dataclasses import dataclass, replace

from parvis.server import counts as counting
from parvis.server.pages.drawing import Chart, day_chart, end_of
from parvis.server.pages.frame import View
from parvis.server.pages.states import ways_of
from parvis.server.problems import T
from parvis.server.town.balance import Inside, day_range, inside, running_day
from parvis.site.place import Place

EARLY = T("The first quarter of an hour of this day is not closed yet.")


@dataclass(frozen=True, slots=True)
class InsideToday:
    """The day of a place that runs, from its empty hour on.

    Args:
        day: its civil day, as an address writes it.
        begun_s: when it was empty.
        charts: for wide and for narrow screens; None while nothing is known.
        rows: of the table: quarters that are over.
        now: the newest number; None while nothing is known.
        why: why the rest is not known; empty while nothing is missing.
    """

    day: str
    begun_s: float
    charts: tuple[Chart, Chart] | None
    rows: tuple[Inside, ...]
    now: Inside | None
    why: str


def inside_today(here: View, place: Place) -> InsideToday | None:
    """The running day; None for a place without entrances; blocking."""
    if not place.entrances:
        return None
    words = here.words
    day = running_day(place, here.now_s, words.zone)
    span = day_range(place, day, words.zone)
    found = inside(here.services, ways_of(here), place, day)
    known, broken = found.known, found.broken
    over = tuple(one for one in found.quarters if one.mark != "pending")
    # What was seen after a hole tells who came since, not who is inside.
    lost = tuple(replace(one, mark="gap") for one in over[len(known) :])

    def chart(width: int, height: int, every_h: int) -> Chart:
        return day_chart(
            (*known, *lost),
            (),
            span.start_s,
            span.end_s,
            here.now_s,
            words,
            width=width,
            height=height,
            every_h=every_h,
            when=end_of,
        )

    return InsideToday(
        day.isoformat(),
        span.start_s,
        (chart(720, 240, 3), chart(340, 200, 6)) if known else None,
        over,
        known[-1] if known else None,
        _why(here, broken) if broken is not None else "" if known else words._(EARLY.text),
    )


def _why(here: View, broken: Inside) -> str:
    words, _ = here.words, here.words._
    at = words.clock(broken.start_s)
    match broken.mark:
        case "gap":
            return _(
                "Not known from {time} on: an entrance was not seen. Who came and went "
                "meanwhile is not known, so the rest of the day is not.",
                time=at,
            )
        case "partial":
            return _(
                "Not known from {time} on: an entrance was seen for part of the time only, so the "
                "rest of the day is not known.",
                time=at,
            )
        case _:
            told = counting.explained(
                counting.Count(broken.start_s, broken.end_s, broken.mark), words
            )
            return _("Not told from {time} on. {reason}", time=at, reason=told)
