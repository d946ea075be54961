"""Which frames are handed on."""

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parvis.video.sampling import Grid


def picks(rate: float | None, times: list[float], interval: float) -> list[int]:
    grid = Grid(rate)
    return [k for k, time in enumerate(times) if grid.due(time, interval if k else 0.0)]


@pytest.mark.parametrize(("fps", "rate", "step"), [(25, 5, 5), (10, 5, 2), (30, 5, 6), (25, 25, 1)])
@given(st.integers(0, 2**32), st.floats(0, 1.8e9))
def test_whole_ratios_pick_every_nth_frame_in_spite_of_jitter(
    fps: int, rate: int, step: int, seed: int, start: float
) -> None:
    chance, shake = random.Random(seed), 0.3 / fps  # noqa: S311
    times = [start + k / fps + (chance.uniform(-shake, shake) if k else 0) for k in range(500)]
    assert picks(rate, times, 1 / fps) == list(range(0, 500, step))


@given(st.floats(4, 60), st.floats(0.5, 30))
@example(4.0, 3.84375)
@settings(max_examples=200)
def test_the_rate_is_kept(fps: float, rate: float) -> None:
    count = 2000
    got = picks(rate, [k / fps for k in range(count)], 1 / fps)
    assert len(got) == pytest.approx(count * min(1, rate / fps), rel=0.03, abs=2)


def test_a_camera_slightly_off_its_rate_gives_every_fifth_frame() -> None:
    got = picks(5, [k / 24.97 for k in range(5000)], 1 / 24.97)
    assert got == list(range(0, 5000, 5))


def test_no_rate_picks_all_and_a_wrong_rate_is_refused() -> None:
    assert picks(None, [0.0, 0.04, 0.08], 0.04) == [0, 1, 2]
    with pytest.raises(ValueError, match="rate"):
        Grid(0)


def test_a_gap_does_not_bring_a_burst_of_picks() -> None:
    times = [k / 25 for k in range(50)] + [100 + k / 25 for k in range(50)]
    got = picks(5, times, 0.04)
    assert [k for k in got if k >= 50] == list(range(50, 100, 5))
