"""Where a site is on the Earth, near enough for the height of the sun."""

from functools import cache
from importlib import resources

from parvis.site.shapes import Site


def whereabouts(site: Site) -> tuple[float, float] | None:
    """Latitude and longitude, degrees: the map's origin, or the town that names the time zone.

    A time zone's town may be hundreds of kilometres away: some twenty minutes of the sun. None when
    neither is known (a zone such as ``UTC``).
    """
    if site.map.plan is not None and site.map.plan.wgs84 is not None:
        longitude, latitude = site.map.plan.wgs84
        return latitude, longitude
    return _town(site.site.timezone)


@cache
def _town(zone: str) -> tuple[float, float] | None:
    """The place of a zone in the IANA database's ``zone.tab``."""
    text = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    for line in text.splitlines():
        parts = line.split("\t")
        if len(parts) > 2 and not line.startswith("#") and parts[2] == zone:
            split = max(parts[1].rfind("+"), parts[1].rfind("-"))
            return _degrees(parts[1][:split], 2), _degrees(parts[1][split:], 3)
    return None


def _degrees(text: str, digits: int) -> float:
    """``+4852`` or ``+0022015``: sign, degrees, minutes and perhaps seconds."""
    degrees, rest = text[1 : 1 + digits], text[1 + digits :]
    value = int(degrees) + int(rest[:2]) / 60 + int(rest[2:] or 0) / 3600
    return -value if text[0] == "-" else value
