"""Running and dispersal are changes: riders, runners and crossing streams are what they are."""

import numpy as np
import pytest

from parvis.alerts.rule import Rule
from parvis.alerts.scenario import Scenario, Walks, changes_of
from parvis.alerts.scene import Scene
from parvis.values.alerts import AlertKind, Change, Step

RATE = 2.5
Pass = tuple[float, float, float, float]  # from when, speed, across, way (1 or -1)


def play(passes: list[Pass], seconds: float) -> list[Change]:
    """People who pass along x through a view of 40 m, each on its own line."""
    rows = []
    for i, (from_s, mps, across, way) in enumerate(passes):
        t = np.arange(np.ceil(from_s * RATE), seconds * RATE) / RATE
        x = way * (-20.0 + mps * (t - from_s))
        here = np.abs(x) <= 20.0
        rows.append(np.column_stack((t, np.full(len(t), i), x, np.full(len(t), across)))[here])
    joined = np.concatenate(rows)
    joined = joined[np.argsort(joined[:, 0], kind="stable")]
    walks = Walks(
        joined[:, 0].copy(), joined[:, 1].astype(np.int64), joined[:, 2:].copy(),
        np.zeros(len(joined), np.int8),
    )  # fmt: skip
    changes = changes_of(
        Scenario("passes", Scene("c"), walks, (Rule("r", AlertKind.CROWD_MOVEMENT),))
    )
    return [one for one in changes if one.step is Step.RAISED]


def walkers(rng: np.random.Generator, seconds: float) -> list[Pass]:
    times = np.arange(0.0, seconds, 4.0)
    speeds, across = rng.normal(1.34, 0.2, len(times)), rng.uniform(-9, 9, len(times))
    ways = rng.choice((-1.0, 1.0), len(times))
    return list(zip(times.tolist(), speeds.tolist(), across.tolist(), ways.tolist(), strict=True))


@pytest.mark.parametrize("n", [6, 7, 8, 9])
@pytest.mark.parametrize("mps", [3.8, 5.0, 6.5])
def test_a_pack_of_cyclists_on_its_lane_is_no_flight(n: int, mps: float) -> None:
    rng = np.random.default_rng(n)
    pack = [(20.0 + 0.4 * i, mps, 3.0 + 1.2 * (i % 2), 1.0) for i in range(n)]
    assert not play(walkers(rng, 40.0) + pack, 40.0)


def test_nor_are_two_that_meet() -> None:
    packs = [(20.0 + 0.4 * i, 4.5, 2.0 + 0.9 * (i % 2), 1.0) for i in range(5)]
    packs += [(20.0 + 0.4 * i, 4.5, -2.0 - 0.9 * (i % 2), -1.0) for i in range(5)]
    assert not play([(0.0, 1.3, 5.0, 1.0), *packs], 40.0)


def test_the_same_number_who_run_in_on_a_broad_front_flee() -> None:
    front = [(20.0 + 0.2 * i, 4.2, -4.0 + 1.1 * i, 1.0) for i in range(8)]
    assert play(walkers(np.random.default_rng(1), 40.0) + front, 40.0)


def test_where_runners_often_pass_many_more_are_no_flight_either() -> None:
    rng = np.random.default_rng(2)
    usual = [(float(t), float(rng.uniform(2.6, 3.3)), float(rng.uniform(-2, 2)), 1.0)
             for t in np.arange(3.0, 240.0, 11.0)]  # fmt: skip
    club = [(250.0 + 0.2 * i, 2.9, -3.0 + 0.5 * i, 1.0) for i in range(12)]
    assert play([(0.0, 1.3, 5.0, 1.0), *club], 270.0)
    assert not play(walkers(rng, 270.0) + usual + club, 270.0)
