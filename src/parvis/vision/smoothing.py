"""Positions a moment later: what the next few frames say about where an object was.

A detector's boxes breathe; half a second of hindsight takes out most of it, which is what keeps
people who walk along a line from trembling over it.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.values.tracks import Tracks
from parvis.vision.motion_model import Floats, Step, to_boxes


@dataclass(frozen=True, slots=True)
class Moment:
    """All objects of one frame as the filter knew them then, ids ascending.

    Args:
        time_s: time of the frame.
        ids: shape (n,), ascending; known objects and those not yet confirmed.
        confirmed: those that are reported, shape (n,).
        classes, scores, seen: as in :class:`~parvis.values.tracks.Tracks`, shape (n,).
        ended: ids that end with this frame.
        step: what the filter did.
    """

    time_s: float
    ids: npt.NDArray[np.int64]
    confirmed: npt.NDArray[np.bool_]
    classes: npt.NDArray[np.int8]
    scores: Floats
    seen: npt.NDArray[np.bool_]
    ended: npt.NDArray[np.int64]
    step: Step


class Hindsight:
    """Holds frames back for ``lag_s`` seconds and corrects them by those that follow.

    The fixed-lag form of the modified Bryson-Frazier smoother (Bierman 1973), which needs no
    inverse: evidence of later frames is carried back through each step by its transpose.

    Args:
        lag_s: seconds to wait, >= 0; 0 gives the filter's own estimates.
    """

    def __init__(self, lag_s: float) -> None:
        self._lag_s = lag_s
        self._held: deque[Moment] = deque()
        self._ready: list[Tracks] = []

    def push(self, moment: Moment) -> None:
        """Add the newest frame; what has waited long enough becomes ready."""
        self._held.append(moment)
        # A frame on the edge belongs to the older side, whatever rounding says.
        while self._held and self._held[0].time_s <= moment.time_s - self._lag_s + 1e-6:
            self._ready.append(self._oldest())

    def flush(self) -> None:
        """Make all held frames ready: nothing follows."""
        while self._held:
            self._ready.append(self._oldest())

    def take(self) -> list[Tracks]:
        """Frames that are ready, in order; each is handed out once."""
        ready, self._ready = self._ready, []
        return ready

    def _oldest(self) -> Tracks:
        """Remove the oldest frame, corrected by all that follow."""
        newest = self._held[-1]
        ids = newest.ids
        of_position = of_velocity = np.zeros((len(ids), 4))
        for k in range(len(self._held) - 1, 0, -1):
            step, before = self._held[k].step, self._held[k - 1].ids
            of_position = (1 - step.gain) * of_position - step.pull * of_velocity - step.evidence
            of_velocity = step.reach_s * of_position + step.fade * of_velocity
            if before is not ids:
                here, there = _common(before, ids)
                carried = np.zeros((2, len(before), 4))
                carried[0, here], carried[1, here] = of_position[there], of_velocity[there]
                of_position, of_velocity = carried
            ids = before
        oldest = self._held.popleft()
        step = oldest.step
        position = step.position - step.spread * of_position - step.joint * of_velocity
        here, there = _common(oldest.ids, newest.ids)
        confirmed, classes = oldest.confirmed.copy(), oldest.classes.copy()
        confirmed[here], classes[here] = newest.confirmed[there], newest.classes[there]
        shown = confirmed & oldest.seen
        return Tracks(
            time_s=oldest.time_s,
            ids=oldest.ids[shown],
            boxes=to_boxes(position[shown]),
            classes=classes[shown],
            scores=oldest.scores[shown],
            seen=oldest.seen[shown],
            ended=oldest.ended,
        )


def _common(
    ids: npt.NDArray[np.int64], others: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Rows of the ids that both have, in each of the two; both are ascending."""
    if ids is others:
        every = np.arange(len(ids))
        return every, every
    row = np.searchsorted(others, ids)
    inside = np.flatnonzero(row < len(others))
    here = inside[others[row[inside]] == ids[inside]]
    return here, row[here]
