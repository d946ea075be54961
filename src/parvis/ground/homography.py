"""Plane to plane: homographies, their estimation and their slopes."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def homogeneous(points: Floats) -> Floats:
    """Points (..., 2) with a 1 behind them, shape (..., 3)."""
    return np.concatenate((points, np.ones((*points.shape[:-1], 1))), axis=-1)


def project(matrix: Floats, points: Floats) -> tuple[Floats, Floats]:
    """Send points through a homography.

    Args:
        matrix: shape (3, 3).
        points: shape (n, 2).

    Returns:
        The images, shape (n, 2), and the denominators, shape (n,): where they are not positive,
        the point lies on the horizon or beyond it and its image means nothing.
    """
    sent = homogeneous(points) @ matrix.T
    w = sent[:, 2]
    safe = np.where(np.abs(w) < 1e-12, 1e-12, w)
    return sent[:, :2] / safe[:, None], w


def slopes(matrix: Floats, images: Floats, w: Floats) -> Floats:
    """Jacobian of ``project`` by the point, shape (n, 2, 2)."""
    safe = np.where(np.abs(w) < 1e-12, 1e-12, w)
    lean = images[:, :, None] * matrix[2, :2]
    result: Floats = (matrix[:2, :2] - lean) / safe[:, None, None]
    return result


def slopes_by_entries(points: Floats, images: Floats, w: Floats) -> Floats:
    """Jacobian of ``project`` by the nine entries of the matrix, row by row, shape (n, 2, 9)."""
    safe = np.where(np.abs(w) < 1e-12, 1e-12, w)
    ray = homogeneous(points) / safe[:, None]
    result = np.zeros((len(points), 2, 9))
    result[:, 0, 0:3] = ray
    result[:, 1, 3:6] = ray
    result[:, :, 6:9] = -images[:, :, None] * ray[:, None, :]
    return result


def direct(points: Floats, images: Floats) -> Floats:
    """The homography through four or more pairs by the direct linear transformation.

    Hartley's normalisation is left to the caller: both planes come centred and of size about 1.

    Args:
        points, images: shape (..., n, 2), n >= 4.

    Returns:
        Matrices of norm 1 whose denominators are positive at the middle of the points, shape
        (..., 3, 3).
    """
    p = homogeneous(points)
    zero = np.zeros_like(p)
    x, y = images[..., 0:1], images[..., 1:2]
    rows = np.concatenate(
        (
            np.concatenate((p, zero, -x * p), axis=-1),
            np.concatenate((zero, p, -y * p), axis=-1),
        ),
        axis=-2,
    )
    matrix: Floats = np.linalg.svd(rows, full_matrices=True)[2][..., -1, :].reshape(
        *points.shape[:-2], 3, 3
    )
    w = np.sum(p * matrix[..., 2:3, :], axis=-1)
    side = np.where(np.sum(np.sign(w), axis=-1) < 0, -1.0, 1.0)
    return np.asarray(matrix * side[..., None, None], dtype=np.float64)
