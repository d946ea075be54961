"""A closed minute: the unit that leaves a worker."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from parvis.values.ground_minute import GroundQuarter
from parvis.values.measure import Measure
from parvis.values.speeds import Passers, SpeedHistogram


@dataclass(frozen=True, slots=True)
class ClosedMinute:
    """All measures of one camera over one civil minute, as one run of it saw it.

    A run is one life of a camera's analysis (a worker start or a restart). Two runs may each hold
    a part of the same minute; the store adds parts that fit in a minute together, and of others
    counts the most covered. (camera, run, start_s) is written once.

    Args:
        camera: the camera's name.
        run: unique id of the run, for example ``01JC…``; sortable by start.
        start_s: start of the minute, seconds since the epoch, a multiple of 60.
        coverage_s: seconds of this minute the run saw.
        measures: one per series of the camera, value None only without coverage.
        speeds: of those who crossed a line or went through a zone on the ground.
        quarters: what it adds to the flow cells and journeys of its quarter of an hour.

    Raises:
        ValueError: not a minute, impossible coverage, or measures that are not of this camera and
            minute, one a series.
    """

    camera: str
    run: str
    start_s: float
    coverage_s: float
    measures: tuple[Measure, ...]
    speeds: Mapping[Passers, SpeedHistogram] = field(default_factory=dict)
    quarters: tuple[GroundQuarter, ...] = ()

    def __post_init__(self) -> None:
        if not self.camera or not self.run:
            raise ValueError("a closed minute names its camera and its run")
        if self.start_s % 60 != 0:
            raise ValueError(f"{self.start_s} s is not the start of a minute")
        if not 0 <= self.coverage_s <= 60 + 1e-6:
            raise ValueError(f"coverage {self.coverage_s} s exceeds a minute")
        stretch = (self.camera, self.start_s, self.start_s + 60)
        for one in self.measures:
            if (one.series.camera, one.start_s, one.end_s) != stretch:
                raise ValueError(f"{one.series.key} at {one.start_s} s is not of this minute")
        if len({one.series for one in self.measures}) != len(self.measures):
            raise ValueError("a series has one measure a minute")
