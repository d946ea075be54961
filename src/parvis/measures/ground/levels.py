"""What a density or a flow means: levels of service, and a ladder of warnings.

Never certified limits: every table is a value with its source, to be shown beside the figure and
replaced by a site's own.
"""

from dataclasses import dataclass
from enum import IntEnum


@dataclass(frozen=True, slots=True)
class LevelTable:
    """Levels of service A to F by an upper bound.

    Args:
        bounds: least values of B, C, D, E and F, rising.
        unit: of the bounds.
        source: where they come from, for people.

    Raises:
        ValueError: bounds that do not rise, or no source.
    """

    bounds: tuple[float, ...]
    unit: str
    source: str

    def __post_init__(self) -> None:
        if len(self.bounds) != 5 or list(self.bounds) != sorted(set(self.bounds)):
            raise ValueError(f"five rising bounds part A from F, not {self.bounds}")
        if not self.source.strip():
            raise ValueError("a table of levels says where it comes from")

    def level(self, value: float) -> str:
        """The letter of a value."""
        return "ABCDEF"[sum(value >= bound for bound in self.bounds)]


FRUIN_WALKWAY_DENSITY = LevelTable(
    (0.31, 0.43, 0.72, 1.08, 2.15), "p/m²", "Fruin, Pedestrian Planning and Design (1971), walkways"
)
FRUIN_WALKWAY_FLOW = LevelTable(
    (23.0, 33.0, 49.0, 66.0, 82.0),
    "p/m/min",
    "Fruin, Pedestrian Planning and Design (1971), walkways",
)
FRUIN_QUEUE_DENSITY = LevelTable(
    (0.83, 1.08, 1.54, 3.57, 5.26),
    "p/m²",
    "Fruin, Pedestrian Planning and Design (1971), queueing; to be confirmed",
)


class Alarm(IntEnum):
    """How serious a density is."""

    NONE = 0
    WATCH = 1
    WARN = 2
    ALARM = 3
    CRITICAL = 4


@dataclass(frozen=True, slots=True)
class Ladder:
    """Densities that call for attention, when they last.

    Args:
        bounds_pm2: least density of watch, warn, alarm and, if there is a fourth, critical.
        sustain_s: how long a density must last before its level is taken.
        release: a level is left when the density has been under that share of its bound for
            ``sustain_s``.
        source: where the figures come from, for people.

    Raises:
        ValueError: bounds that do not rise, times or shares that make no sense, or no source.
    """

    bounds_pm2: tuple[float, ...]
    source: str
    sustain_s: float = 30.0
    release: float = 0.9

    def __post_init__(self) -> None:
        if not 1 <= len(self.bounds_pm2) <= 4 or list(self.bounds_pm2) != sorted(
            set(self.bounds_pm2)
        ):
            raise ValueError(f"one to four rising bounds, not {self.bounds_pm2}")
        if self.bounds_pm2[0] <= 0 or self.sustain_s < 0 or not 0 < self.release <= 1:
            raise ValueError(f"a ladder that cannot be climbed: {self}")
        if not self.source.strip():
            raise ValueError("a ladder says where its figures come from")


_SOURCE = (
    "Parvis' own defaults, set below the densities where flow begins to fall (2 to 3 p/m²), where "
    "contact is involuntary (3.6) and where forces are dangerous (5.5); no certified limit"
)
MOVING = Ladder((1.0, 2.0, 3.0), _SOURCE)
STANDING = Ladder((2.0, 3.0, 4.0, 5.0), _SOURCE)


class LadderClimb:
    """Where one zone stands on its ladder.

    Args:
        ladder: its bounds.
    """

    def __init__(self, ladder: Ladder) -> None:
        self._ladder = ladder
        self._above_s: list[float | None] = [None] * len(ladder.bounds_pm2)
        self._below_s: list[float | None] = [None] * len(ladder.bounds_pm2)
        self._base = Alarm.NONE
        self.level = Alarm.NONE
        self.since_s: float | None = None

    def observe(self, time_s: float, density_pm2: float, *, filling: bool = False) -> Alarm:
        """Take the density of a moment and return the level.

        Args:
            time_s: rises from call to call.
            density_pm2: of the zone.
            filling: outflow falls while inflow rises: the level is one higher, once there is one.
        """
        base = self._base
        for i, bound in enumerate(self._ladder.bounds_pm2):
            self._above_s[i] = _since(self._above_s[i], time_s, density_pm2 >= bound)
            under = density_pm2 < bound * self._ladder.release
            self._below_s[i] = _since(self._below_s[i], time_s, under)
            if i + 1 > base and self._lasted(self._above_s[i], time_s):
                base = Alarm(i + 1)
        while base and self._lasted(self._below_s[base - 1], time_s):
            base = Alarm(base - 1)
        self._base = base
        level = Alarm(min(Alarm.CRITICAL, base + 1)) if filling and base else base
        if level != self.level:
            self.level, self.since_s = level, time_s
        return level

    def gap(self) -> None:
        """Nothing was seen for a while: what lasted has to last anew; the level stays."""
        n = len(self._ladder.bounds_pm2)
        self._above_s, self._below_s = [None] * n, [None] * n

    def _lasted(self, since_s: float | None, time_s: float) -> bool:
        return since_s is not None and time_s - since_s >= self._ladder.sustain_s


def _since(since_s: float | None, time_s: float, true: bool) -> float | None:
    return (time_s if since_s is None else since_s) if true else None
