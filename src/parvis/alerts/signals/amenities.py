"""Queues and car parks, as the observers see them once a second."""

from collections.abc import Sequence

from parvis.alerts.scene import Scene
from parvis.measures.ground.drawn import GroundNow
from parvis.measures.ground.moment import Moment
from parvis.values.alerts import AlertKind, Signal


class QueueSignal:
    """People in each queue.

    Args:
        scene: whose zones; those used as queues are watched.
    """

    def __init__(self, scene: Scene) -> None:
        self._subjects = {
            name: scene.subject(name) for name, one in scene.zones.items() if one.use == "queue"
        }

    def observe(self, moment: Moment, now: GroundNow) -> Sequence[Signal]:
        """One signal a queue at every look."""
        if not moment.looked:
            return ()
        return [
            Signal(AlertKind.QUEUE, subject, moment.time_s, float(now.queues[name]))
            for name, subject in self._subjects.items()
            if name in now.queues
        ]

    def gap(self) -> None:
        """Nothing is carried from look to look."""


class ParkingSignal:
    """Share of each car park that is taken, per cent.

    Args:
        scene: whose zones; those used as parking whose capacity is known are watched.
    """

    def __init__(self, scene: Scene) -> None:
        self._watched = {
            name: (scene.subject(name), zone.capacity)
            for name, zone in scene.zones.items()
            if zone.use == "parking" and zone.capacity is not None
        }

    def observe(self, moment: Moment, now: GroundNow) -> Sequence[Signal]:
        """One signal a car park at every look."""
        if not moment.looked:
            return ()
        signals = []
        for name, (subject, capacity) in self._watched.items():
            taken = now.parking.get(name)
            value = None if taken is None or not capacity else 100.0 * taken / capacity
            signals.append(Signal(AlertKind.PARKING_FULL, subject, moment.time_s, value))
        return signals

    def gap(self) -> None:
        """Nothing is carried from look to look."""
