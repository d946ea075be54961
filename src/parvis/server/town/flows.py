"""Who goes which way: each line's two directions, by the hour, where they lie on the map."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np

from parvis.policy.terms import OutputKind
from parvis.server import counts as counting
from parvis.server.counts import Count
from parvis.server.ranges import Range
from parvis.server.services import HubServices
from parvis.server.town.frame import MapFrame, Spot, camera_ground, drawn_on_ground, frame_of
from parvis.server.town.levels import PERSON
from parvis.server.town.readings import Held, hold
from parvis.server.ways_out import WaysOut
from parvis.site.place import split_member
from parvis.site.shapes import Line, Site
from parvis.values.measure import Z90
from parvis.values.series import Series, SeriesKind

REACH_M = 10.0
"""How far before the line the point lies that tells the direction."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A line on the map.

    Args:
        placed: by the camera's ground, or at the mark of a place that names the line.
        at: its middle, or the place's mark.
        towards: a point on the side where the first direction goes; None where nothing tells it.
        line: its vertices; empty where only the place is known.
    """

    placed: Literal["ground", "place"]
    at: Spot
    towards: Spot | None
    line: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """One direction of one line over a range.

    Args:
        camera, line, direction: names of site.yaml; 0 or 1.
        label, way: what people call the line and the direction.
        count: passages over the range.
        where: None where the map cannot show it.
    """

    camera: str
    line: str
    direction: int
    label: str
    way: str
    count: Count
    where: Whereabouts | None

    @property
    def seen_h(self) -> float:
        """Hours of the range that were seen."""
        return (self.count.seen or 0.0) * (self.count.end_s - self.count.start_s) / 3600

    @property
    def per_hour(self) -> float | None:
        """Passages an hour of the time seen."""
        return self._by_hour(self.count.value)

    @property
    def interval(self) -> tuple[float | None, float | None]:
        """Its 90 % interval: what was missed while seeing; the unseen time is left out of both."""
        value, spread = self.count.value, self.count.spread
        if value is None:
            return None, None
        random = Z90 * sqrt(spread.variance)
        low = max(0.0, value - spread.below - random)
        return self._by_hour(low), self._by_hour(value + spread.above + random)

    def _by_hour(self, value: float | None) -> float | None:
        hours = self.seen_h
        return value / hours if value is not None and hours > 0 else None


def flows(
    hub: HubServices,
    ways: WaysOut,
    span: Range,
    *,
    classes: Sequence[str] = (PERSON,),
    kind: OutputKind = OutputKind.MEASURES,
) -> list[Flow]:
    """Every line's two directions, the strongest first; blocking.

    Directions without a number come last, in the order of site.yaml.
    """
    site = hub.site.loaded().site
    series = [
        Series(name, SeriesKind.CROSSINGS, line, label, direction)
        for name, camera in site.cameras.items()
        for line in camera.lines
        for label in classes
        for direction in (0, 1)
    ]
    held = hold(hub, ways, series, span, kind)
    found = [
        _flow(hub, held, (name, line, direction), classes)
        for name, camera in site.cameras.items()
        for line in camera.lines
        for direction in (0, 1)
    ]
    return sorted(found, key=lambda one: -(one.per_hour if one.per_hour is not None else -1.0))


def _flow(hub: HubServices, held: Held, line: tuple[str, str, int], classes: Sequence[str]) -> Flow:
    camera, name, direction = line
    site = hub.site.loaded().site
    drawn = site.cameras[camera].lines[name]
    series = [Series(camera, SeriesKind.CROSSINGS, name, one, direction) for one in classes]
    return Flow(
        camera,
        name,
        direction,
        drawn.called(name),
        drawn.directions[direction],
        counting.over(held.row(series, cameras=1)),
        whereabouts(hub, site, camera, name, drawn),
    )


def whereabouts(
    hub: HubServices, site: Site, camera: str, line: str, drawn: Line
) -> Whereabouts | None:
    """Where a line is on the map: on its camera's ground, else at a place that names it."""
    on_ground = _on_ground(hub, frame_of(site), camera, drawn)
    if on_ground is not None:
        return on_ground
    for place in site.places.values():
        if any(split_member(one) == (camera, line) for one in place.lines):
            return Whereabouts("place", place.spot, None, ())
    return None


def _on_ground(hub: HubServices, frame: MapFrame, camera: str, drawn: Line) -> Whereabouts | None:
    ground = camera_ground(hub, camera)
    declared = hub.site.loaded().site.cameras[camera].ground
    if ground is None or declared is None:
        return None
    metres, _ = drawn_on_ground(ground, drawn.points)
    if len(metres) < 2:
        return None
    steps = np.linalg.norm(np.diff(metres, axis=0), axis=1)
    half = steps.sum() / 2
    i = int(np.searchsorted(np.cumsum(steps), half))
    along = (metres[i + 1] - metres[i]) / steps[i]
    middle = metres[i] + along * (half - steps[:i].sum())
    # The right hand of a walk along the line: the picture and the ground agree on it.
    ahead = middle + REACH_M * np.array((along[1], -along[0]))
    found = frame.of_ground(np.vstack((middle, ahead, metres)), declared, ground.plane)
    if found is None:
        return None
    spots = [(float(x), float(y)) for x, y in found]
    return Whereabouts("ground", spots[0], spots[1], tuple(spots[2:]))
