"""Gatherings: people who stand close to each other, as each rule says how close."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.alerts.rule import Rule
from parvis.alerts.scene import Scene
from parvis.alerts.signals.standing import Standers, Standing
from parvis.alerts.signals.subjects import Watched, expected, watched
from parvis.measures.ground.clusters import components
from parvis.measures.ground.drawn import GroundNow
from parvis.measures.ground.moment import Moment
from parvis.measures.ground.segments import FloatArray
from parvis.values.alerts import AlertKind, Signal

RADIUS_M = 1.5
"""How close people of a gathering stand, where a rule does not say."""

LINK_S = 10.0
"""Two who stood that close a moment ago, and are still about, belong together."""

LINK_REACH = 1.5
LAPSE_S = 4.0
"""A gathering too small for longer has dissolved."""

LAG_S = 2.5
"""Somebody who comes to a stand is told to stand so much later, at walking speed."""


@dataclass(slots=True, eq=False)
class _Cluster:
    """People who stand together, followed by where they are."""

    centre: FloatArray
    radius_m: float
    people: int
    since_s: float
    last_s: float


class GatheringSignal:
    """People of the gathering that has lasted longest, and of any larger one beside it.

    People stand who are slower than 0.5 m/s on the mean of some seconds (:mod:`.standing`); they
    belong together who are joined by pairs within the radius of the rule (single linkage, as in
    :class:`parvis.measures.ground.gatherings.Gatherings`); a pair once joined stays so for
    ``LINK_S`` while its distance is under 1.5 radii. How long it must last is the rule's
    ``for_s``: a signal of 0 between two gatherings at different places makes the second last anew.
    Limits: people who walk slower than 0.5 m/s stand; two gatherings whose edges are closer than
    the radius are one; queues count where no zone says that they are queues.

    Args:
        scene: whose ground.
        rules: of the kind.
    """

    def __init__(self, scene: Scene, rules: Sequence[Rule]) -> None:
        self._standers = Standers()
        self._followed = [_Followed(one, expected(scene)) for one in watched(scene, rules)]

    def observe(self, moment: Moment, now: GroundNow) -> Sequence[Signal]:
        """One signal a rule and subject at every look."""
        self._standers.forget(moment)
        for one in self._followed:
            one.forget(moment)
        if not moment.looked:
            return ()
        standing = self._standers.look(moment)
        return [one.look(moment.time_s, standing) for one in self._followed]

    def gap(self) -> None:
        """Every object ends."""
        self._standers.gap()
        for one in self._followed:
            one.gap()


class _Followed:
    """The gatherings of one rule at one subject."""

    def __init__(self, one: Watched, waiting: npt.NDArray[np.bool_]) -> None:
        self._one = one
        self._waiting = waiting
        self._radius_m = one.rule.radius_m or RADIUS_M
        bounds = one.rule.bounds_on("")
        self._least = max(2.0, bounds.at[bounds.lowest] * one.rule.durations.release)
        self._joined_s = np.empty((0, 0))
        self._known: list[_Cluster] = []
        self._above_s: float | None = None

    def forget(self, moment: Moment) -> None:
        """Rows of this frame that are new: nobody has stood with them."""
        capacity = moment.frame.capacity
        if capacity > len(self._joined_s):
            grown = np.full((capacity, capacity), -np.inf)
            grown[: len(self._joined_s), : len(self._joined_s)] = self._joined_s
            self._joined_s = grown
        fresh = moment.frame.fresh
        if len(fresh):
            self._joined_s[fresh], self._joined_s[:, fresh] = -np.inf, -np.inf

    def look(self, time_s: float, standing: Standing) -> Signal:
        who = np.isin(standing.codes, self._one.codes)
        if self._one.zone is None:
            who &= ~standing.holds[:, self._waiting].any(axis=1)
        else:
            who &= standing.holds[:, self._one.zone]
        rows, points = standing.rows[who], standing.points[who]
        self._follow(time_s, self._clusters(time_s, rows, points))
        value, at, since_s = 0.0, None, None
        if self._known:
            oldest = min(self._known, key=lambda one: one.since_s)
            largest = max(self._known, key=lambda one: one.people)
            if self._above_s is None:
                self._above_s = oldest.since_s
            if oldest.since_s <= self._above_s + LAPSE_S:
                value, since_s = float(largest.people), time_s - LAG_S
                at = (float(largest.centre[0]), float(largest.centre[1]))
            else:
                self._above_s = None
        else:
            self._above_s = None
        return Signal(
            AlertKind.GATHERING,
            self._one.subject,
            time_s,
            value,
            at=at,
            rule=self._one.rule.name,
            since_s=since_s,
        )

    def gap(self) -> None:
        self._joined_s[:] = -np.inf
        self._known, self._above_s = [], None

    def _clusters(
        self, time_s: float, rows: npt.NDArray[np.intp], points: FloatArray
    ) -> list[FloatArray]:
        """The positions of each cluster that is large enough, the largest first."""
        if len(points) < self._least:
            return []
        squares = (points[:, :1] - points[:, 0]) ** 2 + (points[:, 1:] - points[:, 1]) ** 2
        close = squares <= self._radius_m**2
        seen = np.flatnonzero(rows >= 0)
        pairs, places = np.ix_(rows[seen], rows[seen]), np.ix_(seen, seen)
        joined_s = np.where(close[places], time_s, self._joined_s[pairs])
        self._joined_s[pairs] = joined_s
        about = squares[places] <= (LINK_REACH * self._radius_m) ** 2
        close[places] |= about & (joined_s >= time_s - LINK_S)
        label = components(close)
        found = [points[label == i] for i in np.flatnonzero(np.bincount(label) >= self._least)]
        return sorted(found, key=len, reverse=True)

    def _follow(self, time_s: float, clusters: list[FloatArray]) -> None:
        """Each cluster continues the oldest of before at its place."""
        before = sorted(self._known, key=lambda one: one.since_s)
        self._known = []
        for points in clusters:
            centre = points.mean(axis=0)
            radius_m = float(np.hypot(*(points - centre).T).max())
            old = next((one for one in before if self._at(one, centre, radius_m)), None)
            if old is not None:
                before.remove(old)
            since_s = time_s if old is None else old.since_s
            self._known.append(_Cluster(centre, radius_m, len(points), since_s, time_s))
        self._known += [one for one in before if time_s - one.last_s <= LAPSE_S]

    def _at(self, one: _Cluster, centre: FloatArray, radius_m: float) -> bool:
        distance_m = float(np.hypot(*(one.centre - centre)))
        return distance_m <= max(one.radius_m, radius_m)
