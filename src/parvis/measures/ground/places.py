"""A place that several cameras see: its people now, and its balance."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from parvis.values.measure import Z90, Spread


@dataclass(frozen=True, slots=True)
class Part:
    """What one camera says of the part of a place that it owns, at one second.

    Args:
        people: in the zones whose ground this camera owns.
        spread: how sure that is.
        area_m2: of that ground.
    """

    people: float
    spread: Spread
    area_m2: float


@dataclass(frozen=True, slots=True)
class PlaceOccupancy:
    """A place at one second.

    Args:
        people: the sum over the cameras that speak; None when none does.
        spread: of that sum: systematic parts add up, random ones in variance.
        seen_share: share of the place's area whose camera speaks. Nothing is extrapolated to the
            rest: the sum is a lower bound when it is under 1.
        missing: cameras that say nothing at this second.
    """

    people: float | None
    spread: Spread
    seen_share: float
    missing: tuple[str, ...]


def place_occupancy(
    parts: Mapping[str, Part | None], areas_m2: Mapping[str, float]
) -> PlaceOccupancy:
    """Sum what cameras say of one aligned second.

    Each square metre is owned by one camera (the zones of a place do not overlap), so that nobody
    counts twice.

    Args:
        parts: by camera; None for one that says nothing now.
        areas_m2: by camera, the ground that it owns.

    Raises:
        ValueError: a camera without ground in this place.
    """
    strangers = set(parts) - set(areas_m2)
    if strangers:
        raise ValueError(f"no ground of this place is owned by {', '.join(sorted(strangers))}")
    said = {name: part for name in sorted(areas_m2) if (part := parts.get(name)) is not None}
    total_m2 = sum(areas_m2.values())
    seen_m2 = sum(areas_m2[name] for name in said)
    missing = tuple(sorted(set(areas_m2) - set(said)))
    if not said:
        return PlaceOccupancy(None, Spread(), 0.0, missing)
    return PlaceOccupancy(
        math.fsum(part.people for part in said.values()),
        Spread(
            math.fsum(part.spread.below for part in said.values()),
            math.fsum(part.spread.above for part in said.values()),
            math.fsum(part.spread.variance for part in said.values()),
        ),
        seen_m2 / total_m2 if total_m2 > 0 else 0.0,
        missing,
    )


@dataclass(frozen=True, slots=True)
class Passages:
    """Who came and went through the entrances of a place in a stretch of time.

    Args:
        came, went: counts.
        came_variance, went_variance: random variance of each.
    """

    came: float
    went: float
    came_variance: float
    went_variance: float


@dataclass(frozen=True, slots=True)
class Balance:
    """How many are inside by the balance of entrances.

    Args:
        inside: estimate, never under 0; ``low`` and ``high`` its 90 % interval.
        ratio: by which the outflow is scaled so that the day closes.
    """

    inside: float
    low: float
    high: float
    ratio: float


def balance(
    passages: Sequence[Passages], start: float = 0.0, closing: float | None = None
) -> list[Balance]:
    """People inside after each stretch, from inflow and outflow, with the drift taken out.

    Counters miss different shares in and out, so that the plain balance drifts without bound. When
    the number inside is known at the end (``closing``: 0 after closing time), the outflow is scaled
    by one ratio r so that ``start + sum in - r sum out = closing``; the estimate is then a bridge
    whose variance vanishes at both ends. With the plain balance's variance V_k after stretch k and
    V at the end, and independent errors, the bridge's is ``V_k (V - V_k) / V`` (the Brownian
    bridge: Karatzas & Shreve, Brownian Motion and Stochastic Calculus, section 5.6.B). Without a
    known end, r is 1 and the variance grows as V_k.

    Args:
        passages: of successive stretches.
        start: inside at the beginning.
        closing: inside at the end, when known.

    Raises:
        ValueError: a closing that no outflow can explain.
    """
    came = math.fsum(one.came for one in passages)
    went = math.fsum(one.went for one in passages)
    ratio = 1.0
    if closing is not None:
        if went <= 0 or start + came - closing < 0:
            raise ValueError("who is left at the end cannot be explained by who went")
        ratio = (start + came - closing) / went
    whole = math.fsum(o.came_variance + ratio**2 * o.went_variance for o in passages)
    inside, variance = start, 0.0
    result = []
    for one in passages:
        inside += one.came - ratio * one.went
        variance += one.came_variance + ratio**2 * one.went_variance
        free = variance
        if closing is not None and whole > 0:
            free = variance * max(0.0, whole - variance) / whole
        half = Z90 * math.sqrt(free)
        result.append(
            Balance(max(0.0, inside), max(0.0, inside - half), max(0.0, inside + half), ratio)
        )
    return result
