"""Unusual against the expected, on two years of counts of a real city."""

import numpy as np
import pytest
from bench import unusual as bench

from parvis.alerts.unusual.past import expected

pytestmark = pytest.mark.skipif(not bench.DATA.exists(), reason="no shared data")
SENSOR = "QV Market-Elizabeth St (West)"


def test_events_are_found_at_two_alarms_a_month_and_less() -> None:
    past = bench.melbourne()[SENSOR]
    wanted, learned = expected(past), bench.monthly(past)
    more, less = bench.judged(past, wanted, learned)
    months = np.isfinite(past.values[bench.MONTHS[0] :]).sum() / bench.MONTH_H
    assert bench.both_sides(more >= 1, less >= 1) / months <= 2.0
    rng = np.random.default_rng(0)
    found = {
        times: np.mean(
            [
                bench.found_after(past, wanted, learned, at, bench.injected(past, at, times, rng))
                is not None
                for at in bench.injections(past, 40, 0)
            ]
        )
        for times in (0.0, 2.0, 0.5)
    }
    assert found[0.0] == 1.0
    assert found[2.0] >= 0.85
    assert found[0.5] >= 0.75


def test_no_score_knows_what_comes() -> None:
    assert bench.leaks(bench.melbourne()[SENSOR]) == 0
