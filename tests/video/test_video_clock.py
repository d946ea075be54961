"""Stamps to time: whatever a stream does, time goes forward and breaks are told."""

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.video.clock import FileClock, LiveClock, Stamp, SteadyWall

T0 = 1_700_000_000.0


def play(clock: LiveClock, frames: list[tuple[float | None, float]]) -> list[Stamp]:
    return [clock.stamp(stamp, T0 + arrival) for stamp, arrival in frames]


def regular(count: int, fps: float = 25, stamp0: float = 0.0, at: float = 0.0):
    return [(stamp0 + k / fps, at + k / fps) for k in range(count)]


@st.composite
def anything(draw: st.DrawFn) -> list[tuple[float | None, float]]:
    """Arrivals that never fall, with stamps that do what they like."""
    frames: list[tuple[float | None, float]] = []
    arrival, stamp = 0.0, draw(st.floats(-1e5, 1e5))
    for _ in range(draw(st.integers(1, 60))):
        arrival += draw(st.one_of(st.floats(0, 0.1), st.floats(0, 20)))
        kind = draw(st.integers(0, 9))
        if kind == 0:
            frames.append((None, arrival))
            continue
        stamp += draw(st.floats(-1e5, 1e5)) if kind == 1 else draw(st.floats(-0.1, 0.3))
        frames.append((stamp, arrival))
    return frames


@given(anything(), st.sets(st.integers(0, 59)))
def test_time_always_increases_and_is_never_far_ahead_of_arrival(frames, restarts) -> None:
    clock = LiveClock()
    last = None
    for number, (stamp, arrival) in enumerate(frames):
        if number in restarts:
            clock.restart()
        moment = clock.stamp(stamp, T0 + arrival)
        assert last is None or moment.time_s > last
        assert moment.time_s <= max(T0 + arrival + 0.26, (last or 0) + 0.0011)
        if number == 0 or number in restarts:
            assert moment.discontinuity
        last = moment.time_s


@given(
    st.floats(1, 60),
    st.floats(-1e6, 1e6),
    st.integers(0, 2**32),
)
@settings(max_examples=40)
def test_network_jitter_does_not_shake_time(fps: float, stamp0: float, seed: int):
    clock, chance = LiveClock(), random.Random(seed)  # noqa: S311
    times = []
    for k in range(200):
        late = 0.0 if k == 0 else chance.expovariate(1 / 0.02)
        times.append(clock.stamp(stamp0 + k / fps, T0 + k / fps + min(late, 0.2)))
    assert [moment.discontinuity for moment in times] == [True] + [False] * 199
    steps = [b.time_s - a.time_s for a, b in itertools.pairwise(times)]
    # A correction is at most 2 % of a step.
    assert all(abs(step - 1 / fps) < 0.021 / fps + 1e-6 for step in steps)


def test_the_first_frame_is_at_its_arrival() -> None:
    first = LiveClock().stamp(1234.5, T0)
    assert first == Stamp(T0, discontinuity=True)


def test_a_missing_first_stamp_is_bridged() -> None:
    moments = play(LiveClock(), [(None, 0.0), (0.0, 0.04), (0.04, 0.08), (0.08, 0.12)])
    assert [m.time_s - T0 for m in moments] == pytest.approx([0, 0.04, 0.08, 0.12], abs=1e-3)
    assert [m.discontinuity for m in moments] == [True, False, False, False]


def test_a_stream_without_stamps_runs_on_arrival() -> None:
    moments = play(LiveClock(), [(None, k * 0.1) for k in range(20)])
    assert moments[-1].time_s - T0 == pytest.approx(1.9, abs=1e-6)
    assert not any(m.discontinuity for m in moments[1:])


@pytest.mark.parametrize("jump", [-1000.0, -1.0, 10.0, 1000.0, 1e6])
def test_a_jump_of_the_stream_is_told_and_bridged(jump: float) -> None:
    clock = LiveClock()
    before = play(clock, regular(50))
    after = play(clock, regular(50, stamp0=2 + jump, at=2))
    assert after[0].discontinuity
    assert after[0].time_s - before[-1].time_s == pytest.approx(0.04, abs=0.01)
    assert after[-1].time_s - T0 == pytest.approx(3.96, abs=0.05)
    assert sum(m.discontinuity for m in after) == 1


@pytest.mark.parametrize("wrap", [2**33 / 90_000, 2**32 / 90_000])
def test_a_wrap_of_the_counter_is_no_break(wrap: float) -> None:
    clock = LiveClock()
    frames = [((wrap - 1 + k / 25) % wrap, k / 25) for k in range(100)]
    moments = play(clock, frames)
    assert not any(m.discontinuity for m in moments[1:])
    assert moments[-1].time_s - T0 == pytest.approx(99 / 25, abs=1e-3)


def test_a_gap_is_told_and_keeps_its_length() -> None:
    clock = LiveClock()
    play(clock, regular(50))
    after = play(clock, regular(10, stamp0=12, at=12))
    assert after[0].discontinuity
    assert after[0].time_s - T0 == pytest.approx(12, abs=0.01)


def test_a_slow_stream_is_not_one_gap_after_another() -> None:
    moments = play(LiveClock(), regular(20, fps=0.2))
    assert sum(m.discontinuity for m in moments[2:]) == 0


def test_a_late_burst_keeps_the_stamps_distances() -> None:
    """The network held frames for 1.5 s, then delivered all of them at once."""
    clock = LiveClock()
    play(clock, regular(50))
    held = [(2 + k / 25, max(3.5 + k * 0.001, 2 + k / 25)) for k in range(100)]
    moments = play(clock, held)
    assert not any(m.discontinuity for m in moments)
    assert [m.time_s - T0 for m in moments] == pytest.approx([s for s, _ in held], abs=0.05)


def test_a_burst_at_the_start_does_not_put_time_ahead() -> None:
    """Some cameras send the last group of pictures at once to a new viewer."""
    clock = LiveClock()
    burst = [(k / 25, 0.002 * k) for k in range(75)]
    live = [(3 + k / 25, 0.15 + k / 25) for k in range(500)]
    moments = play(clock, burst + live)
    assert not any(m.discontinuity for m in moments[1:])
    assert moments[74].time_s - T0 <= 0.15 + 0.26
    assert moments[-1].time_s - T0 == pytest.approx(live[-1][1], abs=0.05)


@pytest.mark.parametrize("drift", [-2e-3, -1e-4, 1e-4, 2e-3])
def test_a_drifting_camera_clock_is_followed(drift: float) -> None:
    clock = LiveClock()
    chance = random.Random(1)  # noqa: S311
    last = None
    for k in range(25 * 1200):
        late = chance.expovariate(1 / 0.01)
        moment = clock.stamp(k / 25, T0 + k / 25 * (1 + drift) + late)
        assert k == 0 or not moment.discontinuity
        last = moment
    assert last is not None
    assert last.time_s - T0 == pytest.approx(1200 * (1 + drift), abs=0.3)


def test_a_pause_that_the_stamps_hide_is_found_within_seconds() -> None:
    """A server that was stopped for 3 s goes on where it was, without the missing seconds."""
    clock = LiveClock()
    play(clock, regular(50))
    after = play(clock, regular(100, stamp0=2, at=5))
    assert sum(m.discontinuity for m in after) == 1
    assert after[-1].time_s - T0 == pytest.approx(5 + 99 / 25, abs=0.1)


def test_a_new_connection_is_a_break_at_its_arrival() -> None:
    clock = LiveClock()
    play(clock, regular(50))
    clock.restart()
    first, second = play(clock, [(0.0, 30.0), (0.04, 30.04)])
    assert first == Stamp(T0 + 30, discontinuity=True)
    assert not second.discontinuity


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), max_size=60), st.integers(1, 20))
def test_file_time_always_increases(stamps: list[float | None], every: int) -> None:
    clock = FileClock(T0)
    last = None
    for number, stamp in enumerate(stamps):
        if number % every == 0:
            clock.open_file(0.1)
        moment = clock.stamp(stamp)
        assert (last is None and moment.time_s == T0) or moment.time_s > last
        assert moment.discontinuity or number % every
        last = moment.time_s


def test_files_follow_each_other() -> None:
    clock = FileClock(100.0)
    clock.open_file(0.1)
    first = [clock.stamp(5 + k * 0.1) for k in range(10)]
    clock.open_file(0.1)
    second = [clock.stamp(k * 0.1) for k in range(10)]
    assert first[0] == Stamp(100.0, discontinuity=True)
    assert first[-1].time_s == pytest.approx(100.9)
    assert second[0].time_s == pytest.approx(101.0)
    assert [m.discontinuity for m in second] == [True] + [False] * 9


def test_a_pause_in_a_file_stays_and_a_broken_stamp_does_not() -> None:
    clock = FileClock(0.0)
    clock.open_file(0.1)
    moments = [clock.stamp(s) for s in (0.0, 0.1, 0.2, 30.0, 30.1, 1e7, 1e7 + 0.1, 3.0, 3.1)]
    assert [round(m.time_s, 3) for m in moments] == [0, 0.1, 0.2, 30, 30.1, 30.2, 30.3, 30.4, 30.5]
    assert [m.discontinuity for m in moments] == [
        True, False, False, True, False, True, False, True, False
    ]  # fmt: skip


def test_a_file_without_stamps_runs_at_its_nominal_rate() -> None:
    clock = FileClock(0.0)
    clock.open_file(0.1)
    assert [clock.stamp(None).time_s for _ in range(5)] == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(-5000, 5000)), max_size=40))
def test_wall_time_never_goes_back(steps: list[tuple[float, float]]) -> None:
    wall = SteadyWall()
    steady = last = 0.0
    for elapsed, leap in steps:
        steady += elapsed
        now = wall.now(T0 + steady + leap, steady)
        assert now >= last
        last = now


def test_wall_time_follows_a_leap_forward_at_once_and_one_back_slowly() -> None:
    wall = SteadyWall()
    wall.now(T0, 0)
    assert wall.now(T0 + 3601, 1) == pytest.approx(T0 + 3601)
    assert wall.now(T0 + 3601, 3) == pytest.approx(T0 + 3602.9)
    assert wall.now(T0 + 3601 + 97, 100) == pytest.approx(T0 + 3698, abs=0.1)
