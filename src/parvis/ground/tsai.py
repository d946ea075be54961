"""Tsai's camera model: the calibration that research scenes come with."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TsaiCamera:
    """A calibrated camera above the plane z = 0, lengths in millimetres.

    R. Y. Tsai, A Versatile Camera Calibration Technique, IEEE J. Robotics and Automation 3 (1987).

    Args:
        dpx, dpy: size of a pixel on the sensor.
        cx, cy: where the optical axis meets the picture, pixels.
        sx: horizontal scale.
        focal: focal length.
        kappa1: radial distortion, 1/mm².
        rotation: angles about x, y and z, radians.
        translation: of the world's origin in the camera's frame.
    """

    dpx: float
    dpy: float
    cx: float
    cy: float
    sx: float
    focal: float
    kappa1: float
    rotation: tuple[float, float, float]
    translation: tuple[float, float, float]

    def ground(self, pixels: Floats) -> Floats:
        """Points of the picture on the plane z = 0, metres, shape (n, 2).

        Points above the horizon have no meaning.
        """
        x = self.dpx * (pixels[:, 0] - self.cx) / self.sx
        y = self.dpy * (pixels[:, 1] - self.cy)
        straight = 1 + self.kappa1 * (x * x + y * y)
        turn = self._turn()
        rays = np.column_stack((x * straight, y * straight, np.full(len(x), self.focal))) @ turn
        eye = -turn.T @ np.array(self.translation)
        return np.asarray((eye[:2] - eye[2] / rays[:, 2:] * rays[:, :2]) / 1000)

    def _turn(self) -> Floats:
        (sa, sb, sc), (ca, cb, cc) = np.sin(self.rotation), np.cos(self.rotation)
        return np.array(
            [
                [cb * cc, cc * sa * sb - ca * sc, sa * sc + ca * cc * sb],
                [cb * sc, sa * sb * sc + ca * cc, ca * sb * sc - cc * sa],
                [-sb, cb * sa, ca * cb],
            ]
        )
