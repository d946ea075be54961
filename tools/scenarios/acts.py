"""Acts: what single objects do on one stage, drawn by chance, with what a rule should raise."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass
class Way:
    """One object's way: positions at moments, in the stage's own metres.

    Args:
        times_s, points: corners of the way, walked evenly between them.
        of: its class.
        breaks_s: moments at which its number changes.
        hidden: stretches in which it is not seen.
        leaps: (moment, dx, dy): it is seen so far off for one frame.
    """

    times_s: list[float]
    points: list[tuple[float, float]]
    of: str = "person"
    breaks_s: list[float] = field(default_factory=list)
    hidden: list[tuple[float, float]] = field(default_factory=list)
    leaps: list[tuple[float, float, float]] = field(default_factory=list)

    def then(self, x: float, y: float, mps: float) -> "Way":
        """Go on to a place at a speed."""
        x0, y0 = self.points[-1]
        self.times_s.append(self.times_s[-1] + float(np.hypot(x - x0, y - y0)) / mps)
        self.points.append((x, y))
        return self

    def stay(self, seconds: float) -> "Way":
        """Stay where it is."""
        self.times_s.append(self.times_s[-1] + seconds)
        self.points.append(self.points[-1])
        return self

    def sway(self, seconds: float, metres: float, every_s: float = 4.0) -> "Way":
        """Stand, shifting to and fro."""
        x, y = self.points[-1]
        for i in range(round(seconds / every_s * 2)):
            self.times_s.append(self.times_s[-1] + every_s / 2)
            self.points.append((x + (metres if i % 2 else -metres), y + (i % 3 - 1) * metres / 2))
        return self

    @property
    def end_s(self) -> float:
        """Its last moment."""
        return self.times_s[-1]

    def reaches_x(self, x: float) -> float:
        """When it first passes an x coordinate."""
        for (t0, p0), (t1, p1) in zip(
            zip(self.times_s, self.points, strict=True),
            zip(self.times_s[1:], self.points[1:], strict=True),
            strict=False,
        ):
            if (p0[0] - x) * (p1[0] - x) <= 0 and p0[0] != p1[0]:
                return t0 + (t1 - t0) * (x - p0[0]) / (p1[0] - p0[0])
        raise ValueError(f"it never comes to x = {x}")


def start(t: float, x: float, y: float, of: str = "person") -> Way:
    """A way that begins."""
    return Way([t], [(x, y)], of)


@dataclass
class Act:
    """What happens on a stage.

    Args:
        ways: of the objects.
        event: the stretch in which the rule should raise; None for never.
        rule: what the rule says beside its kind and place.
        zones, lines: drawn on the stage; the first is the one that the rule watches.
    """

    ways: list[Way]
    event: tuple[float, float] | None = None
    rule: dict[str, object] = field(default_factory=dict)
    zones: dict[str, dict[str, object]] = field(default_factory=dict)
    lines: dict[str, dict[str, object]] = field(default_factory=dict)


Draw = Callable[[np.random.Generator], Act]


def box(x0: float, y0: float, x1: float, y1: float) -> list[list[float]]:
    """A rectangle's corners."""
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]
