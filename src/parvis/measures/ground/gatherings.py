"""Gatherings: people who stand close to each other for a while."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from parvis.measures.ground.clusters import components
from parvis.measures.ground.segments import FloatArray


@dataclass(frozen=True, slots=True)
class GatheringRule:
    """When people who stand are a gathering.

    Args:
        people: least number.
        within_m: distance at which two belong together; those who are joined by others do too.
        slower_mps: who is slower stands.
        lasting_s: for how long.
        lapse_s: what is not seen for longer has dissolved.

    Raises:
        ValueError: fewer than two people, or a length, speed or time that is not positive.
    """

    people: int = 4
    within_m: float = 1.5
    slower_mps: float = 0.3
    lasting_s: float = 60.0
    lapse_s: float = 10.0

    def __post_init__(self) -> None:
        if self.people < 2:
            raise ValueError(f"a gathering has at least two people, not {self.people}")
        if min(self.within_m, self.slower_mps, self.lasting_s, self.lapse_s) <= 0:
            raise ValueError(f"lengths, speeds and times are positive: {self}")


@dataclass(frozen=True, slots=True)
class Gathering:
    """A gathering: where, how many, since when.

    Args:
        x_m, y_m: the mean of the positions.
        radius_m: distance of the farthest from there.
        people: now; ``most``: at most so far.
        since_s: when it formed, seconds since the epoch; ``last_s``: last seen.
    """

    x_m: float
    y_m: float
    radius_m: float
    people: int
    most: int
    since_s: float
    last_s: float

    @property
    def lasted_s(self) -> float:
        """How long it has been there."""
        return self.last_s - self.since_s


class Gatherings:
    """Follows clusters of standing people from look to look, about one a second.

    A cluster continues the nearest one of before whose people it can share: the centres are no
    farther apart than the radius of either plus ``within_m``. Single tracks may end and begin
    anew in it: it is known by its place.

    Args:
        rule: what a gathering is.
    """

    def __init__(self, rule: GatheringRule = GatheringRule()) -> None:
        self._rule = rule
        self._known: list[Gathering] = []

    def look(self, time_s: float, points: FloatArray, speeds_mps: FloatArray) -> list[Gathering]:
        """Take the people of a moment; return the gatherings that have dissolved.

        Args:
            time_s: later than that of the last call.
            points: positions, shape (n, 2).
            speeds_mps: speeds, shape (n,); NaN where unknown: such people do not stand.
        """
        found = self._clusters(points[speeds_mps < self._rule.slower_mps])
        before, self._known = self._known, []
        for centre, radius_m, people in found:
            old = self._nearest(before, centre, radius_m)
            if old is not None:
                before = [one for one in before if one is not old]
            self._known.append(
                Gathering(
                    float(centre[0]),
                    float(centre[1]),
                    radius_m,
                    people,
                    max(people, old.most if old else 0),
                    old.since_s if old else time_s,
                    time_s,
                )
            )
        gone = [one for one in before if time_s - one.last_s > self._rule.lapse_s]
        self._known += [one for one in before if time_s - one.last_s <= self._rule.lapse_s]
        return self._lasting(gone)

    def now(self) -> list[Gathering]:
        """Those that have lasted long enough, the largest first."""
        return sorted(self._lasting(self._known), key=lambda one: -one.people)

    def end_all(self) -> list[Gathering]:
        """Nothing is seen any more: those that were there, and none is."""
        gone, self._known = self._lasting(self._known), []
        return gone

    def _lasting(self, gatherings: Sequence[Gathering]) -> list[Gathering]:
        return [one for one in gatherings if one.lasted_s >= self._rule.lasting_s]

    def _clusters(self, points: FloatArray) -> list[tuple[FloatArray, float, int]]:
        if len(points) < self._rule.people:
            return []
        squares = (points[:, :1] - points[:, 0]) ** 2 + (points[:, 1:] - points[:, 1]) ** 2
        label = components(squares <= self._rule.within_m**2)
        clusters = []
        for i in np.flatnonzero(np.bincount(label) >= self._rule.people).tolist():
            mine = points[label == i]
            centre = mine.mean(axis=0)
            radius_m = float(np.hypot(*(mine - centre).T).max())
            clusters.append((centre, radius_m, len(mine)))
        return sorted(clusters, key=lambda one: -one[2])

    def _nearest(
        self, before: Sequence[Gathering], centre: FloatArray, radius_m: float
    ) -> Gathering | None:
        best, least_m = None, np.inf
        for one in before:
            distance_m = float(np.hypot(one.x_m - centre[0], one.y_m - centre[1]))
            reach_m = max(radius_m, one.radius_m) + self._rule.within_m
            if distance_m <= reach_m and distance_m < least_m:
                best, least_m = one, distance_m
        return best
