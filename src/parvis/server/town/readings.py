"""Released measures of some series over a stretch, added up with their marks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from parvis.policy.terms import OutputKind
from parvis.server import counts as counting
from parvis.server.counts import Count
from parvis.server.ranges import Range
from parvis.server.release import released
from parvis.server.services import HubServices, zone_of
from parvis.server.ways_out import Released, WaysOut
from parvis.values.civil import Bin, bin_start, bins
from parvis.values.series import Series


@dataclass(frozen=True)
class Held:
    """Measures of several series over the same stretches.

    Args:
        stretches: (start, end) of each, seconds since the epoch.
        by_series: what was released of each series, by start.
        now_s: the moment of the question.
    """

    stretches: tuple[tuple[float, float], ...]
    by_series: dict[Series, dict[float, Released]]
    now_s: float

    def row(self, series: Iterable[Series], cameras: int | None = None) -> list[Count]:
        """One count a stretch, summed over these series.

        Args:
            series: those that add up; unknown ones have measured nothing.
            cameras: how many should have measured; those named, when None.
        """
        wanted = list(series)
        known = [self.by_series[one] for one in wanted if one in self.by_series]
        of = len({one.camera for one in wanted}) if cameras is None else cameras
        return [
            counting.of_stretch(
                start_s, end_s, [at[start_s] for at in known if start_s in at], self.now_s, of
            )
            for start_s, end_s in self.stretches
        ]


def hold(
    hub: HubServices,
    ways: WaysOut,
    series: Sequence[Series],
    span: Range,
    kind: OutputKind = OutputKind.MEASURES,
) -> Held:
    """Read measures and let them pass the gate; blocking."""
    known = set(hub.store.series())
    lines = released(hub, ways, kind, [one for one in series if one in known], span)
    return Held(
        tuple(bins(span.start_s, span.end_s, span.length, zone_of(hub))),
        {line.series: {one.start_s: one for one in line.stretches} for line in lines},
        ways.now_s,
    )


def coarsest(start_s: float, end_s: float, zone: ZoneInfo) -> Bin:
    """The longest stretches that a range is made of: fewer cells are hidden, less is read."""
    for length in (Bin.DAY, Bin.HOUR):
        if all(bin_start(at_s, length, zone) == at_s for at_s in (start_s, end_s)):
            return length
    return Bin.QUARTER
