"""Gatherings, dense zones and zones that fill, and what only looks like them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from scenarios.flights import Random, blob, passers, spot
from scenarios.seen import Floats, Played
from scenarios.social_force import Person, Stage, simulate

LEAST_GATHERED = 8
LEVELS_PM2 = {"walkway": 1.0, "waiting": 2.0, "queue": 2.0}


def box(x: float, y: float, wide: float, high: float, **said: Any) -> dict[str, Any]:
    """A rectangular zone with its corner at (x, y)."""
    corners = [[x, y], [x + wide, y], [x + wide, y + high], [x, y + high]]
    return {"polygon": corners, **said}


def standing(
    rng: Random, places: Floats, first_s: float, last_s: float, leave_s: float, mill: float = 0.2
) -> list[Person]:
    """People who come one after the other to their places, stand, and leave."""
    people = []
    for place, come in zip(places, np.sort(rng.uniform(first_s, last_s, len(places))), strict=True):
        turn = rng.uniform(0, 2 * np.pi)
        away = (float(np.cos(turn)), float(np.sin(turn)))
        start = place + 8.0 * np.array(away)
        people.append(
            Person(
                spot(start),
                [
                    Stage(0, 1.35, to=spot(place)),
                    Stage(come + 9.0, mill, mill=True),
                    Stage(leave_s + rng.uniform(0, 4), 1.35, way=away),
                ],
                from_s=come,
            )
        )
    return people


def _stood(rows: Floats, who: int, n: int, rate: float) -> tuple[float, float]:
    """First and last moment at which n of the first ``who`` people stand still."""
    moments = []
    for i in range(who):
        mine = rows[rows[:, 1] == i]
        k = max(1, round(0.4 * rate))
        speed = np.hypot(*(mine[2 * k :, 2:] - mine[: -2 * k, 2:]).T) / (2 * k / rate)
        moments.append(mine[k:-k][speed < 0.6, 0])
    times, counts = np.unique(np.concatenate(moments), return_counts=True)
    full = times[counts >= n]
    return float(full[0]), float(full[-1])


def gathered(rng: Random, n: int, rate: float, by: int = 5) -> Played:
    """People come together and stay."""
    at = spot(rng.uniform(-6, 6, 2))
    spread = 0.45 * np.sqrt(n / 2)
    people = standing(rng, blob(rng, n, spread, at), 0, 14, 92, rng.choice((0.1, 0.3)))
    people += passers(rng, by, 90)
    rows = simulate(people, 97, rate, rng)
    return Played(rows, events=[("gathering", *_stood(rows, n, LEAST_GATHERED, rate))])


def there_already(rng: Random, n: int, rate: float) -> Played:
    """They stand together from the first moment."""
    people = [
        Person(spot(place), [Stage(0, 0.25, mill=True)])
        for place in blob(rng, n, 0.4 * np.sqrt(n / 2))
    ]
    rows = simulate([*people, *passers(rng, 5, 70)], 75, rate, rng)
    return Played(rows, events=[("gathering", 0.0, 75.0)])


def round_about(rng: Random, n: int, rate: float) -> Played:
    """An audience in a ring round a musician."""
    turns = np.linspace(0, 2 * np.pi, n, endpoint=False)
    ring = 1.1 * n / (2 * np.pi)
    places = ring * np.column_stack((np.cos(turns), np.sin(turns)))
    rows = simulate(standing(rng, places, 0, 8, 85), 90, rate, rng)
    return Played(rows, events=[("gathering", *_stood(rows, n, n - 1, rate))])


def sooner(rng: Random, n: int, rate: float) -> Played:
    """A rule that asks for ten people and twenty seconds only; they come, and soon leave."""
    people = standing(rng, blob(rng, n, 0.45 * np.sqrt(n / 2)), 2, 12, 58)
    rows = simulate([*people, *passers(rng, 4, 55)], 64, rate, rng)
    rules = {
        "group": {"kind": "gathering", "levels": {"watch": 10}, "for_s": 20},
        "crowd_movement": {"kind": "crowd_movement"},
    }
    return Played(rows, {}, rules, [("group", *_stood(rows, n, 10, rate))])


def small_groups(rng: Random, n: int, rate: float) -> Played:
    """Groups of four or five who talk, some metres apart."""
    people = []
    for i in range(n):
        at = (-12.0 + 5.5 * (i % 5), -5.0 + 5.5 * (i // 5))
        people += standing(rng, blob(rng, int(rng.integers(3, 6)), 0.4, at), 0, 10, 82)
    return Played(simulate([*people, *passers(rng, 5, 80)], 86, rate, rng))


def lights(rng: Random, n: int, rate: float) -> Played:
    """Two corners at which people wait in turns for their green."""
    people = []
    for turn in range(4):
        at = (-4.0, 0.0) if turn % 2 else (8.0, 3.0)
        for place in blob(rng, n, 1.0, at):
            come = 32.0 * turn + rng.uniform(0, 26)
            people.append(
                Person(
                    (float(place[0]), -14.0),
                    [
                        Stage(0, 1.4, to=spot(place)),
                        Stage(32 * turn + 46 + rng.uniform(0, 1.5), 1.4, way=(0.0, 1.0)),
                    ],
                    from_s=come,
                )
            )
    return Played(simulate(people, 160, rate, rng))


def audience_below(rng: Random, n: int, rate: float) -> Played:
    """A musician's audience below the level, passers-by in plenty."""
    people = standing(rng, blob(rng, n, 0.8), 0, 10, 85)
    return Played(simulate([*people, *passers(rng, 25, 85)], 85, rate, rng))


def bus_stop(rng: Random, n: int, rate: float) -> Played:
    """People wait where the town says that people wait, and queue where they queue."""
    people = standing(rng, blob(rng, n, 1.2, (-8, 0)), 0, 15, 88)
    line = np.array([(4.0 + 0.9 * i, 0.0) for i in range(10)])
    people += standing(rng, line[:9], 0, 15, 88, 0.05)
    zones = {
        "stop": box(-14, -6, 12, 12, use="waiting"),
        "till": box(2.0, -1.5, 14, 3, use="queue"),
    }
    return Played(simulate(people, 90, rate, rng), zones)


def _crowded(rows: Floats, zones: dict[str, Any]) -> list[tuple[str, float, float]]:
    """Stretches of over half a minute at which zones hold more people than their level."""
    events = []
    for zone in zones.values():
        (ax, ay), (bx, by) = zone["polygon"][0], zone["polygon"][2]
        inside = (rows[:, 2] > ax) & (rows[:, 2] < bx) & (rows[:, 3] > ay) & (rows[:, 3] < by)
        all_times = np.unique(rows[:, 0])
        counts = np.searchsorted(np.sort(rows[inside, 0]), all_times, "right") - np.searchsorted(
            np.sort(rows[inside, 0]), all_times, "left"
        )
        over = counts >= LEVELS_PM2[zone["use"]] * (bx - ax) * (by - ay)
        which = np.flatnonzero(over)
        if over.any() and all_times[which[-1]] - all_times[which[0]] > 33.0:
            events.append(("density", float(all_times[which[0]]), float(all_times[which[-1]])))
    return events


def packed(rng: Random, n: int, rate: float) -> Played:
    """Two zones into which people come and in which they stand too close."""
    zones = {
        "pass": box(-12, -2, 4, 4, use="walkway"),
        "wait": box(6, -1.5, 2.4, 2.4, use="waiting"),
    }
    people = standing(rng, _within(rng, n, zones["pass"], 0.55), 0, 10, 62, 0.1)
    people += standing(rng, _within(rng, int(0.7 * n), zones["wait"], 0.42), 3, 14, 64, 0.05)
    rows = simulate(people, 70, rate, rng)
    rules = {"density": {"kind": "density"}, "crowd_movement": {"kind": "crowd_movement"}}
    return Played(rows, zones, rules, _crowded(rows, zones))


def _within(rng: Random, n: int, zone: dict[str, Any], apart: float) -> Floats:
    """n places inside a zone, as far from each other as goes."""
    low, high = np.array(zone["polygon"][0]) + 0.25, np.array(zone["polygon"][2]) - 0.25
    places: list[Floats] = []
    while len(places) < n:
        new = rng.uniform(low, high)
        if all(np.hypot(*(new - one)) > apart for one in places):
            places.append(new)
        apart *= 0.9995
    return np.array(places)


def slow_stream(rng: Random, n: int, rate: float) -> Played:
    """A passage through which ever more people press, slower and slower."""
    zones = {"pass": box(-4, -2, 8, 4, use="walkway")}
    people = []
    for come in np.sort(rng.uniform(0, 75, 5 * n)):
        y = rng.uniform(-1.7, 1.7)
        late = 15 < come < 60
        people.append(
            Person((-9.0, y), [Stage(0, 0.55 if late else 1.2, way=(1.0, -0.002 * y))], from_s=come)
        )
    rows = simulate(people, 100, rate, rng, box=(-10, -2.5, 10, 2.5))
    rules = {"density": {"kind": "density"}, "gathering": {"kind": "gathering"}}
    return Played(rows, zones, rules, _crowded(rows, zones))


def busy(rng: Random, n: int, rate: float) -> Played:
    """Zones that are busy below their levels, and one above it for a moment only."""
    zones = {
        "pass": box(-12, -2, 4, 4, use="walkway"),
        "wait": box(6, -1.5, 3, 3, use="waiting"),
        "burst": box(-3, 5, 4, 4, use="walkway"),
    }
    people = standing(rng, _within(rng, n, zones["pass"], 0.8), 0, 10, 62, 0.1)
    people += standing(rng, _within(rng, n, zones["wait"], 0.6), 0, 12, 62, 0.1)
    burst = _within(rng, 19, zones["burst"], 0.55)
    people += standing(rng, burst, 14, 17, 34, 0.1)
    rules = {"density": {"kind": "density"}, "crowd_movement": {"kind": "crowd_movement"}}
    return Played(simulate(people, 68, rate, rng), zones, rules)


def filling(rng: Random, n: int, rate: float) -> Played:
    """A square that stands half empty, then fills until it is full."""
    zones = {"square": box(-9, -7, 18, 14, use="waiting", capacity=n)}
    begin, per_s = 30.0, n / 38.0
    people = _through(rng, 0.12 * n, 90)
    t = begin
    while len(people) < 4 * n and t < 90:
        place = (rng.uniform(-8.5, 8.5), rng.uniform(-6.5, 6.5))
        side = rng.choice((-1.0, 1.0))
        people.append(Person((place[0], 9.0 * side), [Stage(0, 1.4, to=place)], from_s=t))
        t += rng.exponential(1 / per_s)
    rows = simulate(people, 90, rate, rng, box=(-12, -9.5, 12, 9.5))
    full = _full_s(rows, n)
    rules = {"accumulation": {"kind": "accumulation"}, "crowd_movement": {"kind": "crowd_movement"}}
    return Played(rows, zones, rules, [("accumulation", begin + 1.5, full)])


def _full_s(rows: Floats, n: int) -> float:
    inside = (np.abs(rows[:, 2]) < 9) & (np.abs(rows[:, 3]) < 7)
    times, counts = np.unique(rows[inside, 0], return_counts=True)
    return float(times[counts >= n][0]) if (counts >= n).any() else float(times[-1])


def _through(rng: Random, n: float, seconds: float) -> list[Person]:
    """People who cross the square; about n are on it."""
    people = []
    for _ in range(rng.poisson(n / 14.0 * (seconds + 15))):
        side = rng.choice((-1.0, 1.0))
        people.append(
            Person(
                (-11.8 * side, rng.uniform(-6, 6)),
                [Stage(0, max(0.7, rng.normal(1.34, 0.26)), way=(side, rng.normal(0, 0.05)))],
                from_s=rng.uniform(-15, seconds),
            )
        )
    return people


def from_the_start(rng: Random, n: int, rate: float) -> Played:
    """A square that fills from an empty one, when the camera begins to look."""
    zones = {"square": box(-9, -7, 18, 14, use="walkway", capacity=n)}
    people = [
        Person(
            (-11.5, rng.uniform(-6, 6)),
            [Stage(0, 1.4, to=(rng.uniform(-8.5, 8.5), rng.uniform(-6.5, 6.5)))],
            from_s=t,
        )
        for t in np.arange(0.0, 56.0, 45.0 / n)
    ]
    rows = simulate(people, 60, rate, rng, box=(-12, -9.5, 12, 9.5))
    rules = {"accumulation": {"kind": "accumulation"}}
    return Played(rows, zones, rules, [("accumulation", 1.5, _full_s(rows, n))])


def fluctuating(rng: Random, n: int, rate: float) -> Played:
    """A square that people cross, more and fewer, and that never fills."""
    zones = {"square": box(-9, -7, 18, 14, use="walkway", capacity=2 * n)}
    people = _through(rng, 0.6 * n, 90)
    for pulse in (25.0, 60.0):
        people += [
            Person((-11.8, rng.uniform(-6, 6)), [Stage(0, 1.4, way=(1.0, 0.0))], from_s=t)
            for t in pulse + rng.uniform(0, 8, n // 3)
        ]
    rules = {"accumulation": {"kind": "accumulation"}, "crowd_movement": {"kind": "crowd_movement"}}
    return Played(simulate(people, 90, rate, rng, box=(-12, -9.5, 12, 9.5)), zones, rules)


Family = Callable[[Random, int, float], Played]
POSITIVES: dict[str, tuple[Family, tuple[int, ...]]] = {
    "gathered": (gathered, (9, 10, 12, 14, 16)),
    "there-already": (there_already, (9, 12, 16)),
    "round-about": (round_about, (10, 12, 14)),
    "sooner": (sooner, (11, 12, 13, 14, 15, 16, 17, 18, 20)),
    "packed": (packed, (20, 21, 22, 23, 24, 25, 26, 27, 28, 29)),
    "slow-stream": (slow_stream, (46,)),
    "filling": (filling, (28, 30, 32, 34, 36, 38, 40, 42, 44, 46, 48)),
    "from-the-start": (from_the_start, (30, 32, 34, 36, 38, 40, 42, 44, 46)),
}
NEGATIVES: dict[str, tuple[Family, tuple[int, ...]]] = {
    "small-groups": (small_groups, (4, 6)),
    "lights": (lights, (9, 11)),
    "audience-below": (audience_below, (5, 6)),
    "bus-stop": (bus_stop, (9, 12)),
    "busy": (busy, (9, 10, 11)),
    "fluctuating": (fluctuating, (15, 20, 25)),
}
