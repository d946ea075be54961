"""Flows of two periods held against one another, direction by direction."""

from collections.abc import Sequence
from dataclasses import dataclass

from parvis.policy.terms import OutputKind
from parvis.server.ranges import Range
from parvis.server.services import HubServices, zone_of
from parvis.server.town.flows import Flow, flows
from parvis.server.town.levels import PERSON
from parvis.server.town.readings import coarsest
from parvis.server.ways_out import WaysOut

Period = tuple[float, float]


@dataclass(frozen=True, slots=True)
class FlowChange:
    """One direction of one line in both periods.

    Args:
        now: over the first period.
        before: over the one that it is compared with.
    """

    now: Flow
    before: Flow

    @property
    def difference(self) -> float | None:
        """How many more an hour of the time seen in the first."""
        if self.now.per_hour is None or self.before.per_hour is None:
            return None
        return self.now.per_hour - self.before.per_hour

    @property
    def interval(self) -> tuple[float | None, float | None]:
        """Its widest 90 % interval: from the bounds of both."""
        (low, high), (other_low, other_high) = self.now.interval, self.before.interval
        if low is None or high is None or other_low is None or other_high is None:
            return None, None
        return low - other_high, high - other_low

    @property
    def sure(self) -> bool:
        """True when the interval leaves 0 out."""
        low, high = self.interval
        return low is not None and high is not None and (low > 0 or high < 0)


def flow_changes(
    hub: HubServices,
    ways: WaysOut,
    periods: tuple[Period, Period],
    *,
    classes: Sequence[str] = (PERSON,),
    kind: OutputKind = OutputKind.MEASURES,
) -> list[FlowChange]:
    """Every direction of every line in both periods, the largest change first; blocking.

    Directions without a number in one of them come last, in the order of site.yaml.
    """
    zone = zone_of(hub)
    now, before = (
        {
            (flow.camera, flow.line, flow.direction): flow
            for flow in flows(
                hub, ways, Range(*part, coarsest(*part, zone)), classes=classes, kind=kind
            )
        }
        for part in periods
    )
    found = [FlowChange(flow, before[key]) for key, flow in now.items()]
    return sorted(
        found, key=lambda one: -abs(one.difference) if one.difference is not None else 1.0
    )
