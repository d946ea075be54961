"""supervision's LineZone on given paths, run in an environment of its own (.venv-peers).

Reads cases as JSON on standard input and writes, for each, how often it counted [in, out]; see
bench/geometry.py, which asks. LineZone knows straight lines only: a polyline is one for each of its
segments, and their counts are added.
"""

import json
import sys
import warnings
from itertools import pairwise

import numpy as np
import supervision as sv

warnings.filterwarnings("ignore")


def counts(case: dict, frames: int) -> list[int]:
    line = [sv.Point(x, y) for x, y in case["line"]]
    zones = [
        sv.LineZone(
            start=a,
            end=b,
            triggering_anchors=[sv.Position.BOTTOM_CENTER],
            minimum_crossing_threshold=frames,
        )
        for a, b in pairwise(line)
    ]
    w, h = case["size"]
    for (x, y), seen in zip(case["samples"], case["seen"], strict=True):
        if not seen:
            continue
        detections = sv.Detections(
            xyxy=np.array([[x - w / 2, y - h, x + w / 2, y]]),
            class_id=np.array([0]),
            tracker_id=np.array([1]),
        )
        for zone in zones:
            zone.trigger(detections)
    return [sum(zone.in_count for zone in zones), sum(zone.out_count for zone in zones)]


if __name__ == "__main__":
    request = json.load(sys.stdin)
    json.dump([counts(case, request["frames"]) for case in request["cases"]], sys.stdout)
