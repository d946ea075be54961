"""One-to-one assignment of the cheapest pairs."""

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

Pairs = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]


def best_pairs(worths: npt.NDArray[np.float64]) -> Pairs:
    """One-to-one pairs of rows and columns whose summed worth is greatest, shape (min(n, m),)."""
    rows, columns = linear_sum_assignment(worths, maximize=True)
    return rows, columns


def assign(costs: npt.NDArray[np.float64], limit: float) -> Pairs:
    """Pair rows with columns so that the sum of (cost - limit) over the pairs is least.

    A pair at ``limit`` or above is never made: leaving both sides alone is as cheap. In contrast
    to solving first and discarding dear pairs afterwards, a forbidden pair cannot push its
    neighbours into worse ones.

    Args:
        costs: shape (n, m); infinite where a pair is impossible.
        limit: what leaving a row and a column alone costs.

    Returns:
        Row and column numbers of the pairs, both of shape (k,), rows ascending.
    """
    if not costs.size:
        none = np.empty(0, dtype=np.intp)
        return none, none
    worths = np.maximum(limit - costs, 0.0)
    rows, columns = best_pairs(worths)
    made = worths[rows, columns] > 0
    return rows[made], columns[made]
