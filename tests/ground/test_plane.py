"""Degrees to metres and back, against the exact geometry of the ellipsoid."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.ground.plane import LocalPlane

A, F = 6378137.0, 1 / 298.257223563


def geocentric(lon: float, lat: float) -> np.ndarray:
    lon, lat = np.radians(lon), np.radians(lat)
    e2 = F * (2 - F)
    n = A / np.sqrt(1 - e2 * np.sin(lat) ** 2)
    return np.array(
        (
            n * np.cos(lat) * np.cos(lon),
            n * np.cos(lat) * np.sin(lon),
            n * (1 - e2) * np.sin(lat),
        )
    )


@given(st.floats(-179, 179), st.floats(-60, 60), st.floats(-0.005, 0.005), st.floats(-0.004, 0.004))
def test_as_the_tangent_plane_and_back(lon: float, lat: float, dlon: float, dlat: float) -> None:
    plane = LocalPlane(lon, lat)
    place = np.array([[lon + dlon, lat + dlat]])
    metres = plane.to_metres(place)
    off = geocentric(lon + dlon, lat + dlat) - geocentric(lon, lat)
    a, b = np.radians(lon), np.radians(lat)
    east = off @ (-np.sin(a), np.cos(a), 0)
    north = off @ (-np.sin(b) * np.cos(a), -np.sin(b) * np.sin(a), np.cos(b))
    np.testing.assert_allclose(metres[0], (east, north), atol=0.02)
    np.testing.assert_allclose(plane.to_wgs84(metres), place, atol=1e-9)


def test_the_bearing_turns_the_plane() -> None:
    north = np.array([[2.35, 48.851]])
    straight, turned = LocalPlane(2.35, 48.85), LocalPlane(2.35, 48.85, 90.0)
    x, y = straight.to_metres(north)[0]
    assert x == pytest.approx(0, abs=1e-6) and y == pytest.approx(111.2, abs=0.2)
    np.testing.assert_allclose(turned.to_metres(north), [[-y, 0]], atol=1e-6)  # y points east
    np.testing.assert_allclose(turned.to_wgs84(turned.to_metres(north)), north, atol=1e-9)


@pytest.mark.parametrize("lon,lat", [(181, 0), (0, 90), (0, float("nan"))])
def test_no_such_place(lon: float, lat: float) -> None:
    with pytest.raises(ValueError, match="no place"):
        LocalPlane(lon, lat)
