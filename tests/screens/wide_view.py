"""A view that sees far: its horizon lies in the picture, and much of it has no metres."""

import math

HEIGHT_M, TILT, FOCAL, RATIO = 4.0, math.radians(8), 0.9, 16 / 9


def pair(x_m: float, y_m: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """A spot of the ground ``y_m`` before the camera, and the part of the picture it is seen at."""
    depth = y_m * math.cos(TILT) + HEIGHT_M * math.sin(TILT)
    below = HEIGHT_M * math.cos(TILT) - y_m * math.sin(TILT)
    x, y = 0.5 + FOCAL * x_m / depth, 0.5 + FOCAL * RATIO * below / depth
    return (round(x, 4), round(y, 4)), (x_m, y_m)


WIDE_VIEW = tuple(
    pair(x, y)
    for x, y in ((-2, 12), (3, 13), (-4, 16), (5, 18), (0, 14), (-8, 24), (8, 27), (1, 34))
)
