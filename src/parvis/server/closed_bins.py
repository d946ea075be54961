"""The last closed quarter of an hour of every series: read once for all who follow."""

import threading

from parvis.policy.terms import OutputKind
from parvis.server.api.shapes import SeriesValues
from parvis.server.ranges import Range
from parvis.server.release import laid_out, values_of
from parvis.server.services import HubServices, zone_of
from parvis.server.ways_out import WaysOut
from parvis.values.civil import Bin, bin_start
from parvis.values.measure import Measure
from parvis.values.series import Series

KEPT_S = 10.0
"""The store is asked again after this: a late minute may still come in."""


class ClosedBins:
    """Remembers what the store said of the last closed quarter, ungated.

    Args:
        hub: the services.
    """

    def __init__(self, hub: HubServices) -> None:
        self._hub = hub
        self._lock = threading.Lock()
        self._key: tuple[float, int] | None = None
        self._held: tuple[list[Series], list[Measure]] = ([], [])

    def last(self, ways: WaysOut) -> list[SeriesValues]:
        """The last closed quarter of every series, as this person may see it; blocking."""
        zone = zone_of(self._hub)
        end_s = bin_start(min(ways.gate.closed_before(ways.now_s), ways.now_s), Bin.QUARTER, zone)
        span = Range(bin_start(end_s - 1, Bin.QUARTER, zone), end_s, Bin.QUARTER)
        series, stored = self._stored(span, ways.now_s)
        if ways.extent is not None:
            series = ways.extent.of(series)
            seen = frozenset(series)
            stored = [one for one in stored if one.series in seen]
        lines = laid_out(ways, OutputKind.MEASURES, series, Bin.QUARTER, stored, parts={})
        return [values_of(self._hub, ways.now_s, line, zone) for line in lines]

    def _stored(self, span: Range, now_s: float) -> tuple[list[Series], list[Measure]]:
        key = (span.start_s, int(now_s // KEPT_S))
        with self._lock:
            if self._key != key:
                store = self._hub.store
                series = store.series()
                measures = store.measures(series, span.start_s, span.end_s, span.length)
                self._held = (series, measures)
                self._key = key
            return self._held
