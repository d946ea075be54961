"""The constant delay between Parvis's moments and a person's taps."""

from collections.abc import Sequence
from statistics import median

import numpy as np

from parvis.measures.matching import pair_moments
from parvis.values.checks import TAPPED, Passage

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
    differences = np.concatenate(
        [np.subtract.outer(groups[0][key], groups[1][key]).ravel() for key in _KEYS]
    )
    near = np.sort(differences[np.abs(differences) <= LONGEST_DELAY_S])
    if not len(near):
        return 0.0
    weight = np.maximum(0.0, 1 - np.abs(near[:, None] - near[None, :]) / JITTER_S).sum(axis=1)
    # Among equals the least delay, whichever its sign: a few taps must not invent a long one.
    best = np.flatnonzero(weight >= weight.max() - 1e-9)
    found = float(near[best][np.argmin(np.abs(near[best]))])
    residuals = [
        tap - crossing
        for key in _KEYS
        for tap, crossing in pair_moments(
            (groups[0][key] - found).tolist(), groups[1][key].tolist(), TOLERANCE_S
        )
    ]
    return found + (median(residuals) if residuals else 0.0)


_KEYS = tuple((direction, tapped) for direction in (0, 1) for tapped in TAPPED)


def _grouped(passages: Sequence[Passage]) -> dict[tuple[int, str], np.ndarray]:
    return {
        key: np.array([one.time_s for one in passages if (one.direction, one.tapped) == key])
        for key in _KEYS
    }
