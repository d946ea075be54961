"""How sure a number is before anybody has checked it."""

from dataclasses import dataclass
from typing import Protocol

from parvis.values.measure import Spread

PRIOR_SPAN_S = 900.0
"""The stretch whose pace is judged anew, without what was seen before: the shortest published."""


class CountError(Protocol):
    """What is known of the error of a count: believed before any check, or measured by one."""

    def of_count(self, n: float, seen_s: float) -> Spread:
        """Spread of a number of events, of which each was seen or missed, in so many seconds."""
        ...


@dataclass(frozen=True, slots=True)
class ErrorPrior:
    """What is believed of the error of a model in a kind of scene, until a line is checked.

    The true number is believed to lie within ``n (1 ± relative_90)`` with 90 % probability when n
    is large: a detector and a scene that miss or double a share of the objects do so every minute
    alike. That part is *systematic*: over many minutes it adds up linearly.

    Around it, chance decides which objects are missed. With a share m missed, the number missed
    when n were counted is negative binomial with variance ``n m / (1 - m)^2`` (n successes of
    probability 1 - m: Feller, An Introduction to Probability Theory I, VI.8); m is taken to be
    ``relative_90`` / 2, the middle of what is believed of a detector that misses. That part is
    *random*: it adds up in variance.

    Nothing counted does not mean that nothing passed. With Jeffreys' prior for a Poisson pace, the
    number missed is negative binomial as above with n + 1/2 in place of n (Gelman et al., Bayesian
    Data Analysis, 3rd ed., section 2.6). The half is given to each ``PRIOR_SPAN_S`` of time seen,
    in proportion, so that the bound of an empty night grows with the root of its length and does
    not depend on the minutes it is cut in.

    What an outage has hidden is not in here: :class:`parvis.values.measure.Measure` derives it
    from the coverage at any length of time, so that it is never counted twice.

    Args:
        relative_90: half-width of the 90 % interval as a share of the count, 0 to under 1.
        source: where the figure comes from, for people.

    Raises:
        ValueError: a share outside [0, 1) or no source.
    """

    relative_90: float
    source: str

    def __post_init__(self) -> None:
        if not 0 <= self.relative_90 < 1:
            raise ValueError(f"a relative error lies in [0, 1), not {self.relative_90}")
        if not self.source.strip():
            raise ValueError("an error without a source is a guess: say where it comes from")

    def of_count(self, n: float, seen_s: float) -> Spread:
        """Spread of a number of events, of which each was seen or missed, in so many seconds."""
        missed = self.relative_90 / 2
        events = n + 0.5 * seen_s / PRIOR_SPAN_S
        return Spread(
            n * self.relative_90, n * self.relative_90, events * missed / (1 - missed) ** 2
        )

    def of_level(self, value: float) -> Spread:
        """Spread of a level (occupancy): the same objects are missed for as long as they stay."""
        return Spread(value * self.relative_90, value * self.relative_90, 0.0)

    def of_mean(self, mean: float, visits: int, variance: float) -> Spread:
        """Spread of a mean duration over some visits.

        Args:
            mean: seconds.
            visits: how many, at least 1.
            variance: sample variance of the durations, s²; with fewer than two visits that of an
                exponential distribution is taken, the square of the mean.
        """
        between = variance if visits > 1 else mean * mean
        return Spread(mean * self.relative_90, mean * self.relative_90, between / visits)


UNCHECKED = ErrorPrior(
    0.25,
    "stated before any check: the OMZ-2004 and NanoDet-g detectors are wrong by 7 to 9 % in people "
    "per frame on PETS 2009 S2L1 (mean error .40 to .51 of 5.9); tripled for scenes not yet seen",
)
"""The prior of every line until a person has counted along."""
