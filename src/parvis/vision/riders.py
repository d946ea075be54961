"""A rider and the bicycle or motorcycle count once, as the bicycle or motorcycle."""

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from parvis.values.classes import ObjectClass
from parvis.values.detections import Detections
from parvis.vision.boxes import overlaps
from parvis.vision.decoding import suppress

Bools = npt.NDArray[np.bool_]

_IS_RIDDEN = np.isin(np.arange(len(ObjectClass)), (ObjectClass.BICYCLE, ObjectClass.MOTORCYCLE))
"""By class code."""
_SAME_THING = 0.6
"""Overlap above which two ridden things are one."""

_SAME_PLACE = 0.7
"""Overlap above which two boxes of a bicycle are one that has not moved."""


def merge_riders(found: Detections, parked: Bools | None = None) -> Detections:
    """Join each rider with what he rides into one box of the ridden class.

    Models trained on COCO give two boxes, a person and a bicycle; others give one. A person rides
    when the middle of his box lies over the bicycle, his head rises above it, he ends within it,
    and the two are of matching size. One person rides one thing and one thing carries one person,
    paired so that they fit best together. The joint box spans both, with the better of both scores.

    Somebody who pushes a bicycle stands beside or behind it with the feet as low as the wheels:
    most such pairs stay two boxes, a person and a bicycle; where the picture hides the difference
    they count once, as a bicycle.

    Args:
        found: detections of one frame.
        parked: shape (n,), true for a bicycle known to stand; it gets no rider, so that somebody
            who walks past a bicycle rack stays a person.

    Returns:
        detections without the persons that were joined, in the same order.
    """
    ridden = _IS_RIDDEN[found.classes]
    if parked is not None:
        ridden &= ~parked
    things = np.flatnonzero(ridden)
    people = np.flatnonzero(found.classes == ObjectClass.PERSON)
    if not len(things) or not len(people):
        return found
    closeness = _closeness(found.boxes[people], found.boxes[things])
    rows, columns = linear_sum_assignment(closeness, maximize=True)
    joined = closeness[rows, columns] > 0
    person, thing = people[rows[joined]], things[columns[joined]]
    boxes, scores = found.boxes.copy(), found.scores.copy()
    boxes[thing, :2] = np.minimum(boxes[person, :2], boxes[thing, :2])
    boxes[thing, 2:] = np.maximum(boxes[person, 2:], boxes[thing, 2:])
    scores[thing] = np.maximum(scores[person], scores[thing])
    stays = np.ones(len(found), dtype=np.bool_)
    stays[person] = False
    # A network may call one thing a bicycle and a motorcycle: with the rider in, the boxes agree.
    # The one that carries the rider stays.
    rank = scores[things] + np.isin(things, thing)
    better = suppress(boxes[things], rank, np.zeros(len(things), np.intp), _SAME_THING)
    stays[np.delete(things, better)] = False
    return Detections(boxes, scores, found.classes).select(stays)


class Riders:
    """Joins riders frame by frame, and knows which bicycles are parked.

    A bicycle seen in the same place for ``parked_after_s`` is parked until it moves. A rider who
    waits that long is a person beside a bicycle until he rides on.

    Args:
        parked_after_s: seconds without moving.
        forget_s: seconds without being seen after which a place is forgotten.
    """

    def __init__(self, parked_after_s: float = 10.0, forget_s: float = 60.0) -> None:
        self._parked_after_s = parked_after_s
        self._forget_s = forget_s
        self._places = np.empty((0, 4))
        self._since_s = np.empty(0)
        self._seen_s = np.empty(0)

    def merge(self, time_s: float, found: Detections) -> Detections:
        """Detections of the frame at ``time_s`` (seconds) with riders joined to what they ride."""
        parked = np.zeros(len(found), dtype=np.bool_)
        things = np.flatnonzero(_IS_RIDDEN[found.classes])
        if len(things) or len(self._places):
            parked[things] = self._note(time_s, found.boxes[things])
        return merge_riders(found, parked)

    def _note(self, time_s: float, boxes: npt.NDArray[np.float64]) -> Bools:
        """Remember where bicycles are, and tell which of these have been there for long."""
        same = overlaps(boxes, self._places) > _SAME_PLACE
        held = same.any(axis=1)
        first_s = np.where(same, self._since_s[None, :], np.inf).min(axis=1, initial=np.inf)
        self._seen_s[same.any(axis=0)] = time_s
        kept = time_s - self._seen_s <= self._forget_s
        fresh = boxes[~held]
        self._places = np.vstack((self._places[kept], fresh))
        self._since_s = np.concatenate((self._since_s[kept], np.full(len(fresh), time_s)))
        self._seen_s = np.concatenate((self._seen_s[kept], np.full(len(fresh), time_s)))
        standing: Bools = time_s - first_s >= self._parked_after_s
        return standing


def _closeness(
    people: npt.NDArray[np.float64], things: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """How well each person sits on each thing, shape (people, things); 0 where not at all."""
    p, t = people[:, None, :], things[None, :, :]
    width, height = t[..., 2] - t[..., 0], t[..., 3] - t[..., 1]
    tall = p[..., 3] - p[..., 1]
    aside = np.abs((p[..., 0] + p[..., 2]) - (t[..., 0] + t[..., 2])) / 2
    rides = (
        (aside < 0.5 * np.maximum(width, 0.3 * height))
        & (p[..., 1] < t[..., 1] + 0.1 * height)
        & (p[..., 3] > t[..., 1] + 0.3 * height)
        & (p[..., 3] < t[..., 3] + 0.02 * height)
        & (height > 0.25 * tall)
        & (height < 1.5 * tall)
    )
    return np.where(rides, 1 - aside / np.maximum(width + height, 1e-9), 0.0)
