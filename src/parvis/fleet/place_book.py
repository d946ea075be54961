"""Places that several cameras see: summed second by second in the hub, minute by minute at rest."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from parvis.measures.coverage import MINUTE_S
from parvis.measures.ground.places import Part, place_occupancy
from parvis.measures.minutes import GRACE_S
from parvis.measures.uncertainty import UNCHECKED
from parvis.site.place import Place, split_member
from parvis.values.live import CameraState, LiveState
from parvis.values.measure import Z90, Measure, Spread
from parvis.values.minute import ClosedMinute
from parvis.values.place_now import PlaceNow
from parvis.values.series import PLACE, WHOLE_VIEW, Series, SeriesKind

AGE_S = 2.5
"""A camera that has not spoken for so long says nothing of now."""

LONGEST_TICK_S = 2.0
"""Two looks farther apart leave a gap between them."""

PERSON = "person"


def series_of(place: str, kind: SeriesKind) -> Series:
    """The series of a place; no camera can bear such a name."""
    return Series(f"{PLACE}{place}", kind, WHOLE_VIEW, PERSON)


@dataclass(slots=True)
class _Minute:
    """One minute of a place while it is open."""

    seen_s: float = 0.0
    person_s: float = 0.0
    most: float = 0.0


@dataclass(slots=True)
class _Watched:
    now: PlaceNow
    minutes: dict[float, _Minute] = field(default_factory=dict)


class PlaceBook:
    """Sums what cameras say of each place, on aligned seconds.

    The mean of the sum is the sum of the cameras' means; the peak of the sum is not that of their
    peaks, and can only be had from the same second. Only seconds in which every camera of a place
    speaks count in its minutes: the others are a gap.

    Args:
        run: id of this life of the hub.
    """

    def __init__(self, run: str) -> None:
        self._run = run
        self._watched: dict[str, _Watched] = {}
        self._tick_s = -math.inf

    def now(self) -> dict[str, PlaceNow]:
        """Every place at the last tick."""
        # The thread that ticks may add a place meanwhile.
        return {name: watched.now for name, watched in dict(self._watched).items()}

    def tick(
        self,
        now_s: float,
        places: Mapping[str, Place],
        heard: Mapping[str, tuple[LiveState, float]],
    ) -> list[ClosedMinute]:
        """Look at all places; return the minutes that closed.

        Args:
            now_s: seconds since the epoch; of several looks in one second the first counts.
            places: those of the site.
            heard: by camera its last live state, and when it was received.
        """
        second_s = math.floor(now_s)
        if second_s <= self._tick_s:
            return []
        since_s = second_s - self._tick_s
        self._tick_s = second_s
        speaking = {
            name: state
            for name, (state, received_s) in heard.items()
            if now_s - received_s <= AGE_S and state.stream.state is CameraState.LIVE
        }
        closed = []
        for name in [gone for gone in self._watched if gone not in places]:
            closed += self._close(name, math.inf)
            del self._watched[name]
        for name, place in places.items():
            if place.zones:
                self._look(name, place, speaking, second_s, since_s)
                closed += self._close(name, now_s - GRACE_S)
        return closed

    def close(self) -> list[ClosedMinute]:
        """The end: every open minute as far as it was seen, its coverage says how far."""
        closed = [one for name in self._watched for one in self._close(name, math.inf)]
        self._watched.clear()
        return closed

    def _look(
        self,
        name: str,
        place: Place,
        speaking: Mapping[str, LiveState],
        second_s: float,
        since_s: float,
    ) -> None:
        zones: dict[str, list[str]] = {}
        for camera, zone in map(split_member, place.zones):
            zones.setdefault(camera, []).append(zone)
        parts: dict[str, Part | None] = {}
        for camera, own in zones.items():
            state = speaking.get(camera)
            if state is not None:
                people = sum(state.occupancy.get(zone, {}).get(PERSON, 0) for zone in own)
                parts[camera] = Part(people, UNCHECKED.of_level(people), float(len(own)))
        found = place_occupancy(parts, {camera: float(len(own)) for camera, own in zones.items()})
        low, high = _interval(found.people, found.spread)
        now = PlaceNow(
            name, second_s, found.people, low, high, round(found.seen_share, 4), found.missing
        )
        watched = self._watched.setdefault(name, _Watched(now))
        watched.now = now
        minute = watched.minutes.setdefault(second_s // MINUTE_S * MINUTE_S, _Minute())
        if found.people is not None and not found.missing and since_s <= LONGEST_TICK_S:
            minute.seen_s = min(MINUTE_S, minute.seen_s + since_s)
            minute.person_s += found.people * since_s
            minute.most = max(minute.most, found.people)

    def _close(self, name: str, until_s: float) -> list[ClosedMinute]:
        minutes = self._watched[name].minutes
        due = [start_s for start_s in sorted(minutes) if start_s + MINUTE_S <= until_s]
        return [self._closed(name, start_s, minutes.pop(start_s)) for start_s in due]

    def _closed(self, name: str, start_s: float, minute: _Minute) -> ClosedMinute:
        measures = []
        for kind, value in (
            (SeriesKind.OCCUPANCY, minute.person_s / minute.seen_s if minute.seen_s else None),
            (SeriesKind.OCCUPANCY_MAX, minute.most if minute.seen_s else None),
        ):
            spread = Spread() if value is None else UNCHECKED.of_level(value)
            measures.append(
                Measure(
                    series_of(name, kind),
                    start_s,
                    start_s + MINUTE_S,
                    value,
                    spread,
                    minute.seen_s,
                    minute.seen_s,
                )
            )
        return ClosedMinute(f"{PLACE}{name}", self._run, start_s, minute.seen_s, tuple(measures))


def _interval(people: float | None, spread: Spread) -> tuple[float | None, float | None]:
    if people is None:
        return None, None
    random = Z90 * math.sqrt(spread.variance)
    return max(0.0, people - spread.below - random), people + spread.above + random
