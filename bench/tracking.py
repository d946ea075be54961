"""Our tracker beside those of the package `trackers`, on the same detections, as Markdown.

    python bench/tracking.py [--shared FOLDER]

Peers run in .venv-peers (see requirements-peers.txt), as documented and told the true frame rate,
our three seconds of patience and the model's threshold. Crossings are counted for everybody with
the counter of Parvis, and are false + missed against the truth of ``derived_counts.json``; for
peers also with the best of five hysteresis settings, chosen on the truth. HOTA, IDF1 and MOTA are
those of ``parvis.vision.scores``, checked here against TrackEval.
"""

import argparse
import json
import os
import platform
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from parvis.measures.lines import CountingLine, LineCounter
from parvis.measures.matching import Passing, match_events
from parvis.measures.rule import CrossingRule
from parvis.values.classes import ObjectClass
from parvis.values.detections import Detections
from parvis.values.frame import FrameSize
from parvis.values.tracks import Tracks
from parvis.video import open_source
from parvis.vision import detect
from parvis.vision.mot_format import TrackRows, read_tracks
from parvis.vision.scores import TrackScores, evaluate_tracks
from parvis.vision.tracker import Tracker, TrackerSettings

ROOT = Path(__file__).resolve().parent.parent
PEER_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
PETS_SIZE, PETS_FPS = FrameSize(768, 576), 10.0
TUD_SIZE, TUD_FPS = FrameSize(640, 480), 25.0
CLEAR_LINES = ("vertical_x400", "vertical_x250")
HYSTERESES = [CrossingRule(height_share=h) for h in (0.03, 0.06, 0.09, 0.12, 0.2)]
MODELS = {"OMZ-2004": "person-vehicle-bike-detection-2004", "NanoDet-g": "nanodet-g"}
OURS = "**Parvis**"


@dataclass(frozen=True)
class Sequence:
    """Detections of people by frame number (from 1), their truth, and how the model scores."""

    name: str
    frames: dict[int, Detections]
    truth: TrackRows
    fps: float
    size: FrameSize
    settings: TrackerSettings = field(default_factory=TrackerSettings)

    def every(self, step: int) -> list[int]:
        return sorted(self.frames)[::step]


@dataclass(frozen=True)
class Run:
    """What a tracker made of a sequence."""

    frames: list[Tracks]
    rows: TrackRows


def from_mot(path: Path) -> dict[int, Detections]:
    rows = np.loadtxt(path, delimiter=",")
    corners = np.column_stack((rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6]))
    return by_number(rows[:, 0], corners, rows[:, 6])


def by_number(numbers: np.ndarray, boxes: np.ndarray, scores: np.ndarray) -> dict[int, Detections]:
    people = np.full(len(scores), ObjectClass.PERSON, dtype=np.int8)
    table = Detections(boxes, scores, people)
    return {f: table.select(numbers == f) for f in range(1, int(numbers.max()) + 1)}


def from_video(path: Path, model: str) -> tuple[dict[int, Detections], TrackerSettings]:
    detector = detect.load(model)
    reader = open_source(str(path), rate=None, start_s=0.0)
    frames: dict[int, Detections] = {}
    while not reader.finished:
        frame = reader.take(10.0)
        if frame is not None:
            found = detector.detect(frame)
            frames[frame.index + 1] = found.select(found.classes == ObjectClass.PERSON)
    limits = detector.model.thresholds
    return frames, TrackerSettings(high_score=limits.high, low_score=limits.low)


def sequences(shared: Path) -> Iterator[tuple[Sequence, tuple[int, ...]]]:
    pets = shared / "data" / "gt" / "pets2009"
    truth = read_tracks(pets / "gt_mot.txt")
    frames = from_mot(pets / "PETS09-S2L1_det_frcnn_sort.txt")
    yield Sequence("PETS, given detections", frames, truth, PETS_FPS, PETS_SIZE), (1, 2, 3, 4)
    for label, model in MODELS.items():
        video = shared / "data" / "video" / "pets2009_s2l1_view001_vtest.avi"
        frames, settings = from_video(video, model)
        yield Sequence(f"PETS, {label}", frames, truth, PETS_FPS, PETS_SIZE, settings), (1, 2, 3, 4)
    for name in ("TUD-Campus", "TUD-Stadtmitte"):
        folder = shared / "data" / "gt" / "mot15_tud" / name
        truth = read_tracks(folder / "gt" / "gt.txt")
        frames = from_mot(folder / "det_frcnn_sort.txt")
        yield Sequence(f"{name}, given detections", frames, truth, TUD_FPS, TUD_SIZE), (1,)


def table_of(frames: list[Tracks], numbers: list[int]) -> TrackRows:
    counts = [int(tracks.seen.sum()) for tracks in frames]
    return TrackRows(
        np.repeat(np.array(numbers), counts),
        np.concatenate([tracks.ids[tracks.seen] for tracks in frames]),
        np.concatenate([tracks.boxes[tracks.seen] for tracks in frames]),
    )


def ours(sequence: Sequence, step: int) -> Run:
    tracker = Tracker(sequence.size, sequence.settings)
    frames: list[Tracks] = []
    for number in sequence.every(step):
        tracker.update(number / sequence.fps, sequence.frames[number])
        frames += tracker.settled()
    tracker.reset()
    frames += tracker.settled()
    return Run(frames, table_of(frames, sequence.every(step)))


def ask_peers(request: dict) -> dict:
    done = subprocess.run(
        [str(PEER_PYTHON), str(ROOT / "bench" / "peers_tracking.py")],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"peers failed:\n{done.stderr}")
    return json.loads(done.stdout)


def peers(sequence: Sequence, step: int) -> dict[str, Run]:
    numbers = sequence.every(step)
    rows = [
        [number, *box, score]
        for number in numbers
        for box, score in zip(
            sequence.frames[number].boxes.tolist(),
            sequence.frames[number].scores.tolist(),
            strict=True,
        )
    ]
    fps, high = sequence.fps / step, sequence.settings.high_score
    asked = {"what": "track", "rows": rows, "frames": numbers, "fps": fps, "high": high}
    result = {}
    for name, told in ask_peers(asked)["peers"].items():
        data = np.array(told["rows"], dtype=np.float64).reshape(-1, 6)
        table = TrackRows(data[:, 0].astype(np.int64), data[:, 1].astype(np.int64), data[:, 2:])
        result[name] = Run(as_frames(table, numbers, sequence.fps), table)
    return result


def as_frames(table: TrackRows, numbers: list[int], fps: float) -> list[Tracks]:
    frames = []
    for number in numbers:
        at = table.frames == number
        n = int(at.sum())
        frames.append(
            Tracks(
                time_s=number / fps,
                ids=table.ids[at],
                boxes=table.boxes[at],
                classes=np.zeros(n, dtype=np.int8),
                scores=np.ones(n),
                seen=np.ones(n, dtype=np.bool_),
                ended=np.empty(0, dtype=np.int64),
            )
        )
    return frames


class Truth:
    """The true crossings of PETS and the lines they are of."""

    def __init__(self, path: Path) -> None:
        lines = json.loads(path.read_text())["lines"]
        self.lines = {k: CountingLine((tuple(v["A"]), tuple(v["B"]))) for k, v in lines.items()}
        self.passings = [
            Passing(frame / PETS_FPS, name, 0 if sign > 0 else 1)
            for name, line in lines.items()
            for frame, _, sign in line["events_frame_id_sign"]
        ]

    def wrong(self, frames: list[Tracks], rule: CrossingRule) -> tuple[int, int]:
        """False + missed on the two clear lines, and on all three."""
        counter = LineCounter(self.lines, "foot", rule)
        found = [crossing for tracks in frames for crossing in counter.observe(tracks)]
        result = match_events(found + counter.end_all(), self.passings, tolerance_s=1.0)
        by_line = dict.fromkeys(self.lines, 0)
        for part in result.groups:
            by_line[part.line] += part.false + part.missed
        return sum(by_line[name] for name in CLEAR_LINES), sum(by_line.values())


def of_truth(rows: TrackRows, numbers: list[int]) -> TrackRows:
    kept = np.isin(rows.frames, numbers)
    return TrackRows(rows.frames[kept], rows.ids[kept], rows.boxes[kept])


def plain(rows: TrackRows) -> list[list[float]]:
    return np.column_stack((rows.frames, rows.ids, rows.boxes)).tolist()


def crowd(n: int = 50, frames: int = 300) -> dict[int, Detections]:
    """Objects that wander about a full-HD picture at five frames a second."""
    random = np.random.default_rng(0)
    place, speed = random.uniform((50, 100), (1870, 1030), (n, 2)), random.normal(0, 40, (n, 2))
    shown = {}
    for number in range(1, frames + 1):
        place = place + 0.2 * speed
        speed = np.where((place < (50, 100)) | (place > (1870, 1030)), -speed, speed)
        feet = place + random.normal(0, 3, (n, 2))
        boxes = np.column_stack((feet - np.array((18, 80)), feet + np.array((18, 0))))
        shown[number] = Detections(boxes, np.full(n, 0.9), np.zeros(n, dtype=np.int8))
    return shown


def speed_table() -> Iterator[str]:
    frames = crowd()
    tracker, spent = Tracker(FrameSize(1920, 1080)), []
    for number, found in frames.items():
        before = time.perf_counter()
        tracker.update(number / 5, found)
        tracker.settled()
        spent.append(time.perf_counter() - before)
    rows = [[k, *box, 0.9] for k, found in frames.items() for box in found.boxes.tolist()]
    asked = {"what": "track", "rows": rows, "frames": list(frames), "fps": 5.0, "high": 0.5}
    yield "### Time a frame, 50 objects\n"
    yield "| tracker | ms (median) |"
    yield "| --- | --- |"
    yield f"| {OURS} | {1000 * float(np.median(spent)):.2f} |"
    for name, told in ask_peers(asked)["peers"].items():
        if name.endswith("told"):
            yield f"| {name.split(',')[0]} | {told['ms']:.2f} |"


def line_of(name: str, s: TrackScores, counted: str) -> str:
    return f"| {name} | {s.hota:.3f} | {s.idf1:.3f} | {s.mota:.3f} | {s.id_switches} |{counted}"


def sequence_table(sequence: Sequence, step: int, events: Truth) -> Iterator[str]:
    numbers = sequence.every(step)
    truth = of_truth(sequence.truth, numbers)
    counting = sequence.size == PETS_SIZE
    yield f"\n### {sequence.name}, {sequence.fps / step:.3g} frames a second\n"
    extra = " two clear lines | all three | best hysteresis |" if counting else ""
    yield f"| tracker | HOTA | IDF1 | MOTA | switches |{extra}"
    yield "| --- | --- | --- | --- | --- |" + (" --- | --- | --- |" if counting else "")
    runs = {OURS: ours(sequence, step)} | peers(sequence, step)
    scores = {name: evaluate_tracks(truth, run.rows) for name, run in runs.items()}
    for name, run in runs.items():
        counted = ""
        if counting:
            two, three = events.wrong(run.frames, CrossingRule())
            tries = [events.wrong(run.frames, rule) for rule in HYSTERESES]
            best = min(t[0] for t in tries), min(t[1] for t in tries)
            counted = f" {two} | {three} | {best[0]}, {best[1]} |"
        yield line_of(name, scores[name], counted)
    pairs = [{"truth": plain(truth), "result": plain(run.rows)} for run in runs.values()]
    theirs = ask_peers({"what": "score", "pairs": pairs})["scores"]
    apart = max(
        max(abs(mine.hota - their["hota"]), abs(mine.idf1 - their["idf1"]))
        for mine, their in zip(scores.values(), theirs, strict=True)
    )
    assert apart < 1e-6, f"our HOTA or IDF1 is {apart} from TrackEval's"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    beside = os.environ.get("PARVIS_ASSETS", ROOT.parent / "shared")
    parser.add_argument("--shared", type=Path, default=Path(beside))
    shared: Path = parser.parse_args().shared
    if not PEER_PYTHON.exists():
        raise SystemExit(f"no {PEER_PYTHON}: make it with bench/requirements-peers.txt")
    events = Truth(shared / "data" / "gt" / "pets2009" / "derived_counts.json")
    print(f"Machine: {platform.machine()}, {os.cpu_count()} cores.\n")
    for line in speed_table():
        print(line, flush=True)
    for sequence, steps in sequences(shared):
        for step in steps:
            for line in sequence_table(sequence, step, events):
                print(line, flush=True)
    print("\nHOTA and IDF1 of every row equal TrackEval's to 1e-6.")


if __name__ == "__main__":
    main()
