"""Wrong way, speed, forbidden crossing: acts that a rule should tell, and that it should not."""

import numpy as np

from scenarios.acts import Act, Way, box, start

Rng = np.random.Generator

# The way runs from x = 0 to x = 16, four metres wide; the allowed way is to the right.
LENGTH_M, WIDTH_M = 16.0, 4.0


def _one_way(rng: Rng, ways: list[Way], event: tuple[float, float] | None, **rule: object) -> Act:
    zone: dict[str, object] = {"polygon": box(0, 0, LENGTH_M, WIDTH_M), "use": "one-way"}
    zone["way"] = [[0, 2], [10, 2]]
    return Act(ways, event, dict(rule), {"way": zone})


def _with(rng: Rng, n: int, first_s: float = 0.0) -> list[Way]:
    """People who go the allowed way."""
    ways = []
    for i in range(n):
        y, v = rng.uniform(0.5, 3.5), rng.uniform(0.9, 1.6)
        way = start(first_s + 6 * i + rng.uniform(0, 4), -3, y)
        ways.append(way.then(LENGTH_M + 3, y + rng.uniform(-0.3, 0.3), v))
    return ways


def _against(rng: Rng, t: float, mps: float, of: str = "person", far_m: float = 3.0) -> Way:
    y = rng.uniform(0.6, 3.4)
    return start(t, LENGTH_M + far_m, y, of).then(-far_m, y + rng.uniform(-0.2, 0.2), mps)


def _inside(way: Way) -> tuple[float, float]:
    return way.reaches_x(LENGTH_M), way.reaches_x(0.0)


def person_against(rng: Rng) -> Act:
    way = _against(rng, rng.uniform(5, 15), rng.uniform(1.0, 1.6))
    return _one_way(rng, [*_with(rng, 4), way], _inside(way))


def runner_against(rng: Rng) -> Act:
    way = _against(rng, rng.uniform(5, 15), rng.uniform(2.8, 3.6))
    return _one_way(rng, [*_with(rng, 3), way], _inside(way))


def slow_against(rng: Rng) -> Act:
    way = _against(rng, rng.uniform(3, 8), rng.uniform(0.65, 0.8), far_m=1.5)
    return _one_way(rng, [*_with(rng, 2), way], _inside(way))


def bicycle_against(rng: Rng) -> Act:
    way = _against(rng, rng.uniform(5, 15), rng.uniform(3.5, 5.0), "bicycle", 6.0)
    return _one_way(rng, [*_with(rng, 3), way], _inside(way))


def car_against(rng: Rng) -> Act:
    way = _against(rng, rng.uniform(5, 15), rng.uniform(3.0, 5.5), "car", 8.0)
    return _one_way(rng, [way], _inside(way), classes=["car", "truck"])


def turns_deep_inside(rng: Rng) -> Act:
    y, v = rng.uniform(1, 3), rng.uniform(1.0, 1.4)
    way = start(3, -3, y).then(rng.uniform(10, 13), y, v)
    turned_s = way.end_s
    way.then(-3, y + 0.3, v)
    return _one_way(rng, [*_with(rng, 2), way], (turned_s, way.end_s - 3 / v))


def against_with_breaks(rng: Rng) -> Act:
    way = _against(rng, 4, rng.uniform(1.0, 1.5))
    a, b = _inside(way)
    way.breaks_s = [a + (b - a) * 0.15, a + (b - a) * 0.3]
    way.hidden = [(way.breaks_s[1] - 0.9, way.breaks_s[1])]
    return _one_way(rng, [*_with(rng, 3), way], (a, b))


def aslant_against(rng: Rng) -> Act:
    way = start(3, LENGTH_M + 2, 3.7).then(-2, 0.3, rng.uniform(1.0, 1.4))
    return _one_way(rng, [way], _inside(way))


def against_from_the_start(rng: Rng) -> Act:
    way = start(0, 10, 2).then(-3, 2, rng.uniform(1.0, 1.4))
    return _one_way(rng, [way], (0, way.reaches_x(0.0)))


def all_with(rng: Rng) -> Act:
    return _one_way(rng, _with(rng, 5), None)


def waits(rng: Rng) -> Act:
    way = start(0, -3, 2).then(8, 2, 1.2).sway(20, rng.uniform(0.2, 0.4)).then(19, 2, 1.2)
    return _one_way(rng, [*_with(rng, 2), way], None)


def steps_back(rng: Rng) -> Act:
    way = start(0, -3, 2).then(8, 2, 1.2).then(7, 2.3, 1.0).stay(3).then(19, 2, 1.2)
    return _one_way(rng, [*_with(rng, 2), way], None)


def turns_at_the_border(rng: Rng) -> Act:
    way = start(0, -6, 2).then(1.0, 2, 1.3).stay(1).then(-6, 2, 1.3)
    other = start(4, LENGTH_M + 6, 1).then(LENGTH_M - 0.9, 1, 1.3).then(LENGTH_M + 6, 1, 1.3)
    return _one_way(rng, [way, other], None)


def crosses_the_way(rng: Rng) -> Act:
    aslant = rng.uniform(-0.2, 1.0)  # at most 14 degrees against
    ways = [start(3 * i, 8 + i, -4).then(8 + i - aslant, 8, 1.3) for i in range(4)]
    return _one_way(rng, ways, None)


def car_backs_a_metre(rng: Rng) -> Act:
    way = start(0, -8, 2, "car").then(9, 2, 4.0).stay(4).then(7.8, 2, 0.6).stay(3).then(24, 2, 4.0)
    return _one_way(rng, [way], None)


def against_beside_it(rng: Rng) -> Act:
    way = start(2, LENGTH_M + 3, WIDTH_M + 1.0).then(-3, WIDTH_M + 1.0, 1.2)
    return _one_way(rng, [*_with(rng, 2), way], None)


def one_leaps_back(rng: Rng) -> Act:
    way = start(0, -3, 2).then(LENGTH_M + 3, 2, 1.2)
    way.leaps = [(8.0, -4.0, 0.5)]
    return _one_way(rng, [way], None)


def bicycle_not_asked_for(rng: Rng) -> Act:
    way = _against(rng, 5, 4.0, "bicycle", 6.0)
    return _one_way(rng, [way, *_with(rng, 2)], None, classes=["person"])


WRONG_WAY = (
    person_against, runner_against, slow_against, bicycle_against, car_against, turns_deep_inside,
    against_with_breaks, aslant_against, against_from_the_start,
)  # fmt: skip
RIGHT_WAY = (
    all_with, waits, steps_back, turns_at_the_border, crosses_the_way, car_backs_a_metre,
    against_beside_it, one_leaps_back, bicycle_not_asked_for,
)  # fmt: skip


def _road(ways: list[Way], event: tuple[float, float] | None, **rule: object) -> Act:
    return Act(ways, event, {"levels": {"watch": 50.0, "warn": 70.0}, "for_s": 0.5, **rule})


def _drive(t: float, kmh: float, of: str = "car", length_m: float = 70.0, y: float = 2.0) -> Way:
    return start(t, 0, y, of).then(length_m, y, kmh / 3.6)


def fast_car(rng: Rng) -> Act:
    way = _drive(rng.uniform(2, 8), rng.uniform(56, 90))
    return _road([way, _drive(1, 38, y=6)], (way.times_s[0], way.end_s))


def fast_truck_after_slow_ones(rng: Rng) -> Act:
    ways = [_drive(6 * i, rng.uniform(30, 42)) for i in range(2)]
    way = _drive(16, rng.uniform(57, 70), "truck")
    return _road([*ways, way], (way.times_s[0], way.end_s))


def speeds_up(rng: Rng) -> Act:
    way, x, v = start(1, 0, 2, "car"), 0.0, 8.0
    while x < 90 and v < 19:
        x, v = x + 0.5 * v, v + 1.2
        way.then(x, 2, v)
    way.then(x + 50, 2, v)
    fast_s = next(
        t
        for t, (a, b) in zip(
            way.times_s, zip(way.points, way.points[1:], strict=False), strict=False
        )
        if b[0] - a[0] > 7.5
    )
    return _road([way], (fast_s, way.end_s))


def fast_bicycle_asked_for(rng: Rng) -> Act:
    way = _drive(3, rng.uniform(35, 42), "bicycle", 40)
    rule = {"levels": {"watch": 30.0}, "classes": ["bicycle"]}
    return _road([way, _drive(1, 45, y=6)], (way.times_s[0], way.end_s), **rule)


def fast_motorcycle(rng: Rng) -> Act:
    way = _drive(3, rng.uniform(60, 100), "motorcycle", 80)
    return _road([way, _drive(2, 40, y=5)], (way.times_s[0], way.end_s))


def ordinary_traffic(rng: Rng) -> Act:
    return _road([_drive(7 * i, rng.uniform(25, 46)) for i in range(3)], None)


def leaps_between_two(rng: Rng) -> Act:
    still = start(0, 20, 5, "car").stay(12)
    still.leaps = [(5.0, 14.0, -3.0)]
    slow = _drive(1, 35)
    slow.leaps = [(4.0, 9.0, 3.0)]
    return _road([still, slow], None)


def bicycle_of_no_concern(rng: Rng) -> Act:
    rule = {"levels": {"watch": 30.0}}
    return _road([_drive(2, 36, "bicycle", 40), _drive(1, 24, y=6)], None, **rule)


def brakes_in_time(rng: Rng) -> Act:
    way = start(0, 0, 2, "car").then(30, 2, 12.5).then(45, 2, 8).then(52, 2, 4).stay(3)
    return _road([way], None)


def new_number_ahead(rng: Rng) -> Act:
    way = _drive(1, 40)
    way.breaks_s, way.hidden = [4.0], [(3.2, 4.0)]
    return _road([way], None)


SPEEDING = (
    fast_car,
    fast_truck_after_slow_ones,
    speeds_up,
    fast_bicycle_asked_for,
    fast_motorcycle,
)
SLOW = (
    ordinary_traffic,
    leaps_between_two,
    bicycle_of_no_concern,
    brakes_in_time,
    new_number_ahead,
)


# The line lies on y = 0 from x = -5 to x = 5; its first direction goes from y > 0 to y < 0.


def _line(ways: list[Way], event: tuple[float, float] | None, **rule: object) -> Act:
    line: dict[str, object] = {"points": [[-5, 0], [0, 0], [5, 0]], "directions": ["out", "in"]}
    return Act(ways, event, dict(rule), lines={"line": line})


def _across(t: float, x: float, mps: float, *, up: bool = False, of: str = "person") -> Way:
    y = -6.0 if up else 6.0
    return start(t, x, y, of).then(x + 0.7, -y, mps)


def crosses(rng: Rng) -> Act:
    t, v = rng.uniform(2, 20), rng.uniform(0.8, 1.8)
    return _line([_across(t, rng.uniform(-3, 3), v)], (t + 6 / v, t + 6 / v + 1))


def crosses_aslant(rng: Rng) -> Act:
    t, v = rng.uniform(2, 20), rng.uniform(0.9, 1.5)
    way = start(t, -6, 4).then(4, -3, v)
    s = t + float(np.hypot(10, 7)) / v * 4 / 7
    return _line([way], (s, s + 1))


def crosses_the_forbidden_way(rng: Rng) -> Act:
    t, v = rng.uniform(10, 20), 1.3
    ways = [_across(1, 2, v, up=True), _across(t, 0, v)]
    return _line(ways, (t + 6 / v, t + 6 / v + 1), direction="first")


def crosses_with_a_new_number(rng: Rng) -> Act:
    t, v = rng.uniform(2, 10), 1.2
    way = _across(t, 1, v)
    s = t + 6 / v
    way.breaks_s, way.hidden = [s + 0.3], [(s - 0.3, s + 0.3)]
    return _line([way], (s, s + 1))


def car_crosses_and_is_gone(rng: Rng) -> Act:
    v = rng.uniform(6, 11)
    way = start(3, 0, 20, "car").then(0, -3.5, v)
    s = 3 + 20 / v
    return _line([way], (s, s + 1), direction="first")


def walks_along(rng: Rng) -> Act:
    y = float(rng.choice([-1, 1])) * rng.uniform(0.4, 0.6)
    return _line([start(2, -7, y).then(7, y, 1.2), start(4, 7, -y).then(-7, -y, 1.3)], None)


def trembles_on_it(rng: Rng) -> Act:
    way = start(0, 1, 5).then(1, 0.15, 1.2).sway(20, 0.15).then(1.5, 5, 1.2)
    return _line([way], None)


def oversteps_and_turns(rng: Rng) -> Act:
    return _line([start(1, -1, 6).then(-1, -0.15, 1.2).then(-1, 6, 1.2)], None)


def goes_the_allowed_way(rng: Rng) -> Act:
    ways = [_across(4 * i, i - 1.0, 1.3, up=True) for i in range(3)]
    return _line(ways, None, direction="first")


def round_the_end(rng: Rng) -> Act:
    return _line([start(1, 6.2, 6).then(6.2, -6, 1.3), start(3, -6.5, -6).then(-6.5, 6, 1.2)], None)


def leaps_over(rng: Rng) -> Act:
    way = start(1, -4, 3).then(4, 3, 1.2)
    way.leaps = [(4.0, 0.0, -7.0)]
    return _line([way], None)


CROSSING = (
    crosses, crosses_aslant, crosses_the_forbidden_way, crosses_with_a_new_number,
    car_crosses_and_is_gone,
)  # fmt: skip
NOT_CROSSING = (
    walks_along, trembles_on_it, oversteps_and_turns, goes_the_allowed_way, round_the_end,
    leaps_over,
)  # fmt: skip
