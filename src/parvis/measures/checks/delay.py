"""The constant delay between Parvis's moments and a person's taps."""

from collections.abc import Sequence
from statistics import median

import numpy as np
import numpy.typing as npt

from parvis.measures.matching import pair_moments
from parvis.values.checks import TAPPED, Passage

FloatArray = npt.NDArray[np.float64]

LONGEST_DELAY_S = 6.0
"""A person's reaction and a stream's lag together: taps come at most this much late or early."""

JITTER_S = 0.6
"""How far a tap scatters around the person's own delay: width of the search's kernel."""

TOLERANCE_S = 1.5
"""A tap and a crossing are one passage when they differ by no more, delay taken off: two and a half
times the scatter of a reaction, and less than the time between two people who walk apart."""


def delay_s(taps: Sequence[Passage], crossings: Sequence[Passage]) -> float:
    """Seconds by which the taps come after the crossings; 0 when nothing tells.

    Of the right pairs all differences lie around the delay, of wrong pairs anywhere: the delay is
    where most differences (same direction and class, at most ``LONGEST_DELAY_S``) lie together
    under a triangular kernel of width ``JITTER_S`` (Parzen, Annals of Mathematical Statistics 33,
    1962: the mode of a density), and then the median of the pairs matched there.
    """
    groups = _grouped(taps), _grouped(crossings)
    near = np.sort(np.concatenate([_near(groups[0][key], groups[1][key]) for key in _KEYS]))
    if not len(near):
        return 0.0
    weight = _kernel_sums(near)
    # Among equals the least delay, whichever its sign: a few taps must not invent a long one.
    best = np.flatnonzero(weight >= weight.max() - 1e-6)
    found = float(near[best][np.argmin(np.abs(near[best]))])
    residuals = [
        tap - crossing
        for key in _KEYS
        for tap, crossing in pair_moments(
            (groups[0][key] - found).tolist(), groups[1][key].tolist(), TOLERANCE_S
        )
    ]
    return found + (median(residuals) if residuals else 0.0)


def _near(taps: FloatArray, crossings: FloatArray) -> FloatArray:
    """Differences of at most ``LONGEST_DELAY_S``; of a busy hour all pairs would fill a machine."""
    first = np.searchsorted(crossings, taps - LONGEST_DELAY_S, "left")
    number = np.searchsorted(crossings, taps + LONGEST_DELAY_S, "right") - first
    nth = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
    near: FloatArray = np.repeat(taps, number) - crossings[np.repeat(first, number) + nth]
    return near


def _kernel_sums(ordered: FloatArray) -> FloatArray:
    """At each value, the sum of triangular kernels around all of them, by running sums."""
    sums = np.concatenate(([0.0], np.cumsum(ordered)))
    here = np.arange(len(ordered))
    low = np.searchsorted(ordered, ordered - JITTER_S, "left")
    high = np.searchsorted(ordered, ordered + JITTER_S, "right")
    below = (here - low) * ordered - (sums[here] - sums[low])
    above = sums[high] - sums[here] - (high - here) * ordered
    found: FloatArray = (high - low) - (below + above) / JITTER_S
    return found


_KEYS = tuple((direction, tapped) for direction in (0, 1) for tapped in TAPPED)


def _grouped(passages: Sequence[Passage]) -> dict[tuple[int, str], FloatArray]:
    return {
        key: np.sort([one.time_s for one in passages if (one.direction, one.tapped) == key])
        for key in _KEYS
    }
