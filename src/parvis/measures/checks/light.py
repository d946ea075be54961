"""Day, dusk or night, from the height of the sun."""

import math

from parvis.values.checks import Light

DAY_ABOVE_DEG = 6.0
"""Below this the sun lies behind houses and blinds lenses: photographers' golden hour begins."""

NIGHT_BELOW_DEG = -6.0
"""The end of civil twilight: street lamps are on, colours are gone."""


def sun_elevation_deg(latitude: float, longitude: float, time_s: float) -> float:
    """Height of the sun's centre above the horizon, degrees, to about a tenth.

    Low-precision formulae of the Astronomical Almanac (section C, "low precision formulas for the
    Sun"), without refraction.

    Args:
        latitude, longitude: WGS 84, degrees, north and east positive.
        time_s: seconds since the epoch.
    """
    days = time_s / 86_400 - 10_957.5  # since noon of 1 January 2000
    mean_longitude = math.radians(280.460 + 0.9856474 * days)
    anomaly = math.radians(357.528 + 0.9856003 * days)
    ecliptic = mean_longitude + math.radians(
        1.915 * math.sin(anomaly) + 0.020 * math.sin(2 * anomaly)
    )
    tilt = math.radians(23.439 - 0.0000004 * days)
    ascension = math.atan2(math.cos(tilt) * math.sin(ecliptic), math.cos(ecliptic))
    declination = math.asin(math.sin(tilt) * math.sin(ecliptic))
    sidereal = math.radians((280.46062 + 360.98564737 * days) % 360 + longitude)
    here = math.radians(latitude)
    height = math.sin(here) * math.sin(declination) + math.cos(here) * math.cos(
        declination
    ) * math.cos(sidereal - ascension)
    return math.degrees(math.asin(max(-1.0, min(1.0, height))))


def light_at(latitude: float, longitude: float, time_s: float) -> Light:
    """The light at a place and a moment."""
    elevation = sun_elevation_deg(latitude, longitude, time_s)
    if elevation >= DAY_ABOVE_DEG:
        return Light.DAY
    return Light.NIGHT if elevation < NIGHT_BELOW_DEG else Light.DUSK


def light_by_clock(hour: float) -> Light:
    """The light by the civil hour alone, 0 to 24, where no place is known."""
    if 8 <= hour < 18:
        return Light.DAY
    return Light.DUSK if 6.5 <= hour < 8 or 18 <= hour < 20.5 else Light.NIGHT
