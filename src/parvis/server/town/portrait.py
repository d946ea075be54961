"""How one place works at a chosen hour: who stays how long, how fast, where to."""

from collections import Counter
from dataclasses import dataclass

from parvis.policy.terms import OutputKind
from parvis.server.counts import Count
from parvis.server.ranges import Range
from parvis.server.services import HubServices
from parvis.server.town.frame import camera_ground
from parvis.server.town.levels import PERSON
from parvis.server.town.readings import hold
from parvis.server.ways_out import WaysOut
from parvis.site.place import Place, split_member
from parvis.values.civil import Bin
from parvis.values.series import Series, SeriesKind


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a line or zone.

    Args:
        label: what it is measured on.
        count: the number with its interval and mark; its start is that of the hour.
    """

    label: str
    count: Count


@dataclass(frozen=True, slots=True)
class Pace:
    """Speeds of those who passed a line or a zone, m/s.

    Args:
        label: what it is measured on.
        n: passages; None where they are too few to be shown.
        median, low, high: with its 90 % interval.
        p85: the speed that 85 in 100 do not exceed.
    """

    label: str
    n: int | None
    median: float | None
    low: float | None
    high: float | None
    p85: float | None


@dataclass(frozen=True, slots=True)
class Way:
    """From where to where.

    Args:
        origin, destination: gates, by the names that people read; empty when unknown.
        n: how many; None where they are too few to be shown.
    """

    origin: str
    destination: str
    n: int | None


def members(hub: HubServices, place: Place, kind: str) -> list[tuple[str, str, str]]:
    """(camera, shape, label) of a place's zones or lines."""
    site = hub.site.loaded().site
    named = place.zones if kind == "zones" else place.lines
    found = []
    for camera, shape in map(split_member, named):
        drawn = getattr(site.cameras[camera], kind)[shape]
        found.append((camera, shape, drawn.called(shape)))
    return found


def cameras_of(place: Place) -> list[str]:
    """The cameras that measure a place, in the order it names them."""
    members = (*place.zones, *place.lines, *place.entrances)
    return list(dict.fromkeys(split_member(one)[0] for one in members))


def figures(
    hub: HubServices, ways: WaysOut, place: Place, hour: tuple[float, float], kind: SeriesKind
) -> list[Figure]:
    """A kind of number of each of the place's zones over an hour; blocking."""
    zones = members(hub, place, "zones")
    if kind in (SeriesKind.QUEUE_LENGTH, SeriesKind.QUEUE_WAIT):
        cameras = hub.site.loaded().site.cameras
        zones = [one for one in zones if cameras[one[0]].zones[one[1]].use == "queue"]
    series = [Series(camera, kind, zone, PERSON) for camera, zone, _ in zones]
    held = hold(hub, ways, series, Range(*hour, Bin.HOUR))
    return [
        Figure(label, held.row([one])[0]) for one, (_, _, label) in zip(series, zones, strict=True)
    ]


def passages(
    hub: HubServices, ways: WaysOut, place: Place, hour: tuple[float, float]
) -> list[tuple[str, tuple[str, str], tuple[Count, Count]]]:
    """(line, its directions, how many each way) over an hour; blocking."""
    lines = members(hub, place, "lines")
    site = hub.site.loaded().site
    series = [
        Series(camera, SeriesKind.CROSSINGS, line, PERSON, way)
        for camera, line, _ in lines
        for way in (0, 1)
    ]
    held = hold(hub, ways, series, Range(*hour, Bin.HOUR))
    rows = []
    for i, (camera, line, label) in enumerate(lines):
        one, other = (held.row([series[2 * i + way]])[0] for way in (0, 1))
        rows.append((label, site.cameras[camera].lines[line].directions, (one, other)))
    return rows


def paces(
    hub: HubServices, ways: WaysOut, place: Place, hour: tuple[float, float]
) -> list[Pace] | None:
    """Speeds on the place's lines and zones over an hour; None where no camera has a ground."""
    cameras = [name for name in cameras_of(place) if camera_ground(hub, name) is not None]
    if not cameras:
        return None
    site = hub.site.loaded().site
    mine = {(camera, shape): label for camera, shape, label in members(hub, place, "zones")}
    mine |= {(camera, shape): label for camera, shape, label in members(hub, place, "lines")}
    rows = []
    for camera in cameras:
        for who, speeds in sorted(hub.store.speeds(camera, *_closed(ways, hour)).items()):
            if who.object_class != PERSON or (camera, who.shape) not in mine:
                continue
            label = mine[camera, who.shape]
            if who.direction is not None and who.shape in site.cameras[camera].lines:
                label = (
                    f"{label}, {site.cameras[camera].lines[who.shape].directions[who.direction]}"
                )
            if not _shown(ways, camera, hour, speeds.n):
                rows.append(Pace(label, None, None, None, None, None))
                continue
            low, high = speeds.interval_mps(0.5) or (None, None)
            rows.append(
                Pace(
                    label, speeds.n, speeds.quantile_mps(0.5), low, high, speeds.quantile_mps(0.85)
                )
            )
    return rows


def journeys(
    hub: HubServices, ways: WaysOut, place: Place, hour: tuple[float, float]
) -> list[Way] | None:
    """From where to where people went within a camera, the most frequent first.

    None where no camera of the place has a ground.
    """
    cameras = [name for name in cameras_of(place) if camera_ground(hub, name) is not None]
    if not cameras:
        return None
    rows: list[Way] = []
    for camera in cameras:
        zones = hub.site.loaded().site.cameras[camera].zones
        counted: Counter[tuple[str, str]] = Counter()
        for way, n in hub.store.ground(camera, *_closed(ways, hour)).journeys.items():
            if way.object_class == PERSON:
                counted[way.origin, way.destination] += n
        for (origin, destination), n in counted.most_common():
            ends = [
                zones[gate].called(gate) if gate in zones else gate
                for gate in (origin, destination)
            ]
            rows.append(Way(ends[0], ends[1], n if _shown(ways, camera, hour, n) else None))
    return rows


def _closed(ways: WaysOut, hour: tuple[float, float]) -> tuple[float, float]:
    closed_s = ways.gate.closed_before(ways.now_s) // 900 * 900
    return hour[0], max(hour[0], min(hour[1], closed_s))


def _shown(ways: WaysOut, camera: str, hour: tuple[float, float], n: int) -> bool:
    newest_s = _closed(ways, hour)[1]
    return ways.decide(
        OutputKind.MEASURES, camera, newest_s=newest_s, bin_s=3600.0, cell=float(n)
    ).allowed
