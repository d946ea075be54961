"""Detections of successive frames → tracks."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from parvis.values.classes import ObjectClass
from parvis.values.detections import Detections
from parvis.values.frame import FrameSize
from parvis.values.tracks import Tracks
from parvis.vision.assignment import assign
from parvis.vision.motion_model import (
    Floats,
    Indices,
    MotionModel,
    MotionSettings,
    to_boxes,
    to_state,
)
from parvis.vision.smoothing import Hindsight, Moment

LARGE = np.isin(
    np.arange(len(ObjectClass)),
    [ObjectClass.CAR, ObjectClass.BUS, ObjectClass.TRUCK, ObjectClass.VEHICLE],
)
"""By class code: classes that a detector mixes up with each other, never with a person."""


@dataclass(frozen=True, slots=True)
class TrackerSettings:
    """How tracks are made; one setting for all cameras and rates but for the model's scores.

    Args:
        high_score: detections from here on start tracks. The model definition gives it.
        low_score: detections below are ignored; between the two they only continue tracks that
            were seen a moment ago. The model definition gives it.
        confirm_hits: detections that make a track sure enough to report.
        confirm_s: a track not confirmed is dropped this long after its last detection.
        lost_s: how long a confirmed track is searched for after its last detection.
        coast_s: how long an unseen track is still reported at its predicted place.
        gate: what a match may cost at most: squared distance in standard deviations plus the
            logarithm of how far the guess has grown, over four coordinates.
        low_gate: the same for detections of low score.
        size_weight: what width and height weigh in that cost beside position; below 1, since
            occlusion cuts boxes.
        speed_people, speed_wheels: standard deviation of the velocity of what was never seen
            before, object sizes a second.
        lag_s: hindsight of the settled tracks, seconds.
        motion: noise of the motion model.

    Raises:
        ValueError: scores out of order, or tracks that could end before they are settled.
    """

    high_score: float = 0.5
    low_score: float = 0.2
    confirm_hits: int = 2
    confirm_s: float = 0.45
    lost_s: float = 3.0
    coast_s: float = 1.0
    gate: float = 25.0
    low_gate: float = 9.0
    size_weight: float = 0.5
    speed_people: float = 1.0
    speed_wheels: float = 3.0
    lag_s: float = 0.4
    motion: MotionSettings = field(default_factory=MotionSettings)

    def __post_init__(self) -> None:
        if not 0 <= self.low_score <= self.high_score <= 1:
            raise ValueError(f"need 0 <= low_score <= high_score <= 1: {self}")
        if self.confirm_hits < 1 or not 0 <= self.lag_s < self.confirm_s <= self.lost_s:
            raise ValueError(f"need confirm_hits >= 1 and lag_s < confirm_s <= lost_s: {self}")


class Tracker:
    """Follows the objects of one camera.

    Every analysed frame is told once. Two views of the tracks come out::

        update(t, detections) → the tracks at t, as far as known now: for dots and the motion gate
        settled()             → frames at or before t - lag_s, with hindsight: for counting

    Settled tracks are smoothed by what followed, and hold objects from their first detection on,
    which the present view shows only when they are confirmed. Take them after every update, and
    once more after :meth:`reset`.

    Args:
        frame_size: size of the frames that boxes refer to.
        settings: see TrackerSettings.
    """

    def __init__(
        self,
        frame_size: FrameSize,
        settings: TrackerSettings = TrackerSettings(),
    ) -> None:
        self._width, self._height = frame_size.width, frame_size.height
        self._settings = settings
        self._next_id = 1
        self._hindsight = Hindsight(settings.lag_s)
        self._forget_all()

    def _forget_all(self) -> None:
        self._time_s: float | None = None
        self._model = MotionModel(self._settings.motion)
        self._ids = np.empty(0, dtype=np.int64)
        self._hits = np.empty(0, dtype=np.int64)
        self._unseen_s = np.empty(0)
        self._scores = np.empty(0)
        self._votes = np.empty((0, len(ObjectClass)))

    def reset(self) -> npt.NDArray[np.int64]:
        """Forget all tracks, as after a jump of time, and settle what was held back.

        Returns:
            Ids of the tracks that thereby end, shape (m,), int64. They end after the last settled
            frame.
        """
        ended = self._ids[self._confirmed()]
        self._hindsight.flush()
        self._forget_all()
        return ended

    def settled(self) -> list[Tracks]:
        """Tracks with hindsight, one entry a frame, in order, each handed out once."""
        return self._hindsight.take()

    def update(self, time_s: float, detections: Detections) -> Tracks:
        """Take in the detections of the frame at ``time_s`` and return the tracks there.

        Raises:
            ValueError: time does not go forward.
        """
        dt_s = 0.0 if self._time_s is None else time_s - self._time_s
        if self._time_s is not None and dt_s <= 0:
            raise ValueError(f"time goes from {self._time_s} to {time_s}; reset() first")
        self._time_s = time_s
        self._model.predict(dt_s)
        self._unseen_s += dt_s
        fresh = self._match(detections, dt_s)
        ended = self._drop()
        self._begin(fresh)
        return self._report(time_s, ended)

    def _confirmed(self) -> npt.NDArray[np.bool_]:
        return self._hits >= self._settings.confirm_hits

    def _match(self, detections: Detections, dt_s: float) -> Detections:
        """Continue tracks; return the detections that may start new ones."""
        s = self._settings
        confirmed, before = self._confirmed(), self._unseen_s.copy()
        high = detections.scores >= s.high_score
        low = detections.select(~high & (detections.scores >= s.low_score))
        left = detections.select(high)
        left = self._continue(np.flatnonzero(confirmed), left, s.gate)
        left = self._continue(np.flatnonzero(~confirmed), left, s.gate)
        recent = (self._unseen_s > 0) & confirmed & (before <= s.confirm_s + dt_s)
        self._continue(np.flatnonzero(recent), low, s.low_gate)
        return left

    def _continue(self, rows: Indices, detections: Detections, limit: float) -> Detections:
        """Match tracks with detections at the least cost; return the detections left over."""
        if not len(rows) or not len(detections):
            return detections
        measured = to_state(detections.boxes)
        pairs, boxes = assign(self._costs(rows, measured, detections.classes), limit)
        which = rows[pairs]
        self._model.correct(which, measured[boxes])
        self._hits[which] += 1
        self._unseen_s[which] = 0.0
        self._scores[which] = detections.scores[boxes]
        self._votes[which, detections.classes[boxes]] += detections.scores[boxes]
        left = np.ones(len(detections), dtype=np.bool_)
        left[boxes] = False
        return detections.select(left)

    def _costs(self, rows: Indices, measured: Floats, classes: npt.NDArray[np.int8]) -> Floats:
        """Minus twice the log-likelihood of each pair, up to what all have in common, (n, m).

        Squared distances in standard deviations, plus what a guess costs that has grown vague: a
        track lost for seconds does not take a detection from one that was seen just now.
        """
        noise = self._model.noise()[rows]
        total = self._model.spread[rows] + noise
        weight = np.array([1.0, 1.0, self._settings.size_weight, self._settings.size_weight])
        gap = measured[None, :, :] - self._model.position[rows][:, None, :]
        distance = (gap**2 * (weight / total)[:, None, :]).sum(axis=2)
        vague = np.log(total / noise).sum(axis=1)
        unlike = LARGE[self._votes[rows].argmax(axis=1)][:, None] != LARGE[classes][None, :]
        costs: Floats = np.where(unlike, np.inf, distance + vague[:, None])
        return costs

    def _drop(self) -> npt.NDArray[np.int64]:
        """Forget tracks that have been unseen for too long; return the reported ones' ids."""
        s = self._settings
        middle, foot, _, height = self._model.position.T
        gone = (middle < 0) | (middle > self._width) | (foot < 0) | (foot - height > self._height)
        confirmed = self._confirmed()
        patience = np.where(confirmed & ~gone, s.lost_s, s.confirm_s)
        kept = self._unseen_s <= patience
        ended = self._ids[~kept & confirmed]
        if not kept.all():
            self._model.keep(kept)
            self._ids, self._hits = self._ids[kept], self._hits[kept]
            self._unseen_s, self._scores = self._unseen_s[kept], self._scores[kept]
            self._votes = self._votes[kept]
        return ended

    def _begin(self, detections: Detections) -> None:
        """Start a track with each detection."""
        n = len(detections)
        if not n:
            return
        s = self._settings
        on_foot = detections.classes == ObjectClass.PERSON
        speed = np.where(on_foot, s.speed_people, s.speed_wheels)
        self._model.add(to_state(detections.boxes), speed)
        self._ids = np.concatenate((self._ids, np.arange(self._next_id, self._next_id + n)))
        self._next_id += n
        self._hits = np.concatenate((self._hits, np.ones(n, dtype=np.int64)))
        self._unseen_s = np.concatenate((self._unseen_s, np.zeros(n)))
        self._scores = np.concatenate((self._scores, detections.scores))
        votes = np.zeros((n, len(ObjectClass)))
        votes[np.arange(n), detections.classes] = detections.scores
        self._votes = np.concatenate((self._votes, votes))

    def _report(self, time_s: float, ended: npt.NDArray[np.int64]) -> Tracks:
        """The present view; the same moment goes to hindsight."""
        confirmed, seen = self._confirmed(), self._unseen_s == 0
        classes = self._votes.argmax(axis=1).astype(np.int8)
        self._hindsight.push(
            Moment(
                time_s=time_s,
                ids=self._ids,
                confirmed=confirmed,
                classes=classes,
                scores=self._scores.copy(),
                seen=seen,
                ended=ended,
                step=self._model.step(),
            )
        )
        shown = confirmed & (self._unseen_s <= self._settings.coast_s)
        return Tracks(
            time_s=time_s,
            ids=self._ids[shown],
            boxes=to_boxes(self._model.position[shown]),
            classes=classes[shown],
            scores=self._scores[shown],
            seen=seen[shown],
            ended=ended,
        )
