"""Trackers of the package `trackers`, and TrackEval, run in their own environment (.venv-peers).

Reads one JSON request on standard input and writes one JSON answer on standard output; see
bench/tracking.py, which asks.
"""

import json
import sys
import time

import numpy as np
import supervision as sv
from trackers import ByteTrackTracker, OCSORTTracker, SORTTracker
from trackeval.metrics import HOTA, Identity

PEERS = {"SORT": SORTTracker, "ByteTrack": ByteTrackTracker, "OC-SORT": OCSORTTracker}


def settings(name: str, fps: float, high: float) -> dict[str, float]:
    """A peer told the true rate, three seconds of patience, and the model's threshold."""
    told: dict[str, float] = {"frame_rate": fps, "lost_track_buffer": 90}
    if name == "SORT":
        return told | {"track_activation_threshold": high}
    if name == "ByteTrack":
        return told | {"high_conf_det_threshold": high, "track_activation_threshold": high}
    return told | {"high_conf_det_threshold": high}


def frames(rows: list[list[float]], numbers: list[int]) -> list[sv.Detections]:
    table = np.array(rows, dtype=np.float64).reshape(-1, 6)
    at = [table[table[:, 0] == f] for f in numbers]
    return [
        sv.Detections(
            xyxy=t[:, 1:5].astype(np.float32),
            confidence=t[:, 5].astype(np.float32),
            class_id=np.zeros(len(t), dtype=int),
        )
        for t in at
    ]


def follow(tracker: object, detections: list[sv.Detections], numbers: list[int]) -> tuple:
    rows, spent = [], []
    for number, boxes in zip(numbers, detections, strict=True):
        before = time.perf_counter()
        tracked = tracker.update(boxes)
        spent.append(time.perf_counter() - before)
        if tracked.tracker_id is not None:
            rows += [
                [number, int(i), *map(float, box)]
                for i, box in zip(tracked.tracker_id, tracked.xyxy, strict=True)
                if i >= 0
            ]
    return rows, 1000 * float(np.median(spent))


def overlap(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    common = np.prod(np.maximum(high - low, 0), axis=2)
    areas = [np.prod(x[:, 2:] - x[:, :2], axis=1) for x in (a, b)]
    return common / np.maximum(areas[0][:, None] + areas[1][None] - common, 1e-12)


def score(truth: list[list[float]], result: list[list[float]]) -> dict[str, float]:
    """HOTA and IDF1 by TrackEval itself."""
    tables = [np.array(x, dtype=np.float64).reshape(-1, 6) for x in (truth, result)]
    codes = [np.unique(t[:, 1], return_inverse=True) for t in tables]
    numbers = np.unique(np.concatenate([t[:, 0] for t in tables]))
    at = [[np.flatnonzero(t[:, 0] == f) for f in numbers] for t in tables]
    data = {
        "num_timesteps": len(numbers),
        "num_gt_ids": len(codes[0][0]),
        "num_tracker_ids": len(codes[1][0]),
        "num_gt_dets": len(tables[0]),
        "num_tracker_dets": len(tables[1]),
        "gt_ids": [codes[0][1][rows] for rows in at[0]],
        "tracker_ids": [codes[1][1][rows] for rows in at[1]],
        "similarity_scores": [
            overlap(tables[0][g, 2:], tables[1][r, 2:]) for g, r in zip(*at, strict=True)
        ],
    }
    identity = Identity({"PRINT_CONFIG": False, "THRESHOLD": 0.5})
    return {
        "hota": float(np.mean(HOTA().eval_sequence(data)["HOTA"])),
        "idf1": float(identity.eval_sequence(data)["IDF1"]),
    }


def answer(request: dict) -> dict:
    if request["what"] == "score":
        return {"scores": [score(pair["truth"], pair["result"]) for pair in request["pairs"]]}
    numbers = request["frames"]
    detections = frames(request["rows"], numbers)
    result = {}
    for name, kind in PEERS.items():
        told = kind(**settings(name, request["fps"], request["high"]))
        for label, tracker in ((f"{name}, as documented", kind()), (f"{name}, told", told)):
            rows, ms = follow(tracker, detections, numbers)
            result[label] = {"rows": rows, "ms": ms}
    return {"peers": result}


if __name__ == "__main__":
    json.dump(answer(json.load(sys.stdin)), sys.stdout)
