"""Detections of successive frames → tracks."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from parvis.values.classes import ObjectClass
from parvis.values.detections import Detections
from parvis.values.frame import FrameSize
from parvis.values.tracks import Tracks
from parvis.vision.assignment import assign
from parvis.vision.boxes import overlaps
from parvis.vision.motion_model import MotionModel, MotionSettings, to_boxes, to_state

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

KINDS = len(ObjectClass)
ON_WHEELS = np.array([c not in (ObjectClass.PERSON,) for c in ObjectClass])
LARGE = np.array(
    [
        c in (ObjectClass.CAR, ObjectClass.BUS, ObjectClass.TRUCK, ObjectClass.VEHICLE)
        for c in ObjectClass
    ]
)


@dataclass(frozen=True, slots=True)
class TrackerSettings:
    """How tracks are made; one setting for all cameras and rates.

    Args:
        high_score: detections from here on start tracks and are matched first.
        low_score: detections below are ignored; between the two they only continue tracks.
        confirm_hits: detections that make a track sure enough to report.
        confirm_s: a track not confirmed within this time after its last detection is dropped.
        lost_s: how long a confirmed track is searched for after its last detection.
        coast_s: how long an unseen track is still reported at its predicted place.
        gate: largest cost of a match, in squared standard deviations (4 coordinates).
        low_gate: the same for detections of low score.
        duplicate_overlap: a new detection that overlaps a seen track more starts no track.
        speed_on_wheels: standard deviation of the unknown velocity of anything on wheels, heights
            a second; of people: ``motion.speed``.
        motion: noise of the motion model.
    """

    high_score: float = 0.5
    low_score: float = 0.2
    confirm_hits: int = 2
    confirm_s: float = 0.45
    lost_s: float = 3.0
    coast_s: float = 0.0
    gate: float = 16.0
    low_gate: float = 9.0
    duplicate_overlap: float = 0.7
    speed_on_wheels: float = 3.0
    motion: MotionSettings = field(default_factory=MotionSettings)


class Tracker:
    """Follows the objects of one camera.

    Args:
        frame_size: size of the frames that boxes refer to.
        settings: see TrackerSettings.
    """

    def __init__(
        self, frame_size: FrameSize, settings: TrackerSettings = TrackerSettings()
    ) -> None:
        self.frame_size = frame_size
        self.settings = settings
        self._next_id = 1
        self._forget_all()

    def _forget_all(self) -> None:
        self._time_s: float | None = None
        self._model = MotionModel(self.settings.motion)
        self._ids = np.empty(0, dtype=np.int64)
        self._hits = np.empty(0, dtype=np.int64)
        self._unseen_s = np.empty(0)
        self._scores = np.empty(0)
        self._votes = np.empty((0, KINDS))

    def reset(self) -> npt.NDArray[np.int64]:
        """Forget all tracks, as after a jump of time; return the reported ids that thereby end."""
        ended = self._ids[self._hits >= self.settings.confirm_hits]
        self._forget_all()
        return ended

    def update(self, time_s: float, detections: Detections) -> Tracks:
        """Take in the detections of the frame at ``time_s`` and return the tracks there.

        Raises:
            ValueError: time does not go forward.
        """
        dt_s = 0.0 if self._time_s is None else time_s - self._time_s
        if self._time_s is not None and dt_s <= 0:
            raise ValueError(f"time goes from {self._time_s} to {time_s}; reset() first")
        self._time_s = time_s
        s = self.settings
        self._model.predict(dt_s)
        self._unseen_s += dt_s
        detections = detections.select(detections.scores >= s.low_score)
        measured = to_state(detections.boxes)
        high = detections.scores >= s.high_score
        first, again = np.flatnonzero(high), np.flatnonzero(~high)
        confirmed = self._hits >= s.confirm_hits
        free = np.ones(len(detections), dtype=bool)
        matched = np.zeros(len(self._ids), dtype=bool)
        recent = confirmed & (self._unseen_s <= s.confirm_s + dt_s)
        for candidates, offers, limit in (
            (np.flatnonzero(confirmed), first, s.gate),
            (np.flatnonzero(~confirmed), first, s.gate),
            (np.flatnonzero(recent), again, s.low_gate),
        ):
            tracks, boxes = candidates[~matched[candidates]], offers[free[offers]]
            costs = self._costs(tracks, measured[boxes], detections.classes[boxes])
            rows, columns = assign(costs, limit)
            self._continue(tracks[rows], boxes[columns], measured, detections)
            matched[tracks[rows]] = True
            free[boxes[columns]] = False
        ended = self._drop(~matched)
        matched = self._unseen_s == 0
        self._begin(np.flatnonzero(free & high), measured, detections)
        return self._report(time_s, ended)

    def _costs(self, tracks: Indices, measured: Floats, classes: npt.NDArray[np.int8]) -> Floats:
        """Squared distance in standard deviations plus what a wide guess costs, (n, m)."""
        model = self._model
        noise = model.noise()[tracks]
        total = model.spread[tracks] + noise
        gap = measured[None, :, :] - model.position[tracks][:, None, :]
        distance = (gap**2 / total[:, None, :]).sum(axis=2)
        vague = np.log(total / noise).sum(axis=1)
        large = LARGE[self._votes[tracks].argmax(axis=1)] if len(tracks) else np.empty(0, bool)
        unlike = large[:, None] != LARGE[classes][None, :]
        costs: Floats = np.where(unlike, np.inf, distance + vague[:, None])
        return costs

    def _continue(
        self, tracks: Indices, boxes: Indices, measured: Floats, detections: Detections
    ) -> None:
        self._model.correct(tracks, measured[boxes], self._model.noise()[tracks])
        self._hits[tracks] += 1
        self._unseen_s[tracks] = 0.0
        self._scores[tracks] = detections.scores[boxes]
        self._votes[tracks, detections.classes[boxes]] += detections.scores[boxes]

    def _drop(self, unseen: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        s = self.settings
        confirmed = self._hits >= s.confirm_hits
        middle, foot = self._model.position[:, 0], self._model.position[:, 1]
        outside = (
            (middle < 0)
            | (middle > self.frame_size.width)
            | (foot - self._model.position[:, 3] > self.frame_size.height)
            | (foot < 0)
        )
        patience = np.where(confirmed, np.where(outside, 0.5, s.lost_s), s.confirm_s)
        over = unseen & (self._unseen_s > patience)
        ended = self._ids[over & confirmed]
        if over.any():
            kept = ~over
            self._model.keep(kept)
            self._ids, self._hits = self._ids[kept], self._hits[kept]
            self._unseen_s, self._scores = self._unseen_s[kept], self._scores[kept]
            self._votes = self._votes[kept]
        return ended

    def _begin(self, boxes: Indices, measured: Floats, detections: Detections) -> None:
        if not len(boxes):
            return
        now = self._unseen_s == 0
        if now.any():
            known = overlaps(detections.boxes[boxes], to_boxes(self._model.position[now]))
            boxes = boxes[known.max(axis=1) < self.settings.duplicate_overlap]
        n = len(boxes)
        classes = detections.classes[boxes]
        speed = np.where(
            ON_WHEELS[classes], self.settings.speed_on_wheels, self.settings.motion.speed
        )
        self._model.add(measured[boxes], speed[:, None])
        self._ids = np.concatenate((self._ids, np.arange(self._next_id, self._next_id + n)))
        self._next_id += n
        self._hits = np.concatenate((self._hits, np.ones(n, dtype=np.int64)))
        self._unseen_s = np.concatenate((self._unseen_s, np.zeros(n)))
        self._scores = np.concatenate((self._scores, detections.scores[boxes]))
        votes = np.zeros((n, KINDS))
        votes[np.arange(n), classes] = detections.scores[boxes]
        self._votes = np.concatenate((self._votes, votes))

    def _report(self, time_s: float, ended: npt.NDArray[np.int64]) -> Tracks:
        s = self.settings
        shown = (self._hits >= s.confirm_hits) & (self._unseen_s <= s.coast_s)
        return Tracks(
            time_s=time_s,
            ids=self._ids[shown],
            boxes=to_boxes(self._model.position[shown]),
            classes=self._votes[shown].argmax(axis=1).astype(np.int8),
            scores=self._scores[shown],
            seen=self._unseen_s[shown] == 0,
            ended=ended,
        )
