"""Dense flows that halt and go on in turns, and those that do not.

People are carried along a corridor by a speed that depends on place and time, each a little faster
or slower than it; those who leave at its end are followed by others at its beginning.
"""

import math
from collections.abc import Callable

import numpy as np

from scenarios.flights import Random
from scenarios.seen import Floats, Played

Speed = Callable[[float, float], float]
RULE = "flow"
STEP_S = 0.1
LENGTH_M = 8.0


def carried(
    rng: Random, speed: Speed, seconds: float, rate: float, wide_m: float, apart_m2: float
) -> Floats:
    """Rows of (seconds, person, x, y) of people who are carried, each with ``apart_m2`` of room."""
    n = round(LENGTH_M * wide_m / apart_m2)
    x = (rng.permutation(n) + 0.5) / n * LENGTH_M
    y = (np.arange(n) * 0.618 % 1.0) * wide_m
    name, own = np.arange(n), rng.normal(1.0, 0.05, n)
    rows, next_name = [], n
    for step in range(round(seconds / STEP_S)):
        t = step * STEP_S
        if step % max(1, round(1.0 / (rate * STEP_S))) == 0:
            rows.append(np.column_stack((np.full(n, t), name, x, y)))
        x = x + STEP_S * own * np.array([max(0.0, speed(float(at), t)) for at in x])
        for i in np.flatnonzero(x > LENGTH_M):
            x[i] -= LENGTH_M
            name[i], next_name = next_name, next_name + 1
    return np.concatenate(rows)


def _played(rows: Floats, from_s: float | None = None) -> Played:
    """With the rule that watches; stop-and-go begins with the second halt."""
    rule: dict[str, object] = {"kind": "crowd_movement"}
    if from_s is not None:
        rule["forms"] = ["stop_and_go"]
    events = [] if from_s is None else [(RULE, from_s, float(rows[-1, 0]))]
    return Played(rows, {}, {RULE: rule}, events)


def travelling(rng: Random, n: int, rate: float) -> Played:
    """Waves that run against the flow, n metres long."""
    period_s, go_mps = rng.uniform(8.0, 15.0), rng.uniform(0.4, 0.6)
    begin_s = 6.0

    def speed(x: float, t: float) -> float:
        if t < begin_s:
            return go_mps
        return go_mps * (1 + 1.7 * math.sin(2 * math.pi * (x / n + (t - begin_s) / period_s)))

    rows = carried(rng, speed, begin_s + 2.6 * period_s, rate, rng.uniform(2.6, 4), 0.55)
    return _played(rows, begin_s + period_s)


def together(rng: Random, n: int, rate: float) -> Played:
    """Everybody halts and goes each n seconds: a door that opens now and then."""
    go_mps, begin_s = rng.uniform(0.5, 0.9), 6.0

    def speed(x: float, t: float) -> float:
        late_s = t - begin_s - 0.12 * (LENGTH_M - x)
        return go_mps if late_s < 0 or late_s % n > n / 2 else 0.0

    rows = carried(rng, speed, begin_s + 2.7 * n, rate, rng.uniform(2.6, 4), 0.5)
    return _played(rows, begin_s + n)


def even(rng: Random, n: int, rate: float) -> Played:
    """A dense flow that goes evenly, at n centimetres a second."""

    def speed(x: float, t: float) -> float:
        return n / 100 * (1 + 0.12 * math.sin(x + t / 3))

    return _played(carried(rng, speed, 40.0, rate, 3.0, 0.5))


def halts_once(rng: Random, n: int, rate: float) -> Played:
    """A procession that stands for n seconds and goes on."""

    def speed(x: float, t: float) -> float:
        return 0.0 if 12 < t - 0.3 * x < 12 + n else 0.8

    return _played(carried(rng, speed, 30.0 + n, rate, 3.0, 0.6))


def shuffles(rng: Random, n: int, rate: float) -> Played:
    """A crowd before a door moves up by a step each n seconds."""

    def speed(x: float, t: float) -> float:
        return 0.5 if (t + 0.2 * x) % n < 1.2 else 0.0

    return _played(carried(rng, speed, 45.0, rate, 3.0, 0.6))


def both_ways(rng: Random, n: int, rate: float) -> Played:
    """Two dense flows that pass through each other, n decimetres a second."""
    there = carried(rng, lambda x, t: n / 10, 40.0, rate, 3.0, 1.1)
    back = carried(rng, lambda x, t: n / 10, 40.0, rate, 3.0, 1.1)
    back[:, 1] += there[:, 1].max() + 1
    back[:, 2] = LENGTH_M - back[:, 2]
    rows = np.concatenate((there, back))
    return _played(rows[np.argsort(rows[:, 0], kind="stable")])


Family = Callable[[Random, int, float], Played]
POSITIVES: dict[str, tuple[Family, tuple[int, ...]]] = {
    "travelling": (travelling, (5, 6, 7, 8, 9, 10, 11, 12, 14, 16)),
    "together": (together, (7, 8, 9, 10, 11, 12, 13, 14, 15, 16)),
}
NEGATIVES: dict[str, tuple[Family, tuple[int, ...]]] = {
    "even": (even, (20, 35, 50, 70, 90)),
    "halts-once": (halts_once, (6, 9, 12, 16, 20)),
    "shuffles": (shuffles, (6, 8, 10, 12, 15)),
    "both-ways": (both_ways, (6, 8, 10, 12, 14)),
}
