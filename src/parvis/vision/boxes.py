"""Overlap of boxes, for all pairs at once."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def overlaps(first: Floats, second: Floats) -> Floats:
    """Intersection over union of every pair, shape (n, m); 0 where a box has no area.

    Args:
        first: corners x1, y1, x2, y2, shape (n, 4).
        second: corners, shape (m, 4).
    """
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    sides = np.maximum(high - low, 0.0)
    common = sides[..., 0] * sides[..., 1]
    union = areas(first)[:, None] + areas(second)[None, :] - common
    shares: Floats = np.divide(common, union, out=np.zeros_like(common), where=union > 0)
    return shares


def areas(boxes: Floats) -> Floats:
    """Area of each box in square pixels, shape (n,); 0 for one turned inside out."""
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 0.0)
    product: Floats = sides[:, 0] * sides[:, 1]
    return product
