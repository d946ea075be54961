"""A camera's tracks → objects on the ground."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.ground.ground_map import GroundMap
from parvis.values.ground_tracks import GroundTracks
from parvis.values.tracks import Anchor, Tracks

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class AnchorError:
    """How far the point that stands for an object is off, in the picture.

    From PETS 2009 with a detector: sideways a tenth of the box's width (gait, arms), upright a
    fortieth of its height (feet hidden or in the air). The accuracy page says how many positions
    lie within what is stated so.

    Args:
        width_share: standard error across, share of the box's width.
        height_share: standard error upright, share of the box's height.
        floor_px: least standard error, pixels.
    """

    width_share: float = 0.10
    height_share: float = 0.025
    floor_px: float = 1.0

    def covariances(self, boxes: Floats) -> Floats:
        """For boxes of shape (n, 4): square pixels, shape (n, 2, 2)."""
        size = boxes[:, 2:] - boxes[:, :2]
        shares = np.array((self.width_share, self.height_share))
        variances = np.maximum(size * shares, self.floor_px) ** 2
        return np.asarray(variances[:, :, None] * np.eye(2))


@dataclass(frozen=True, slots=True)
class Placing:
    """Puts the tracks of one camera on the ground.

    ``foot`` is right for people and for whatever stands upright: the middle of the lower edge is
    where it touches the ground. A vehicle seen obliquely touches the ground at its near side, so
    that its foot lies up to half its length or width before its middle; the offset hardly changes
    from frame to frame, and speeds are not touched by it. ``centre`` is for views from straight
    above only: the middle of a box shows the object at half its height, and obliquely it would be
    taken for a place farther away by (half the height) · (distance / camera height).

    Args:
        map: the calibrated view.
        anchor: the point that stands for an object.
        error: of that point.
    """

    map: GroundMap
    anchor: Anchor = "foot"
    error: AnchorError = AnchorError()

    def place(self, tracks: Tracks) -> GroundTracks:
        """The objects of one frame that have a position in metres.

        Those beyond the horizon, or where the view is too coarse, are left out; ids that ended
        are passed on whatever they were.
        """
        if len(tracks):
            found = self.map.locate(
                tracks.anchors(self.anchor), self.error.covariances(tracks.boxes)
            )
            kept = found.withheld == 0
            points, covariances = found.points[kept], found.covariances[kept]
        else:
            kept = np.zeros(0, dtype=np.bool_)
            points, covariances = np.empty((0, 2)), np.empty((0, 2, 2))
        return GroundTracks(
            time_s=tracks.time_s,
            ids=tracks.ids[kept],
            points=points,
            covariances=covariances,
            classes=tracks.classes[kept],
            seen=tracks.seen[kept],
            ended=tracks.ended,
        )
