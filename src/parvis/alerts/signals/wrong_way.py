"""Going against the one way that is allowed."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from parvis.alerts.rule import Rule
from parvis.alerts.scene import Scene, WatchedZone
from parvis.alerts.signals.asked import VEHICLES, zones_asked
from parvis.alerts.signals.presence import Presence
from parvis.alerts.signals.trails import Sighted
from parvis.measures.ground.moment import Moment
from parvis.measures.ground.segments import FloatArray
from parvis.measures.ground.shapes import Borders
from parvis.measures.rows import enlarged
from parvis.values.alerts import AlertKind, Signal
from parvis.values.classes import ObjectClass

LEAST_MPS = 0.25
"""Slower is swaying, drifting, stepping aside."""

ASLANT = 0.6
"""Who goes across more than against, by more than 60 degrees, crosses the way and does not go
against it."""

PERSON_M = 1.5
VEHICLE_M = 3.0
"""How far against the way, beyond what ``LEAST_MPS`` allows: a vehicle may back a little."""

BACK = 0.4
"""It is over when all but so much of that has been taken back."""

UNSEEN_S = 1.5


def way_of(zone: WatchedZone, scene: Scene) -> tuple[float, float] | None:
    """The way that is allowed in a zone: drawn, or the first direction of a line through it.

    A line's first direction goes from its left to its right, square to the line from its first to
    its last point.
    """
    if zone.way is not None:
        return zone.way
    borders = Borders([zone.zone])
    for line in scene.lines.values():
        points = line.array()
        on_line = np.concatenate([np.linspace(a, b, 101) for a, b in pairwise(points)])
        if borders.holds(on_line).any():
            x, y = (points[-1] - points[0]).tolist()
            length = float(np.hypot(x, y))
            return (y / length, -x / length) if length else None
    return None


class WrongWaySignal:
    """Objects that go against the way of each one-way zone.

    For each object in the zone, of smoothed step ``d`` and smoothed velocity ``v`` across the way,
    what it has gone against the way ``w`` beyond doubt is a cumulative sum (Page, Biometrika 41
    (1954) 100): ``A = max(0, A - d . w - max(LEAST_MPS, ASLANT |v across|) dt)``. It goes against
    the way from ``A = 1.5 m`` (3 m for a vehicle) until it has left the zone or has taken most of
    it back. Swaying, stepping aside, waiting, crossing the way and turning round at the border do
    not add up; a person who keeps pace against the way is told after about two seconds.

    A one-way zone for which nobody has drawn the way takes the first direction of a line through
    it; without one there is no signal.

    Args:
        scene: whose zones.
        rules: of this kind.
        presence: who is where.
    """

    def __init__(self, scene: Scene, rules: Sequence[Rule], presence: Presence) -> None:
        asked = zones_asked(scene, rules)
        ways = {name: way_of(zone, scene) for name, zone in scene.zones.items()}
        self._asked = [one for one in asked if ways[one.zone] is not None]
        names = list(dict.fromkeys(one.zone for one in self._asked))
        self._places = {name: i for i, name in enumerate(names)}
        self._columns = [list(scene.zones).index(name) for name in names]
        self._ways: FloatArray = np.array([ways[name] for name in names]).reshape(-1, 2)
        self._trails = presence.trails
        shape = self._trails.capacity, len(names)
        self._against = np.zeros(shape)
        self._wrong = np.zeros(shape, dtype=np.bool_)
        need_m = np.full(len(ObjectClass), PERSON_M)
        need_m[sorted(VEHICLES)] = VEHICLE_M
        self._need_m: FloatArray = need_m

    def observe(self, moment: Moment, sighted: Sighted) -> Sequence[Signal]:
        """One signal a rule and zone at every frame."""
        if sighted.capacity > len(self._against):
            self._against = enlarged(self._against, sighted.capacity)
            self._wrong = enlarged(self._wrong, sighted.capacity)
        self._against[sighted.fresh] = 0.0
        self._wrong[sighted.fresh] = False
        inside = moment.holds[sighted.which][:, self._columns]
        self._add(sighted.trails, sighted.ends - sighted.starts, sighted.steps_s, inside)
        trail, place = np.nonzero(
            self._wrong & self._trails.present(moment.time_s, UNSEEN_S)[:, None]
        )
        signals = []
        for one in self._asked:
            mine = place == self._places[one.zone]
            who = trail[mine & one.classes[self._trails.codes[trail]]]
            signals.append(
                Signal(
                    AlertKind.WRONG_WAY,
                    one.subject,
                    moment.time_s,
                    float(len(who)),
                    at=self._trails.spot(int(who[0])) if len(who) else None,
                    rule=one.rule,
                )
            )
        return signals

    def gap(self) -> None:
        """Nobody is known to go anywhere."""
        self._against[:] = 0.0
        self._wrong[:] = False

    def _add(
        self,
        trails: npt.NDArray[np.intp],
        steps: FloatArray,
        steps_s: FloatArray,
        inside: npt.NDArray[np.bool_],
    ) -> None:
        velocities = self._trails.velocities(trails)
        along = velocities @ self._ways.T
        speeds2 = np.sum(velocities * velocities, axis=1)[:, None]
        across = np.sqrt(np.maximum(0.0, speeds2 - along * along))
        allowed_m = np.maximum(LEAST_MPS, ASLANT * across) * steps_s[:, None]
        against = np.maximum(0.0, self._against[trails] - steps @ self._ways.T - allowed_m)
        need_m = self._need_m[self._trails.codes[trails]][:, None]
        against = np.where(inside, np.minimum(against, 1.5 * need_m), 0.0)
        self._against[trails] = against
        self._wrong[trails] = (against >= need_m) | (
            self._wrong[trails] & (against > BACK * need_m)
        )
