"""The zones of a calibrated camera at this moment: people, density, level, speed."""

from dataclasses import dataclass
from typing import Final

from parvis.server.i18n import Words
from parvis.server.problems import T
from parvis.server.town.levels import Level
from parvis.server.town.wording import level_said
from parvis.site.shapes import Camera
from parvis.values.live import ZoneNow

_LEVELS: Final = {
    "none": Level.CALM,
    "watch": Level.BUSY,
    "warn": Level.DENSE,
    "alarm": Level.CRITICAL,
    "critical": Level.CRITICAL,
}
"""From the ladder of densities, whose rungs lie between the levels."""

MESSAGES: Final = {
    "level-none": T("Calm"),
    "level-watch": T("Busy"),
    "level-warn": T("Dense"),
    "level-alarm": T("Critical"),
    "level-critical": T("Critical"),
}


@dataclass(frozen=True, slots=True)
class GroundRow:
    """One zone.

    Args:
        name, label: of site.yaml.
        level, word: for the icon, and in the reader's language.
        now: its numbers.
    """

    name: str
    label: str
    level: str
    word: str
    now: ZoneNow


def ground_rows(camera: Camera, zones: dict[str, ZoneNow], words: Words) -> tuple[GroundRow, ...]:
    """The zones that have a ground, in the order of site.yaml."""
    rows = []
    for name, zone in camera.zones.items():
        now = zones.get(name)
        if now is not None:
            level = _LEVELS[now.alarm]
            rows.append(
                GroundRow(name, zone.called(name), level.value, level_said(level, words), now)
            )
    return tuple(rows)
