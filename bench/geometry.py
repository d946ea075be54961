"""Counting lines against exact truth, beside supervision's LineZone: a Markdown table.

Usage: .venv/bin/python bench/geometry.py [--cases 300]

The cases are those of tests/measures (line_paths.py); the truth is found in exact fractions by
line_truth.py, which shares no code with the counter: crossings after which the object is clear of
the line by the margin that CrossingRule states, a margin that LineZone does not know. A case is
right when the number of crossings in each direction is. For Parvis the interpolated moments must
be true as well.
"""

import argparse
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "measures"))

import line_paths  # noqa: E402

from parvis.measures.lines import CountingLine, LineCounter  # noqa: E402
from parvis.measures.rule import CrossingRule  # noqa: E402
from parvis.values.tracks import Tracks  # noqa: E402

PEER = ROOT / ".venv-peers" / "bin" / "python"
CALIBRATION = {"line": [(0, 100), (200, 100)], "size": (20, 60)}


def drawn(family: str, wanted: int) -> list[line_paths.Case]:
    """The first cases of the family that leave no doubt."""
    cases: list[line_paths.Case] = []
    seed = 0
    while len(cases) < wanted:
        case = line_paths.case(family, seed)
        seed += 1
        if case is not None:
            cases.append(case)
    return cases


def parvis_is_right(case: line_paths.Case) -> bool:
    rule = CrossingRule(line_paths.WIDTH_SHARE, line_paths.HEIGHT_SHARE, line_paths.FLOOR_PX)
    counter = LineCounter({"line": CountingLine(tuple(case.line))}, "foot", rule)
    w, h = case.size
    found = []
    none = np.empty(0, dtype=np.int64)
    for i, ((x, y), seen) in enumerate(zip(case.samples, case.seen, strict=True)):
        box = np.array([[x - w / 2, y - h, x + w / 2, y]])
        one = np.ones(1)
        found += counter.observe(
            Tracks(
                float(i), np.zeros(1, np.int64), box, np.zeros(1, np.int8), one,
                np.array([seen]), none,
            )
        )  # fmt: skip
    found += counter.end_all()
    index = [i for i, seen in enumerate(case.seen) if seen]
    moments = [np.interp(at, range(len(index)), index) for _, at in case.truth]
    return [c.direction for c in found] == [d for d, _ in case.truth] and np.allclose(
        [c.time_s for c in found], moments, atol=1e-6
    )


def peer_is_right(cases: list[line_paths.Case], frames: int) -> list[bool]:
    """Right or not, case by case. A first plain crossing tells LineZone's in from its out."""
    down = CALIBRATION | {"samples": [(100, y) for y in range(60, 150, 10)], "seen": [True] * 9}
    sent = [{"line": c.line, "size": c.size, "samples": c.samples, "seen": c.seen} for c in cases]
    answer = subprocess.run(
        [str(PEER), str(ROOT / "bench" / "peers_line_zone.py")],
        input=json.dumps({"frames": frames, "cases": [down, *sent]}),
        capture_output=True,
        text=True,
        check=True,
    )
    plain, *given = json.loads(answer.stdout)
    assert sorted(plain) == [0, 1], plain
    first = plain.index(1)
    truths = [Counter(direction for direction, _ in case.truth) for case in cases]
    return [
        (counts[first], counts[1 - first]) == (truth[0], truth[1])
        for counts, truth in zip(given, truths, strict=True)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=300, help="cases of each family")
    wanted = parser.parse_args().cases
    peer = PEER.exists()
    if not peer:
        print(f"LineZone is left out: no {PEER.parent.parent.name} (bench/requirements-peers.txt)")
    print("| paths | cases | true crossings | Parvis | LineZone | LineZone, 2 frames |")
    print("| --- | --: | --: | --: | --: | --: |")
    total: dict[str, list[bool]] = {"parvis": [], "1": [], "2": []}
    for family in line_paths.FAMILIES:
        cases = drawn(family, wanted)
        right = {"parvis": [parvis_is_right(case) for case in cases]}
        for frames in (1, 2):
            right[str(frames)] = peer_is_right(cases, frames) if peer else []
        for name, each in right.items():
            total[name] += each
        crossings = sum(len(case.truth) for case in cases)
        print(f"| {family} | {wanted} | {crossings} | {' | '.join(map(_share, right.values()))} |")
    print(f"| **all** | {len(total['parvis'])} | | {' | '.join(map(_share, total.values()))} |")
    if not all(total["parvis"]):
        sys.exit(1)


def _share(right: list[bool]) -> str:
    return f"{100 * sum(right) / len(right):.1f} %" if right else "-"


if __name__ == "__main__":
    main()
