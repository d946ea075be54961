"""The zones of a calibrated camera at this moment: people, density, level of service."""

from dataclasses import dataclass

from parvis.site.shapes import Camera
from parvis.values.live import ZoneNow


@dataclass(frozen=True, slots=True)
class GroundRow:
    """One zone.

    Args:
        name, label: of site.yaml.
        now: its numbers.
    """

    name: str
    label: str
    now: ZoneNow


def ground_rows(camera: Camera, zones: dict[str, ZoneNow]) -> tuple[GroundRow, ...]:
    """The zones that have a ground, in the order of site.yaml."""
    return tuple(
        GroundRow(name, zone.called(name), zones[name])
        for name, zone in camera.zones.items()
        if name in zones
    )
