"""Whether a rule is worth its interruptions: what people said of its alerts, with the doubt."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import floor, isfinite, log10, sqrt
from statistics import median

from parvis.values.alerts import Alert, DismissReason, Verdict

_Z90 = 1.6449
"""Two-sided 90 %, as every interval of Parvis."""

ENOUGH_VERDICTS = 10
"""Under so many verdicts nothing is asked of a rule."""

LEAST_PRECISION = 0.5
"""A rule that is wrong more often than right asks to be tuned."""

KEPT_SHARE = 0.95
"""Share of its confirmed alerts that a proposed threshold would still have raised."""


@dataclass(frozen=True, slots=True)
class Precision:
    """How many of the judged alerts were worth it.

    Args:
        right: confirmed.
        judged: confirmed or dismissed; a duplicate says nothing of the rule and is left out.
    """

    right: int
    judged: int

    @property
    def share(self) -> float | None:
        """Part of the judged that was right; None before the first verdict."""
        return self.right / self.judged if self.judged else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """90 % interval of the share (Wilson 1927: it holds for few verdicts and near 0 and 1)."""
        if not self.judged:
            return None
        n, p, zz = self.judged, self.right / self.judged, _Z90**2
        middle = (p + zz / (2 * n)) / (1 + zz / n)
        half = _Z90 / (1 + zz / n) * sqrt(p * (1 - p) / n + zz / (4 * n * n))
        # At 0 and 1 the bound is the share itself, which rounding would miss.
        return min(p, max(0.0, middle - half)), max(p, min(1.0, middle + half))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A threshold that the verdicts speak for.

    Args:
        threshold: of the lowest severity, in the rule's unit.
        kept, confirmed: confirmed alerts that it would still have raised, of all.
        dropped, dismissed: dismissed ones that it would not have raised, of all.
    """

    threshold: float
    kept: int
    confirmed: int
    dropped: int
    dismissed: int


@dataclass(frozen=True, slots=True)
class Quality:
    """What a rule was worth over a stretch of days.

    Args:
        raised: alerts; ``per_day`` of them a day, ``per_camera_day`` at one camera.
        precision: see :class:`Precision`.
        delay_s: median seconds until a person took care of one; None while nobody has.
        proposal: a better threshold, where the rule asks to be tuned and one is better.
    """

    raised: int
    per_day: float
    per_camera_day: float
    precision: Precision
    delay_s: float | None
    proposal: Proposal | None

    @property
    def wants_tuning(self) -> bool:
        """Whether enough people said that it is wrong too often."""
        share = self.precision.share
        enough = self.precision.judged >= ENOUGH_VERDICTS
        return enough and share is not None and share < LEAST_PRECISION


def quality(alerts: Iterable[Alert], days: float, *, falling: bool = False) -> Quality:
    """What one rule was worth.

    Args:
        alerts: all that it raised within those days.
        days: length of the stretch, > 0.
        falling: less is worse for its kind.
    """
    if days <= 0:
        raise ValueError(f"a stretch of {days} days holds nothing")
    found = list(alerts)
    judged = [one for one in found if _speaks(one)]
    right = [one for one in judged if _confirmed(one)]
    waits = [one.taken_s - one.raised_s for one in found if one.taken_s is not None]
    cameras = {one.subject.camera for one in found}
    held = Quality(
        raised=len(found),
        per_day=len(found) / days,
        per_camera_day=len(found) / days / max(1, len(cameras)),
        precision=Precision(len(right), len(judged)),
        delay_s=median(waits) if waits else None,
        proposal=None,
    )
    if not held.wants_tuning:
        return held
    wrong = [one.value for one in judged if not _confirmed(one)]
    # What does not fill any more has no value to set a threshold by.
    values = [one.value for one in right if isfinite(one.value)]
    found_better = proposal(values, wrong, falling=falling)
    return Quality(
        held.raised, held.per_day, held.per_camera_day, held.precision, held.delay_s, found_better
    )


def proposal(
    confirmed: Sequence[float], dismissed: Sequence[float], *, falling: bool = False
) -> Proposal | None:
    """The strictest threshold that still raises :data:`KEPT_SHARE` of what was confirmed.

    Args:
        confirmed, dismissed: values of the alerts, in the rule's unit.
        falling: less is worse.

    Returns:
        None when nothing was confirmed, or when it would spare nobody a false alarm.
    """
    if not confirmed:
        return None
    ordered = sorted(confirmed, reverse=falling)
    bound = _eased(ordered[floor((1 - KEPT_SHARE) * len(ordered))], up=falling)
    raises: Callable[[float], bool] = (
        (lambda value: value <= bound) if falling else (lambda value: value >= bound)
    )
    dropped = sum(not raises(value) for value in dismissed)
    if not dropped:
        return None
    return Proposal(bound, sum(map(raises, confirmed)), len(confirmed), dropped, len(dismissed))


def _eased(value: float, *, up: bool) -> float:
    """Two digits that count, rounded so that the value itself still passes."""
    if value == 0:
        return 0.0
    step = 10.0 ** (floor(log10(abs(value))) - 1)
    whole = -floor(-round(value / step, 6)) if up else floor(round(value / step, 6))
    return round(whole * step, 9)


def _speaks(alert: Alert) -> bool:
    return alert.judgement is not None and alert.judgement.reason is not DismissReason.DUPLICATE


def _confirmed(alert: Alert) -> bool:
    return alert.judgement is not None and alert.judgement.verdict is Verdict.CONFIRMED
