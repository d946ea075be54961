"""Ground tracks for tests: paths of people as functions of time, sampled into frames."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from parvis.values.ground_tracks import GroundTracks

Path = Callable[[float], tuple[float, float]]


@dataclass(frozen=True)
class Walk:
    """One object: where it is from ``begin_s`` to ``end_s``, predicted only while hidden."""

    path: Path
    begin_s: float = 0.0
    end_s: float = np.inf
    object_class: int = 0
    hidden_s: tuple[float, float] = (np.inf, np.inf)


def straight(x: float, y: float, vx: float, vy: float = 0.0, **kw) -> Walk:
    begin = kw.get("begin_s", 0.0)
    return Walk(lambda t: (x + vx * (t - begin), y + vy * (t - begin)), **kw)


def through(points: Sequence[tuple[float, float]], times: Sequence[float], **kw) -> Walk:
    xs, ys = np.array(points, dtype=float).T
    return Walk(
        lambda t: (float(np.interp(t, times, xs)), float(np.interp(t, times, ys))),
        begin_s=times[0],
        end_s=times[-1],
        **kw,
    )


def tracks(time_s, ids, points, *, classes=None, seen=None, ended=(), sigma_m=0.0) -> GroundTracks:
    n = len(ids)
    return GroundTracks(
        float(time_s),
        np.asarray(ids, dtype=np.int64),
        np.asarray(points, dtype=np.float64).reshape(n, 2),
        np.tile(np.eye(2) * sigma_m**2, (n, 1, 1)),
        np.zeros(n, np.int8) if classes is None else np.asarray(classes, np.int8),
        np.ones(n, np.bool_) if seen is None else np.asarray(seen, np.bool_),
        np.asarray(ended, dtype=np.int64),
    )


def frames(walks: Sequence[Walk], times: Sequence[float], ids=None) -> Iterator[GroundTracks]:
    """One frame a moment; an object ends in the first frame after its time."""
    ids = list(range(len(walks))) if ids is None else list(ids)
    before: set[int] = set()
    for t in times:
        here = [i for i, w in enumerate(walks) if w.begin_s - 1e-9 <= t <= w.end_s + 1e-9]
        now = {ids[i] for i in here}
        order = sorted(here, key=lambda i: ids[i])
        yield tracks(
            t,
            [ids[i] for i in order],
            [walks[i].path(t) for i in order],
            classes=[walks[i].object_class for i in order],
            seen=[not walks[i].hidden_s[0] <= t < walks[i].hidden_s[1] for i in order],
            ended=sorted(before - now),
        )
        before = now
