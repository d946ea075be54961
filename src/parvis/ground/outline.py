"""Where a view has positions: outlines and the field of their error, for screens and maps."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.ground.ground_map import GroundMap

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class UsableArea:
    """The part of the picture, and of the ground, where metric measures are made.

    Args:
        image: corners, parts of the picture, y down, shape (n, 2); empty when there is none.
        ground: the same corners, metres, shape (n, 2).
    """

    image: Floats
    ground: Floats


def usable_area(view: GroundMap, rays: int = 96) -> UsableArea:
    """Outline of where the view has positions.

    The pixel covers less and less ground towards the viewer, so that the area is star-shaped
    about the pixel that covers least: rays from there are followed to where it ends.

    Args:
        view: the view.
        rays: how many; those to the corners of the picture come on top.
    """
    size = np.array((view.size.width, view.size.height), dtype=np.float64)
    across, down = np.meshgrid(np.linspace(0, 1, 33), np.linspace(0, 1, 25))
    grid = np.column_stack((across.ravel(), down.ravel())) * size
    metres = np.where(view.withheld(grid) == 0, view.metres_per_pixel(grid), np.inf)
    if not np.isfinite(metres).any():
        return UsableArea(np.empty((0, 2)), np.empty((0, 2)))
    centre = np.clip(grid[int(metres.argmin())], 0.001 * size, 0.999 * size)
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * size - centre
    angles = np.concatenate(
        (np.linspace(-np.pi, np.pi, rays, endpoint=False), np.arctan2(corners[:, 1], corners[:, 0]))
    )
    angles = np.unique(angles)
    way = np.column_stack((np.cos(angles), np.sin(angles)))
    with np.errstate(divide="ignore"):
        ends = np.where(way > 0, (size - centre) / way, np.where(way < 0, -centre / way, np.inf))
    far = ends.min(axis=1)
    near = np.zeros_like(far)
    whole = view.withheld(centre + far[:, None] * way) == 0
    near[whole] = far[whole]
    for _ in range(24):
        half = (near + far) / 2
        inside = view.withheld(centre + half[:, None] * way) == 0
        near, far = np.where(inside, half, near), np.where(inside, far, half)
    pixels = np.clip(centre + near[:, None] * way, 0, size)
    none = np.zeros((len(pixels), 2, 2))
    return UsableArea(pixels / size, view.locate(pixels, none).points)


def error_field(view: GroundMap, columns: int, rows: int, pixel_error_px: float) -> Floats:
    """Standard error of positions over the picture, metres, shape (rows, columns).

    Along its longest direction; NaN where positions are withheld. The values stand at the middles
    of equal cells.

    Args:
        view: the view.
        columns, rows: of the cells.
        pixel_error_px: standard error of a point in the picture.
    """
    x = (np.arange(columns) + 0.5) / columns * view.size.width
    y = (np.arange(rows) + 0.5) / rows * view.size.height
    across, down = np.meshgrid(x, y)
    pixels = np.column_stack((across.ravel(), down.ravel()))
    errors = np.broadcast_to(pixel_error_px**2 * np.eye(2), (len(pixels), 2, 2))
    covariances = view.locate(pixels, errors).covariances
    known = np.isfinite(covariances[:, 0, 0])
    field = np.full(len(pixels), np.nan)
    field[known] = np.sqrt(np.linalg.eigvalsh(covariances[known])[:, 1])
    return field.reshape(rows, columns)
