"""The figures that the tracker and the line counter reach together on real detections."""

import json
from pathlib import Path

import numpy as np
import pytest

from parvis.measures.lines import CountingLine, LineCounter
from parvis.measures.matching import Passing, match_events
from parvis.values.detections import Detections
from parvis.values.frame import FrameSize
from parvis.values.tracks import Tracks
from parvis.video import read_mot
from parvis.vision.mot_format import TrackRows, read_tracks
from parvis.vision.scores import evaluate_tracks
from parvis.vision.tracker import Tracker

CLEAR = ("vertical_x400", "vertical_x250")


def follow(detections: list[tuple[float, Detections]], size: FrameSize) -> list[Tracks]:
    tracker = Tracker(size)
    frames: list[Tracks] = []
    for time_s, found in detections:
        tracker.update(time_s, found)
        frames += tracker.settled()
    tracker.reset()
    return frames + tracker.settled()


def rows_of(frames: list[Tracks], fps: float) -> TrackRows:
    numbers = np.concatenate([np.full(len(t), round(t.time_s * fps) + 1) for t in frames])
    ids = np.concatenate([t.ids for t in frames])
    return TrackRows(numbers.astype(np.int64), ids, np.concatenate([t.boxes for t in frames]))


# Limits of the requirement; HOTA and IDF1 of the best peer (`trackers` 2.6.1, bench/tracking.py).
@pytest.mark.parametrize(
    ("every", "most", "peer"),
    [(1, (4, 12), (0.369, 0.495)), (2, (5, 14), (0.428, 0.585)), (3, (5, 14), (0.381, 0.494))],
)
def test_pets_crossings_and_identities(
    shared: Path, every: int, most: tuple[int, int], peer: tuple[float, float]
) -> None:
    folder = shared / "data" / "gt" / "pets2009"
    size = FrameSize(768, 576)
    given = read_mot(folder / "PETS09-S2L1_det_frcnn_sort.txt", 10.0, size, every=every)
    frames = follow(list(given), size)

    told = json.loads((folder / "derived_counts.json").read_text())["lines"]
    lines = {k: CountingLine((tuple(v["A"]), tuple(v["B"]))) for k, v in told.items()}
    true = [
        Passing((frame - 1) / 10, name, 0 if sign > 0 else 1)
        for name, line in told.items()
        for frame, _, sign in line["events_frame_id_sign"]
    ]
    counter = LineCounter(lines, "foot")
    counted = [crossing for tracks in frames for crossing in counter.observe(tracks)]
    result = match_events(counted + counter.end_all(), true, 1.0)
    clear = sum(g.false + g.missed for g in result.groups if g.line in CLEAR)
    assert clear <= most[0]
    assert result.errors <= most[1]

    truth = read_tracks(folder / "gt_mot.txt")
    shown = (truth.frames - 1) % every == 0
    kept = TrackRows(truth.frames[shown], truth.ids[shown], truth.boxes[shown])
    scores = evaluate_tracks(kept, rows_of(frames, 10.0))
    assert scores.hota > peer[0]
    assert scores.idf1 > peer[1]


@pytest.mark.parametrize(
    ("name", "peer_hota", "peer_idf1"),
    [("TUD-Campus", 0.489, 0.680), ("TUD-Stadtmitte", 0.528, 0.760)],
)
def test_tud_identities(shared: Path, name: str, peer_hota: float, peer_idf1: float) -> None:
    folder = shared / "data" / "gt" / "mot15_tud" / name
    size = FrameSize(640, 480)
    frames = follow(list(read_mot(folder / "det_frcnn_sort.txt", 25.0, size)), size)
    scores = evaluate_tracks(read_tracks(folder / "gt" / "gt.txt"), rows_of(frames, 25.0))
    assert scores.hota > peer_hota
    assert scores.idf1 > peer_idf1
