"""The intervals of waits hold what really happened in simulated queues."""

import heapq

import numpy as np
import pytest

from parvis.measures.ground.minutes import queue_readings
from parvis.measures.ground.queues import QueueObserver
from parvis.measures.ground.stays import Entry, Stay
from parvis.values.classes import ObjectClass
from parvis.values.measure import Z90
from parvis.values.series import SeriesKind

HOURS = 6
PERSON = ObjectClass.PERSON


def waits_of(rng, servers, load, service_s, steady):
    """Arrivals and departures of a queue, first come first served, from empty, seconds."""
    n = int(HOURS * 3600 * servers * load / service_s)
    came = np.cumsum(rng.exponential(service_s / (servers * load), n))
    served = np.full(n, service_s) if steady else rng.exponential(service_s, n)
    free = [0.0] * servers
    went = np.empty(n)
    for i in range(n):
        went[i] = max(came[i], heapq.heappop(free)) + served[i]
        heapq.heappush(free, went[i])
    return came, went


def covered(rng, *, seen, **queue):
    """Of minutes in which somebody left, in how many an interval holds the true mean wait."""
    came, went = waits_of(rng, **queue)
    tracked = rng.random(len(came)) < seen
    held = {SeriesKind.QUEUE_WAIT: [], SeriesKind.QUEUE_WAIT_LITTLE: []}
    for minute_s in np.arange(1800.0, HOURS * 3600 - 600, 60.0):
        watch = QueueObserver()
        marks = np.arange(minute_s, minute_s + 60, 0.5)
        for length in ((came[None] <= marks[:, None]) & (went[None] > marks[:, None])).sum(axis=1):
            watch.seen(minute_s, 0.5, int(length))
        here = np.flatnonzero((went >= minute_s) & (went < minute_s + 60))
        for i in np.flatnonzero((came >= minute_s) & (came < minute_s + 60)):
            watch.entry(Entry(float(came[i]), 0, PERSON))
        for i in here:
            watch.stay(Stay(0, PERSON, float(came[i]), float(went[i]), bool(tracked[i]), True))
        if not len(here):
            continue
        truth = (went - came)[here].mean()
        for one in queue_readings("file", watch.take(minute_s)):
            if one.quantity in held and one.value is not None:
                half = Z90 * np.sqrt(one.variance) + 0.5  # of the half seconds looked at
                held[one.quantity].append(abs(one.value - truth) <= half)
    return {kind.value: float(np.mean(found)) for kind, found in held.items()}


@pytest.mark.parametrize("steady", [False, True])
@pytest.mark.parametrize(
    ("servers", "load", "service_s"),
    [(1, 0.4, 10.0), (1, 0.7, 15.0), (1, 0.9, 20.0), (3, 0.8, 45.0), (2, 0.6, 120.0)],
)
@pytest.mark.parametrize("seen", [0.3, 0.7, 1.0])
def test_nine_minutes_in_ten_hold_the_waits_of_who_left(servers, load, service_s, steady, seen):
    """Eight for the wait after Little, where one waits for longer than the minute."""
    rng = np.random.default_rng(int(servers * 1000 + load * 100 + service_s))
    queue = {"servers": servers, "load": load, "service_s": service_s, "steady": steady}
    for kind, share in covered(rng, seen=seen, **queue).items():
        least = 0.75 if service_s > 60 and kind == "queue_wait_little_s" else 0.85
        assert share >= least, (kind, share)
