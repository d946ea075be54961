"""Presence where nobody should be."""

from collections.abc import Sequence

import numpy as np

from parvis.alerts.rule import Rule
from parvis.alerts.scene import Scene
from parvis.alerts.signals.asked import zones_asked
from parvis.alerts.signals.presence import Presence
from parvis.alerts.signals.trails import Sighted
from parvis.measures.ground.moment import Moment
from parvis.values.alerts import AlertKind, Signal

UNSEEN_S = 1.5
"""Who was in the zone a moment ago and is not seen now is still there."""


class IntrusionSignal:
    """Objects in each forbidden zone.

    The value is how many are in it beyond doubt (see :class:`Presence`): their positions smoothed
    over half a second, 0.35 m inside the border or twice the error of the position, and until
    0.15 m outside. Walking along the border does not count; a corner that is cut counts for as
    long as it takes, and the rule's duration decides. The hours at which a place is forbidden are
    the rule's. It does not know who somebody is: a gardener counts like anybody else.

    Args:
        scene: whose zones.
        rules: of this kind.
        presence: who is where.
    """

    def __init__(self, scene: Scene, rules: Sequence[Rule], presence: Presence) -> None:
        self._asked = zones_asked(scene, rules)
        self._presence = presence

    def observe(self, moment: Moment, sighted: Sighted) -> Sequence[Signal]:
        """One signal a rule and zone at every frame."""
        trails = self._presence.trails
        trail, zone = np.nonzero(self._presence.people(moment.time_s, UNSEEN_S))
        signals = []
        for one in self._asked:
            who = trail[
                (zone == self._presence.columns[one.zone]) & one.classes[trails.codes[trail]]
            ]
            signals.append(
                Signal(
                    AlertKind.INTRUSION,
                    one.subject,
                    moment.time_s,
                    float(len(who)),
                    at=trails.spot(int(who[0])) if len(who) else None,
                    rule=one.rule,
                )
            )
        return signals

    def gap(self) -> None:
        """Nothing is carried but who is where."""
