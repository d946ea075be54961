"""Published counts of a civil day by the hour, as the gate lets everybody have them."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from parvis.policy.terms import OutputKind
from parvis.server.api.shapes import MeasuresShape
from parvis.server.csv_text import Cell
from parvis.server.ranges import Range, moment
from parvis.server.release import Line, released
from parvis.server.services import HubServices, zone_of
from parvis.server.ways_out import WaysOut
from parvis.values.civil import Bin
from parvis.values.series import Series, SeriesKind

HEADER: Final = (
    "start", "end", "camera", "shape", "kind", "class", "direction", "value", "low", "high",
    "coverage_s", "status",
)  # fmt: skip


def published(hub: HubServices, ways: WaysOut, day: date) -> tuple[Range, list[Line]]:
    """Crossings and occupancy of the lines and zones that site.yaml has; blocking."""
    zone = zone_of(hub)
    start, end = (
        datetime.combine(one, time(0), zone).isoformat() for one in (day, day + timedelta(days=1))
    )
    span = Range(moment(start, zone), moment(end, zone), Bin.HOUR)
    series = sorted(
        (one for one in hub.store.series() if _drawn(hub, one)), key=lambda one: one.key
    )
    return span, released(hub, ways, OutputKind.EXPORT, series, span)


def rows(told: MeasuresShape) -> Iterator[tuple[Cell, ...]]:
    """One row an hour; a hidden cell and a gap are empty, and their status says which."""
    for one in told.series:
        for value in one.values:
            yield (
                value.start, value.end, one.camera, one.shape, one.kind, one.object_class,
                one.direction_label, value.value, value.low, value.high, value.coverage_s,
                value.status,
            )  # fmt: skip


def _drawn(hub: HubServices, one: Series) -> bool:
    camera = hub.site.loaded().site.cameras.get(one.camera)
    if camera is None or not camera.enabled:
        return False
    match one.kind:
        case SeriesKind.CROSSINGS:
            return one.shape in camera.lines
        case SeriesKind.OCCUPANCY:
            return one.shape in camera.zones
        case _:
            return False
