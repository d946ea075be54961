"""Forms of a crowd's movement, each told from positions and velocities of one moment."""

import numpy as np
import numpy.typing as npt

from parvis.measures.ground.segments import FloatArray

Mask = npt.NDArray[np.bool_]

RUN_MPS = 2.2
"""Who is faster runs: people walk at 1.34 ± 0.26 m/s (Weidmann 1993), hardly anybody at 2.2."""

RUNNERS_MPS = 2.4
"""Mean speed of people who run: that of the fastest walkers, just above ``RUN_MPS``, is less."""

WALKED_MPS = 1.9
"""Who has been slower before has begun to run in view."""

BEGUN_SHARE = 0.25
TOGETHER = 0.85
"""Length of the mean of unit vectors over which people go one way."""

FLIGHT_S = 3.0
BEGUN = 2
"""For so long after so many and that share began to run, who runs into view flees as well: in a
street that is crossed in seconds, they soon are most of those in sight."""

JOGGERS = 10
"""Fewer who ran already when they came into view, along one line, are joggers, not a flight..."""

FLIGHT_MPS = 3.6
FRONT_M = 1.3
"""... unless they are on average faster than a group jogs (about 3 m/s), on a broad front:
cyclists, whom a camera may take for persons, keep to a lane or a path. Standard deviation across
the way: 1.2 m where a lane of four metres is filled evenly."""

GO_MPS = 1.0
GAIN_MPS = 1.1
SURGE_GAIN_MPS = 1.6
"""Mean gain of speed in the common direction: above that of people who begin to walk (1.34)."""

RUSH_MPS = 1.9
ALIGNED = 0.7
COMMON_SHARE = 0.5

APART_MPS = 1.75
"""Mean speed of people who flee from a point: above that of those who leave it, walking."""

OUTWARD = 0.8
APART_SHARE = 0.6
ONE_WAY = 0.75
LEAST_SPREAD = 0.1
"""Least share of the crossing of the ways in the narrower direction, for a point to be told."""


def running(
    points: FloatArray,
    velocities: FloatArray,
    slowest_mps: FloatArray,
    *,
    usual: bool,
    flight: bool = False,
) -> Mask:
    """Who runs, shape (n,); nobody where the fast are few joggers or the tail of fast walkers.

    A flight is a change: people who walked or stood begin to run, or run apart, or so many run in
    that they are no group of joggers, where runners are not usual.

    Args:
        points: shape (n, 2).
        velocities: shape (n, 2); NaN where unknown.
        slowest_mps: the least speed at which each was seen, shape (n,); infinite where never.
        usual: people who run, or ride, often pass here; only who begins to run in view counts.
        flight: people began to run here within the last ``FLIGHT_S``, see :func:`begin_to_run`.
    """
    speeds = _speeds(velocities)
    fast = speeds >= RUN_MPS
    n = int(np.count_nonzero(fast))
    if not n or speeds[fast].mean() < RUNNERS_MPS:
        return np.zeros(len(fast), dtype=np.bool_)
    begun = fast & (slowest_mps < WALKED_MPS)
    if np.count_nonzero(begun) >= BEGUN_SHARE * n or (flight and not usual):
        return fast
    if usual:
        return begun
    axial, axis = _axis(velocities[fast])
    if axial < TOGETHER:
        return fast
    one_way = velocities @ axis > 0.0
    for way in (fast & one_way, fast & ~one_way):
        if _flees(points[way] @ np.array((-axis[1], axis[0])), speeds[way]):
            begun |= way
    return begun


def begin_to_run(velocities: FloatArray, slowest_mps: FloatArray) -> bool:
    """Whether several people, and enough of those who run, began to in view."""
    fast = _speeds(velocities) >= RUN_MPS
    begun = np.count_nonzero(fast & (slowest_mps < WALKED_MPS))
    return bool(begun >= max(BEGUN, BEGUN_SHARE * np.count_nonzero(fast)))


def _flees(across_m: FloatArray, speeds: FloatArray) -> bool:
    """Whether those who run one way are more than joggers or cyclists; where they are across it."""
    if len(speeds) >= JOGGERS:
        return True
    return len(speeds) > 0 and speeds.mean() >= FLIGHT_MPS and float(across_m.std()) > FRONT_M


def surging(velocities: FloatArray, before: FloatArray) -> Mask:
    """Who moves suddenly in a common direction, having stood or walked otherwise, shape (n,).

    The direction u is the mean one of those who have changed. Taking part is who goes along u and
    has gained ``GAIN_MPS`` in it over the last seconds; they surge when they have gained
    ``SURGE_GAIN_MPS`` on average, and are most of those who move or rush. People who stood and
    begin to walk together, as at a crossing, gain their walking speed, which is less.

    Args:
        velocities: now, shape (n, 2); NaN where unknown.
        before: at some moments a little ago, shape (n, k, 2); NaN where unknown.
    """
    speeds = _speeds(velocities)
    nobody = np.zeros(len(speeds), dtype=np.bool_)
    moves = speeds >= GO_MPS
    past = _past(before)
    taking = moves & (_speeds(velocities - past) >= GAIN_MPS)
    gain = nobody.astype(np.float64)
    for _ in range(2):
        if not taking.any():
            return nobody
        way = velocities[taking].sum(axis=0)
        way /= max(float(np.hypot(*way)), 1e-9)
        along = velocities @ way
        gain = along - past @ way
        taking = moves & (along >= ALIGNED * speeds) & (gain >= GAIN_MPS)
    if not taking.any() or gain[taking].mean() < SURGE_GAIN_MPS:
        return nobody
    common = np.count_nonzero(taking) > COMMON_SHARE * np.count_nonzero(moves)
    return taking if common or speeds[taking].mean() >= RUSH_MPS else nobody


def dispersing(points: FloatArray, velocities: FloatArray, before: FloatArray) -> Mask:
    """Who moves apart fast from a common point, shape (n,).

    The point c is the one nearest to all ways traced back (least squares of the distances of c to
    the lines through each position along its velocity); outward is who goes away from it within
    ``acos(OUTWARD)``, and did not do so before: who crosses a square goes away from its middle too.
    They disperse when they are fast on average, most of those who move, and do not all go one way.

    Args:
        points: shape (n, 2).
        velocities: shape (n, 2); NaN where unknown.
        before: at some moments a little ago, shape (n, k, 2); NaN where unknown.
    """
    speeds = _speeds(velocities)
    nobody = np.zeros(len(speeds), dtype=np.bool_)
    moves = np.flatnonzero(speeds >= GO_MPS)
    if len(moves) < 3:
        return nobody
    ways = velocities[moves] / speeds[moves, None]
    across = np.eye(2) - ways[:, :, None] * ways[:, None, :]
    crossing = across.sum(axis=0)
    if np.linalg.eigvalsh(crossing)[0] < LEAST_SPREAD * len(moves):
        return nobody
    centre = np.linalg.solve(crossing, np.einsum("nij,nj->i", across, points[moves]))
    off = points[moves] - centre
    distance = np.maximum(np.hypot(off[:, 0], off[:, 1]), 1e-9)
    outward = np.einsum("ni,ni->n", off, ways) >= OUTWARD * distance
    gain = speeds[moves] - np.einsum("ni,ni->n", _past(before[moves]), ways)
    outward &= ~(gain < GAIN_MPS)
    n = int(np.count_nonzero(outward))
    if n < max(3.0, APART_SHARE * len(moves)):
        return nobody
    if speeds[moves][outward].mean() < APART_MPS or _resultant(ways[outward]) > ONE_WAY:
        return nobody
    nobody[moves[outward]] = True
    return nobody


def _past(before: FloatArray) -> FloatArray:
    """Mean velocities of some moments, shape (n, 2); NaN where none is known."""
    told = np.isfinite(before[..., 0])
    each = np.where(told.any(axis=1), told.sum(axis=1), np.nan)
    past: FloatArray = np.where(told[..., None], before, 0.0).sum(axis=1) / each[:, None]
    return past


def _speeds(velocities: FloatArray) -> FloatArray:
    speeds: FloatArray = np.hypot(velocities[:, 0], velocities[:, 1])
    speeds[np.isnan(speeds)] = 0.0
    return speeds


def _axis(velocities: FloatArray) -> tuple[float, FloatArray]:
    """Length of the mean unit vector of doubled angles, which is 1 when all go to and fro on one
    line, and the unit vector along that line."""
    x, y = velocities.T / np.maximum(_speeds(velocities), 1e-9)
    even, odd = float((x * x - y * y).mean()), float((2 * x * y).mean())
    turn = 0.5 * np.arctan2(odd, even)
    return float(np.hypot(even, odd)), np.array((np.cos(turn), np.sin(turn)))


def _resultant(velocities: FloatArray) -> float:
    """Length of the mean unit vector: 1 when all go one way, about 0 when they go all ways."""
    units = velocities / np.maximum(_speeds(velocities), 1e-9)[:, None]
    return float(np.hypot(*units.mean(axis=0)))
