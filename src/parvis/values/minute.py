"""A closed minute: the unit that leaves a worker."""

from dataclasses import dataclass

from parvis.values.measure import Measure


@dataclass(frozen=True, slots=True)
class ClosedMinute:
    """All measures of one camera over one civil minute, as one run of it saw it.

    A run is one life of a camera's analysis (a worker start or a restart). Two runs may each hold
    a part of the same minute; the store adds the parts. (camera, run, start_s) is written once.

    Args:
        camera: the camera's name.
        run: unique id of the run, for example ``01JC…``; sortable by start.
        start_s: start of the minute, seconds since the epoch, a multiple of 60.
        coverage_s: seconds of this minute the run saw.
        measures: one per series of the camera, value None only without coverage.
    """

    camera: str
    run: str
    start_s: float
    coverage_s: float
    measures: tuple[Measure, ...]
