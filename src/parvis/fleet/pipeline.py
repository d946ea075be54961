"""One camera's frames → detections → counting: the order of steps that every process shares."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.fleet.counting import Counting, Listen
from parvis.fleet.grounding import Grounding
from parvis.fleet.obscured import Obscured
from parvis.fleet.observing import MakeObservers, classes_of
from parvis.fleet.stage_clock import StageClock
from parvis.measures.observe import CameraObservers
from parvis.site.shapes import Camera
from parvis.values.detections import Detections
from parvis.values.events import Crossing
from parvis.values.frame import FrameSize, FrameView
from parvis.values.tracks import Tracks
from parvis.vision.detect import Detector
from parvis.vision.gate import GATE_SIZE, MotionGate, Reason
from parvis.vision.masks import MaskedView, Masks
from parvis.vision.scene import SceneLook, SceneState, SceneWatch
from parvis.vision.standing import Standing
from parvis.vision.tracker import TrackerSettings


@dataclass(frozen=True, slots=True)
class Moment:
    """What one analysed frame brought.

    Args:
        tracks: the objects there, as far as known now; for dots, not for counting. None while the
            camera shows nothing, or not what its shapes were drawn on: then nothing is counted.
        crossings: crossings that became certain; they may be a second old.
    """

    tracks: Tracks | None
    crossings: tuple[Crossing, ...]


class Pipeline:
    """Masks → motion gate → detector → counting, for one camera.

    Args:
        camera: masks, classes and rate.
        detector: shared by all cameras of the process.
        make_observers: builds the observers once the size of the frames is known.
        clock: CPU by stage.
        listen: is shown the settled tracks of every frame too (evaluation).
        grounding: puts them on the ground; None where nobody measures there.
    """

    def __init__(
        self,
        camera: Camera,
        detector: Detector,
        make_observers: MakeObservers,
        clock: StageClock,
        listen: Listen = lambda tracks: None,
        *,
        grounding: Grounding | None = None,
    ) -> None:
        thresholds = detector.model.thresholds
        settings = TrackerSettings(high_score=thresholds.high, low_score=thresholds.low)
        classes = classes_of(camera, detector.model)
        self._counting = Counting(
            classes, make_observers, clock, settings, listen, grounding=grounding
        )
        self._masks = Masks(camera.masks)
        self._detector = detector
        self._clock = clock
        self._size: FrameSize | None = None
        self._gate = MotionGate()
        self._standing = Standing()
        self.scene = SceneWatch()
        self.obscured = Obscured()
        self.analysed = 0
        self.inferred = 0

    @property
    def observers(self) -> CameraObservers | None:
        """The camera's observers; None before the first frame."""
        return self._counting.observers

    def step(self, frame: FrameView) -> Moment:
        """Analyse one frame. Frames come in order of time."""
        self.analysed += 1
        broken = frame.discontinuity or frame.size != self._size
        self._size = frame.size
        with self._clock.stage("gate"):
            view = MaskedView(frame, self._masks)
            luma = view.luma(GATE_SIZE)
            scene = self.scene.update(frame.time_s, luma, broken=broken)
            self.scene.watch(frame.time_s, view)
            self.obscured.look(frame.time_s, luma, blank=scene.blank)
        reason = _break("the stream was interrupted" if broken else "", scene)
        crossings = self.break_off(reason) if reason else []
        if scene.blank or scene.state is SceneState.MOVED:
            return Moment(None, tuple(crossings))
        with self._clock.stage("gate"):
            active = self._gate.update(frame.time_s, luma, self._tracked_relative(frame.size))
        found = self._detect(view) if active else self._standing.again(self._tracked())
        self._counting.paced(frame.interval_s)
        tracks, certain = self._counting.take(frame.time_s, frame.size, found)
        return Moment(tracks, (*crossings, *certain))

    def break_off(self, reason: str) -> list[Crossing]:
        """End all tracks: what comes next does not continue what was seen.

        Args:
            reason: why, for people.

        Returns:
            Crossings that became certain by it.
        """
        self._gate.reset()
        self._standing.forget()
        return self._counting.break_off(reason)

    def _detect(self, view: MaskedView) -> Detections:
        self.inferred += 1
        with self._clock.stage("infer"):
            found = self._detector.detect(view)
        if not self._standing.look(found, self._tracked()) and self._gate.reason is Reason.TRACKED:
            self._gate.doubt()
        return found

    def _tracked(self) -> npt.NDArray[np.float64]:
        """Corners of what is tracked, pixels, shape (n, 4)."""
        present = self._counting.present
        return np.empty((0, 4)) if present is None else present.boxes

    def _tracked_relative(self, size: FrameSize) -> npt.NDArray[np.float64]:
        scale = np.array([size.width, size.height, size.width, size.height], dtype=np.float64)
        relative: npt.NDArray[np.float64] = self._tracked() / scale
        return relative


def _break(interrupted: str, scene: SceneLook) -> str:
    """Why the frame does not continue the one before; empty when it does."""
    if interrupted:
        return interrupted
    if scene.state is SceneState.MOVED:
        return "the camera does not look where it did"
    if scene.blank:
        return "the picture shows nothing"
    return "the picture changed at once" if scene.cut else ""
