"""Guessing passwords costs time."""

import pytest

from parvis.server.lockout import PERSON_AT_ADDRESS, WINDOW_S, Lockout


class Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.mark.law(21)
def test_the_sixth_attempt_waits_and_the_wait_doubles() -> None:
    clock = Clock()
    lockout = Lockout(clock)
    waits = []
    for _ in range(12):
        lockout.attempted("ana", "192.0.2.1")
        waits.append(lockout.wait_s("ana", "192.0.2.1"))
        clock.now_s += waits[-1]
    assert waits[:5] == [0, 0, 0, 0, 30]
    assert waits[5:10] == [60, 120, 240, 480, 900]


def test_others_are_not_locked_out() -> None:
    lockout = Lockout(Clock())
    for _ in range(6):
        lockout.attempted("ana", "192.0.2.1")
    assert lockout.wait_s("ANA", "192.0.2.1") > 0
    assert lockout.wait_s("ana", "192.0.2.2") == 0
    assert lockout.wait_s("bob", "192.0.2.1") == 0


def test_an_address_that_tries_many_names_waits() -> None:
    lockout = Lockout(Clock())
    for n in range(20):
        lockout.attempted(f"name{n}", "2001:db8::1")
    assert lockout.wait_s("fresh", "2001:db8::2") > 0, "one /64 is one place"


def test_a_stranger_who_keeps_failing_slows_the_person_down_and_locks_nobody_out() -> None:
    lockout = Lockout(Clock())
    for n in range(2000):
        lockout.attempted("ana", f"192.0.{n % 250}.{n // 250}")
    assert lockout.wait_s("ana", "203.0.113.1") == 0
    assert 0 < lockout.delay_s("ana", "203.0.113.1") <= 2
    assert lockout.delay_s("bob", "203.0.113.1") == 0


def test_a_whole_town_hall_behind_one_address_waits_a_minute_at_most() -> None:
    lockout = Lockout(Clock())
    for n in range(500):
        lockout.attempted(f"name{n}", "192.0.2.1")
    assert 0 < lockout.wait_s("ana", "192.0.2.1") <= 60


def test_success_and_time_forgive() -> None:
    clock = Clock()
    lockout = Lockout(clock)
    for _ in range(PERSON_AT_ADDRESS.free):
        lockout.attempted("ana", "a")
    clock.now_s += 31
    lockout.attempted("ana", "a")
    lockout.succeeded("ana", "a")
    assert lockout.wait_s("ana", "a") == 0
    for _ in range(8):
        lockout.attempted("ana", "a")
    clock.now_s += WINDOW_S + 1
    assert lockout.wait_s("ana", "a") == 0


def test_memory_is_bounded() -> None:
    lockout = Lockout(Clock())
    for n in range(30_000):
        lockout.attempted(f"n{n}", f"a{n}")
    assert len(lockout._tallies._tallies) <= 20_000
