"""Time to threshold: right at half-way, silent where numbers merely tremble."""

import math

import numpy as np
import pytest

from parvis.alerts.kinds import KINDS
from parvis.alerts.ladder import Climb
from parvis.alerts.scene import WatchedZone
from parvis.alerts.signals.accumulation import critical_of
from parvis.alerts.signals.trickle import Trickle
from parvis.measures.ground.shapes import GroundZone
from parvis.values.alerts import AlertKind

SQUARE = GroundZone(((0.0, 0.0), (10.0, 0.0), (10.0, 5.0), (0.0, 5.0)))


def test_a_zone_without_capacity_is_full_at_the_top_of_its_ladder() -> None:
    assert critical_of(WatchedZone(SQUARE, "walkway")) == pytest.approx(3.0 * 50.0)
    assert critical_of(WatchedZone(SQUARE, "waiting")) == pytest.approx(5.0 * 50.0)
    assert critical_of(WatchedZone(SQUARE, "waiting", capacity=80)) == 80.0


@pytest.mark.parametrize("per_s", [0.4, 0.8, 1.7])
@pytest.mark.parametrize("quiet_s", [0, 120, 280])
def test_the_time_left_is_right_within_a_fifth_at_half_way(per_s: float, quiet_s: int) -> None:
    """People come at even intervals after a quiet time with a few who come and go."""
    rng = np.random.default_rng(7)
    critical, trickle, wrong = 100, Trickle(), []
    full_s = quiet_s + critical / per_s
    for t in range(int(full_s)):
        there = int(max(0.0, t - quiet_s) * per_s) + int(rng.integers(0, 2))
        rate = trickle.look(1000.0 + t, there)
        if 0.45 * critical <= there <= 0.55 * critical:
            assert rate is not None and rate.rises
            wrong.append((critical - there) / rate.per_s / (full_s - t) - 1.0)
    assert np.median(np.abs(wrong)) <= 0.2


def test_arrivals_by_chance_leave_the_median_error_within_a_fifth() -> None:
    wrong = []
    for seed in range(25):
        rng = np.random.default_rng(seed)
        came = 60.0 + np.cumsum(rng.exponential(1.0, 400))
        trickle = Trickle()
        full_s = came[119]
        for t in range(int(full_s)):
            there = int(np.searchsorted(came, t))
            rate = trickle.look(float(t), there)
            if there >= 60:
                assert rate is not None
                wrong.append((120 - there) / max(rate.per_s, 1e-9) / (full_s - t) - 1.0)
                break
    assert np.median(np.abs(wrong)) <= 0.2


@pytest.mark.parametrize(
    ("rate_per_s", "stay_s", "critical"), [(1.0, 30.0, 100), (2.0, 40.0, 160), (0.5, 45.0, 60)]
)
def test_a_number_that_merely_fluctuates_never_fills(
    rate_per_s: float, stay_s: float, critical: int
) -> None:
    """Half an hour of people who come by chance and stay for a while."""
    rng = np.random.default_rng(11)
    n = rng.poisson(rate_per_s * 2400)
    came = np.sort(rng.uniform(-600, 1800, n))
    left = np.sort(came + rng.gamma(4, stay_s / 4, n))
    spec = KINDS[AlertKind.ACCUMULATION]
    climb, trickle = Climb(spec.bounds, spec.timing), Trickle()
    for t in range(1800):
        there = int(np.searchsorted(came, t) - np.searchsorted(left, t))
        rate = trickle.look(float(t), there)
        value = None
        if rate is not None:
            value = (critical - there) / rate.per_s if rate.rises else math.inf
        assert not climb.look(float(t), value, since_s=None if rate is None else t - 25.0)
