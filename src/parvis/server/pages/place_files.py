"""What may be taken away from a place's page: addresses of files."""

from dataclasses import dataclass
from urllib.parse import urlencode

from parvis.policy.terms import OutputKind
from parvis.server.pages.frame import View
from parvis.server.pages.place_week import first_day_s
from parvis.server.pages.states import ways_of
from parvis.server.ranges import iso
from parvis.server.town.levels import line_series, zone_series
from parvis.site.place import Place

FORMS = {"GeoJSON": "geojson", "CSV": "csv", "Parquet": "parquet"}


@dataclass(frozen=True, slots=True)
class Files:
    """Addresses of files.

    Args:
        level: the place and its newest level, by the name of the form.
        week: who was present and who passed, hour by hour; None before the first measure.
    """

    level: dict[str, str]
    week: str | None


def files(here: View, name: str, place: Place) -> Files | None:
    """What this reader may take away; None where nothing may be."""
    if not ways_of(here).decide(OutputKind.EXPORT, newest_s=0.0).allowed:
        return None
    mine = {*zone_series(place), *line_series(place)}
    keys = [one.key for one in here.services.store.series() if one in mine]
    start = iso(first_day_s(here), here.words.zone)
    week = {"series": keys, "start": start, "bin": "hour", "format": "csv"}
    return Files(
        {label: f"/api/v1/places/{name}?format={form}" for label, form in FORMS.items()},
        f"/api/v1/measures?{urlencode(week, doseq=True)}" if keys else None,
    )
