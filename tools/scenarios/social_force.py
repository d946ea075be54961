"""People who walk, stand and flee among others: the social-force model.

Helbing & Molnár, Phys. Rev. E 51 (1995) 4282, with the repulsion of Helbing, Farkas & Vicsek,
Nature 407 (2000) 487: ``dv/dt = (v0 e - v) / tau + sum_j A/m exp((2 r - d_ij) / B) n_ij``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

TAU_S = 0.5
PUSH_MPS2, REACH_M, BODY_M = 25.0, 0.08, 0.15
"""A/m = 2000 N / 80 kg, B, and a slender r, for people turn their shoulders."""

STEP_S = 0.04
MOST_MPS2 = 20.0
MILL_S = 3.0


@dataclass(frozen=True)
class Stage:
    """What somebody wants from some moment on.

    Args:
        at_s: from when.
        to: a point to go to and stand at.
        way: a direction to walk in for good.
        off: a point to run away from.
        mill: stay about where one is, with small steps.
        mps: desired speed.
    """

    at_s: float
    mps: float = 1.34
    to: tuple[float, float] | None = None
    way: tuple[float, float] | None = None
    off: tuple[float, float] | None = None
    mill: bool = False


@dataclass(frozen=True)
class Person:
    """Somebody: where and when they come, what they want then, when they are gone."""

    start: tuple[float, float]
    stages: Sequence[Stage]
    from_s: float = 0.0
    until_s: float = np.inf


@dataclass
class Steps:
    """Positions as rows of (seconds, person, x, y)."""

    rows: list[Floats] = field(default_factory=list)

    def array(self) -> Floats:
        """All rows, shape (n, 4)."""
        return np.concatenate(self.rows) if self.rows else np.empty((0, 4))


def simulate(
    people: Sequence[Person],
    seconds: float,
    rate: float,
    rng: np.random.Generator,
    box: tuple[float, float, float, float] = (-20.0, -15.0, 20.0, 15.0),
) -> Floats:
    """Let people move; who leaves the box (x, y, x, y) is gone for good.

    Returns:
        Rows of (seconds, person, x, y), ``rate`` a second.
    """
    n = len(people)
    x = np.array([one.start for one in people], dtype=np.float64).reshape(n, 2)
    v, home, drift = np.zeros((n, 2)), x.copy(), np.zeros((n, 2))
    begin = np.array([one.from_s for one in people])
    until = np.array([one.until_s for one in people])
    stage = np.full(n, -1)
    gone = np.zeros(n, dtype=np.bool_)
    out, every = Steps(), max(1, round(1.0 / (rate * STEP_S)))
    ends = [[s.at_s for s in one.stages] + [np.inf] for one in people]
    for step in range(round(seconds / STEP_S)):
        t = step * STEP_S
        here = np.flatnonzero((begin <= t) & (t < until) & ~gone)
        for i in here:
            while ends[i][stage[i] + 1] <= t:
                stage[i] += 1
                before = people[i].stages[stage[i] - 1].to if stage[i] else None
                home[i] = x[i] if before is None else before
        if step % round(MILL_S / STEP_S) == 0:
            turn = rng.uniform(0, 2 * np.pi, n)
            drift = np.column_stack((np.cos(turn), np.sin(turn)))
        want = _wanted(people, stage, x, home, drift, here)
        force = (want - v[here]) / TAU_S + _pushes(x[here])
        size = np.hypot(force[:, 0], force[:, 1])
        force *= np.minimum(1.0, MOST_MPS2 / np.maximum(size, 1e-9))[:, None]
        v[here] += force * STEP_S
        x[here] += v[here] * STEP_S
        inside = (x[here] >= box[:2]).all(axis=1) & (x[here] <= box[2:]).all(axis=1)
        gone[here[~inside]] = True
        if step % every == 0:
            seen = here[inside]
            out.rows.append(np.column_stack((np.full(len(seen), t), seen, x[seen])))
    return out.array()


def _wanted(
    people: Sequence[Person],
    stage: npt.NDArray[np.int64],
    x: Floats,
    home: Floats,
    drift: Floats,
    here: npt.NDArray[np.int64],
) -> Floats:
    want = np.zeros((len(here), 2))
    for k, i in enumerate(here):
        if stage[i] < 0:
            continue
        now = people[i].stages[stage[i]]
        if now.to is not None:
            off = np.array(now.to) - x[i]
            far = float(np.hypot(*off))
            want[k] = off / max(far, 1e-9) * now.mps * min(1.0, far / 0.5)
        elif now.way is not None:
            want[k] = np.array(now.way) / np.hypot(*now.way) * now.mps
        elif now.off is not None:
            off = x[i] - now.off
            want[k] = off / max(float(np.hypot(*off)), 1e-9) * now.mps
        elif now.mill:
            want[k] = drift[i] * now.mps + (home[i] - x[i])
    return want


def _pushes(x: Floats) -> Floats:
    off = x[:, None] - x
    far = np.hypot(off[..., 0], off[..., 1])
    np.fill_diagonal(far, np.inf)
    push = PUSH_MPS2 * np.exp(np.minimum((2 * BODY_M - far) / REACH_M, 3.0))
    pushes: Floats = (off / np.maximum(far, 1e-3)[..., None] * push[..., None]).sum(axis=1)
    return pushes
