"""When an object counts as having passed: one setting for all lines, zones and cameras."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class CrossingRule:
    """How far from a line an object must be before its passage is believed.

    The anchor of a box is known to within an ellipse: sideways it is wrong by a share of the box's
    width (gait, arms, a neighbour), up and down by a share of its height (hidden feet, breathing
    boxes). An object is *clear* of a line when its ellipse does not touch the line::

            .--.
           ( P  )   clear: counts            .--.
            '--'                         ---( P  )---  not clear: waits
        ---------------                      '--'

    Distances are given in units of that ellipse (1 = it just touches), which makes the rule the
    same near and far, for people and for buses, and for any resolution.

    Args:
        width_share: half-axis of the ellipse across, share of the box's width.
        height_share: half-axis of the ellipse upright, share of the box's height.
        floor_px: least half-axis, pixels of the frame; an ellipse smaller than the pixels'
            own trembling would prove nothing.
        approach: how clear the object must have been on the side it came from (0 to 1) since it
            was last clear on another. Keeps a track that is born trembling on the line from
            counting when it leaves.
        farewell: how clear a track must be (0 to 1) when it ends before it is clear. It then
            counts if it came from clear of the other side: it left the picture, or was lost,
            while walking through.

    Raises:
        ValueError: a share or floor that is not positive, or approach/farewell outside 0..1.
    """

    width_share: float = 0.25
    height_share: float = 0.06
    floor_px: float = 2.0
    approach: float = 0.25
    farewell: float = 0.5

    def __post_init__(self) -> None:
        if min(self.width_share, self.height_share, self.floor_px) <= 0:
            raise ValueError(f"shares and floor are positive: {self}")
        if not (0 <= self.approach <= 1 and 0 <= self.farewell <= 1):
            raise ValueError(f"approach and farewell lie between 0 and 1: {self}")

    def half_axes(self, boxes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Half-axes (across, upright) of the anchor's ellipse in pixels, shape (n, 2)."""
        size = boxes[:, 2:] - boxes[:, :2]
        shares = np.array((self.width_share, self.height_share))
        axes: npt.NDArray[np.float64] = np.maximum(size * shares, self.floor_px)
        return axes
