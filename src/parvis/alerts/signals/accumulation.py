"""Zones that fill, and when they will be full: the earliest warning there is."""

import math
from collections.abc import Sequence

from parvis.alerts.kinds import KINDS
from parvis.alerts.scene import Scene, WatchedZone
from parvis.alerts.signals.trickle import Trickle
from parvis.measures.ground.drawn import GroundNow
from parvis.measures.ground.moment import Moment
from parvis.values.alerts import AlertKind, Signal
from parvis.values.measure import Z90

BACK_S = 20.0
"""What is told from a stretch of time has lasted for it, but no more than that is counted."""


LEAST_SHARE = 0.25
"""A zone less full than that has room for any group that comes."""


LONGEST_S = 600.0
"""Nor is what may take longer, at the slow end of its 90 % interval: a bus comes first."""


class AccumulationSignal:
    """Seconds until a zone is full, while it fills by more than chance.

    ``(N_crit - N) / (dN/dt)``: N_crit is the zone's capacity, or where nobody has said it, the
    density of the highest rung of its ladder times its area. dN/dt is told from the number of
    people inside (:class:`.Trickle`), not from passages of the border: people who come out of a
    door inside the zone fill it too. Limits: nothing is told in the first ten seconds or so, nor
    while less than a fifth of N_crit is there; what fills
    slower than its number trembles is not told from chance until it has gone on for longer. A zone
    that was full when it was first seen has not been seen to fill: its density tells it.

    Args:
        scene: whose zones; those that are no car parks are watched.
    """

    def __init__(self, scene: Scene) -> None:
        self._watched = {
            name: (scene.subject(name), critical_of(zone), Trickle())
            for name, zone in scene.zones.items()
            if zone.use != "parking"
        }
        self._filling: set[str] = set()

    def observe(self, moment: Moment, now: GroundNow) -> Sequence[Signal]:
        """One signal a zone at every look; infinite while it does not fill."""
        if not moment.looked:
            return ()
        signals = []
        for name, (subject, critical, trickle) in self._watched.items():
            crowd = now.crowding.get(name)
            value, earliest, since_s = None, None, None
            if crowd is not None:
                rate = trickle.look(moment.time_s, crowd.people)
                left = max(0.0, critical - crowd.people)
                if rate is not None:
                    slow = rate.per_s - Z90 * rate.error_per_s
                    fills = rate.rises and crowd.people >= LEAST_SHARE * critical
                    fills = fills and left <= LONGEST_S * slow
                    fills = fills or (not left and name in self._filling)
                    (self._filling.add if fills else self._filling.discard)(name)
                    value = left / max(rate.per_s, 1e-9) if fills else math.inf
                    soonest = rate.per_s + Z90 * rate.error_per_s
                    earliest = left / soonest if fills and soonest > 0 else None
                    since_s = moment.time_s - min(rate.over_s, BACK_S)
            signals.append(
                Signal(
                    AlertKind.ACCUMULATION,
                    subject,
                    moment.time_s,
                    value,
                    low=earliest,
                    since_s=since_s,
                )
            )
        return signals

    def gap(self) -> None:
        """What comes next does not continue what was."""
        self._filling.clear()
        for _, _, trickle in self._watched.values():
            trickle.gap()


def critical_of(zone: WatchedZone) -> float:
    """People at whom a zone is full."""
    if zone.capacity is not None:
        return float(zone.capacity)
    densities = KINDS[AlertKind.DENSITY].bounds_for(zone.use).at
    return densities[max(densities)] * zone.zone.area_m2
