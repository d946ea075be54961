"""Live indicators of zones, for thresholds that are tried where no hub follows them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from parvis.alerts.rule import LIVE_INDICATORS, Rule
from parvis.alerts.scene import Scene
from parvis.measures.ground.drawn import GroundNow
from parvis.measures.ground.moment import Moment
from parvis.values.alerts import AlertKind, Form, Signal

_Told = Callable[[GroundNow, str], float | None]


def _net(now: GroundNow, zone: str) -> float | None:
    return now.filling[zone].net_per_s if zone in now.filling else None


_OF_A_ZONE: Final[Mapping[str, _Told]] = {
    "people": lambda now, zone: float(now.crowding[zone].people),
    "density": lambda now, zone: now.crowding[zone].density_pm2,
    "speed": lambda now, zone: now.crowding[zone].speed_mps,
    "net": _net,
    "queue": lambda now, zone: now.queues.get(zone),
    "parked": lambda now, zone: now.parking.get(zone),
}
"""People, people a square metre, metres a second, people a second, people, vehicles."""


class ThresholdSignal:
    """The indicator of each rule in each zone that it watches, once a second.

    Live, the hub follows thresholds, on what its cameras say of now; here they are followed on the
    same figures of one ground, so that a rule can be tried on scenarios and recordings.

    Args:
        scene: whose zones.
        rules: of this kind; those on closed measures have no signal here.
    """

    def __init__(self, scene: Scene, rules: Sequence[Rule]) -> None:
        self._asked = [
            (rule, scene.subject(name), name)
            for rule in rules
            if rule.indicator in LIVE_INDICATORS
            for name, zone in scene.zones.items()
            if rule.watches(scene.subject(name), Form.PLAIN, zone.use)
        ]

    def observe(self, moment: Moment, now: GroundNow) -> Sequence[Signal]:
        """One signal a rule and zone at every look."""
        if not moment.looked:
            return ()
        return [
            Signal(
                AlertKind.THRESHOLD,
                subject,
                moment.time_s,
                _OF_A_ZONE[rule.indicator](now, zone) if zone in now.crowding else None,
                rule=rule.name,
            )
            for rule, subject, zone in self._asked
        ]

    def gap(self) -> None:
        """Nothing is carried from look to look."""
