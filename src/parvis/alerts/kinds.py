"""What rules can watch for: unit, ladder, durations and legal nature of every kind, as data.

No figure here is a certified limit: each is a default with its source, shown beside the rule and
replaced by a site's own. The densities are those of :mod:`parvis.measures.ground.levels`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from parvis.alerts.ladder import Bounds, Timing, rising
from parvis.measures.ground.levels import MOVING, STANDING
from parvis.values.alerts import AlertBasis, AlertKind, Severity

_W, _N = Severity.WATCH, Severity.WARN


class Ground(StrEnum):
    """What a kind of rule looks at."""

    ZONE = "zone"
    LINE = "line"
    VIEW = "view"
    CAMERA = "camera"
    SERIES = "series"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of rule.

    Args:
        unit: of its value.
        looks_at: what it looks at.
        uses: uses of zones on which it runs when nobody says where; empty: on all.
        bounds: default ladder; by use of the zone where it differs.
        bounds_by_use: see ``bounds``.
        timing: default durations.
        basis: see :class:`~parvis.values.alerts.AlertBasis`.
        source: where the default figures come from.
        by_default: it runs where a site has declared no rules.
        experimental: its error was not shown to be small enough: said wherever it is shown.
    """

    unit: str
    looks_at: Ground
    bounds: Bounds
    timing: Timing
    source: str
    uses: frozenset[str] = frozenset()
    bounds_by_use: Mapping[str, Bounds] = field(default_factory=dict)
    basis: AlertBasis = AlertBasis.IMAGE
    by_default: bool = True
    experimental: bool = False

    def bounds_for(self, use: str) -> Bounds:
        """The default ladder in a zone of that use."""
        return self.bounds_by_use.get(use, self.bounds)


def _rising(*values: float) -> Bounds:
    return rising(values)


_OWN = "Parvis' own default, set where ordinary scenes of research data sets stay quiet"
_MOVING = _rising(*MOVING.bounds_pm2)
_STANDING = _rising(*STANDING.bounds_pm2)

KINDS: Mapping[AlertKind, Kind] = {
    AlertKind.DENSITY: Kind(
        "p/m²",
        Ground.ZONE,
        _MOVING,
        Timing(MOVING.sustain_s, MOVING.release, MOVING.sustain_s),
        MOVING.source,
        uses=frozenset({"walkway", "waiting", "queue", "forbidden", "one-way"}),
        bounds_by_use={"waiting": _STANDING, "queue": _STANDING},
    ),
    AlertKind.ACCUMULATION: Kind(
        "s",
        Ground.ZONE,
        Bounds({_W: 600.0, _N: 300.0}, falling=True),
        Timing(30.0, 0.7, 30.0),
        "time to threshold (N_crit - N) / (inflow - outflow); " + _OWN,
        uses=frozenset({"walkway", "waiting", "queue"}),
    ),
    AlertKind.CROWD_MOVEMENT: Kind("p", Ground.VIEW, _rising(6.0, 12.0), Timing(1.0, 0.7), _OWN),
    AlertKind.GATHERING: Kind("p", Ground.VIEW, _rising(8.0, 20.0), Timing(60.0, 0.8, 20.0), _OWN),
    AlertKind.WRONG_WAY: Kind(
        "objects", Ground.ZONE, _rising(1.0), Timing(1.0, 1.0, 5.0), _OWN,
        uses=frozenset({"one-way"}),
    ),
    AlertKind.INTRUSION: Kind(
        "objects", Ground.ZONE, _rising(1.0), Timing(1.0, 1.0, 5.0), _OWN,
        uses=frozenset({"forbidden"}),
    ),
    AlertKind.FORBIDDEN_CROSSING: Kind(
        "objects", Ground.LINE, _rising(1.0), Timing(0.0, 1.0, 10.0), _OWN, by_default=False
    ),
    AlertKind.QUEUE: Kind(
        "p", Ground.ZONE, _rising(10.0, 20.0), Timing(60.0, 0.8, 30.0), _OWN,
        uses=frozenset({"queue"}),
    ),
    AlertKind.LOITERING: Kind(
        "s", Ground.ZONE, _rising(300.0, 900.0), Timing(0.0, 1.0, 10.0), _OWN,
        uses=frozenset({"walkway", "forbidden", "one-way"}), by_default=False,
    ),
    AlertKind.STOPPED_VEHICLE: Kind(
        "s", Ground.VIEW, _rising(60.0, 180.0), Timing(0.0, 1.0, 10.0), _OWN
    ),
    AlertKind.SPEED: Kind(
        "km/h", Ground.VIEW, _rising(70.0), Timing(0.5, 0.9, 5.0), _OWN, by_default=False
    ),
    AlertKind.PARKING_FULL: Kind(
        "%", Ground.ZONE, _rising(90.0, 100.0), Timing(60.0, 0.95, 60.0), _OWN,
        uses=frozenset({"parking"}),
    ),
    AlertKind.CAMERA_HEALTH: Kind(
        "s", Ground.CAMERA, _rising(30.0, 300.0), Timing(0.0, 1.0, 10.0), _OWN,
        basis=AlertBasis.HEALTH,
    ),
    AlertKind.UNUSUAL: Kind(
        "×", Ground.SERIES, _rising(1.0), Timing(0.0, 0.8, 7200.0),
        "1 is the limit that the series' own past would have passed about twice a month",
        basis=AlertBasis.CLOSED, experimental=True,
    ),
    AlertKind.THRESHOLD: Kind(
        "", Ground.SERIES, _rising(1.0), Timing(60.0, 0.9, 60.0), _OWN, by_default=False
    ),
}  # fmt: skip
