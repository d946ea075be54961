"""A place that several cameras see, now."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlaceNow:
    """How many people are in a place.

    Args:
        place: its name.
        time_s: the second it is of, seconds since the epoch.
        people: sum over the cameras that speak; None when none does.
        low, high: 90 % interval.
        seen_share: share of the place's zones whose camera speaks. Nothing is extrapolated to the
            rest: the sum is a lower bound when it is under 1.
        missing: cameras that say nothing.
    """

    place: str
    time_s: float
    people: float | None
    low: float | None
    high: float | None
    seen_share: float
    missing: tuple[str, ...]
