"""Density and pressure around each person, from all positions and velocities of one moment."""

from dataclasses import dataclass

import numpy as np

from parvis.measures.ground.segments import FloatArray

RADIUS_M = 1.0
"""Helbing, Johansson & Al-Abideen, "Dynamics of crowd disasters", Phys. Rev. E 75, 046109
(2007)."""

TURBULENT_PER_S2 = 0.02
"""Pressure above which the same paper reports turbulent motion."""

_FREE_MPS, _CROWDING_PM2, _JAM_PM2 = 1.34, 1.913, 5.4


@dataclass(frozen=True, slots=True)
class LocalState:
    """What it is like where each person is.

    Args:
        densities_pm2: kernel density there, shape (n,).
        pressures_per_s2: crowd pressure there, shape (n,); NaN where no speed is known.
    """

    densities_pm2: FloatArray
    pressures_per_s2: FloatArray


def kernel_density_pm2(
    at: FloatArray, points: FloatArray, radius_m: float = RADIUS_M
) -> FloatArray:
    """``rho(r) = sum_j exp(-|r_j - r|^2 / R^2) / (pi R^2)`` (Helbing 2007).

    Args:
        at: where it is wanted, shape (k, 2).
        points: people, shape (n, 2).
        radius_m: R.
    """
    densities: FloatArray = _weights(at, points, radius_m).sum(axis=1) / (np.pi * radius_m**2)
    return densities


def local_state(
    points: FloatArray, velocities: FloatArray, radius_m: float = RADIUS_M
) -> LocalState:
    """Density rho and pressure ``P = rho Var(v)`` at every person (Helbing 2007, eqs. 1 to 4).

    The variance is that of the velocities around, with the weights of the density.

    Args:
        points: people, shape (n, 2).
        velocities: theirs, shape (n, 2); NaN where unknown: they count in the density only.
        radius_m: R.
    """
    weights = _weights(points, points, radius_m)
    densities = weights.sum(axis=1) / (np.pi * radius_m**2)
    known = np.isfinite(velocities[:, 0])
    told = weights[:, known]
    v = velocities[known]
    total = told.sum(axis=1)
    total[total < 1e-3] = np.nan  # nobody with a known speed is near
    mean = (told @ v) / total[:, None]
    square = (told @ np.sum(v * v, axis=1)) / total
    variance = np.maximum(0.0, square - np.sum(mean * mean, axis=1))
    return LocalState(densities, densities * variance)


def expected_speed_mps(density_pm2: float | FloatArray) -> FloatArray:
    """``v(rho) = 1.34 (1 - exp(-1.913 (1/rho - 1/5.4)))``, and 0 from 5.4 a square metre on.

    Weidmann, Transporttechnik der Fussgänger, IVT 90, ETH Zürich (1993). A measured speed well
    under it is a warning.
    """
    rho = np.maximum(np.asarray(density_pm2, dtype=np.float64), 1e-9)
    free = 1.0 - np.exp(-_CROWDING_PM2 * (1.0 / rho - 1.0 / _JAM_PM2))
    return np.maximum(0.0, _FREE_MPS * free)


def _weights(at: FloatArray, points: FloatArray, radius_m: float) -> FloatArray:
    squares = (at[:, :1] - points[:, 0]) ** 2 + (at[:, 1:] - points[:, 1]) ** 2
    weights: FloatArray = np.exp(-squares / radius_m**2)
    return weights
