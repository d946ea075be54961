"""Everything that single objects may do, from one look at where each of them is."""

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from parvis.alerts.rule import Rule
from parvis.alerts.scene import Scene
from parvis.alerts.signals.amenities import ParkingSignal, QueueSignal
from parvis.alerts.signals.asked import zones_asked
from parvis.alerts.signals.crossing import CrossingSignal
from parvis.alerts.signals.intrusion import IntrusionSignal
from parvis.alerts.signals.loitering import LoiteringSignal
from parvis.alerts.signals.presence import Presence
from parvis.alerts.signals.speeding import SpeedSignal
from parvis.alerts.signals.standstill import Standing
from parvis.alerts.signals.stopped import StoppedSignal
from parvis.alerts.signals.trails import Sighted, Trails
from parvis.alerts.signals.wrong_way import WrongWaySignal
from parvis.measures.ground.drawn import GroundNow
from parvis.measures.ground.moment import Moment
from parvis.values.alerts import AlertKind, Signal

BY_PRESENCE: Final = (
    AlertKind.INTRUSION, AlertKind.LOITERING, AlertKind.QUEUE, AlertKind.PARKING_FULL,
)  # fmt: skip
"""Kinds of which it matters who is in which zone."""

KINDS: Final = frozenset(
    {*BY_PRESENCE, AlertKind.WRONG_WAY, AlertKind.FORBIDDEN_CROSSING, AlertKind.STOPPED_VEHICLE,
     AlertKind.SPEED}
)  # fmt: skip


class _Part(Protocol):
    def observe(self, moment: Moment, sighted: Sighted) -> Sequence[Signal]: ...

    def gap(self) -> None: ...


class ObjectSignals:
    """Signals of single objects, of the kinds that rules ask for.

    Args:
        scene: what they look at.
        rules: by kind; those of ``KINDS`` matter.
    """

    def __init__(self, scene: Scene, rules: Mapping[AlertKind, Sequence[Rule]]) -> None:
        self._trails = Trails()
        watched = {
            one.zone for kind in BY_PRESENCE for one in zones_asked(scene, rules.get(kind, ()))
        }
        zones = {name: zone.zone for name, zone in scene.zones.items() if name in watched}
        self._presence = Presence(zones, self._trails)
        self._standing = Standing(self._trails)
        self._parts = [
            self._part(kind, scene, rules[kind])
            for kind in AlertKind
            if kind in KINDS and rules.get(kind)
        ]

    def observe(self, moment: Moment, now: GroundNow) -> Sequence[Signal]:
        """What each rule asks for, at every frame."""
        sighted = self._trails.observe(moment.frame)
        self._presence.observe(sighted)
        self._standing.observe(sighted)
        return [signal for part in self._parts for signal in part.observe(moment, sighted)]

    def gap(self) -> None:
        """What comes next does not continue what was."""
        self._trails.gap()
        self._presence.gap()
        for part in self._parts:
            part.gap()

    def _part(self, kind: AlertKind, scene: Scene, rules: Sequence[Rule]) -> _Part:
        presence, standing = self._presence, self._standing
        match kind:
            case AlertKind.PARKING_FULL:
                return ParkingSignal(scene, rules, presence, standing)
            case AlertKind.STOPPED_VEHICLE:
                return StoppedSignal(scene, rules, presence, standing)
            case AlertKind.INTRUSION:
                return IntrusionSignal(scene, rules, presence)
            case AlertKind.LOITERING:
                return LoiteringSignal(scene, rules, presence)
            case AlertKind.QUEUE:
                return QueueSignal(scene, rules, presence)
            case AlertKind.WRONG_WAY:
                return WrongWaySignal(scene, rules, presence)
            case AlertKind.FORBIDDEN_CROSSING:
                return CrossingSignal(scene, rules, presence)
            case AlertKind.SPEED:
                return SpeedSignal(scene, rules, presence)
        raise ValueError(f"{kind} is not of single objects")
