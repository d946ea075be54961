"""What happens to an object at a line between two frames, told in order."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from parvis.measures.polylines import Passages, Polylines, Steps

LOOK_APART = 0.5
"""Between two looks along a fast step, in units of the anchor's ellipse: a stay on the other side
that is deeper than 1.25 is never overlooked, however few frames there are."""

FAST = 1.0
"""A step longer than this can be clear of the line between its ends though neither end is."""

_MOST_LOOKS = 64
_SAME_PLACE = 1e-6


@dataclass(frozen=True, slots=True)
class Look:
    """How clear of the line the object was at a point of its step, in units of its ellipse."""

    clear: float


@dataclass(frozen=True, slots=True)
class Pass:
    """The path changed sides at this share of its step.

    Args:
        share: 0 at the start of the step, 1 at its end.
        through: signed number of ways through the line, + from left to right.
        around: signed number of ways round its ends.
    """

    share: float
    through: int
    around: int


@dataclass(frozen=True, slots=True)
class Story:
    """Looks and passes of one step at one line, in order of time.

    Args:
        step, line: which.
        events: what happened.
        begun: ways through the line at the very end of the step: the object stands on the line to
            the bit, and only the next step tells whether it goes through or but touches it.
    """

    step: int
    line: int
    events: tuple[Look | Pass, ...]
    begun: int


def stories(
    geometry: Polylines,
    steps: Steps,
    passages: Passages,
    waiting: npt.NDArray[np.bool_],
    begun: npt.NDArray[np.int32],
) -> list[Story]:
    """Tell each step that passed a line, and each fast one of an object that waits at a line.

    Args:
        geometry: the lines.
        steps: n steps.
        passages: where they pass.
        waiting: true where an object has a pending crossing, shape (n, lines).
        begun: ways through the line at the very end of the step before, shape (n, lines).
    """
    strides = steps.strides()
    passes = _passes(passages)
    for step, line in np.argwhere(begun).tolist():
        at_start = Pass(0.0, int(begun[step, line]), 0)
        passes.setdefault((step, line), []).insert(0, at_start)
    for step, line in np.argwhere(waiting & (strides > FAST)[:, None]).tolist():
        passes.setdefault((step, line), [])
    if not passes:
        return []
    plans = []
    for (step, line), events in passes.items():
        merged, last = _without_end(_one_event_a_place(events, float(strides[step])))
        plans.append((step, line, merged, last, _looks(merged, float(strides[step]))))
    owner = [step for step, *_, looks in plans for _ in looks]
    share = np.array([at for *_, looks in plans for at in looks])
    points = steps.start[owner] + share[:, None] * (steps.end[owner] - steps.start[owner])
    clear = geometry.clearance(points, steps.axes[owner])
    told, first = [], 0
    for step, line, merged, last, looks in plans:
        seen = clear[first : first + len(looks), line].tolist()
        first += len(looks)
        marked: list[tuple[float, Look | Pass]] = [(p.share, p) for p in merged]
        marked += [(at, Look(c)) for at, c in zip(looks, seen, strict=True)]
        marked.sort(key=lambda mark: mark[0])
        told.append(Story(step, line, tuple(event for _, event in marked), last))
    return told


def _passes(passages: Passages) -> dict[tuple[int, int], list[Pass]]:
    order = np.argsort(passages.at, kind="stable")
    found: dict[tuple[int, int], list[Pass]] = {}
    for step, line, sign, at, through in zip(
        passages.step[order].tolist(),
        passages.line[order].tolist(),
        passages.sign[order].tolist(),
        passages.at[order].tolist(),
        passages.through[order].tolist(),
        strict=True,
    ):
        passed = Pass(at, sign, 0) if through else Pass(at, 0, sign)
        found.setdefault((step, line), []).append(passed)
    return found


def _one_event_a_place(passes: list[Pass], stride: float) -> list[Pass]:
    """Passes at one vertex are one event: their order within rounding means nothing."""
    out: list[Pass] = []
    for each in passes:
        if out and (each.share - out[-1].share) * stride < _SAME_PLACE:
            last = out[-1]
            out[-1] = Pass(last.share, last.through + each.through, last.around + each.around)
        else:
            out.append(each)
    return [each for each in out if each.through or each.around]


def _without_end(passes: list[Pass]) -> tuple[list[Pass], int]:
    """The passes without those through the line at the very end, and these."""
    if not passes or passes[-1].share != 1.0:
        return passes, 0
    *before, last = passes
    return [*before, Pass(1.0, 0, last.around)] if last.around else before, last.through


def _looks(passes: list[Pass], stride: float) -> list[float]:
    """Shares of the step at which to look: the middles of small parts between the passes."""
    looks: list[float] = []
    for a, b in pairwise([0.0, *(p.share for p in passes), 1.0]):
        n = min(_MOST_LOOKS, int((b - a) * stride / LOOK_APART) + 1)
        looks += [a + (b - a) * (i + 0.5) / n for i in range(n)]
    return looks
