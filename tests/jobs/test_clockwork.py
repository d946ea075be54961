"""Work by the clock: what fails is told once, tried again, and told when it works."""

import pytest
import structlog

from parvis.jobs.clockwork import Clockwork
from parvis.store import StoreUnavailableError


class Flaky:
    """Work that fails while it has a reason to."""

    def __init__(self) -> None:
        self.runs = 0
        self.reason: Exception | None = None

    def __call__(self) -> None:
        self.runs += 1
        if self.reason is not None:
            raise self.reason


@pytest.fixture
def turned():
    """``turned(seconds)`` runs the clock and gives what the log said meanwhile."""
    now = [0.0]
    work = Flaky()
    clockwork = Clockwork(lambda: now[0], lambda: now[0])
    clockwork.every(0.5, work, "flaky")

    def turn(seconds: float) -> list[str]:
        end_s = now[0] + seconds
        with structlog.testing.capture_logs() as said:
            while now[0] < end_s:
                now[0] += 0.5
                clockwork.turn()
        return [f"{one['log_level']}: {one['event']}" for one in said]

    return work, clockwork, turn


def test_a_failure_that_lasts_is_told_once_and_so_is_its_end(turned) -> None:
    work, clockwork, turn = turned
    assert turn(10) == [] and work.runs == 20
    work.reason = StoreUnavailableError("the database does not answer")
    assert turn(60) == ["error: job failed"]
    assert work.runs == 140, "tried each time all the same"
    assert clockwork.named()[0].failed
    work.reason = None
    assert turn(60) == ["info: job works again"]
    assert not clockwork.named()[0].failed
    work.reason = StoreUnavailableError("again")
    assert turn(60) == ["error: job failed"]


def test_another_failure_is_told_and_one_that_stays_is_told_again_each_hour(turned) -> None:
    work, _, turn = turned
    work.reason = StoreUnavailableError("away")
    assert turn(60) == ["error: job failed"]
    work.reason = ValueError("another")
    assert turn(60) == ["error: job failed"]
    assert turn(2 * 3600) == ["error: job failed"] * 2
