"""How tall people would be: what a view's metres are worth, from the people in it."""

from typing import Final

import numpy as np
import numpy.typing as npt

from parvis.ground.camera import implied_camera, pose
from parvis.ground.ground_map import GroundMap
from parvis.ground.homography import project

Floats = npt.NDArray[np.float64]

SHORTEST_M, TALLEST_M = 1.0, 2.6
"""No street has a median height of people outside these, however boxes are drawn."""
ENOUGH: Final = 200
"""So many people seen (one person in many frames counts often) before it is judged."""
_SURE: Final = 0.15
"""Standard error of the camera's height, as a part of it, beyond which no height is known."""
_STEEPEST_DEG: Final = 60.0
"""From steeply above, boxes say little of heights."""


class Upright:
    """Measures what stands upright on the ground of a view.

    The lower edge of a box stands on the ground; the upright above it is followed to the upper
    edge (A. Criminisi, I. Reid, A. Zisserman, Single View Metrology, IJCV 40, 2000).

    Args:
        view: the view.
    """

    def __init__(self, view: GroundMap) -> None:
        self._view = view
        camera = implied_camera(view)
        sure = camera is not None and camera.height_sd_m < _SURE * camera.height_m
        flat = camera is not None and camera.tilt_deg <= _STEEPEST_DEG
        self._pose = pose(view.matrix) if sure and flat else None

    def heights(self, boxes: Floats) -> Floats:
        """Heights in metres, shape (n,).

        Args:
            boxes: corners x1, y1, x2, y2 in pixels, shape (n, 4).

        Returns:
            NaN for boxes without a position, and for all where the view leaves heights open: from
            steeply above, or with the camera's own height unsure.
        """
        view, found = self._view, self._pose
        if found is None:
            return np.full(len(boxes), np.nan)
        x = (boxes[:, 0] + boxes[:, 2]) / 2
        feet, heads = np.column_stack((x, boxes[:, 3])), np.column_stack((x, boxes[:, 1]))
        low, high = (
            view.lens.straighten((points - view.middle) / view.half_diagonal)
            for points in (feet, heads)
        )
        places, _ = project(view.matrix, low)
        base = places[:, :1] * found.x + places[:, 1:] * found.y + found.origin
        up, top = np.cross(found.x, found.y), high[:, 1]
        climb = found.focal * up[1] - top * up[2]
        level = top * base[:, 2] - found.focal * base[:, 1]
        heights = level / np.where(climb == 0, np.nan, climb)
        heights[view.withheld(feet) > 0] = np.nan
        return np.asarray(heights * view.scale)


class HeightCheck:
    """Judges a view's metres by the people seen in it.

    Args:
        view: the view.
    """

    def __init__(self, view: GroundMap) -> None:
        self._upright = Upright(view)
        self._heights: list[float] = []
        self._judged = False

    def look(self, boxes: Floats) -> float | None:
        """Take the boxes of people of one frame.

        Returns:
            Their median height in metres when enough were seen and it cannot be one of people:
            the ground is not in metres. None otherwise, and ever after a sound judgement.
        """
        if self._judged or not len(boxes):
            return None
        heights = self._upright.heights(boxes)
        self._heights += heights[np.isfinite(heights)].tolist()
        if len(self._heights) < ENOUGH:
            return None
        self._judged = True
        median = float(np.median(self._heights))
        return None if SHORTEST_M <= median <= TALLEST_M else median
