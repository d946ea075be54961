"""Intrusion, loitering, stopped vehicles, queues, parking: acts to tell, and acts not to."""

import numpy as np

from scenarios.acts import Act, Way, box, start

Rng = np.random.Generator

# The zone goes from (0, 0) to (6, 5).


def _forbidden(
    ways: list[Way], event: tuple[float, float] | None, polygon: object = None, **rule: object
) -> Act:
    zone = {"polygon": polygon or box(0, 0, 6, 5), "use": "forbidden"}
    return Act(ways, event, dict(rule), {"closed": zone})


def walks_through(rng: Rng) -> Act:
    v, y = rng.uniform(0.9, 1.6), rng.uniform(1, 4)
    way = start(rng.uniform(1, 15), -5, y).then(11, y, v)
    return _forbidden([way], (way.reaches_x(0), way.reaches_x(6)))


def stands_inside(rng: Rng) -> Act:
    way = start(2, -4, 3).then(3, 3, 1.2).sway(12, 0.2).then(-4, 3, 1.2)
    return _forbidden([way], (way.reaches_x(0), way.end_s - 3.3))


def inside_from_the_start(rng: Rng) -> Act:
    way = start(0, 3, 3).stay(8).then(12, 3, 1.3)
    return _forbidden([way], (0, way.reaches_x(6)))


def car_inside(rng: Rng) -> Act:
    way = start(2, -15, 2, "car").then(3, 2, 4).stay(6).then(20, 2, 4)
    return _forbidden([way], (2 + 15 / 4, way.end_s - 3.5), classes=["car"])


def inside_with_breaks(rng: Rng) -> Act:
    way = start(2, -4, 3).then(3, 3, 1.2).sway(10, 0.3).then(9, 3, 1.2)
    s = way.reaches_x(0)
    way.breaks_s, way.hidden = [s + 1, s + 5], [(s + 0.4, s + 1), (s + 4, s + 5)]
    return _forbidden([way], (s, way.end_s - 2), for_s=3)


def narrow_strip(rng: Rng) -> Act:
    way = start(1, 1, -4).then(1, 0.5, 1.2).sway(6, 0.1).then(1, -4, 1.2)
    s = 1 + 4 / 1.2
    return _forbidden([way], (s, s + 6.5), box(-2, 0, 10, 1.0))


def walks_along_the_border(rng: Rng) -> Act:
    d = rng.uniform(0.4, 0.6)
    return _forbidden(
        [start(1, -5, -d).then(11, -d, 1.3), start(3, 11, 5 + d).then(-5, 5 + d, 1)], None
    )


def cuts_a_corner(rng: Rng) -> Act:
    d = rng.uniform(1.0, 1.6)
    return _forbidden([start(2, -4 + d, 4).then(4 + d, -4, 1.4)], None, for_s=4)


def passes_by(rng: Rng) -> Act:
    return _forbidden([start(3 * i, -5, -1.2 - i).then(11, -1.2 - i, 1.3) for i in range(3)], None)


def waits_before_it(rng: Rng) -> Act:
    return _forbidden([start(0, 3, -5).then(3, -0.6, 1.2).sway(25, 0.2).then(3, -5, 1.2)], None)


def one_frame_inside(rng: Rng) -> Act:
    way = start(1, -5, -2).then(11, -2, 1.2)
    way.leaps = [(5.0, 0.0, 4.0), (9.0, 0.0, 4.0)]
    return _forbidden([way], None)


def of_another_class(rng: Rng) -> Act:
    way = start(1, -5, 2, "bicycle").then(11, 2, 3)
    return _forbidden([way], None, classes=["person"])


INTRUSION = (
    walks_through, stands_inside, inside_from_the_start, car_inside, inside_with_breaks,
    narrow_strip,
)  # fmt: skip
OUTSIDE = (
    walks_along_the_border, cuts_a_corner, passes_by, waits_before_it, one_frame_inside,
    of_another_class,
)  # fmt: skip

STAY_S = 30.0


def _square(ways: list[Way], event: tuple[float, float] | None) -> Act:
    zone: dict[str, object] = {"polygon": box(0, 0, 6, 5), "use": "walkway"}
    return Act(ways, event, {"levels": {"watch": STAY_S}}, {"square": zone})


def _long(way: Way, spare_s: float = 3.0) -> tuple[float, float]:
    """From when the stay is long enough until it ends."""
    return way.reaches_x(0) + STAY_S, way.end_s - spare_s


def stands_about(rng: Rng) -> Act:
    way = start(2, -4, 2).then(3, 2, 1.2).sway(38, 0.3).then(-4, 2, 1.2)
    return _square([way], _long(way))


def paces(rng: Rng) -> Act:
    way = start(2, -4, 2).then(1, 2, 1.1)
    for i in range(5):
        way.then(5, 1 + 0.6 * i, 1.0).then(1, 1.3 + 0.6 * i, 1.0)
    return _square([way.then(-4, 2, 1.1)], _long(way))


def stands_with_breaks(rng: Rng) -> Act:
    way = start(2, -4, 3).then(3, 3, 1.2).sway(36, 0.2).then(10, 3, 1.2)
    way.breaks_s, way.hidden = [14.0, 24.0], [(12.0, 14.0), (23.0, 24.0)]
    return _square([way], _long(way))


def steps_out_for_a_moment(rng: Rng) -> Act:
    way = start(2, -4, 2).then(1.5, 2, 1.2).sway(14, 0.2).then(-1.4, 2, 1.3).then(1.5, 2, 1.3)
    way.sway(20, 0.2).then(-4, 2, 1.2)
    return _square([way], _long(way))


def wanders(rng: Rng) -> Act:
    way = start(2, -4, 2).then(1, 2, 1.1)
    while way.end_s < 46:
        way.then(rng.uniform(1, 5), rng.uniform(1, 4), 0.6)
    return _square([way.then(-4, 2, 1.1)], _long(way))


def stream(rng: Rng) -> Act:
    ways = []
    for i in range(6):
        y = rng.uniform(0.5, 4.5)
        x = -4 if i % 2 else 10
        ways.append(start(6 * i, x, y).then(6 - x, y, rng.uniform(0.9, 1.5)))
    return _square(ways, None)


def one_after_the_other(rng: Rng) -> Act:
    first = start(0, -4, 2).then(3, 2, 1.2).sway(16, 0.2).then(10, 2, 1.2)
    second = start(20, -4, 2).then(3, 2, 1.2).sway(16, 0.2).then(10, 2, 1.2)
    return _square([first, second], None)


def stands_outside(rng: Rng) -> Act:
    return _square([start(0, -4, 2).then(-0.7, 2, 1.2).sway(40, 0.2).then(-4, 2, 1.2)], None)


def comes_back_later(rng: Rng) -> Act:
    way = start(0, -8, 2).then(2, 2, 1.2).sway(12, 0.2).then(-8, 2, 1.2).then(2, 2, 1.2)
    return _square([way.sway(12, 0.2).then(-8, 2, 1.2)], None)


def relay_at_the_edge(rng: Rng) -> Act:
    ways = []
    for i in range(5):
        go = start(9 * i, -3, 2).then(5.8, 2, 1.2)
        come = start(go.end_s + 1.2, 5.8, 2.3).then(5.5, 2.3, 1.2).then(-3, 2.5, 1.2)
        ways += [go, come]
    return _square(ways, None)


LOITERING = (stands_about, paces, stands_with_breaks, steps_out_for_a_moment, wanders)
PASSING = (stream, one_after_the_other, stands_outside, comes_back_later, relay_at_the_edge)

STAND_S = 25.0


def _street(ways: list[Way], event: tuple[float, float] | None) -> Act:
    parking: dict[str, object] = {"polygon": box(0, 4, 30, 8), "use": "parking", "capacity": 9}
    return Act(ways, event, {"levels": {"watch": STAND_S}}, {"parking": parking})


def _stops(way: Way, seconds: float) -> tuple[float, float]:
    from_s = way.end_s
    way.stay(seconds)
    return from_s + STAND_S, from_s + seconds


def stops(rng: Rng) -> Act:
    way = start(2, -15, 2, "car").then(8, 2, 7).then(12, 2, 3)
    event = _stops(way, rng.uniform(32, 40))
    return _street([way.then(40, 2, 6)], event)


def stops_with_breaks(rng: Rng) -> Act:
    way = start(2, -15, 2, "truck").then(12, 2, 6)
    event = _stops(way, 36)
    way.breaks_s, way.hidden = [15.0, 28.0], [(10.5, 15.0), (27.0, 28.0)]
    return _street([way.then(40, 2, 6)], event)


def creeps_then_stops(rng: Rng) -> Act:
    way = start(0, -15, 2, "car").then(2, 2, 6).stay(8).then(7, 2, 2)
    event = _stops(way, 34)
    return _street([way.then(40, 2, 6)], event)


def stops_in_traffic(rng: Rng) -> Act:
    way = start(2, -15, 2, "bus").then(12, 2, 6)
    event = _stops(way, 34)
    others = [start(6 * i, -20, -1.5, "car").then(40, -1.5, 10) for i in range(5)]
    return _street([way.then(40, 2, 6), *others], event)


def stops_for_good(rng: Rng) -> Act:
    way = start(1, 30, 1, "vehicle").then(10, 1, 5)
    return _street([way], _stops(way, 36))


def red_light(rng: Rng) -> Act:
    ways = []
    for i in range(3):
        way = start(2 * i, -25, 2, "car").then(20 - 7 * i, 2, 8)
        ways.append(way.stay(21 - way.end_s).then(45, 2, 7))
    return _street(ways, None)


def parked_before(rng: Rng) -> Act:
    ways = [start(0, 6 * i, 1, "car").stay(40) for i in range(2)]
    ways[1].breaks_s = [15.0]
    return _street([*ways, start(3, -15, -2, "car").then(40, -2, 9)], None)


def parks(rng: Rng) -> Act:
    return _street([start(2, -15, 2, "car").then(5, 2, 5).then(9, 6, 2).stay(36)], None)


def creeping_queue(rng: Rng) -> Act:
    way = start(0, -10, 2, "car").then(0, 2, 5)
    for i in range(4):
        way.stay(11).then(5 * (i + 1), 2, 2)
    return _street([way], None)


def a_person_waits(rng: Rng) -> Act:
    return _street([start(0, -5, 2).then(5, 2, 1.2).sway(34, 0.2).then(20, 2, 1.3)], None)


STOPPED = (stops, stops_with_breaks, creeps_then_stops, stops_in_traffic, stops_for_good)
GOING_ON = (red_light, parked_before, parks, creeping_queue, a_person_waits)

QUEUE_FOR_S = 10.0


def _queue(ways: list[Way], event: tuple[float, float] | None) -> Act:
    zone: dict[str, object] = {"polygon": box(0, 0, 8, 3), "use": "queue"}
    return Act(ways, event, {"levels": {"watch": 5.0}, "for_s": QUEUE_FOR_S}, {"queue": zone})


def _stand_in(rng: Rng, places: int, until_s: float, every_s: float) -> list[Way]:
    """People who come one after the other and stand in a row."""
    ways = []
    for i in range(places):
        way = start(every_s * i, 12, 1.5).then(1 + 1.1 * i, rng.uniform(1, 2), 1.3)
        way.sway(max(2.0, until_s + i - way.end_s), 0.12)
        ways.append(way.then(-4, 1.5, 1.2))
    return ways


def _full_s(ways: list[Way], level: int) -> float:
    return sorted(way.reaches_x(8) for way in ways)[level - 1]


def grows_long(rng: Rng) -> Act:
    ways = _stand_in(rng, int(rng.integers(6, 8)), 32, rng.uniform(1.0, 2.0))
    return _queue(ways, (_full_s(ways, 5), 33))


def long_from_the_start(rng: Rng) -> Act:
    ways = [start(0, 1 + i, 1.5).sway(22, 0.15).then(-4, 1.5, 1.2) for i in range(6)]
    return _queue(ways, (0, 23))


def long_with_breaks(rng: Rng) -> Act:
    ways = _stand_in(rng, 6, 34, 1.5)
    for i, way in enumerate(ways[:4]):
        s = 18.0 + 3 * i
        way.breaks_s, way.hidden = [s], [(s - 1.0, s)]
    return _queue(ways, (_full_s(ways, 5), 35))


def short_queue(rng: Rng) -> Act:
    return _queue(_stand_in(rng, 4, 24, 2.0), None)


def short_peak(rng: Rng) -> Act:
    ways = _stand_in(rng, 3, 30, 2.0)
    ways += [start(12 + 0.3 * i, 12, 0.8 + 0.5 * i).then(-4, 0.8 + 0.5 * i, 1.6) for i in range(4)]
    return _queue(ways, None)


def waits_beside_it(rng: Rng) -> Act:
    return _queue([start(0, 1 + 1.1 * i, -0.8).sway(25, 0.15) for i in range(6)], None)


LONG = (grows_long, long_from_the_start, long_with_breaks)
SHORT = (short_queue, short_peak, waits_beside_it)

FULL_FOR_S = 10.0


def _park(ways: list[Way], event: tuple[float, float] | None) -> Act:
    zone = {"polygon": box(0, 0, 12, 5), "use": "parking", "capacity": 4}
    rule: dict[str, object] = {"levels": {"watch": 90.0}, "for_s": FULL_FOR_S}
    return Act(ways, event, rule, {"park": zone})


def _parked(i: int, seconds: float) -> Way:
    return start(0, 1.5 + 3 * i, 2.5, "car").stay(seconds)


def fills(rng: Rng) -> Act:
    last = start(4, -12, 7, "car").then(9, 7, 4).then(10.5, 2.5, 2)
    s = last.end_s
    return _park([*(_parked(i, 45) for i in range(3)), last.stay(34)], (s, s + 34))


def full_from_the_start(rng: Rng) -> Act:
    return _park([_parked(i, 30) for i in range(4)], (0, 30))


def full_with_losses(rng: Rng) -> Act:
    ways = [_parked(i, 40) for i in range(4)]
    ways[1].hidden, ways[2].breaks_s = [(12.0, 17.0)], [20.0]
    return _park(ways, (0, 40))


def one_place_left(rng: Rng) -> Act:
    through = start(5, -10, 7, "car").then(20, 7, 3)
    return _park([*(_parked(i, 35) for i in range(3)), through], None)


def looks_for_a_place(rng: Rng) -> Act:
    last = start(4, -12, 4, "car").then(9.5, 3, 4).stay(4).then(25, 4, 4)
    return _park([*(_parked(i, 35) for i in range(3)), last], None)


def one_leaves(rng: Rng) -> Act:
    leaving = _parked(3, 6).then(10.5, 8, 2).then(30, 8, 4)
    return _park([*(_parked(i, 35) for i in range(3)), leaving], None)


FULL = (fills, full_from_the_start, full_with_losses)
FREE = (one_place_left, looks_for_a_place, one_leaves)
