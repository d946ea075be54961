"""Staying long where one passes."""

from collections.abc import Sequence

import numpy as np

from parvis.alerts.rule import Rule
from parvis.alerts.scene import Scene
from parvis.alerts.signals.asked import PEOPLE, ZoneAsked, zones_asked
from parvis.alerts.signals.presence import Presence
from parvis.alerts.signals.refound import HIDDEN_S
from parvis.alerts.signals.trails import Sighted
from parvis.measures.ground.moment import Moment
from parvis.measures.ground.segments import FloatArray
from parvis.measures.rows import enlarged
from parvis.values.alerts import AlertKind, Signal

AWAY_S = 5.0
"""Who is back over the border sooner has not left."""


class LoiteringSignal:
    """The longest stay in each zone, seconds.

    A stay begins when somebody is in the zone beyond doubt (see :class:`Presence`), goes on over a
    step out of less than ``AWAY_S`` and over a track that breaks and is found again at the same
    place (see :class:`Trails`), and ends otherwise. Nobody is recognised: who leaves and comes
    back is somebody new. While somebody is out or hidden their stay does not grow.

    Waiting at a stop and sitting on a terrace are what those zones are for: a rule that names no
    zone looks at walkways, forbidden and one-way zones only.

    Args:
        scene: whose zones.
        rules: of this kind.
        presence: who is where.
    """

    def __init__(self, scene: Scene, rules: Sequence[Rule], presence: Presence) -> None:
        self._asked = zones_asked(scene, rules, PEOPLE)
        self._presence = presence
        shape = self._presence.inside.shape
        self._since_s, self._last_s = np.zeros(shape), np.full(shape, -np.inf)

    def observe(self, moment: Moment, sighted: Sighted) -> Sequence[Signal]:
        """One signal a rule and zone at every frame."""
        now_s = moment.time_s
        if sighted.capacity > len(self._since_s):
            self._since_s = enlarged(self._since_s, sighted.capacity)
            self._last_s = enlarged(self._last_s, sighted.capacity)
        self._last_s[sighted.fresh] = -np.inf
        trails, inside = sighted.trails, self._presence.inside[sighted.trails]
        last_s = self._last_s[trails]
        # Since the last sight if one was in then: what lay between, hidden, was no step out.
        out_s = np.maximum(AWAY_S, sighted.steps_s)[:, None]
        begins = inside & (last_s < now_s - out_s - 1e-6)
        self._since_s[trails] = np.where(begins, now_s, self._since_s[trails])
        self._last_s[trails] = np.where(inside, now_s, last_s)
        there = self._presence.trails.alive[:, None] & (self._last_s >= now_s - HIDDEN_S - 1e-6)
        stays_s = np.where(there, self._last_s - self._since_s, -1.0)
        return [self._signal(now_s, stays_s, one) for one in self._asked]

    def gap(self) -> None:
        """Nobody is known to be anywhere."""
        self._last_s[:] = -np.inf

    def _signal(self, now_s: float, stays_s: FloatArray, one: ZoneAsked) -> Signal:
        trails = self._presence.trails
        column = stays_s[:, self._presence.columns[one.zone]]
        mine = np.where(one.classes[trails.codes], column, -1.0)
        longest = int(np.argmax(mine))
        value = max(0.0, float(mine[longest]))
        at = trails.spot(longest) if value > 0 else None
        return Signal(AlertKind.LOITERING, one.subject, now_s, value, at=at, rule=one.rule)
