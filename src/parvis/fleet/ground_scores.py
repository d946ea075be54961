"""How far off positions and speeds on the ground are, against where people truly were."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from parvis.fleet.ground_truth import GroundTruth
from parvis.ground.speed import fit_velocities
from parvis.values.ground_tracks import GroundTracks

Floats = npt.NDArray[np.float64]

GATE_M: Final = 3.0
"""A found object farther from every true one is nobody's."""
WINDOW_S: Final = 2.0
"""Length of the stretches that speeds are fitted to."""
SLOWEST_MPS: Final = 0.3
"""A person slower than that stands, and has no speed to compare."""
_LEAST_IN_WINDOW: Final = 6
_QUANTILE_90_OF_2: Final = 4.605
"""Of the chi-square distribution with two degrees of freedom."""


@dataclass(frozen=True, slots=True)
class GroundScores:
    """Errors on the ground.

    Args:
        true, found, matched: positions: true ones, found ones, and pairs of them.
        median_m, p90_m: distances within pairs.
        bias_m: their median offset, x and y.
        within_stated: share of pairs within the ellipse that 90 % should lie in.
        tracks: found tracks that walked along with one true object for a while.
        speed_error: median over those of the relative error of speed, without sign.
        speed_bias: with sign.
        stretch_error: median over all stretches of two seconds of the relative error of speed.
        speeds_mps: median true and median found speed.
    """

    true: int
    found: int
    matched: int
    median_m: float
    p90_m: float
    bias_m: tuple[float, float]
    within_stated: float
    tracks: int
    speed_error: float
    speed_bias: float
    stretch_error: float
    speeds_mps: tuple[float, float]


@dataclass(slots=True)
class _Way:
    """What was found of one track, and who it was each time."""

    times_s: list[float] = field(default_factory=list)
    points: list[Floats] = field(default_factory=list)
    covariances: list[Floats] = field(default_factory=list)
    who: list[int] = field(default_factory=list)


def score_ground(found: Iterable[GroundTracks], truth: GroundTruth, start_s: float) -> GroundScores:
    """Match found with true positions frame by frame, one to one, and compare.

    Speeds are fitted to the same stretches of the found and of the true way by the same estimator;
    a track's speed is the median over its stretches.

    Args:
        found: settled frames, in order.
        truth: true ways, seconds from ``start_s``.
        start_s: time of the recording's first frame.

    Raises:
        ValueError: nothing was found near anything true.
    """
    offsets, squares, true, seen = [], [], 0, 0
    ways: dict[int, _Way] = defaultdict(_Way)
    for tracks in found:
        there = {
            who: place
            for who, way in truth.items()
            if (place := way.at(tracks.time_s - start_s)) is not None
        }
        true, seen = true + len(there), seen + len(tracks)
        for i, who in _pairs(tracks, there):
            off = tracks.points[i] - there[who]
            offsets.append(off)
            squares.append(float(off @ np.linalg.solve(tracks.covariances[i], off)))
            way = ways[int(tracks.ids[i])]
            way.times_s.append(tracks.time_s - start_s)
            way.points.append(tracks.points[i])
            way.covariances.append(tracks.covariances[i])
            way.who.append(who)
    if not offsets:
        raise ValueError("nothing was found within 3 m of anything true: check the truth's plane")
    distances = np.linalg.norm(np.array(offsets), axis=1)
    stretches = [pairs for way in ways.values() if len(pairs := _speeds(way, truth))]
    medians = [np.median(pairs, axis=0) for pairs in stretches]
    speeds = np.array(medians) if medians else np.full((1, 2), np.nan)
    relative = speeds[:, 1] / speeds[:, 0] - 1
    middles = np.median(speeds, axis=0)
    each = np.concatenate([*stretches, np.empty((0, 2))])
    bias = np.median(np.array(offsets), axis=0)
    return GroundScores(
        true,
        seen,
        len(offsets),
        float(np.median(distances)),
        float(np.quantile(distances, 0.9)),
        (float(bias[0]), float(bias[1])),
        float(np.mean(np.array(squares) <= _QUANTILE_90_OF_2)),
        len(stretches),
        float(np.median(np.abs(relative))),
        float(np.median(relative)),
        float(np.median(np.abs(each[:, 1] / each[:, 0] - 1))) if len(each) else np.nan,
        (float(middles[0]), float(middles[1])),
    )


def _pairs(tracks: GroundTracks, there: dict[int, Floats]) -> list[tuple[int, int]]:
    """Row of a found object and identity of a true one: the nearest pairs in all."""
    if not len(tracks) or not there:
        return []
    who = list(there)
    places = np.array([there[one] for one in who])
    away = np.linalg.norm(tracks.points[:, None] - places[None], axis=2)
    rows, columns = linear_sum_assignment(np.where(away < GATE_M, away, 1e6))
    return [(int(i), who[j]) for i, j in zip(rows, columns, strict=True) if away[i, j] < GATE_M]


def _speeds(way: _Way, truth: GroundTruth) -> Floats:
    """True and found speeds over stretches of a track in which it walks, shape (n, 2)."""
    who, _ = Counter(way.who).most_common(1)[0]
    own = [i for i, one in enumerate(way.who) if one == who]
    times = np.array([way.times_s[i] for i in own])
    points = np.array([way.points[i] for i in own])
    covariances = np.array([way.covariances[i] for i in own])
    real = np.array([truth[who].at(time) for time in times])
    starts = np.arange(times[0], times[-1] - WINDOW_S + 1e-6, WINDOW_S / 2)
    chosen = [(times >= s - 1e-6) & (times <= s + WINDOW_S + 1e-6) for s in starts]
    windows = np.array([w for w in chosen if w.sum() >= _LEAST_IN_WINDOW])
    if not len(windows):
        return np.empty((0, 2))
    n = len(windows)
    shape = (n, *covariances.shape)
    all_times = np.broadcast_to(times, (n, len(times)))
    found = fit_velocities(
        all_times,
        np.broadcast_to(points, (n, *points.shape)),
        np.broadcast_to(covariances, shape),
        windows,
    )
    exact = np.broadcast_to(1e-4 * np.eye(2), shape)
    true = fit_velocities(all_times, np.broadcast_to(real, (n, *real.shape)), exact, windows)
    both = np.column_stack((true.speeds, found.speeds))
    return both[true.speeds >= SLOWEST_MPS]
