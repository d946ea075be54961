"""The counter on annotated boxes gives the 78 events derived from them, with their signs."""

import csv
import json

import numpy as np

from parvis.measures.lines import CountingLine, LineCounter
from parvis.measures.matching import Passing, match_events
from parvis.measures.rule import CrossingRule
from parvis.values.tracks import Tracks


def test_annotated_boxes_give_the_derived_events(shared):
    folder = shared / "data" / "gt" / "pets2009"
    derived = json.loads((folder / "derived_counts.json").read_text())["lines"]
    with (folder / "gt_mot.txt").open(newline="") as file:
        rows = np.array([[float(cell) for cell in row] for row in csv.reader(file)])
    lines = {n: CountingLine((tuple(v["A"]), tuple(v["B"]))) for n, v in derived.items()}
    counter = LineCounter(lines, "foot", CrossingRule())
    found = []
    for frame in range(1, 796):
        now = rows[rows[:, 0] == frame]
        n = len(now)
        boxes = np.column_stack((now[:, 2:4], now[:, 2:4] + now[:, 4:6]))
        found += counter.observe(
            Tracks(
                float(frame), now[:, 1].astype(np.int64), boxes, np.zeros(n, np.int8),
                np.ones(n), np.ones(n, bool), np.empty(0, dtype=np.int64),
            )
        )  # fmt: skip
    found += counter.end_all()
    truth = [
        Passing(frame, name, 0 if sign > 0 else 1)
        for name, line in derived.items()
        for frame, _, sign in line["events_frame_id_sign"]
    ]
    result = match_events(found, truth, 10.0)
    assert len(truth) == 78
    assert result.errors <= 2
    clear = [g for g in result.groups if g.line != "diag_road"]
    assert sum(g.false + g.missed for g in clear) == 0
