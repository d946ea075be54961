"""Density of zones, as the observers see it once a second."""

from collections.abc import Sequence

from parvis.alerts.scene import Scene
from parvis.measures.ground.drawn import GroundNow
from parvis.measures.ground.moment import Moment
from parvis.values.alerts import AlertKind, Signal

LEAST_PEOPLE = 6
"""Fewer in a zone say nothing of its density by their number: two who talk on two square metres."""


class DensitySignal:
    """People a square metre in each zone: by the room that each has, or by their number.

    The Voronoi density (Steffen & Seyfried 2010) is steadier than people over area, but people at
    the edge of a crowd have much room behind them, which may lie outside the zone: of a crowd that
    fills the zone and ends with it, it tells too little. The larger of the two is taken, the
    second from ``LEAST_PEOPLE`` on. One rung higher while outflow falls and inflow rises. Limits:
    it is the mean of the zone; a dense corner of a large one wants a zone of its own. The local
    maximum (kernel of one metre, Helbing 2007) is kept as a measure, but five friends reach the
    levels of a crush in it.

    Args:
        scene: whose zones.
    """

    def __init__(self, scene: Scene) -> None:
        self._watched = {
            name: (scene.subject(name), one.zone.area_m2) for name, one in scene.zones.items()
        }

    def observe(self, moment: Moment, now: GroundNow) -> Sequence[Signal]:
        """One signal a zone at every look."""
        if not moment.looked:
            return ()
        signals = []
        for name, (subject, area_m2) in self._watched.items():
            crowd = now.crowding.get(name)
            density = None if crowd is None else crowd.density_pm2
            if crowd is not None and crowd.people >= LEAST_PEOPLE:
                density = max(crowd.density_pm2, crowd.people / area_m2)
            filling = now.filling.get(name)
            signals.append(
                Signal(
                    AlertKind.DENSITY,
                    subject,
                    moment.time_s,
                    density,
                    worse=filling is not None and filling.outflow_falls,
                )
            )
        return signals

    def gap(self) -> None:
        """Nothing is carried from look to look."""
