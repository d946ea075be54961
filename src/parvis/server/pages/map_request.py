"""What a reader of the map asks: a layer, a moment of a day, two periods to compare."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Request

from parvis.server.pages.frame import View
from parvis.server.problems import T
from parvis.values.civil import Bin, bin_end, bin_start

QUARTER_S = 900.0
WINDOW_S = 3600.0
"""Flows and squares are those of the hour that ends with the chosen quarter."""


class Shown(StrEnum):
    """What the map shows."""

    LEVELS = "levels"
    FLOWS = "flows"
    PRESENCE = "presence"
    SPEED = "speed"
    DIFFERENCE = "difference"


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
        quarter_s: start of the chosen quarter of an hour; None for the newest moment.
        day_s, day_end_s: civil day that the slider spans.
        last_s: start of the newest quarter that may be chosen.
        one, other: the periods of a comparison.
        zone: civil time.
    """

    shown: Shown
    quarter_s: float | None
    day_s: float
    day_end_s: float
    last_s: float
    one: tuple[float, float]
    other: tuple[float, float]
    zone: ZoneInfo

    @property
    def marked_s(self) -> float:
        """Start of the quarter under the slider's handle."""
        return self.last_s if self.quarter_s is None else self.quarter_s

    @property
    def window(self) -> tuple[float, float]:
        """The hour that flows and squares are of."""
        end_s = self.marked_s + QUARTER_S
        return end_s - WINDOW_S, end_s

    @property
    def day(self) -> str:
        """The day, as a date field writes it."""
        return self._local(self.day_s).date().isoformat()

    @property
    def clock(self) -> str:
        """The chosen quarter, as a time field writes it."""
        return self._local(self.marked_s).strftime("%H:%M")

    def query(self, shown: Shown | None = None, step: int = 0) -> str:
        """The address of the same map with another layer, or some quarters later."""
        fields = {"layer": (shown or self.shown).value}
        if self.quarter_s is not None or step:
            at = self._local(self.marked_s + step * QUARTER_S)
            fields |= {"day": at.date().isoformat(), "time": at.strftime("%H:%M")}
        if (shown or self.shown) is Shown.DIFFERENCE:
            fields |= self.periods
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
    """The question in the address; what cannot be read is left at its default."""
    query, zone = here.request.query_params, here.words.zone
    closed_s = min(here.gate.closed_before(here.now_s), here.now_s)
    last_s = bin_start(closed_s, Bin.QUARTER, zone) - QUARTER_S
    shown = query.get("layer", "")
    quarter_s = _quarter(here.request, zone, last_s)
    day_s = bin_start(last_s if quarter_s is None else quarter_s, Bin.DAY, zone)
    day_end_s = bin_end(day_s, Bin.DAY, zone)
    one = _period(here.request, "from", "to", zone)
    other = _period(here.request, "against_from", "against_to", zone)
    if one is None:
        end_s = last_s + QUARTER_S
        one = (max(bin_start(last_s, Bin.DAY, zone), end_s - 6 * WINDOW_S), end_s)
        if other is None and not _anything_seen(here, _week_before(one, zone)):
            # A young site has no week behind it: the last hour against the one before.
            one, other = (end_s - WINDOW_S, end_s), (end_s - 2 * WINDOW_S, end_s - WINDOW_S)
    other = other or _week_before(one, zone)
    return Asked(
        Shown(shown) if shown in set(Shown) else Shown.LEVELS,
        quarter_s,
        day_s,
        day_end_s,
        last_s,
        one,
        other,
        zone,
    )


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
