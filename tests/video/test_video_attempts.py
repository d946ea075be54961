"""When and what to try again."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.video.attempts import AttemptPlan
from parvis.video.backlog import Backlog
from parvis.video.backoff import Backoff
from parvis.video.errors import FaultKind
from parvis.video.pacing import Pacer


@given(st.integers(0, 2**32), st.lists(st.floats(0.01, 5), min_size=1, max_size=60))
def test_a_second_at_most_in_the_first_minute_then_up_to_thirty(
    seed: int, attempts_last_s: list[float]
) -> None:
    backoff = Backoff(random.Random(seed))  # noqa: S311
    now_s = start_s = 1000.0
    for lasts_s in attempts_last_s:
        delay_s = backoff.delay_s(now_s)
        assert 0 < delay_s <= (1.0 if now_s - start_s < 60 else 30.0)
        now_s += delay_s + lasts_s


def test_delays_grow_after_the_first_minute_and_a_recovery_ends_it() -> None:
    backoff = Backoff(random.Random(1))  # noqa: S311
    backoff.delay_s(0)
    late = [backoff.delay_s(100 + k) for k in range(8)]
    assert late[0] <= 2
    assert min(late[5:]) >= 15
    backoff.recovered()
    assert backoff.delay_s(1000) <= 1
    assert backoff.delay_after_refusal_s() >= 15


def test_a_refused_sub_stream_gives_way_at_once_and_is_preferred_after_a_loss() -> None:
    plan = AttemptPlan(2)
    assert plan.failed(FaultKind.NO_SUCH_STREAM, served=False)
    assert plan.source == 1
    assert not plan.failed(FaultKind.ENDED, served=True)
    assert plan.source == 0


def test_a_sub_stream_that_fails_thrice_gives_way() -> None:
    plan = AttemptPlan(2)
    assert [plan.failed(FaultKind.REFUSED, served=False) for _ in range(4)] == [
        False, False, True, False
    ]  # fmt: skip


def test_one_source_never_skips_the_delay() -> None:
    plan = AttemptPlan(1)
    assert not any(plan.failed(FaultKind.NO_SUCH_STREAM, served=False) for _ in range(5))
    assert plan.source == 0


def test_patience_and_probing_alternate() -> None:
    plan = AttemptPlan(1)
    waits = []
    for _ in range(6):
        waits.append(plan.open_timeout_s)
        plan.failed(FaultKind.TIMEOUT, served=False)
    assert waits == [5, 5, 12, 5, 5, 12]
    probing = []
    for _ in range(4):
        plan.failed(FaultKind.NOT_A_VIDEO, served=False)
        probing.append(plan.probing)
    assert probing == [True, False, True, False]


def test_a_pacer_holds_bursts_back_and_gives_up_on_jumps() -> None:
    pacer = Pacer()
    assert [pacer.early_s(k / 25, 100.0) for k in range(3)] == pytest.approx([0, 0.04, 0.08])
    assert pacer.early_s(0.12, 100.5) == 0
    assert pacer.early_s(500.0, 101.0) == 0
    assert pacer.early_s(500.5, 101.0) == 0.5
    assert pacer.early_s(501.0, 110.0) == 0
    assert pacer.early_s(501.2, 110.0) > 0.19


def feed(backlog: Backlog, start_s: float, seconds: float, wait_s: float, work_s: float):
    """Packets of a stream with a key frame every 25; (number, wanted)."""
    now_s, number, wanted = start_s, 0, []
    while now_s < start_s + seconds:
        now_s += wait_s
        wants = backlog.wants(number % 25 == 0, now_s)
        wanted.append((number, wants))
        now_s += work_s if wants else 0.0001
        backlog.asks(now_s)
        number += 1
    return wanted


def test_a_reader_that_keeps_up_leaves_nothing_out() -> None:
    backlog = Backlog()
    assert all(wants for _, wants in feed(backlog, 0, 20, 0.03, 0.01))
    assert all(wants for _, wants in feed(backlog, 20, 1, 0.0, 0.01)), "a burst after a silence"


def test_a_reader_that_never_waits_jumps_to_key_frames_until_it_waits() -> None:
    backlog = Backlog()
    short = feed(backlog, 0, 3, 0.0, 0.05)
    left_out = [number for number, wants in short if not wants]
    assert left_out
    assert left_out[0] == pytest.approx(2 / 0.05, abs=2)
    assert all(wants for number, wants in short if number % 25 == 0)
    back = feed(backlog, 3, 3, 0.04, 0.005)
    first = next(number for number, wants in back if wants and number > 0)
    assert first == 25, "decoding goes on at a key frame, not between two"
    assert all(wants for number, wants in back if number >= 25)
