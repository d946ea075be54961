"""How many passed when both the person and Parvis may have missed some."""

import math
from dataclasses import dataclass

from parvis.values.measure import Z90


@dataclass(frozen=True, slots=True)
class Recapture:
    """An estimate of all passages, with its 90 % interval.

    Args:
        total: passages.
        low, high: bounds.
    """

    total: float
    low: float
    high: float


def chapman(first: int, second: int, both: int) -> Recapture:
    """All passages, of which two counters noted so many each and ``both`` together.

    Chapman's nearly unbiased estimator ``(a+1)(b+1)/(m+1) - 1`` (University of California
    Publications in Statistics 1, 1951). What both missed is Poisson around ``h = x y / m``, x and y
    noted by one alone, half an event added to each; the interval joins that chance with the normal
    interval of log h by the method of variance estimates recovery (Zou and Donner, Statistics in
    Medicine 27, 2008). It takes all that either noted for real and their misses for independent:
    what Parvis counted alone may be false, which makes it too high; who is hidden from the one is
    often hidden from the other as well, which makes it too low.

    Raises:
        ValueError: more noted by both than by one.
    """
    if not 0 <= both <= min(first, second):
        raise ValueError(f"{both} of {first} and {second} cannot be common")
    total = (first + 1) * (second + 1) / (both + 1) - 1
    alone, other, common = first - both + 0.5, second - both + 0.5, both + 0.5
    hidden = alone * other / common
    width = Z90 * math.sqrt(1 / alone + 1 / other + 1 / common)
    chance = Z90**2 * hidden
    up = math.hypot(hidden * math.expm1(width), math.sqrt(chance))
    down = math.hypot(-hidden * math.expm1(-width), math.sqrt(chance))
    noted = float(first + second - both)
    return Recapture(total, noted + max(0.0, hidden - down), noted + hidden + up)
