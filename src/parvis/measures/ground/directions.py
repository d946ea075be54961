"""How ordered a stream of people is, from its ways by direction."""

import numpy as np
import numpy.typing as npt

from parvis.measures.ground.segments import FloatArray


def counterflow_share(first: float, second: float) -> float | None:
    """``min(q+, q-) / (q+ + q-)``: 0 one way, 0.5 as many against as with; None without flow."""
    total = first + second
    return min(first, second) / total if total > 0 else None


def direction_entropy(headings: npt.ArrayLike) -> float | None:
    """``-sum p log p`` over the directions, divided by its greatest: 0 one way, 1 every way.

    Shannon, Bell System Technical Journal 27 (1948). None without any way.
    """
    ways = np.asarray(headings, dtype=np.float64)
    total = float(ways.sum())
    if total <= 0:
        return None
    p = ways[ways > 0] / total
    return float(-np.sum(p * np.log(p)) / np.log(len(ways))) + 0.0


def two_ways(headings: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Ways along and against the main axis of the stream.

    The axis is the mean of the doubled angles, weighted by way (Mardia & Jupp, Directional
    Statistics, section 9.3), so that people who walk against each other share one.

    Args:
        headings: ways by direction, evenly spread from +x against the clock, shape (..., bins).

    Returns:
        The ways projected on the axis, the greater first, each shape (...).
    """
    bins = headings.shape[-1]
    angles = np.arange(bins) * (2 * np.pi / bins)
    doubled = headings @ np.exp(2j * angles)
    axis = 0.5 * np.angle(doubled)
    along = np.cos(angles - axis[..., None])
    with_it = np.sum(headings * np.maximum(along, 0), axis=-1)
    against = np.sum(headings * np.maximum(-along, 0), axis=-1)
    return np.maximum(with_it, against), np.minimum(with_it, against)
