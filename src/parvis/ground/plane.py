"""A plane on the Earth: metres to the east and north of an origin, and back to WGS 84."""

from dataclasses import dataclass
from math import cos, radians, sin
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_A: Final = 6378137.0
_E2: Final = 6.69437999014e-3
"""Semi-major axis in metres and squared eccentricity of the WGS 84 ellipsoid (EPSG:7030)."""


@dataclass(frozen=True, slots=True)
class LocalPlane:
    """A plane that touches the Earth at an origin.

    East = Δλ · N · cos φ and north = Δφ · M + ½ Δλ² · N · sin φ cos φ, with the ellipsoid's radii
    N and M halfway: within 2 cm over 500 m, at the latitudes of towns.

    Args:
        longitude, latitude: of the origin, WGS 84, degrees.
        bearing_deg: where the y axis points, clockwise from north; 0 for a plane of east and
            north.

    Raises:
        ValueError: no such place, or too near a pole.
    """

    longitude: float
    latitude: float
    bearing_deg: float = 0.0

    def __post_init__(self) -> None:
        if not (-180 <= self.longitude <= 180 and -85 <= self.latitude <= 85):
            raise ValueError(f"no place for a plane: {self.longitude}, {self.latitude}")

    def to_metres(self, lonlat: Floats) -> Floats:
        """Longitudes and latitudes in degrees → metres on the plane, shape (n, 2)."""
        lon, lat = np.radians(lonlat[:, 0] - self.longitude), np.radians(lonlat[:, 1])
        north_rad = lat - radians(self.latitude)
        east = lon * _across(lat) * np.cos(lat)
        curve = lon**2 * _across(lat) * np.sin(lat) * np.cos(lat) / 2
        north = north_rad * _along(lat - north_rad / 2) + curve
        return np.column_stack((east, north)) @ self._turn()

    def to_wgs84(self, metres: Floats) -> Floats:
        """Metres on the plane → longitudes and latitudes in degrees, shape (n, 2)."""
        enu = metres @ self._turn().T
        lon = np.zeros(len(enu))
        lat = np.full(len(enu), radians(self.latitude))
        for _ in range(4):  # each round is 1e-4 times nearer
            lon = enu[:, 0] / (_across(lat) * np.cos(lat))
            curve = lon**2 * _across(lat) * np.sin(lat) * np.cos(lat) / 2
            halfway = (lat + radians(self.latitude)) / 2
            lat = radians(self.latitude) + (enu[:, 1] - curve) / _along(halfway)
        return np.column_stack((self.longitude + np.degrees(lon), np.degrees(lat)))

    def _turn(self) -> Floats:
        """From east and north to the plane's x and y, for rows."""
        c, s = cos(radians(self.bearing_deg)), sin(radians(self.bearing_deg))
        return np.array([[c, s], [-s, c]])


def _across(lat: Floats) -> Floats:
    return np.asarray(_A / np.sqrt(1 - _E2 * np.sin(lat) ** 2))


def _along(lat: Floats) -> Floats:
    return np.asarray(_A * (1 - _E2) / (1 - _E2 * np.sin(lat) ** 2) ** 1.5)
