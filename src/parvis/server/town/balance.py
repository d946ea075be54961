"""Who is inside a place, by who came and who went, with the drift of the counters taken out."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from parvis.measures.ground.places import Passages, balance
from parvis.policy.terms import OutputKind
from parvis.server.counts import Count, Mark
from parvis.server.ranges import Range
from parvis.server.services import HubServices, zone_of
from parvis.server.town.readings import hold
from parvis.server.ways_out import WaysOut
from parvis.site.place import Place, split_member
from parvis.values.civil import Bin
from parvis.values.series import Series, SeriesKind

PERSON = "person"
_DIRECTION = {"first": 0, "second": 1}


@dataclass(frozen=True, slots=True)
class Inside:
    """The place at the end of one quarter of an hour.

    Args:
        start_s, end_s: the quarter, seconds since the epoch.
        mark: as of a count; from the first quarter on that is not known, nothing is.
        value, low, high: people inside, with 90 % interval; None unless measured.
    """

    start_s: float
    end_s: float
    mark: Mark
    value: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class DayInside:
    """A day of a place, from its empty hour to the next.

    Args:
        quarters: in order, as far as the day has come.
        ratio: by which the outflow was scaled so that the place is empty at the end; 1 while the
            day runs, and where nobody could be told.
        closed: the day is over and was wholly seen: the drift is out.
    """

    quarters: tuple[Inside, ...]
    ratio: float
    closed: bool

    @property
    def known(self) -> tuple[Inside, ...]:
        """The quarters up to which all who came and went were counted."""
        return tuple(one for one in self.quarters if one.value is not None)

    @property
    def broken(self) -> Inside | None:
        """The quarter from which on nothing is known of the day; None while nothing is missing."""
        first = next((one for one in self.quarters if one.value is None), None)
        return None if first is None or first.mark == "pending" else first


def running_day(place: Place, now_s: float, zone: ZoneInfo) -> date:
    """The civil day on whose empty hour the day began that runs now."""
    today = datetime.fromtimestamp(now_s, zone).date()
    begun = day_range(place, today, zone).start_s <= now_s
    return today if begun else today - timedelta(days=1)


def day_range(place: Place, day: date, zone: ZoneInfo) -> Range:
    """From the place's empty hour of that civil day to that of the next."""
    hour = time.fromisoformat(place.empty_at)
    edges = [datetime.combine(day + timedelta(days=n), hour, zone).timestamp() for n in (0, 1)]
    quarter_s = 900.0
    start_s, end_s = (edge // quarter_s * quarter_s for edge in edges)
    return Range(start_s, end_s, Bin.QUARTER)


def inside(
    hub: HubServices,
    ways: WaysOut,
    place: Place,
    day: date,
    kind: OutputKind = OutputKind.MEASURES,
) -> DayInside:
    """The balance of a place's entrances over a day; blocking."""
    span = day_range(place, day, zone_of(hub))
    came, went = _series(place, inward=True), _series(place, inward=False)
    held = hold(hub, ways, [*came, *went], span, kind)
    pairs = [
        pair
        for pair in zip(held.row(came), held.row(went), strict=True)
        if pair[0].end_s <= ways.now_s
    ]
    known = next((i for i, pair in enumerate(pairs) if not _told(pair)), len(pairs))
    closed = known == len(pairs) and span.end_s <= ways.now_s and known > 0
    passages = [_passages(*pair) for pair in pairs[:known]]
    try:
        found = balance(passages, closing=0.0 if closed else None)
    except ValueError:
        # Somebody came and nobody was seen to go: the day cannot be closed.
        closed = False
        found = balance(passages)
    quarters = [
        Inside(came_in.start_s, came_in.end_s, came_in.mark, one.inside, one.low, one.high)
        for (came_in, _), one in zip(pairs, found, strict=False)
    ]
    quarters += [
        Inside(a.start_s, a.end_s, b.mark if a.shown else a.mark) for a, b in pairs[known:]
    ]
    return DayInside(tuple(quarters), found[0].ratio if found else 1.0, closed)


def _series(place: Place, *, inward: bool) -> list[Series]:
    found = []
    for member, leads_in in place.entrances.items():
        camera, line = split_member(member)
        way = _DIRECTION[leads_in] if inward else 1 - _DIRECTION[leads_in]
        found.append(Series(camera, SeriesKind.CROSSINGS, line, PERSON, way))
    return found


def _told(pair: tuple[Count, Count]) -> bool:
    """Whether both numbers are known and nearly all of their time was seen."""
    return all(count.shown and count.mark == "measured" for count in pair)


def _passages(came: Count, went: Count) -> Passages:
    return Passages(
        came.value or 0.0,
        went.value or 0.0,
        came.spread.variance + came.unseen.variance,
        went.spread.variance + went.unseen.variance,
    )
