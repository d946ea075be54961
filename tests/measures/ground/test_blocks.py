"""Frames that come together give what they give one by one, however they are parted."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.measures.ground.chords import LEAST_S, WINDOW_S, Chords, Sights
from parvis.measures.ground.crossings import LineCrossings
from parvis.measures.ground.steps import LONGEST_STEP_S, Steps

PEOPLE = 6
LINES = [np.array([[1.0, -9.0], [1.0, 9.0]]), np.array([[-9.0, 0.0], [0.0, 1.0], [9.0, 0.0]])]


class Stream:
    """People who walk about, seen now and then, in frames that come unevenly."""

    def __init__(self, seed: int, frames: int) -> None:
        rng = np.random.default_rng(seed)
        steps = rng.choice(
            [0.04, 0.1, 0.2, 0.5, 3.0, 6.0], frames, p=[0.4, 0.2, 0.25, 0.1, 0.03, 0.02]
        )
        self.times_s = 1e9 + np.cumsum(steps)
        self.seen = rng.random((frames, PEOPLE)) < rng.uniform(0.4, 1.0, PEOPLE)
        walked = rng.normal(0, 0.6, (frames, PEOPLE, 2)).cumsum(axis=0)
        self.points = rng.uniform(-2, 2, (PEOPLE, 2)) + walked
        self.sigma_m = rng.uniform(0.01, 0.5, (frames, PEOPLE))

    def blocks(self, cuts):
        bounds = sorted({0, len(self.times_s), *(c for c in cuts if c < len(self.times_s))})
        for a, b in pairwise(bounds):
            seen = self.seen[a:b]
            rows = np.nonzero(seen)[1]
            starts = np.append(0, np.cumsum(seen.sum(axis=1)))
            yield (
                Sights(self.times_s[a:b], starts, rows, self.points[a:b][seen]),
                self.sigma_m[a:b][seen],
            )


streams = st.builds(Stream, st.integers(0, 10**6), st.integers(1, 60))
cuts = st.lists(st.integers(0, 60), max_size=12)


def velocities(stream, cuts):
    chords = Chords(PEOPLE)
    return np.concatenate([chords.observe(seen) for seen, _ in stream.blocks(cuts)])


def crossings(stream, cuts):
    """Steps and passages, with what counts at the end."""
    steps, lines, walked, passed = Steps(PEOPLE), LineCrossings(LINES, PEOPLE), [], []
    for seen, sigma_m in stream.blocks(cuts):
        moved, movers = steps.observe(seen, np.zeros(len(seen.rows), dtype=np.int8))
        walked.append(np.column_stack((moved.rows, moved.start, moved.end, moved.start_s)))
        passed.append(lines.observe(moved, sigma_m[movers]))
    passed.append(lines.end(np.arange(PEOPLE)))
    columns = [(p.rows, p.lines, p.directions, p.times_s) for p in passed]
    return np.concatenate(walked), np.concatenate([np.column_stack(c) for c in columns])


@given(streams, cuts)
@settings(max_examples=150, deadline=None)
def test_velocities(stream, cuts):
    found = velocities(stream, cuts)
    assert np.array_equal(found, velocities(stream, range(60)), equal_nan=True)
    truth = []
    for frame, row in np.argwhere(stream.seen).tolist():
        t = stream.times_s
        window = (t >= t[frame] - WINDOW_S - 1e-3) & (t <= t[frame]) & stream.seen[:, row]
        first = window.argmax()
        span_s = t[frame] - t[first]
        way = stream.points[frame, row] - stream.points[first, row]
        truth.append(way / span_s if span_s >= LEAST_S else (np.nan, np.nan))
    np.testing.assert_allclose(found, np.array(truth).reshape(-1, 2), rtol=1e-12, atol=1e-12)


@given(streams, cuts)
@settings(max_examples=150, deadline=None)
def test_steps_and_crossings(stream, cuts):
    steps, passages = crossings(stream, cuts)
    one_by_one, certain = crossings(stream, range(60))
    assert np.array_equal(steps, one_by_one)
    assert np.array_equal(passages, certain)
    gaps = [np.diff(stream.times_s[seen]) for seen in stream.seen.T]
    assert len(steps) == sum(int((gap <= LONGEST_STEP_S).sum()) for gap in gaps)


def test_a_row_that_is_given_to_somebody_else_knows_nothing():
    chords = Chords(1)
    for k in range(5):
        chords.observe(
            Sights(np.array([0.2 * k]), np.array([0, 1]), np.array([0]), np.zeros((1, 2)))
        )
    chords.clear([0])
    now = Sights(
        np.array([1.0, 1.2]),
        np.array([0, 1, 2]),
        np.array([0, 0]),
        np.array([[50.0, 0], [50.2, 0]]),
    )
    assert np.allclose(chords.observe(now)[1], (1.0, 0.0))
    assert np.isnan(Chords(1).observe(now)[0]).all()
