"""What a reader of the map asks: a layer, a moment of a day, two periods to compare."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Request

from parvis.server.pages.frame import View
from parvis.server.pages.states import ways_of
from parvis.server.problems import T
from parvis.server.town.levels import newest_stretch
from parvis.values.civil import Bin, bin_end, bin_start

QUARTER_S = 900.0
WINDOW_S = 3600.0
"""Flows and squares are those of the hour that begins at the chosen time."""


class Shown(StrEnum):
    """What the map shows."""

    LEVELS = "levels"
    FLOWS = "flows"
    PRESENCE = "presence"
    SPEED = "speed"
    DIFFERENCE = "difference"


class Compared(StrEnum):
    """What of two periods is compared on the map."""

    PRESENCE = "presence"
    FLOWS = "flows"


COMPARED_WORDS = {Compared.PRESENCE: T("Presence"), Compared.FLOWS: T("Flows")}

SHOWN_WORDS = {
    Shown.LEVELS: T("Level"),
    Shown.FLOWS: T("Flows"),
    Shown.PRESENCE: T("Presence"),
    Shown.SPEED: T("Speed"),
    Shown.DIFFERENCE: T("Difference"),
}


@dataclass(frozen=True)
class Asked:
    """The question of one reader.

    Args:
        shown: the layer.
        stretch: (start, end) that the layer is of: what controls and caption say alike.
        chosen: the reader named a time; else the stretch is the newest.
        day_s, day_end_s: civil day that the slider spans.
        last_s: the latest start that may be chosen.
        closed_s: end of the last closed quarter of an hour.
        one, other: the periods of a comparison.
        compared: what of them is compared.
        zone: civil time.
    """

    shown: Shown
    stretch: tuple[float, float]
    chosen: bool
    day_s: float
    day_end_s: float
    last_s: float
    closed_s: float
    one: tuple[float, float]
    other: tuple[float, float]
    compared: Compared
    zone: ZoneInfo

    @property
    def marked_s(self) -> float:
        """Start of the quarter under the slider's handle."""
        return bin_start(self.stretch[0], Bin.QUARTER, self.zone)

    @property
    def day(self) -> str:
        """The day, as a date field writes it."""
        return self._local(self.day_s).date().isoformat()

    @property
    def clock(self) -> str:
        """The start of the stretch, as a time field writes it."""
        return self._local(self.stretch[0]).strftime("%H:%M")

    def query(self, shown: Shown | None = None, step: int = 0) -> str:
        """The address of the same map with another layer, or some quarters later."""
        fields = {"layer": (shown or self.shown).value}
        at_s = self.marked_s + step * QUARTER_S
        # A step past the last closed stretch leads to the newest.
        if (self.chosen or step) and at_s <= self.last_s:
            at = self._local(at_s)
            fields |= {"day": at.date().isoformat(), "time": at.strftime("%H:%M")}
        if (shown or self.shown) is Shown.DIFFERENCE:
            flows = self.shown is Shown.FLOWS or self.compared is Compared.FLOWS
            fields |= self.periods
            fields["of"] = (Compared.FLOWS if flows else Compared.PRESENCE).value
        return urlencode(fields)

    @property
    def periods(self) -> dict[str, str]:
        """The two periods, as date-and-time fields write them."""
        names = ("from", "to", "against_from", "against_to")
        moments = (*self.one, *self.other)
        return {
            n: self._local(s).strftime("%Y-%m-%dT%H:%M")
            for n, s in zip(names, moments, strict=True)
        }

    def _local(self, at_s: float) -> datetime:
        return datetime.fromtimestamp(at_s, self.zone)


def asked_of(here: View) -> Asked:
    """The question in the address; what cannot be read is left at its default; blocking."""
    query, zone = here.request.query_params, here.words.zone
    told = query.get("layer", "")
    shown = Shown(told) if told in set(Shown) else Shown.LEVELS
    closed_s = bin_start(min(here.gate.closed_before(here.now_s), here.now_s), Bin.QUARTER, zone)
    length_s = QUARTER_S if shown is Shown.LEVELS else WINDOW_S
    last_s = closed_s - length_s
    start_s = _quarter(here.request, zone, last_s)
    if start_s is not None:
        stretch = (start_s, start_s + length_s)
    elif shown is Shown.LEVELS:
        newest = newest_stretch(here.services, ways_of(here))
        stretch = (newest.start_s, newest.end_s)
    else:
        stretch = (last_s, closed_s)
    day_s = bin_start(stretch[0], Bin.DAY, zone)
    one, other = _periods(here, closed_s)
    return Asked(
        shown,
        stretch,
        start_s is not None,
        day_s,
        bin_end(day_s, Bin.DAY, zone),
        last_s,
        closed_s,
        one,
        other,
        Compared.FLOWS if query.get("of") == Compared.FLOWS.value else Compared.PRESENCE,
        zone,
    )


def _periods(here: View, closed_s: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Both periods of a comparison: those asked for, else today's hours and a week before."""
    zone = here.words.zone
    one = _period(here.request, "from", "to", zone)
    other = _period(here.request, "against_from", "against_to", zone)
    if one is None:
        first_s = bin_start(closed_s - QUARTER_S, Bin.DAY, zone)
        one = (max(first_s, closed_s - 6 * WINDOW_S), closed_s)
        if other is None and not _anything_seen(here, _week_before(one, zone)):
            # A young site has no week behind it: the last hour against the one before.
            one = (closed_s - WINDOW_S, closed_s)
            other = (closed_s - 2 * WINDOW_S, closed_s - WINDOW_S)
    return one, other or _week_before(one, zone)


def _quarter(request: Request, zone: ZoneInfo, last_s: float) -> float | None:
    day, clock = request.query_params.get("day", ""), request.query_params.get("time", "")
    if not (day or clock):
        return None
    try:
        on = date.fromisoformat(day) if day else datetime.fromtimestamp(last_s, zone).date()
        at = time.fromisoformat(clock) if clock else time(12)
    except ValueError:
        return None
    wanted_s = datetime.combine(on, at.replace(tzinfo=None), zone).timestamp()
    return bin_start(min(wanted_s, last_s), Bin.QUARTER, zone)


def _period(request: Request, first: str, last: str, zone: ZoneInfo) -> tuple[float, float] | None:
    try:
        start, end = (
            datetime.fromisoformat(request.query_params.get(name, "")).replace(tzinfo=zone)
            for name in (first, last)
        )
    except ValueError:
        return None
    start_s, end_s = (bin_start(at.timestamp(), Bin.QUARTER, zone) for at in (start, end))
    return (start_s, end_s) if start_s < end_s else None


def _anything_seen(here: View, period: tuple[float, float]) -> bool:
    store = here.services.store
    return any(
        stretch.coverage_s > 0
        for name in here.site.cameras
        for stretch in store.coverage(name, *period, Bin.HOUR)
    )


def _week_before(period: tuple[float, float], zone: ZoneInfo) -> tuple[float, float]:
    """The same o'clock seven civil days before."""
    start, end = (datetime.fromtimestamp(at_s, zone) - timedelta(days=7) for at_s in period)
    return start.timestamp(), end.timestamp()
