"""Density and filling of zones, as the observers see them once a second."""

import math
from collections.abc import Sequence

from parvis.alerts.scene import Scene
from parvis.measures.ground.drawn import GroundNow
from parvis.measures.ground.moment import Moment
from parvis.values.alerts import AlertKind, Signal


class DensitySignal:
    """People a square metre in each zone, by the room that each has.

    Args:
        scene: whose zones.
    """

    def __init__(self, scene: Scene) -> None:
        self._subjects = {name: scene.subject(name) for name in scene.zones}

    def observe(self, moment: Moment, now: GroundNow) -> Sequence[Signal]:
        """One signal a zone at every look."""
        if not moment.looked:
            return ()
        signals = []
        for name, subject in self._subjects.items():
            crowd = now.crowding.get(name)
            filling = now.filling.get(name)
            signals.append(
                Signal(
                    AlertKind.DENSITY,
                    subject,
                    moment.time_s,
                    None if crowd is None else crowd.density_pm2,
                    worse=filling is not None and filling.outflow_falls,
                )
            )
        return signals

    def gap(self) -> None:
        """Nothing is carried from look to look."""


class AccumulationSignal:
    """Seconds until a zone is full, while it fills by more than chance.

    Args:
        scene: whose zones; those with a capacity are watched.
    """

    LEAST_SEEN_S = 60.0
    """Flows of less than a minute say nothing of minutes to come."""

    def __init__(self, scene: Scene) -> None:
        self._watched = {
            name: (scene.subject(name), zone.capacity)
            for name, zone in scene.zones.items()
            if zone.capacity is not None
        }

    def observe(self, moment: Moment, now: GroundNow) -> Sequence[Signal]:
        """One signal a zone at every look; infinite while it does not fill."""
        if not moment.looked:
            return ()
        signals = []
        for name, (subject, capacity) in self._watched.items():
            filling = now.filling.get(name)
            value: float | None = None
            earliest: float | None = None
            if filling is not None and filling.seen_s >= self.LEAST_SEEN_S:
                left, earliest = filling.time_to_s(float(capacity or 0))
                value = left if left is not None and filling.net_low_per_s > 0 else math.inf
            signals.append(
                Signal(AlertKind.ACCUMULATION, subject, moment.time_s, value, low=earliest)
            )
        return signals

    def gap(self) -> None:
        """Nothing is carried from look to look."""
