"""Real walkers: over half an hour of ordinary walking stays quiet; what is made of it does not."""

from pathlib import Path

import numpy as np
import pytest
from streets import SEQUENCES, SETS, quarters, scenario, street, zone

from parvis.alerts.scenario import changes_of
from parvis.values.alerts import AlertKind, Change, Step

QUIET = {AlertKind.DENSITY, AlertKind.GATHERING, AlertKind.CROWD_MOVEMENT, AlertKind.ACCUMULATION}


def raised(changes: list[Change]) -> list[tuple[AlertKind, str, float]]:
    return [
        (one.kind, one.subject.shape, one.time_s)
        for one in changes
        if one.step is Step.RAISED and one.kind in QUIET
    ]


@pytest.mark.parametrize("use", ["walkway", "waiting"])
@pytest.mark.parametrize("name", SEQUENCES)
def test_ordinary_walking_raises_nothing(shared: Path, name: str, use: str) -> None:
    rows = street(shared, name)
    assert raised(changes_of(scenario(name, rows, quarters(rows, use)))) == []


@pytest.mark.parametrize("noise_m", [0.1, 0.3])
@pytest.mark.parametrize("name", SETS)
def test_nor_does_it_seen_by_a_worse_camera(shared: Path, name: str, noise_m: float) -> None:
    rows = street(shared, name)
    rng = np.random.default_rng(4)
    rows[:, 2:] += rng.normal(0, noise_m, (len(rows), 2))
    rows[:, 1] = rows[:, 1] * 1000 + rows[:, 0] // 11  # every track breaks each eleven seconds
    assert raised(changes_of(scenario(name, rows, quarters(rows)))) == []


def busiest(rows: np.ndarray, seconds: float) -> float:
    """Start of the stretch with most people."""
    times, counts = np.unique(rows[:, 0], return_counts=True)
    sums = [counts[(times >= t) & (times < t + seconds)].sum() for t in times]
    return float(times[int(np.argmax(sums))])


@pytest.mark.parametrize("name", SETS)
def test_the_same_people_at_a_run_are_a_movement(shared: Path, name: str) -> None:
    """From a moment on everybody goes 2.6 times as fast: their clock runs faster."""
    rows = street(shared, name)
    rows = rows[(t := rows[:, 0]) >= (start := busiest(rows, 30.0)) - 20.0]
    t = rows[:, 0]
    fast = t > start
    rows[fast, 0] = start + (t[fast] - start) / 2.6
    rows = rows[rows[:, 0] < start + 12.0]
    found = raised(changes_of(scenario(name, rows, {})))
    assert AlertKind.CROWD_MOVEMENT in {kind for kind, _, _ in found}
    assert min(at for kind, _, at in found if kind is AlertKind.CROWD_MOVEMENT) >= start


def test_people_who_freeze_together_are_a_gathering(shared: Path) -> None:
    """Students of one street come to a point one by one, and stay for two minutes."""
    rows = street(shared, "UCY/zara01")
    stay = []
    for i, one in enumerate(np.unique(rows[:, 1])[:14]):
        mine = rows[rows[:, 1] == one]
        at = np.array((6.0 + 0.8 * (i % 4), 5.0 + 0.8 * (i // 4)))
        walk = mine[:12, 2:] - mine[11, 2:] + at
        times = 2.0 + 0.8 * i + 0.4 * np.arange(12)
        stood = np.arange(times[-1] + 0.4, 140.0, 0.4)
        stay.append(np.column_stack((times, np.full(12, one), walk)))
        sway = np.column_stack((0.05 * np.sin(stood + i), 0.05 * np.cos(stood)))
        stay.append(np.column_stack((stood, np.full(len(stood), one), at + sway)))
    rows = np.concatenate(stay)
    rows[:, 0] = np.round(rows[:, 0], 1)
    found = raised(changes_of(scenario("frozen", rows, {})))
    assert [kind for kind, _, _ in found] == [AlertKind.GATHERING]
    assert 66.0 <= found[0][2] <= 82.0


def test_a_street_laid_over_itself_is_dense(shared: Path) -> None:
    """The walkers of many moments at once, a little aside, on a narrow street."""
    rows = street(shared, "ETH/seq_eth")
    low, high = np.quantile(rows[:, 2:], 0.3, axis=0), np.quantile(rows[:, 2:], 0.7, axis=0)
    once = {"street": zone(low, high)}
    assert raised(changes_of(scenario("once", rows, once))) == []
    rng = np.random.default_rng(5)
    copies, need = [], 1.6 * float(np.prod(high - low))
    inside = ((rows[:, 2:] > low) & (rows[:, 2:] < high)).all(axis=1)
    mean = inside.sum() / (np.ptp(rows[:, 0]) / 0.4)
    for i in range(round(need / mean)):
        copy = rows.copy()
        copy[:, 0] = (copy[:, 0] + 0.4 * rng.integers(0, 1900) - rows[0, 0]) % 760.0
        copy[:, 0] = np.round(np.round(copy[:, 0] / 0.4) * 0.4, 1)
        copy[:, 1] = copy[:, 1] + 10_000 * (i + 1) + 1_000 * (copy[:, 0] // 200)
        copy[:, 2:] += rng.normal(0, 0.4, 2)
        copies.append(copy[copy[:, 0] < 80.0])
    found = raised(changes_of(scenario("over", np.concatenate(copies), once)))
    assert (AlertKind.DENSITY, "street") in {(kind, shape) for kind, shape, _ in found}
