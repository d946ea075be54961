"""The light of a moment."""

from datetime import UTC, datetime

import pytest

from parvis.measures.checks.light import light_at, light_by_clock, sun_elevation_deg
from parvis.values.checks import Light

PARIS = (48.857, 2.352)


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("when", "elevation"),
    [
        # Sunrise and sunset of published tables stand at -0.833 (refraction and the sun's radius).
        ("2026-06-21T03:47", -0.833),
        ("2026-06-21T19:58", -0.833),
        ("2026-12-21T07:41", -0.833),
        ("2026-12-21T15:56", -0.833),
        # At noon of the solstices: 90 - latitude ± 23.44.
        ("2026-06-21T11:52", 64.58),
        ("2026-12-21T11:49", 17.70),
    ],
)
def test_the_sun_over_paris(when, elevation):
    assert sun_elevation_deg(*PARIS, at(when)) == pytest.approx(elevation, abs=0.3)


def test_the_same_hour_is_day_in_summer_and_night_in_winter():
    assert light_at(*PARIS, at("2026-06-21T17:00")) is Light.DAY
    assert light_at(*PARIS, at("2026-12-21T16:10")) is Light.DUSK
    assert light_at(*PARIS, at("2026-12-21T17:00")) is Light.NIGHT


def test_by_the_clock_alone():
    lights = [light_by_clock(hour) for hour in (3, 7, 12, 19, 23)]
    assert lights == [Light.NIGHT, Light.DUSK, Light.DAY, Light.DUSK, Light.NIGHT]
