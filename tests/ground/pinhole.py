"""A camera without lens faults above flat ground, in ten lines that share no code with Parvis."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.values.frame import FrameSize

Floats = npt.NDArray[np.float64]

SIZE = FrameSize(1920, 1080)
FPS = 5.0
HEIGHTS_M = (3.0, 5.0, 8.0, 12.0)
PITCHES_DEG = (15.0, 30.0, 45.0, 60.0, 75.0, 90.0)
SPEEDS_KMH = (5.0, 10.0, 20.0, 30.0, 50.0, 70.0)


@dataclass(frozen=True)
class Pinhole:
    """At (0, 0, height), looking along y and down by the pitch."""

    height_m: float
    pitch_deg: float
    focal_px: float = 1144.0  # 80 degrees across 1920 pixels

    def sees(self, ground: Floats) -> Floats:
        """Points of the ground, in pixels; NaN behind the camera."""
        c, s = np.cos(np.radians(self.pitch_deg)), np.sin(np.radians(self.pitch_deg))
        x, y = ground[:, 0], ground[:, 1]
        depth = self.height_m * s + y * c
        down = self.height_m * c - y * s
        depth = np.where(depth > 0.1, depth, np.nan)
        return np.column_stack((x / depth, down / depth)) * self.focal_px + (
            SIZE.width / 2,
            SIZE.height / 2,
        )

    def usable(self, ground: Floats) -> npt.NDArray[np.bool_]:
        """In the picture, and a pixel covers at most 0.1 m."""
        at = self.sees(ground)
        step = 1e-4
        slopes = np.stack([(self.sees(ground + d) - at) / step for d in np.eye(2) * step], axis=2)
        with np.errstate(invalid="ignore"):
            inside = np.all((at >= 0) & (at <= (SIZE.width, SIZE.height)), axis=1)
        known = np.isfinite(slopes).all(axis=(1, 2)) & inside
        smallest = np.zeros(len(ground))
        smallest[known] = np.linalg.svd(slopes[known])[1][:, -1]
        return known & (smallest >= 10.0)


@dataclass(frozen=True)
class Passage:
    """A straight, even motion through the usable part of a view."""

    camera: Pinhole
    way: str
    speed_kmh: float
    times_s: Floats
    ground: Floats


def passages() -> Iterator[Passage]:
    """Every height, pitch, speed and way that gives ten frames or more at 0.1 m a pixel."""
    for height in HEIGHTS_M:
        for pitch in PITCHES_DEG:
            camera = Pinhole(height, pitch)
            for speed in SPEEDS_KMH:
                for way in ("along", "across", "askew"):
                    for offset in (0.0, 0.5):
                        passage = _passage(camera, way, speed, offset)
                        if passage is not None:
                            yield passage


def _passage(camera: Pinhole, way: str, speed_kmh: float, offset: float) -> Passage | None:
    reach = np.linspace(-40, 40, 801)
    ahead = np.column_stack((np.zeros_like(reach), reach))
    seen = reach[camera.usable(ahead)]
    if not len(seen):
        return None
    near, far = float(seen.min()), float(seen.max())
    direction = {"along": (0.0, 1.0), "across": (1.0, 0.0), "askew": (0.6, 0.8)}[way]
    middle = np.array((0.0, near + (0.2 + offset) * (far - near)))
    if way == "along":
        middle = np.array((offset * (far - near) / 4, (near + far) / 2))
    step = speed_kmh / 3.6 / FPS
    run = np.arange(-200, 201) * step
    ground = middle + run[:, None] * np.array(direction)
    usable = camera.usable(ground)
    if usable.sum() < 10:
        return None
    times = np.arange(len(run)) / FPS
    return Passage(camera, way, speed_kmh, times[usable], ground[usable])


def picks(camera: Pinhole) -> tuple[Floats, Floats]:
    """Eight points to calibrate with: the corners and sides of the usable ground, (px, metres)."""
    x, y = np.meshgrid(np.linspace(-15, 15, 61), np.linspace(-15, 30, 91))
    ground = np.column_stack((x.ravel(), y.ravel()))
    ground = ground[camera.usable(ground)]
    at = (camera.sees(ground) - (SIZE.width / 2, SIZE.height / 2)) / (SIZE.width, SIZE.height)
    at = at - at.mean(axis=0)
    turns = np.radians(np.arange(0, 360, 45) + 20)
    chosen = [int((at @ (np.cos(a), np.sin(a))).argmax()) for a in turns]
    ground = ground[list(dict.fromkeys(chosen))]
    return camera.sees(ground), ground
