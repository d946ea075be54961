"""What thresholds watch: an indicator of a zone or place now, or a closed measure."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from parvis.alerts.rule import Rule
from parvis.fleet.place_book import AGE_S, PERSON
from parvis.fleet.place_signals import zones_now
from parvis.site.shapes import Site
from parvis.values.alerts import AlertKind, Signal, Subject
from parvis.values.live import CameraState, LiveState, ZoneNow
from parvis.values.measure import Measure
from parvis.values.place_now import PlaceNow
from parvis.values.series import Aggregation, SeriesKind

_OF_A_ZONE: Mapping[str, Callable[[ZoneNow], float | None]] = {
    "people": lambda zone: float(zone.people),
    "density": lambda zone: zone.density_pm2,
    "speed": lambda zone: zone.speed_mps,
    "net": lambda zone: zone.net_per_s,
    "queue": lambda zone: None if zone.queue is None else float(zone.queue),
    "parked": lambda zone: None if zone.parked is None else float(zone.parked),
}
"""Indicators of a zone: people, people a square metre, metres a second, people a second, people,
vehicles."""


def live_signals(
    now_s: float,
    site: Site,
    rules: Sequence[Rule],
    heard: Mapping[str, tuple[LiveState, float]],
    places: Mapping[str, PlaceNow],
) -> Iterator[Signal]:
    """For each rule its indicator in every zone, and in the places that it names.

    It is unknown while the camera does not speak, or the ground does not tell.
    """
    for rule in rules:
        for name in site.cameras:
            for zone in site.cameras[name].zones:
                value = _of_zone(rule.indicator, zone, _speaking(now_s, heard.get(name)))
                yield _signal(rule, Subject(name, zone), now_s, value)
        for subject in rule.on:
            if subject.place is not None and subject.place in site.places:
                zones = zones_now(now_s, site.places[subject.place], heard)
                value = _of_place(rule.indicator, places.get(subject.place), zones)
                yield _signal(rule, subject, now_s, value)


def closed_signals(
    end_s: float, rules: Sequence[Rule], measures: Iterable[Measure]
) -> Iterator[Signal]:
    """For each rule its kind of measure in every shape: counts of classes and directions together,
    of all else the largest.

    Args:
        end_s: end of the quarter of an hour.
        measures: of that quarter; one without a value is a gap, and nothing is told there.
    """
    values: dict[tuple[SeriesKind, Subject], list[float]] = defaultdict(list)
    for one in measures:
        if one.value is not None:
            subject = Subject(one.series.camera, one.series.shape)
            values[one.series.kind, subject].append(one.value)
    for rule in rules:
        for (kind, subject), told in values.items():
            if kind.value == rule.indicator:
                counts = kind.aggregation is Aggregation.SUM
                yield _signal(rule, subject, end_s, math.fsum(told) if counts else max(told))


def _signal(rule: Rule, subject: Subject, time_s: float, value: float | None) -> Signal:
    return Signal(AlertKind.THRESHOLD, subject, time_s, value, rule=rule.name)


def _speaking(now_s: float, found: tuple[LiveState, float] | None) -> LiveState | None:
    if found is None or now_s - found[1] > AGE_S:
        return None
    return found[0] if found[0].stream.state is CameraState.LIVE else None


def _of_zone(indicator: str, zone: str, state: LiveState | None) -> float | None:
    if state is None:
        return None
    known = state.ground.get(zone)
    if known is not None:
        return _OF_A_ZONE[indicator](known)
    if indicator == "people":  # counted without a ground too
        return float(state.occupancy.get(zone, {}).get(PERSON, 0))
    return None


def _of_place(
    indicator: str, now: PlaceNow | None, zones: Sequence[ZoneNow] | None
) -> float | None:
    if indicator == "people":
        return None if now is None or now.missing else now.people
    return None if zones is None else _together(indicator, zones)


def _together(indicator: str, zones: Sequence[ZoneNow]) -> float | None:
    """One number for several zones: the densest, the slowest, or the sum."""
    values = [_OF_A_ZONE[indicator](zone) for zone in zones]
    known = [value for value in values if value is not None]
    if not known:
        return None
    match indicator:
        case "density":
            return max(known)
        case "speed":
            return min(known)
        case _:
            return math.fsum(known)
