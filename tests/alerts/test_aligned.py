"""Walks noted at moments of their own are seen together; walks noted together stay as they are."""

import numpy as np

from parvis.alerts.aligned import aligned
from parvis.alerts.scenario import Walks


def walks(times: np.ndarray, ids: np.ndarray, points: np.ndarray) -> Walks:
    order = np.argsort(times, kind="stable")
    codes = np.zeros(len(times), dtype=np.int8)
    return Walks(times[order], ids[order].astype(np.int64), points[order], codes)


def scattered(offsets_s: np.ndarray, seconds: float = 20.0) -> Walks:
    """Each walks along x at its own speed, noted five times a second from its own moment on."""
    parts = [(np.arange(0.0, seconds, 0.2) + offset, i) for i, offset in enumerate(offsets_s)]
    times = np.concatenate([t for t, _ in parts])
    ids = np.concatenate([np.full(len(t), i) for t, i in parts])
    return walks(times, ids, np.column_stack(((1.0 + ids / 10) * times, ids * 1.0)))


def test_everybody_is_seen_at_once() -> None:
    rng = np.random.default_rng(1)
    found = aligned(scattered(rng.uniform(0, 0.2, 30)))
    frames = list(found.frames())
    assert np.median([len(frame) for frame in frames]) == 30
    assert np.allclose(np.diff([frame.time_s for frame in frames]), 0.2, atol=1e-6)
    speed = (found.points[:, 0] / found.times_s)[found.times_s > 0]
    assert np.allclose(speed, (1.0 + found.ids / 10)[found.times_s > 0], atol=1e-9)


def test_what_is_noted_together_stays_as_it_is() -> None:
    together = scattered(np.zeros(10))
    assert aligned(together) is together
    alone = scattered(np.array([0.13]))
    assert aligned(alone) is alone


def test_who_is_not_noted_for_long_is_not_there_meanwhile() -> None:
    whole = scattered(np.linspace(0, 0.19, 12), 60.0)
    keep = ~((whole.ids == 3) & (whole.times_s > 20) & (whole.times_s < 40))
    found = aligned(walks(whole.times_s[keep], whole.ids[keep], whole.points[keep]))
    there = found.times_s[found.ids == 3]
    assert not np.any((there > 20.3) & (there < 39.8))
