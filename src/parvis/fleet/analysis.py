"""Recorded videos → counts: the same file gives the same numbers, on any machine."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from parvis.fleet.counting import Counting
from parvis.fleet.ground_book import GroundBook
from parvis.fleet.grounding import Grounding, MakeWatcher
from parvis.fleet.observing import classes_of, observers_for
from parvis.fleet.pipeline import Pipeline
from parvis.fleet.stage_clock import StageClock
from parvis.site.shapes import Camera
from parvis.values.classes import ObjectClass
from parvis.values.events import Crossing
from parvis.values.frame import FrameSize
from parvis.values.minute import ClosedMinute
from parvis.values.tracks import Tracks
from parvis.video.files import FileReader
from parvis.video.mot import read_mot
from parvis.video.sources import FileSource
from parvis.vision.detect import Detector
from parvis.vision.tracker import TrackerSettings

RUN = "analysis"
"""The run of a file's minutes: a file has no lives, and equal input gives equal output."""

TellProgress = Callable[[float], None]
"""Called with the seconds of video analysed so far."""


@dataclass(slots=True)
class Analysis:
    """What the analysis of one camera's recording found.

    Args:
        camera: the camera's name.
        start_s: time of the first frame, seconds since the epoch.
        minutes: closed minutes, in order.
        crossings: in order of their moment.
        tracks: settled tracks, frame by frame.
        decoded, analysed, inferred: frames.
        cpu_s: CPU seconds by stage.
        faults: files that could not be read, in words.
    """

    camera: str
    start_s: float
    minutes: list[ClosedMinute] = field(default_factory=list)
    crossings: list[Crossing] = field(default_factory=list)
    tracks: list[Tracks] = field(default_factory=list)
    decoded: int = 0
    analysed: int = 0
    inferred: int = 0
    cpu_s: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def analyze_videos(
    name: str,
    camera: Camera,
    paths: tuple[Path, ...],
    detector: Detector,
    *,
    start_s: float | None,
    tell: TellProgress,
    watch_ground: MakeWatcher | None = None,
) -> Analysis:
    """Analyse video files as one camera's recording, as fast as the machine can.

    Args:
        name, camera: whose lines and zones to observe.
        paths: played one after another.
        detector: see :func:`parvis.vision.detect.load`.
        start_s: time of the first frame; by default see ``recorded_start_s``.
        tell: progress.
        watch_ground: of who measures on the ground, in the place of the measures of a site.

    Raises:
        VideoError: the first file cannot be read.
    """
    reader = FileReader(FileSource(paths), camera.rate, start_s)
    found = Analysis(name, reader.start_s)
    clock = StageClock()
    classes = classes_of(camera, detector.model)
    ground = GroundBook(name, camera, classes)
    pipeline = Pipeline(
        camera,
        detector,
        observers_for(name, camera, RUN, classes),
        clock,
        found.tracks.append,
        grounding=Grounding(name, camera, watch_ground or ground.watch),
    )
    last_s = reader.start_s
    try:
        while (frame := reader.take()) is not None:
            found.crossings += pipeline.step(frame).crossings
            last_s = frame.time_s
            if pipeline.observers is not None:
                found.minutes += ground.fill(pipeline.observers.advance(last_s))
            tell(last_s - reader.start_s)
    finally:
        reader.stop()
    found.crossings += pipeline.break_off("the end")
    if pipeline.observers is not None:
        found.minutes += ground.fill(pipeline.observers.close_all(last_s))
    found.crossings.sort(key=lambda crossing: crossing.time_s)
    found.decoded, found.analysed = reader.decoded, pipeline.analysed
    found.inferred = pipeline.inferred
    found.cpu_s = {"decode": reader.decode_cpu_s, **clock.totals_s()}
    found.cpu_s["infer"] = detector.stats().cpu_s
    found.faults = [f"{path}: {fault.message}" for path, fault in reader.faults]
    return found


def analyze_detections(
    name: str, camera: Camera, path: Path, *, fps: float, size: FrameSize, start_s: float
) -> Analysis:
    """Analyse a MOT detections file in the place of a video (evaluation).

    Args:
        name, camera: whose lines and zones to observe.
        path: the file.
        fps: frames a second of the video that the file was made from; ``camera.rate`` decides how
            many of them are taken.
        size: of its frames.
        start_s: time of its first frame.

    Raises:
        ValueError, OSError: not such a file.
    """
    found = Analysis(name, start_s)
    clock = StageClock()
    counting = Counting(
        (ObjectClass.PERSON,),
        observers_for(name, camera, RUN, (ObjectClass.PERSON,)),
        clock,
        TrackerSettings(),
        found.tracks.append,
    )
    every = max(1, round(fps / camera.rate))
    last_s = start_s
    for time_s, detections in read_mot(path, fps, size, start_s=start_s, every=every):
        found.analysed += 1
        found.crossings += counting.take(time_s, size, detections)[1]
        if counting.observers is not None:
            found.minutes += counting.observers.advance(time_s)
        last_s = time_s
    found.crossings += counting.break_off("the end")
    if counting.observers is not None:
        found.minutes += counting.observers.close_all(last_s)
    found.crossings.sort(key=lambda crossing: crossing.time_s)
    found.cpu_s = clock.totals_s()
    return found
