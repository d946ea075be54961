"""Vehicles that stand where one drives."""

from collections.abc import Sequence

import numpy as np

from parvis.alerts.rule import Rule
from parvis.alerts.scene import Scene
from parvis.alerts.signals.asked import VEHICLES, ViewAsked, views_asked
from parvis.alerts.signals.presence import Presence
from parvis.alerts.signals.refound import HIDDEN_S
from parvis.alerts.signals.standstill import Standing
from parvis.alerts.signals.trails import Sighted
from parvis.measures.ground.moment import Moment
from parvis.measures.ground.segments import FloatArray
from parvis.measures.rows import enlarged
from parvis.values.alerts import AlertKind, Signal

ARRIVED_M = 4.0
"""Who was seen to go so far has arrived; what stood there before may be parked for days."""


class StoppedSignal:
    """The longest standing time of a vehicle outside car parks, seconds.

    A vehicle stands since its smoothed position has stayed near a place (see :class:`Standing`),
    over a track that breaks and is found again there (see :class:`Trails`). In the whole view only
    vehicles that were seen to arrive count, for nobody knows how long the others may stand; in a
    zone that a rule names every vehicle counts, from its first sight. A red light is no
    standstill to worry about: the rule's levels are longer than the light.

    Args:
        scene: whose zones; those used as parking are left out.
        rules: of this kind.
        presence: who is where.
        standing: since when.
    """

    def __init__(
        self, scene: Scene, rules: Sequence[Rule], presence: Presence, standing: Standing
    ) -> None:
        self._asked = views_asked(scene, rules, VEHICLES)
        self._parking = [i for i, zone in enumerate(scene.zones.values()) if zone.use == "parking"]
        self._trails = presence.trails
        n = self._trails.capacity
        self._standing = standing
        self._origin = np.zeros((n, 2))
        self._arrived, self._parked = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
        self._zones = np.zeros((n, len(scene.zones)), dtype=np.bool_)

    def observe(self, moment: Moment, sighted: Sighted) -> Sequence[Signal]:
        """One signal a rule and place at every frame."""
        if sighted.capacity > len(self._arrived):
            for name in _STATE:
                setattr(self, name, enlarged(getattr(self, name), sighted.capacity))
        self._arrive(sighted)
        holds = moment.holds[sighted.which]
        self._zones[sighted.trails] = holds
        self._parked[sighted.trails] = holds[:, self._parking].any(axis=1)
        there = self._trails.present(moment.time_s, HIDDEN_S) & ~self._parked
        stood_s: FloatArray = np.where(there, self._trails.last_s - self._standing.since_s, -1.0)
        return [self._signal(moment.time_s, stood_s, one) for one in self._asked]

    def gap(self) -> None:
        """Nothing is carried but what stands where."""

    def _arrive(self, sighted: Sighted) -> None:
        fresh, trails = sighted.fresh, sighted.trails
        self._arrived[fresh] = False
        self._origin[fresh] = self._trails.points[fresh]
        come_m = np.hypot(*(sighted.ends - self._origin[trails]).T)
        least_m = np.maximum(ARRIVED_M, 6.0 * self._trails.sigma_m[trails])
        self._arrived[trails] |= come_m >= least_m

    def _signal(self, now_s: float, stood_s: FloatArray, one: ViewAsked) -> Signal:
        counts = one.classes[self._trails.codes]
        counts &= self._arrived if one.column is None else self._zones[:, one.column]
        stood_s = np.where(counts, stood_s, -1.0)
        longest = int(np.argmax(stood_s))
        value = max(0.0, float(stood_s[longest]))
        at = self._trails.spot(longest) if value > 0 else None
        return Signal(
            AlertKind.STOPPED_VEHICLE, one.subject, now_s, value, at=at, rule=one.rule.name
        )


_STATE = ("_origin", "_arrived", "_parked", "_zones")
