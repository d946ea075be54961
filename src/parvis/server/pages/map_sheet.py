"""What a page of the map holds: places, flows, squares, comparisons, the day's strip."""

from collections.abc import Mapping
from dataclasses import dataclass

from parvis.server import counts as counting
from parvis.server.counts import Count
from parvis.server.pages.frame import View
from parvis.server.pages.map_request import Asked
from parvis.server.pages.map_scene import clearest, strongest
from parvis.server.pages.states import ways_of
from parvis.server.ranges import Range
from parvis.server.town.around_lines import Nearby
from parvis.server.town.cells import Squares
from parvis.server.town.flow_changes import FlowChange
from parvis.server.town.flows import Flow
from parvis.server.town.levels import PlaceState, zone_series
from parvis.server.town.readings import coarsest, hold
from parvis.values.civil import Bin


@dataclass(frozen=True, slots=True)
class Changed:
    """A place in both periods of a comparison: mean number present in each."""

    state: PlaceState
    now: Count
    before: Count

    @property
    def difference(self) -> float | None:
        """How many more in the first."""
        if self.now.value is None or self.before.value is None:
            return None
        return self.now.value - self.before.value

    @property
    def interval(self) -> tuple[float | None, float | None]:
        """Its widest 90 % interval: from the bounds of both."""
        if self.difference is None or self.now.low is None or self.before.low is None:
            return None, None
        if self.now.high is None or self.before.high is None:
            return None, None
        return self.now.low - self.before.high, self.now.high - self.before.low

    @property
    def sure(self) -> bool:
        """True when the interval leaves 0 out."""
        low, high = self.interval
        return low is not None and high is not None and (low > 0 or high < 0)


@dataclass(frozen=True)
class Sheet:
    """All that the page shows.

    Args:
        asked: the question.
        states: every place over the stretch, or its last quarter.
        flows: of the layer *Flows*, the strongest first.
        moved: flows of both periods of a comparison.
        near: counterflow and stops around each line, by (camera, line).
        scale: volume an hour of the widest arrow.
        squares: of the layer, or compared; None where the layer has none.
        changed: places in both periods of a comparison.
        strip: who was present in all places, quarter by quarter of the day.
        strip_top: the largest of them.
        sentence: what the layer says, in one.
        grounded: how many cameras know their ground.
    """

    asked: Asked
    states: list[PlaceState]
    flows: list[Flow]
    moved: list[FlowChange]
    near: Mapping[tuple[str, str], Nearby]
    scale: float
    squares: Squares | None
    changed: list[Changed]
    strip: list[Count]
    strip_top: float
    sentence: str
    grounded: int

    @property
    def drawn(self) -> list[Flow]:
        """The arrows of the map."""
        return strongest(self.flows)

    @property
    def drawn_changes(self) -> list[FlowChange]:
        """The arrows of a comparison."""
        return clearest(self.moved)

    @property
    def blank(self) -> bool:
        """Nothing can be drawn: no place, and no camera that knows its ground."""
        return not self.states and not self.grounded


def day_strip(here: View, asked: Asked) -> list[Count]:
    """Who was present in all places, quarter by quarter of the day; ends with the last one."""
    series = list(
        dict.fromkeys(one for place in here.site.places.values() for one in zone_series(place))
    )
    end_s = min(asked.day_end_s, asked.closed_s)
    if not series or end_s <= asked.day_s:
        return []
    held = hold(here.services, ways_of(here), series, Range(asked.day_s, end_s, Bin.QUARTER))
    return held.row(series)


def changes(here: View, asked: Asked, states: list[PlaceState]) -> list[Changed]:
    """Every measured place in both periods; blocking."""
    rows = []
    hub, ways = here.services, ways_of(here)
    series = list(dict.fromkeys(one for s in states for one in zone_series(s.place)))
    both = []
    for start_s, end_s in (asked.one, asked.other):
        span = Range(start_s, end_s, coarsest(start_s, end_s, here.words.zone))
        both.append(hold(hub, ways, series, span))
    for state in states:
        mine = zone_series(state.place)
        if mine:
            now, before = (_mean(held.row(mine)) for held in both)
            rows.append(Changed(state, now, before))
    return rows


def _mean(row: list[Count]) -> Count:
    """The mean over a row, weighed by the time seen; what is withheld withholds it."""
    whole = counting.over(row)
    shown = [one for one in row if one.value is not None and one.seen]
    if whole.value is None or not shown:
        return whole
    weights = [(one.seen or 0.0) * (one.end_s - one.start_s) for one in shown]
    total = sum(weights)
    value = sum((one.value or 0.0) * w for one, w in zip(shown, weights, strict=True)) / total
    below = sum(one.spread.below * w for one, w in zip(shown, weights, strict=True)) / total
    above = sum(one.spread.above * w for one, w in zip(shown, weights, strict=True)) / total
    variance = sum(one.spread.variance * w * w for one, w in zip(shown, weights, strict=True))
    spread = type(whole.spread)(below, above, variance / total**2)
    return Count(whole.start_s, whole.end_s, whole.mark, value, spread, whole.seen)
