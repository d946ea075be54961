"""Density and filling of places, from what their cameras say of now."""

import math
from collections.abc import Iterator, Mapping

from parvis.fleet.place_book import AGE_S
from parvis.site.place import Place, split_member
from parvis.site.shapes import Site
from parvis.values.alerts import AlertKind, Signal, Subject
from parvis.values.live import CameraState, LiveState, ZoneNow
from parvis.values.place_now import PlaceNow
from parvis.values.series import PLACE


def place_signals(
    now_s: float,
    site: Site,
    heard: Mapping[str, tuple[LiveState, float]],
    places: Mapping[str, PlaceNow],
) -> Iterator[Signal]:
    """Of each place: people a square metre in its densest zone, and seconds until it is full.

    Both are unknown while a camera of the place does not speak: a part says nothing of the whole.
    """
    for name, place in site.places.items():
        if not place.zones:
            continue
        subject = Subject(f"{PLACE}{name}")
        zones = zones_now(now_s, place, heard)
        density, left_s = None, None
        if zones is not None:
            density = max(zone.density_pm2 for zone in zones)
            left_s = _left_s(place, places.get(name), zones)
        yield Signal(AlertKind.DENSITY, subject, now_s, density)
        if place.capacity is not None:
            yield Signal(AlertKind.ACCUMULATION, subject, now_s, left_s)


def zones_now(
    now_s: float, place: Place, heard: Mapping[str, tuple[LiveState, float]]
) -> list[ZoneNow] | None:
    """The zones of a place on their grounds; None unless every one of them is told of."""
    zones = []
    for camera, zone in map(split_member, place.zones):
        state, received_s = heard.get(camera, (None, -math.inf))
        speaks = state is not None and state.stream.state is CameraState.LIVE
        if state is None or not speaks or now_s - received_s > AGE_S or zone not in state.ground:
            return None
        zones.append(state.ground[zone])
    return zones


def _left_s(place: Place, now: PlaceNow | None, zones: list[ZoneNow]) -> float | None:
    """Seconds until the place is full at the pace of now; infinite while it does not fill."""
    if now is None or now.people is None or now.missing or place.capacity is None:
        return None
    nets = [zone.net_per_s for zone in zones]
    if any(net is None for net in nets):
        return None
    net_per_s = math.fsum(net for net in nets if net is not None)
    room = place.capacity - now.people
    if room <= 0:
        return 0.0
    return room / net_per_s if net_per_s > 0 else math.inf
