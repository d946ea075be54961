"""A dense flow that halts again and again at a place is told; whatever halts once is not."""

import numpy as np
import pytest

from parvis.alerts.signals.stop_and_go import StopAndGo

TICK_S = 0.4


def corridor(seconds: float, halts: list[tuple[float, float]], apart_m: float = 0.7) -> list[tuple]:
    """Moments of a flow of 0.7 m/s, 12 m by 3 m, that stands between the given moments."""
    x, y = np.meshgrid(np.arange(0.0, 12.0, apart_m), np.arange(0.0, 3.0, apart_m))
    x, y, told = x.ravel(), y.ravel(), []
    for t in np.arange(0.0, seconds, TICK_S):
        mps = 0.0 if any(a <= t < b for a, b in halts) else 0.7
        x = (x + mps * TICK_S) % 12.0
        points = np.column_stack((x, y))
        told.append((float(t), points, np.column_stack((np.full(len(x), mps), np.zeros(len(x))))))
    return told


def first_told_s(moments: list[tuple]) -> float | None:
    """When most people are first said to be in a flow that stops and goes."""
    signal = StopAndGo()
    for time_s, points, velocities in moments:
        if signal.look(time_s, points, velocities).mean() > 0.5:
            return float(time_s)
    return None


@pytest.mark.parametrize("period_s", [6.0, 10.0, 20.0, 45.0])
def test_the_second_halt_makes_it_stop_and_go(period_s: float) -> None:
    halts = [(10.0 + i * period_s, 10.0 + (i + 0.5) * period_s) for i in range(3)]
    told_s = first_told_s(corridor(12.0 + 3 * period_s, halts))
    assert told_s is not None and halts[1][0] <= told_s <= halts[1][0] + 2.0


@pytest.mark.parametrize(
    "halts",
    [
        [],
        [(10.0, 30.0)],  # a light
        [(10.0, 15.0), (80.0, 85.0)],  # too far apart to be a wave
        [(t, t + 5.3) for t in np.arange(5.0, 60.0, 6.0)],  # served one by one
    ],
)
def test_whatever_else_halts_is_not(halts: list[tuple[float, float]]) -> None:
    assert first_told_s(corridor(100.0, halts)) is None


def test_nor_is_a_flow_that_leaves_room() -> None:
    halts = [(10.0 + 10 * i, 15.0 + 10 * i) for i in range(3)]
    assert first_told_s(corridor(45.0, halts, apart_m=1.6)) is None


def test_tracks_that_break_do_not_matter_and_a_gap_begins_anew() -> None:
    moments = corridor(45.0, [(10.0, 15.0), (20.0, 25.0), (30.0, 35.0)])
    rng, order = np.random.default_rng(3), None
    mixed = []
    for time_s, points, velocities in moments:
        order = rng.permutation(len(points))
        lost = np.where((rng.random(len(points)) < 0.4)[:, None], np.nan, velocities)
        mixed.append((time_s, points[order], lost[order]))
    assert first_told_s(mixed) == pytest.approx(first_told_s(moments), abs=1.0)
    signal = StopAndGo()
    for time_s, points, velocities in moments:
        if abs(time_s - 17.6) < 1e-6:
            signal.gap()
        told = signal.look(time_s, points, velocities).any()
        assert not (told and time_s < 30.0)
