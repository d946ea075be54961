"""How crowded zones are, looked at once a second: densities, pressure, levels."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.measures.ground.buckets import Buckets
from parvis.measures.ground.levels import (
    FRUIN_QUEUE_DENSITY,
    FRUIN_WALKWAY_DENSITY,
    MOVING,
    STANDING,
    Alarm,
    Ladder,
    LadderClimb,
)
from parvis.measures.ground.local import expected_speed_mps, local_state
from parvis.measures.ground.segments import FloatArray
from parvis.measures.ground.shapes import GroundZone, ZoneUse
from parvis.measures.ground.voronoi import VoronoiDensity
from parvis.values.ground_minute import Reading, nothing_of
from parvis.values.series import SeriesKind

INDEPENDENT_S = 10.0
"""Densities of two moments closer than that are of the same people; the error of a minute's mean
is that of so many fewer looks."""


@dataclass(frozen=True, slots=True)
class Crowding:
    """One zone at the last look.

    Args:
        time_s: of the look.
        people: in the zone.
        density_pm2: Voronoi density.
        density_local_max_pm2: greatest kernel density at a person in the zone, 0 without any.
        pressure_max_per_s2: greatest crowd pressure there; None where no speed is known.
        speed_mps: mean speed of its people; None where none is known.
        expected_mps: what Weidmann expects at this density.
        level: letter of the level of service.
        alarm: of the ladder, and ``alarm_since_s``, when it was reached.
    """

    time_s: float
    people: int
    density_pm2: float
    density_local_max_pm2: float
    pressure_max_per_s2: float | None
    speed_mps: float | None
    expected_mps: float
    level: str
    alarm: Alarm
    alarm_since_s: float | None


class _Looks:
    """Sums over the looks of one minute, by zone."""

    def __init__(self, zones: int) -> None:
        self.n = 0
        self.density, self.density2, self.density_max = (np.zeros(zones) for _ in range(3))
        self.local_max = np.zeros(zones)
        self.pressure_max = np.full(zones, np.nan)
        self.ratio, self.ratio2, self.ratio_n = (np.zeros(zones) for _ in range(3))


class CrowdingObserver:
    """Looks at all zones once a second.

    Args:
        zones: by name.
        walkable: where people can be, see VoronoiDensity.
        ladders: by zone name, where a site has its own.
    """

    def __init__(
        self,
        zones: Mapping[str, GroundZone],
        walkable: GroundZone | None,
        ladders: Mapping[str, Ladder],
    ) -> None:
        self.names = tuple(zones)
        self._voronoi = VoronoiDensity(list(zones.values()), walkable)
        standing = [zone.use in (ZoneUse.QUEUE, ZoneUse.WAITING) for zone in zones.values()]
        self._tables = [FRUIN_QUEUE_DENSITY if s else FRUIN_WALKWAY_DENSITY for s in standing]
        self._climbs = [
            LadderClimb(ladders.get(name, STANDING if s else MOVING))
            for name, s in zip(self.names, standing, strict=True)
        ]
        self._buckets = Buckets(lambda: _Looks(len(zones)))
        self.now: dict[str, Crowding] = {}

    def look(
        self,
        time_s: float,
        minute_s: float,
        points: FloatArray,
        velocities: FloatArray,
        holds: npt.NDArray[np.bool_],
        *,
        filling: list[bool],
    ) -> None:
        """Take the people of a moment.

        Args:
            time_s, minute_s: the moment and the start of its minute.
            points, velocities: of the people, shape (n, 2); velocities NaN where unknown.
            holds: which zones hold each, shape (n, zones).
            filling: by zone, outflow falls while inflow rises.
        """
        looks = self._buckets.at(minute_s)
        looks.n += 1
        densities = self._voronoi.densities_pm2(points)
        local = local_state(points, velocities)
        speeds = np.hypot(velocities[:, 0], velocities[:, 1])
        looks.density += densities
        looks.density2 += densities**2
        looks.density_max = np.maximum(looks.density_max, densities)
        expected = expected_speed_mps(densities)
        for i, name in enumerate(self.names):
            mine = np.flatnonzero(holds[:, i])
            told = speeds[mine][np.isfinite(speeds[mine])]
            pressures = local.pressures_per_s2[mine]
            pressures = pressures[np.isfinite(pressures)]
            local_max = float(local.densities_pm2[mine].max(initial=0.0))
            pressure = float(pressures.max()) if len(pressures) else None
            speed = float(told.mean()) if len(told) else None
            looks.local_max[i] = max(looks.local_max[i], local_max)
            if pressure is not None:
                looks.pressure_max[i] = np.fmax(looks.pressure_max[i], pressure)
            if speed is not None and expected[i] > 0:
                ratio = speed / expected[i]
                looks.ratio[i] += ratio
                looks.ratio2[i] += ratio**2
                looks.ratio_n[i] += 1
            density = float(densities[i])
            alarm = self._climbs[i].observe(time_s, density, filling=filling[i])
            self.now[name] = Crowding(
                time_s,
                len(mine),
                density,
                local_max,
                pressure,
                speed,
                float(expected[i]),
                self._tables[i].level(density),
                alarm,
                self._climbs[i].since_s,
            )

    def gap(self) -> None:
        """Nothing is seen for a while."""
        self.now.clear()
        for climb in self._climbs:
            climb.gap()

    def take(self, minute_s: float) -> Iterator[Reading]:
        """Close a minute: nothing when nobody has looked."""
        looks = self._buckets.take(minute_s)
        if not looks.n:
            return
        for i, name in enumerate(self.names):
            yield _mean(
                SeriesKind.DENSITY_VORONOI, name, looks.density[i], looks.density2[i], looks.n
            )
            for quantity, most in (
                (SeriesKind.DENSITY_VORONOI_MAX, looks.density_max[i]),
                (SeriesKind.DENSITY_LOCAL_MAX, looks.local_max[i]),
                (SeriesKind.PRESSURE_MAX, looks.pressure_max[i]),
            ):
                if math.isfinite(most):
                    yield Reading(quantity, name, "person", float(most), 0.0, looks.n, 0.0)
                else:
                    yield nothing_of(quantity, name, "person")
            if looks.ratio_n[i]:
                yield _mean(
                    SeriesKind.SPEED_RATIO, name, looks.ratio[i], looks.ratio2[i], looks.ratio_n[i]
                )
            else:
                yield nothing_of(SeriesKind.SPEED_RATIO, name, "person")


def _mean(quantity: SeriesKind, zone: str, total: float, squares: float, n: float) -> Reading:
    """A mean over looks, with the variance of a mean of looks ``INDEPENDENT_S`` apart."""
    mean = float(total / n)
    between = max(0.0, float(squares / n) - mean * mean)
    return Reading(
        quantity, zone, "person", mean, between / max(1.0, n / INDEPENDENT_S), float(n), float(n)
    )
