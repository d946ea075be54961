"""Movements of crowds that call for attention, and those that do not."""

from collections.abc import Callable

import numpy as np

from scenarios.seen import Played
from scenarios.social_force import Person, Stage, simulate

Random = np.random.Generator
Family = Callable[[Random, int, float], Played]
RULE = "crowd_movement"


def blob(rng: Random, n: int, spread: float, at: tuple[float, float] = (0, 0)) -> np.ndarray:
    """Places of people about a point, none on another's."""
    places: list[np.ndarray] = []
    while len(places) < n:
        new = np.array(at) + rng.normal(0, spread, 2)
        if all(np.hypot(*(new - one)) > 0.5 for one in places):
            places.append(new)
        spread *= 1.002
    return np.array(places)


def spot(place: np.ndarray) -> tuple[float, float]:
    """A place as plain numbers."""
    return float(place[0]), float(place[1])


def passers(
    rng: Random, n: int, seconds: float, mps: float = 1.34, y: float = 10.0
) -> list[Person]:
    """People who walk through, both ways."""
    people = []
    for _ in range(n):
        side = rng.choice((-1.0, 1.0))
        people.append(
            Person(
                (-19.5 * side, rng.uniform(-10.0, 10.0)),
                [Stage(0, max(0.6, rng.normal(mps, 0.26)), way=(side, rng.normal(0, 0.1)))],
                from_s=rng.uniform(-15, seconds),
            )
        )
    return people


def flight(rng: Random, n: int, rate: float, at_s: float = 12.0, by: int = 0) -> Played:
    """People stand or mill about, and flee from a point."""
    from_ = spot(rng.normal(0, 0.5, 2))
    people = [
        Person(
            spot(place),
            [
                Stage(0, rng.choice((0.0, 0.3)), mill=True),
                Stage(at_s + rng.uniform(0.2, 1.6), rng.uniform(2.5, 4.0), off=from_),
            ],
        )
        for place in blob(rng, n, 1.0 + 0.15 * np.sqrt(n))
    ]
    people += passers(rng, by, at_s + 20)
    rows = simulate(people, at_s + 10, rate, rng)
    return Played(rows, events=[(RULE, at_s, at_s + 8)])


def rush(rng: Random, n: int, rate: float, mps: float = 2.8, at_s: float = 12.0) -> Played:
    """People stand about, and all rush one way."""
    way = spot(np.array((1.0, rng.normal(0, 0.3))))
    people = [
        Person(
            spot(place),
            [
                Stage(0, 0.2, mill=True),
                Stage(at_s + rng.uniform(0, 1.2), rng.normal(mps, 0.2), way=way),
            ],
        )
        for place in blob(rng, n, 2.0 + 0.1 * np.sqrt(n), (-8, 0))
    ]
    rows = simulate(people, at_s + 10, rate, rng)
    return Played(rows, events=[(RULE, at_s, at_s + 8)])


def turned(rng: Random, n: int, rate: float, at_s: float = 12.0) -> Played:
    """People walk across a square, and all run for one exit."""
    people = []
    for one in passers(rng, n, at_s):
        run = Stage(at_s + rng.uniform(0, 1.5), rng.uniform(2.4, 3.6), to=(0.0, 14.9))
        people.append(Person(one.start, [*one.stages, run], one.from_s))
    rows = simulate(people, at_s + 12, rate, rng)
    return Played(rows, events=[(RULE, at_s, at_s + 8)])


def under_way(rng: Random, n: int, rate: float) -> Played:
    """The flight has begun when the camera first sees it."""
    return _shifted(flight(rng, n, rate, at_s=3.0), 3.6)


def run_through(rng: Random, n: int, rate: float, at_s: float = 15.0) -> Played:
    """A crowd that runs through the view."""
    people = passers(rng, 12, at_s + 25)
    people += [
        Person(
            (-19.5, y),
            [Stage(0, rng.uniform(2.8, 3.8), way=(1.0, 0.0))],
            from_s=at_s + rng.uniform(0, 3),
        )
        for y in rng.uniform(-3, 3, n)
    ]
    rows = simulate(people, at_s + 16, rate, rng)
    return Played(rows, events=[(RULE, at_s, at_s + 12)])


def _shifted(played: Played, by_s: float) -> Played:
    rows = played.rows[played.rows[:, 0] >= by_s].copy()
    rows[:, 0] -= by_s
    events = [(rule, max(0.0, a - by_s), b - by_s) for rule, a, b in played.events]
    return Played(rows, played.zones, played.rules, events)


def joggers(rng: Random, n: int, rate: float) -> Played:
    """A few who run together among people who walk."""
    people = passers(rng, 25, 40)
    people += [
        Person((-19.5, 0.9 * i), [Stage(0, 2.9 + 0.1 * i, way=(1.0, 0.0))], from_s=12 + 0.3 * i)
        for i in range(n)
    ]
    return Played(simulate(people, 50, rate, rng))


def for_the_bus(rng: Random, n: int, rate: float) -> Played:
    """People who walk, of whom every few seconds one runs."""
    people = []
    for i, one in enumerate(passers(rng, n, 60)):
        stages = list(one.stages)
        if i % 6 == 0:
            stages.append(Stage(max(0.0, one.from_s) + 5, 3.2, to=(15.0, 5.0)))
        people.append(Person(one.start, stages, one.from_s))
    return Played(simulate(people, 60, rate, rng))


def crossing(rng: Random, n: int, rate: float, wait_s: float = 40.0) -> Played:
    """People wait at a crossing and walk together when it turns green."""
    people = []
    for place in blob(rng, n, 1.4, (-6, 0)):
        come = rng.uniform(0, wait_s - 8)
        go = wait_s + 6 + rng.uniform(0, 1.5)
        mps = max(1.0, rng.normal(1.42, 0.22))
        people.append(
            Person(
                (-19.0, float(place[1])),
                [Stage(0, 1.4, to=spot(place)), Stage(go, mps, way=(1.0, 0.0))],
                from_s=come - 6,
            )
        )
    return Played(simulate(people, wait_s + 30, rate, rng))


def school_class(rng: Random, n: int, rate: float) -> Played:
    """A class walks along, turns a corner together, waits and goes on."""
    people = []
    for i in range(n):
        x, y = -19.0 + 0.9 * (i // 2), 0.8 * (i % 2)
        people.append(
            Person(
                (x, y),
                [
                    Stage(0, 1.3, way=(1.0, 0.0)),
                    Stage(14 + rng.uniform(0, 1), 1.3, way=(0.0, 1.0)),
                    Stage(20, 0.0, mill=True),
                    Stage(36 + rng.uniform(0, 1), 1.4, way=(1.0, 0.1)),
                ],
            )
        )
    return Played(simulate(people, 55, rate, rng))


def audience_leaves(rng: Random, n: int, rate: float) -> Played:
    """An audience goes home, in all directions, walking."""
    people = []
    for place in blob(rng, n, 1.6):
        turn = rng.uniform(0, 2 * np.pi)
        go = 30 + rng.exponential(4)
        mps = max(0.9, rng.normal(1.38, 0.22))
        people.append(
            Person(
                spot(place),
                [Stage(0, 0.2, mill=True), Stage(go, mps, way=(np.cos(turn), np.sin(turn)))],
            )
        )
    return Played(simulate(people, 62, rate, rng))


def train(rng: Random, n: int, rate: float) -> Played:
    """Passengers spill out of doors and walk briskly to the exit."""
    people = []
    for i in range(n):
        door = -12.0 + 6.0 * (i % 5)
        people.append(
            Person(
                (door, -8.0 + rng.uniform(0, 0.5)),
                [
                    Stage(0, 1.4, to=(door + rng.normal(0, 1), -5.5)),
                    Stage(12 + 0.7 * (i // 5), max(1.1, rng.normal(1.6, 0.2)), way=(1.0, 0.15)),
                ],
                from_s=10 + 0.7 * (i // 5),
            )
        )
    return Played(simulate(people, 50, rate, rng))


def wanderers(rng: Random, n: int, rate: float) -> Played:
    """People stroll about a square from place to place."""
    people = []
    for _ in range(n):
        stages, t = [], 0.0
        while t < 70:
            stages.append(
                Stage(t, rng.uniform(0.8, 1.6), to=(rng.uniform(-15, 15), rng.uniform(-11, 11)))
            )
            t += rng.uniform(4, 14)
        people.append(Person((rng.uniform(-15, 15), rng.uniform(-11, 11)), stages))
    return Played(simulate(people, 70, rate, rng))


def commuters(rng: Random, n: int, rate: float) -> Played:
    """Many who walk briskly, both ways."""
    return Played(simulate(passers(rng, n, 45, 1.55), 50, rate, rng))


def dense_flow(rng: Random, n: int, rate: float) -> Played:
    """A dense crowd that moves along at a slow, even pace."""
    people = []
    for place in blob(rng, n, 3.0, (-10, 0)):
        people.append(Person(spot(place), [Stage(0, rng.normal(0.8, 0.08), way=(1.0, 0.0))]))
    return Played(simulate(people, 40, rate, rng))


def queue_dissolves(rng: Random, n: int, rate: float) -> Played:
    """A queue stands, then its people go their ways."""
    people = []
    for i in range(n):
        turn = rng.uniform(0, 2 * np.pi)
        way = (float(np.cos(turn)), float(np.sin(turn)))
        people.append(
            Person(
                (0.9 * i - 8, rng.normal(0, 0.1)),
                [Stage(0, 0.1, mill=True), Stage(30 + rng.uniform(0, 5), 1.4, way=way)],
            )
        )
    return Played(simulate(people, 55, rate, rng))


def _watched(family: Family) -> Family:
    """The same with a zone, so that the rules of zones watch it too."""

    def made(rng: Random, n: int, rate: float) -> Played:
        played = family(rng, n, rate)
        corners = [[-8.0, -6.0], [8.0, -6.0], [8.0, 6.0], [-8.0, 6.0]]
        return Played(played.rows, {"square": {"polygon": corners, "use": "walkway"}})

    return made


POSITIVES: dict[str, tuple[Family, tuple[int, ...]]] = {
    "flight": (flight, (8, 10, 12, 15, 25, 40)),
    "rush": (rush, (10, 20, 30)),
    "turned": (turned, (24, 40)),
    "under-way": (under_way, (9, 14, 30)),
    "run-through": (run_through, (12, 18)),
    "rush-slow": (lambda rng, n, rate: rush(rng, n, rate, 2.15), (14, 25)),
    "flight-among": (lambda rng, n, rate: flight(rng, n, rate, by=30), (10, 14)),
}
NEGATIVES: dict[str, tuple[Family, tuple[int, ...]]] = {
    "joggers": (_watched(joggers), (1, 3, 5)),
    "bus": (_watched(for_the_bus), (30,)),
    "crossing": (_watched(crossing), (14, 24)),
    "class": (_watched(school_class), (20,)),
    "audience": (_watched(audience_leaves), (7, 25)),
    "train": (_watched(train), (30,)),
    "wanderers": (_watched(wanderers), (25,)),
    "commuters": (_watched(commuters), (60,)),
    "dense-flow": (_watched(dense_flow), (40,)),
    "queue-dissolves": (_watched(queue_dissolves), (7, 12)),
}
