"""Queues and car parks."""

from collections.abc import Sequence

import numpy as np

from parvis.alerts.rule import Rule
from parvis.alerts.scene import Scene
from parvis.alerts.signals.asked import PEOPLE, VEHICLES, zones_asked
from parvis.alerts.signals.presence import Presence
from parvis.alerts.signals.refound import HIDDEN_S
from parvis.alerts.signals.standstill import Standing
from parvis.alerts.signals.trails import Sighted
from parvis.measures.ground.moment import Moment
from parvis.values.alerts import AlertKind, Signal

UNSEEN_S = 1.5
PARKED_S = 2.0


class QueueSignal:
    """People in each queue.

    Those in the zone beyond doubt (see :class:`Presence`), whoever is not seen for a moment
    included. Who only passes through is in it too: the rule's duration is longer than a passage.

    Args:
        scene: whose zones.
        rules: of this kind.
        presence: who is where.
    """

    def __init__(self, scene: Scene, rules: Sequence[Rule], presence: Presence) -> None:
        self._asked = zones_asked(scene, rules, PEOPLE)
        self._presence = presence

    def observe(self, moment: Moment, sighted: Sighted) -> Sequence[Signal]:
        """One signal a rule and queue at every frame."""
        here = self._presence.people(moment.time_s, UNSEEN_S)
        codes = self._presence.trails.codes
        return [
            Signal(
                AlertKind.QUEUE,
                one.subject,
                moment.time_s,
                float(
                    np.count_nonzero(here[:, self._presence.columns[one.zone]] & one.classes[codes])
                ),
                rule=one.rule,
            )
            for one in self._asked
        ]

    def gap(self) -> None:
        """Nothing is carried but who is where."""


class ParkingSignal:
    """Share of each car park that is taken, per cent.

    Vehicles that have stood in it for ``PARKED_S`` beyond doubt (see :class:`Presence` and
    :class:`Standing`); one that is hidden for a few seconds is still there. More vehicles than
    places are not believed. A car park whose capacity nobody gave has no signal.

    Args:
        scene: whose zones.
        rules: of this kind.
        presence: who is where.
        standing: since when.
    """

    def __init__(
        self, scene: Scene, rules: Sequence[Rule], presence: Presence, standing: Standing
    ) -> None:
        asked = zones_asked(scene, rules, VEHICLES)
        self._asked = [one for one in asked if scene.zones[one.zone].capacity]
        self._capacity = {name: zone.capacity or 1 for name, zone in scene.zones.items()}
        self._presence = presence
        self._standing = standing

    def observe(self, moment: Moment, sighted: Sighted) -> Sequence[Signal]:
        """One signal a rule and car park at every look."""
        if not moment.looked:
            return ()
        trails = self._presence.trails
        stands = self._standing.since_s <= moment.time_s - PARKED_S
        standing = self._presence.people(moment.time_s, HIDDEN_S) & stands[:, None]
        signals = []
        for one in self._asked:
            taken = int(
                np.count_nonzero(
                    standing[:, self._presence.columns[one.zone]] & one.classes[trails.codes]
                )
            )
            share = 100.0 * min(1.0, taken / self._capacity[one.zone])
            signals.append(
                Signal(AlertKind.PARKING_FULL, one.subject, moment.time_s, share, rule=one.rule)
            )
        return signals

    def gap(self) -> None:
        """What is parked has to be seen anew."""
