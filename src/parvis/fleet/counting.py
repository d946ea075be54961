"""Detections → tracks → observers: the part of a camera's analysis that needs no picture."""

from collections.abc import Callable, Iterable

import numpy as np

from parvis.fleet.grounding import Grounding
from parvis.fleet.observing import MakeObservers
from parvis.fleet.stage_clock import StageClock
from parvis.measures.observe import CameraObservers
from parvis.values.classes import ObjectClass
from parvis.values.detections import Detections
from parvis.values.events import Crossing
from parvis.values.frame import FrameSize
from parvis.values.tracks import Tracks
from parvis.vision.riders import Riders
from parvis.vision.tracker import Tracker, TrackerSettings

Listen = Callable[[Tracks], None]


class Counting:
    """Follows the detections of one camera and shows the settled tracks to its observers.

    Args:
        classes: which classes count.
        make_observers: builds the observers for the first size of frames.
        clock: CPU by stage.
        settings: of the tracker; a model's thresholds are in it.
        listen: is shown the settled tracks of every frame too (evaluation).
        grounding: puts them on the ground; None where nobody measures there.
    """

    def __init__(
        self,
        classes: Iterable[ObjectClass],
        make_observers: MakeObservers,
        clock: StageClock,
        settings: TrackerSettings,
        listen: Listen = lambda tracks: None,
        *,
        grounding: Grounding | None = None,
    ) -> None:
        self._counts = np.isin(np.arange(len(ObjectClass)), list(classes))  # by class code
        self._make_observers = make_observers
        self._clock = clock
        self._settings = settings
        self._listen = listen
        self._grounding = grounding
        self._tracker: Tracker | None = None
        self._riders = Riders()  # over breaks of the stream too: what is parked stays
        self._size: FrameSize | None = None
        self.observers: CameraObservers | None = None
        self.present: Tracks | None = None

    def paced(self, interval_s: float) -> None:
        """Note how far apart the frames are that the camera sends, seconds; 0 if unknown."""
        if self.observers is not None:
            self.observers.paced(interval_s)
        if self._grounding is not None:
            self._grounding.paced(interval_s)

    def take(
        self, time_s: float, size: FrameSize, detections: Detections
    ) -> tuple[Tracks, list[Crossing]]:
        """Take the detections of one frame.

        Returns:
            The tracks there, as far as known now, and the crossings that became certain.

        Raises:
            ValueError: time does not go forward; ``break_off`` first.
        """
        tracker = self._tracker_for(size)
        with self._clock.stage("track"):
            counted = detections.select(self._counts[detections.classes])
            self.present = tracker.update(time_s, self._riders.merge(time_s, counted))
            settled = tracker.settled()
        return self.present, self._observe(settled)

    def break_off(self, reason: str) -> list[Crossing]:
        """End all tracks: what comes next does not continue what was seen.

        Args:
            reason: why, for people.

        Returns:
            Crossings that became certain by it.
        """
        if self._tracker is None or self.observers is None:
            return []
        self._tracker.reset()
        self.present = None
        crossings = self._observe(self._tracker.settled())
        with self._clock.stage("observe"):
            if self._grounding is not None:
                self._grounding.gap()
            return crossings + self.observers.gap(reason)

    def _tracker_for(self, size: FrameSize) -> Tracker:
        if self._tracker is None or size != self._size:
            self._tracker, self._riders = Tracker(size, self._settings), Riders()
            self._size = size
            if self._grounding is not None:
                self._grounding.resized(size)
            if self.observers is None:
                self.observers = self._make_observers(size)
            else:
                self.observers.resized(size)
        return self._tracker

    def _observe(self, settled: list[Tracks]) -> list[Crossing]:
        crossings: list[Crossing] = []
        if self.observers is not None:
            with self._clock.stage("observe"):
                for tracks in settled:
                    self._listen(tracks)
                    if self._grounding is not None:
                        self._grounding.take(tracks)
                    crossings += self.observers.observe(tracks)
        return crossings
