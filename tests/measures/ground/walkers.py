"""People on real streets: the ETH and UCY trajectories, with who walks with whom."""

import os
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
from walks import tracks

from parvis.values.ground_tracks import GroundTracks

ROOT = Path(__file__).resolve().parents[3]
DATA = Path(os.environ.get("PARVIS_ASSETS", ROOT.parent / "shared")) / "data/trajectories"

# Frame numbers a second. Those of seq_eth step by 6 at 15 a second, whatever its notes say: with
# 25 its people would walk at 2.45 m/s (data/MANIFEST.md). All are annotated 2.5 times a second.
SETS = {"ETH/seq_eth": 15.0, "ETH/seq_hotel": 25.0, "UCY/zara01": 25.0}


def street(name: str) -> Iterator[GroundTracks]:
    """Frames of a set, in order; who is gone from a frame has ended."""
    rows = np.loadtxt(DATA / name / "obsmat.txt")
    before: set[int] = set()
    for number in np.unique(rows[:, 0]):
        now = rows[rows[:, 0] == number]
        ids = now[:, 1].astype(int)
        yield tracks(
            number / SETS[name], ids, now[:, [2, 4]], ended=sorted(before - set(ids.tolist()))
        )
        before = set(ids.tolist())


def pairs(name: str) -> set[tuple[int, int]]:
    """Who walks together, as pairs of ids in order."""
    text = (DATA / name / "groups.txt").read_text(encoding="utf-8")
    groups = [sorted(map(int, line.split())) for line in text.splitlines() if line.split()]
    return {pair for group in groups for pair in combinations(group, 2)}


def pairwise_f1(found: set[tuple[int, int]], truth: set[tuple[int, int]]) -> float:
    """Harmonic mean of precision and recall over pairs."""
    return 2 * len(found & truth) / (len(found) + len(truth))
