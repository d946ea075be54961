"""A ladder of severities: climbed after a while, left after a while, never trembling."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from parvis.values.alerts import Severity


@dataclass(frozen=True, slots=True)
class Bounds:
    """The values from which a signal is serious.

    Args:
        at: least value of each severity; the greatest where less is worse.
        falling: less is worse (a time that is left).

    Raises:
        ValueError: none, one for no severity, or bounds that do not go the way of the severities.
    """

    at: Mapping[Severity, float]
    falling: bool = False

    def __post_init__(self) -> None:
        if not self.at or Severity.NONE in self.at:
            raise ValueError("a ladder has a bound for one severity or more, and none for none")
        values = [self.at[one] for one in sorted(self.at)]
        ordered = sorted(set(values), reverse=self.falling)
        if values != ordered:
            way = "fall" if self.falling else "rise"
            raise ValueError(f"bounds {way} from one severity to the next, not {values}")

    @property
    def lowest(self) -> Severity:
        """The severity that is reached first."""
        return min(self.at)

    def passes(self, value: float, severity: Severity, slack: float = 1.0) -> bool:
        """Whether a value reaches the bound of a severity, eased by ``slack`` (0 to 1]."""
        bound = self.at[severity]
        if self.falling:
            return value <= bound / slack
        return value >= bound * slack


def rising(values: Iterable[float]) -> Bounds:
    """Bounds of the severities from watch on, as many as there are values."""
    return Bounds(dict(zip(tuple(Severity)[1:], values, strict=False)))


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things must last.

    Args:
        for_s: a severity is reached when the value has passed its bound for so long.
        release: share of the bound under which a severity begins to be left (over ``1 / release``
            of it where less is worse).
        release_s: it is left when the value has stayed there for so long.

    Raises:
        ValueError: negative times, or a share outside (0, 1].
    """

    for_s: float
    release: float = 0.9
    release_s: float = 10.0

    def __post_init__(self) -> None:
        if self.for_s < 0 or self.release_s < 0 or not 0 < self.release <= 1:
            raise ValueError(f"timing that cannot be kept: {self}")


@dataclass(slots=True)
class _Rung:
    """One severity: since when its value has been reached, and how much on the whole."""

    above_s: float | None = None
    seen_s: float = 0.0
    passed_s: float = 0.0
    below_s: float | None = None


@dataclass(frozen=True, slots=True)
class _Look:
    """A value, since when it has been so, and how long after the look before."""

    time_s: float
    begun_s: float
    step_s: float
    value: float


class Climb:
    """Follows one signal up and down a ladder.

    A dip that stays above the release does not start the count anew, for noise must not hide what
    lasts; but the value must have passed the bound for ``STEADY`` of the time, and pass it at the
    end. A signal that cannot be told freezes everything: nothing is raised, nothing is over.

    Args:
        bounds, timing: of the rule.
    """

    STEADY = 0.7

    def __init__(self, bounds: Bounds, timing: Timing) -> None:
        self._bounds, self._timing = bounds, timing
        self._rungs = {severity: _Rung() for severity in sorted(bounds.at)}
        self._last_s: float | None = None
        self.base = Severity.NONE
        self.since_s: float | None = None
        """Since when the lowest bound has been passed."""

    @property
    def passes(self) -> bool:
        """Whether the lowest bound is passed now, however short a time ago."""
        return self._rungs[self._bounds.lowest].above_s is not None

    def look(self, time_s: float, value: float | None, *, since_s: float | None = None) -> Severity:
        """Take the value of a moment; return the severity now.

        Args:
            time_s: of the moment; one before the last is a gap.
            value: then; None when it cannot be told.
            since_s: since when it is known to have been so, where that is not since now: a value
                told from a stretch of time has lasted for it.
        """
        step_s = 0.0 if self._last_s is None else time_s - self._last_s
        if step_s < 0:  # the clock was set back: how long things lasted is not known
            self.gap()
            step_s = 0.0
        self._last_s = None if value is None else time_s
        if value is None:
            self._freeze()
            return self.base
        look = _Look(time_s, time_s if since_s is None else min(since_s, time_s), step_s, value)
        for severity, rung in self._rungs.items():
            self._note(rung, severity, look)
        reached = [s for s, rung in self._rungs.items() if self._reached(rung, s, time_s, value)]
        if reached:
            self.base = max(self.base, *reached)
        while self.base and self._left(self._rungs[self.base], time_s):
            self.base = max((s for s in self._rungs if s < self.base), default=Severity.NONE)
        first = self._rungs[self._bounds.lowest]
        if first.above_s is not None:
            self.since_s = first.above_s
        elif not self.base:
            self.since_s = None
        return self.base

    def gap(self) -> None:
        """What comes next does not continue what was: what lasted has to last anew."""
        self._last_s = None
        for severity, rung in self._rungs.items():
            rung.below_s = None
            if severity > self.base:
                rung.above_s = None

    def _note(self, rung: _Rung, severity: Severity, look: _Look) -> None:
        if self._bounds.passes(look.value, severity):
            if rung.above_s is None:
                rung.above_s = look.begun_s
                rung.seen_s = rung.passed_s = look.time_s - look.begun_s
            else:
                rung.seen_s += look.step_s
                rung.passed_s += look.step_s
            rung.below_s = None
        elif self._bounds.passes(look.value, severity, self._timing.release):
            rung.seen_s += look.step_s if rung.above_s is not None else 0.0
            rung.below_s = None
        else:
            rung.above_s = None
            rung.below_s = look.time_s if rung.below_s is None else rung.below_s

    def _reached(self, rung: _Rung, severity: Severity, time_s: float, value: float) -> bool:
        if rung.above_s is None or not self._bounds.passes(value, severity):
            return False
        lasted = rung.seen_s >= self._timing.for_s - 1e-6
        return lasted and rung.passed_s >= self.STEADY * rung.seen_s - 1e-6

    def _left(self, rung: _Rung, time_s: float) -> bool:
        return rung.below_s is not None and time_s - rung.below_s >= self._timing.release_s - 1e-6

    def _freeze(self) -> None:
        for rung in self._rungs.values():
            rung.below_s = None
