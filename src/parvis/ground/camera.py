"""The camera that a calibrated view implies: how high it hangs and how far it is tilted."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.ground.ground_map import GroundMap

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ImpliedCamera:
    """The pinhole behind a view: square pixels, its axis through the middle of the picture.

    Args:
        height_m, height_sd_m: above the ground.
        tilt_deg: of the optical axis below the horizontal; 90 looks straight down.
        focal_px: focal length.
    """

    height_m: float
    height_sd_m: float
    tilt_deg: float
    focal_px: float


def implied_camera(view: GroundMap) -> ImpliedCamera | None:
    """The camera that sees the ground so.

    The two columns of a homography from ground to picture are images of two perpendicular axes of
    equal length: that gives the focal length (R. Hartley, A. Zisserman, Multiple View Geometry,
    2nd ed., 8.8). A view from straight above leaves it open.

    Returns:
        None where the view leaves the height open.
    """
    found = _decompose(view.matrix)
    if found is None:
        return None
    slopes = np.zeros(9)
    flat = view.matrix.ravel()
    for i in range(9):
        step = np.zeros(9)
        step[i] = 1e-6
        near = _decompose((flat + step).reshape(3, 3))
        if near is None:
            return None
        slopes[i] = (near[0] - found[0]) / 1e-6
    variance = float(slopes @ view.covariance[:9, :9] @ slopes)
    height, tilt, focal = found
    return ImpliedCamera(
        height * view.scale,
        float(np.sqrt(max(variance, 0.0))) * view.scale,
        float(np.degrees(tilt)),
        focal * view.half_diagonal,
    )


def _decompose(matrix: Floats) -> tuple[float, float, float] | None:
    """Height in ground units, tilt in radians, focal length in halves of the diagonal."""
    found = pose(matrix)
    if found is None:
        return None
    normal = np.cross(found.x, found.y)
    height = abs(float(normal @ found.origin))
    return height, float(np.arcsin(np.clip(abs(normal[2]), 0, 1))), found.focal


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """The ground in the camera's frame (x right, y down, z ahead), in ground units.

    Args:
        x, y: the ground's axes, of length 1, shape (3,).
        origin: the ground's origin, shape (3,).
        focal: focal length, halves of the diagonal.
    """

    x: Floats
    y: Floats
    origin: Floats
    focal: float


def pose(matrix: Floats) -> Pose | None:
    """The pose of a pinhole that sees the ground through the inverse of ``matrix``.

    Returns:
        None where the view leaves it open.
    """
    columns = np.linalg.inv(matrix).T
    a, b = columns[0], columns[1]
    products = np.array((a[0] * b[0] + a[1] * b[1], (a[:2] @ a[:2] - b[:2] @ b[:2]) / 2))
    depths = np.array((a[2] * b[2], (a[2] ** 2 - b[2] ** 2) / 2))
    lengths = float(a[:2] @ a[:2] + b[:2] @ b[:2])
    if float(np.linalg.norm(depths)) < 1e-4 * lengths:
        return None
    inverse_square = -float(products @ depths) / float(products @ products + 1e-300)
    if inverse_square <= 0:
        return None
    focal = inverse_square**-0.5
    scaled = columns / np.array((focal, focal, 1.0))
    scaled /= (np.linalg.norm(scaled[0]) + np.linalg.norm(scaled[1])) / 2
    return Pose(scaled[0], scaled[1], scaled[2], focal)
