"""Measures of a stretch of time as a page asks them: by camera, line, class, direction."""

from collections.abc import Collection
from dataclasses import dataclass

from parvis.policy.terms import OutputKind
from parvis.server import counts as counting
from parvis.server import release
from parvis.server.counts import Count
from parvis.server.pages.frame import View
from parvis.server.pages.states import ways_of
from parvis.server.ranges import Range
from parvis.server.ways_out import Released
from parvis.values.civil import Bin, bins
from parvis.values.series import Series, SeriesKind


@dataclass(frozen=True)
class Readings:
    """Released measures of several series over the same row of stretches.

    Args:
        stretches: (start, end) of each, in order, seconds since the epoch.
        measures: of each series, by start of the stretch.
        now_s: the moment of the question.
    """

    stretches: tuple[tuple[float, float], ...]
    measures: dict[Series, dict[float, Released]]
    now_s: float

    def row(
        self,
        *,
        camera: str | None = None,
        shape: str | None = None,
        direction: int | None = None,
        classes: Collection[str] | None = None,
    ) -> list[Count]:
        """One count a stretch, summed over the series that fit."""
        fitting = [
            (series, at)
            for series, at in self.measures.items()
            if (camera is None or series.camera == camera)
            and (shape is None or series.shape == shape)
            and (direction is None or series.direction == direction)
            and (classes is None or series.object_class in classes)
        ]
        cameras = len({series.camera for series, _ in fitting})
        return [
            counting.of_stretch(
                start_s,
                end_s,
                [at[start_s] for _, at in fitting if start_s in at],
                self.now_s,
                cameras,
            )
            for start_s, end_s in self.stretches
        ]

    def total(
        self,
        *,
        camera: str | None = None,
        shape: str | None = None,
        direction: int | None = None,
        classes: Collection[str] | None = None,
    ) -> Count:
        """The whole row as one count."""
        row = self.row(camera=camera, shape=shape, direction=direction, classes=classes)
        return counting.over(row) if row else Count(self.now_s, self.now_s, "gap")


def read(  # noqa: PLR0917
    here: View,
    kind: SeriesKind,
    start_s: float,
    end_s: float,
    length: Bin,
    only: Collection[Series] | None = None,
) -> Readings:
    """Read measures and let them pass the gate; blocking.

    Args:
        here: who asks, when.
        kind: kind of number.
        start_s, end_s: the range.
        length: of each stretch.
        only: these series; None for every series of that kind.
    """
    hub = here.services
    wanted = [s for s in hub.store.series() if s.kind is kind and s.camera in here.site.cameras]
    if only is not None:
        wanted = [s for s in wanted if s in only]
    span = Range(start_s, end_s, length)
    lines = release.released(hub, ways_of(here), OutputKind.MEASURES, wanted, span)
    return Readings(
        tuple(bins(start_s, end_s, length, here.words.zone)),
        {line.series: {one.start_s: one for one in line.stretches} for line in lines},
        here.now_s,
    )
