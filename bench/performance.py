"""What a camera costs, beside the usual tools on the same clip, model file and rate.

python bench/performance.py [--write docs/performance.md] [--repeats 3]

Everything runs on one core at a time. Figures are CPU seconds of the process over its loop, start-
up and warm-up left out; the median of the repeats is printed, and ratios are of medians.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import clips
from parvis.fleet.clip import find
from parvis.fleet.evaluate import Names, read_events
from parvis.measures.matching import Passing, match_events
from parvis.vision.models import fetch
from parvis.vision.models.places import usual

HERE = Path(__file__).resolve().parent
PEERS = HERE.parent / ".venv-peers" / "bin" / "python"
SHARED = Path(os.environ.get("PARVIS_ASSETS", HERE.parent.parent / "shared"))
TRUTH = SHARED / "data/gt/pets2009/derived_counts.json"
MODEL = "person-vehicle-bike-detection-2004"
RATE = 5.0
TOLERANCE_S = 1.0


@dataclass(frozen=True)
class Case:
    """One clip: its name in the table, codec, size, and whether it is still most of the time."""

    name: str
    codec: str
    width: int
    height: int
    quiet: bool


CASES = (
    Case("1080p25 H.264, busy", "libx264", 1920, 1080, False),
    Case("1080p25 H.264, quiet", "libx264", 1920, 1080, True),
    Case("640×360 H.264, busy", "libx264", 640, 360, False),
    Case("640×360 H.264, quiet", "libx264", 640, 360, True),
    Case("1080p25 H.265, busy", "libx265", 1920, 1080, False),
)


def said_by(command: list[str]) -> dict:
    """Run one measurement in a process of its own, on one core, and read what it printed."""
    core = min(os.sched_getaffinity(0))
    pinned = ["taskset", "-c", str(core), *command]
    done = subprocess.run(pinned, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
    return json.loads(done.stdout)


def median(measured: list[dict], key: str) -> float:
    """Median of one figure over the repeats."""
    return statistics.median(one[key] for one in measured)


def judged(said: dict, *, quiet: bool) -> str:
    """How many crossings were counted, and where the truth is at hand, false + missed."""
    counted = [Passing(*one) for one in said["crossings"]]
    if not TRUTH.exists():
        return str(len(counted))
    true = []
    for event in read_events(TRUTH, Names({}), clips.SCENE_FPS):
        at_s = clips.shown_at_s(event.time_s, quiet=quiet)
        if at_s is not None:
            true.append(Passing(at_s, event.line, event.direction))
    found = match_events(counted, true, TOLERANCE_S)
    return f"{len(counted)} of {len(true)}: {found.false} + {found.missed}"


def measure(case: Case, folder: Path, repeats: int) -> tuple[str, str]:
    """Rows of the two tables for one clip."""
    clip = folder / f"{case.codec}-{case.width}-{'quiet' if case.quiet else 'busy'}.mp4"
    if not clip.exists():
        source = find(usual(), print)
        clips.make(source, clip, case.codec, case.width, case.height, quiet=case.quiet)
    network = str(fetch.resolve(MODEL).network)
    ours, slow, read, full = [], [], [], []
    for _ in range(repeats):
        ours.append(
            said_by([sys.executable, str(HERE / "cost_parvis.py"), str(clip), str(RATE), MODEL])
        )
        peer = [str(PEERS), str(HERE / "cost_peer.py"), str(clip)]
        every = str(round(clips.FPS / RATE))
        slow.append(said_by([*peer, every, network, "grab"]))
        read.append(said_by([*peer, every, network, "read"]))
        full.append(said_by([*peer, "1", network, "read"]))
    cost = median(ours, "cpu_s")
    floor = median(ours, "decode_s") + median(ours, "infer_s")
    per_s = 1000 / clips.SECONDS
    stages = ours[0]["stages"]
    spread = max(one["cpu_s"] for one in ours) / min(one["cpu_s"] for one in ours)
    first = (
        f"| {case.name} | {cost * per_s:.1f} | {floor * per_s:.1f} | {cost / floor:.2f} | "
        f"{1000 / (cost * per_s):.0f} | ×{spread:.2f} | "
        + " · ".join(f"{name} {cpu_s * per_s:.1f}" for name, cpu_s in stages.items())
        + " |"
    )
    second = (
        f"| {case.name} | {median(slow, 'cpu_s') / cost:.2f} | {median(read, 'cpu_s') / cost:.2f} "
        f"| {median(full, 'cpu_s') / cost:.2f} | {judged(ours[0], quiet=case.quiet)} "
        f"| {judged(slow[0], quiet=case.quiet)} | {judged(full[0], quiet=case.quiet)} |"
    )
    return first, second


def report(folder: Path, repeats: int) -> str:
    """The whole page."""
    rows = []
    for case in CASES:
        rows.append(measure(case, folder, repeats))
        print("\n".join(rows[-1]), flush=True)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return "\n".join(
        [
            "# What a camera costs",
            "",
            "Written by `make bench` (`bench/performance.py`); do not edit.",
            "",
            f"Machine: {machine}, shared and noisy: ratios are better than figures. Median of "
            f"{repeats} runs on one core. The staged PETS scene at 25 frames a second, "
            f"{RATE:.0f} analysed a second, {MODEL}. *Quiet* clips stand still for four fifths "
            "of the time.",
            "",
            "CPU milliseconds per camera-second. *Floor* is decoding alone plus the inferences "
            "that were done, measured in the same process.",
            "",
            "| clip | Parvis | floor | ratio | streams a core | spread | by stage |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            *(first for first, _ in rows),
            "",
            "How many times as many streams a core carries as with `cv2.VideoCapture` + the same "
            "network in OpenVINO + `trackers` ByteTrack + `supervision` LineZone, at the same "
            "analysed rate and on every frame (as their documentation runs it), and the crossings "
            "each counted on three lines, of how many true ones: false + missed, matched one to "
            "one by line, direction and moment (within 1 s). At the same rate the peer skips "
            "frames with `grab` (decoded, not converted) or reads all, as most programs do.",
            "",
            "| clip | same rate, grab | same rate, read | every frame | Parvis | peer, same rate "
            "| peer, every frame |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            *(second for _, second in rows),
            "",
        ]
    )


def main() -> None:
    """Measure and print; write the page when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--clips", type=Path, help="keep the clips here")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        page = report(asked.clips or Path(temporary), asked.repeats)
    if asked.write:
        asked.write.write_text(page, encoding="utf-8")
    else:
        print(page)


if __name__ == "__main__":
    main()
