"""Accuracy against ground truth, by the commands that a user has: writes docs/accuracy.md.

python bench/accuracy.py [--write docs/accuracy.md]

The real data lies in PARVIS_ASSETS, or in ``shared`` beside a development checkout.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from parvis.fleet.evaluate import Names, evaluate_counts
from parvis.fleet.evaluate_ground import GroundRequest, evaluate_ground
from parvis.site import load

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SHARED = Path(os.environ.get("PARVIS_ASSETS", ROOT.parent / "shared"))

VIDEO = SHARED / "data/video/pets2009_s2l1_view001_vtest.avi"
DETECTIONS = SHARED / "data/gt/pets2009/PETS09-S2L1_det_frcnn_sort.txt"
TRUTH = SHARED / "data/gt/pets2009/derived_counts.json"
OMZ, NANODET = "person-vehicle-bike-detection-2004", "nanodet-g"


def analyze(recording: Path, site: Path, out: Path) -> dict:
    """Run ``parvis analyze`` and read its summary."""
    command = [sys.executable, "-m", "parvis", "analyze", str(recording), "--site", str(site)]
    subprocess.run([*command, "--out", str(out), "--events"], check=True, capture_output=True)
    return json.loads((out / "summary.json").read_text(encoding="utf-8"))


def pets(folder: Path, recording: Path, rate: int, model: str) -> str:
    """One row: false and missed on the two clear lines and on all three."""
    text = (HERE / "sites" / "pets.yaml").read_text(encoding="utf-8")
    site = folder / "site.yaml"
    site.write_text(text.replace("rate: 5", f"rate: {rate}\n    model: {model}"), encoding="utf-8")
    analyze(recording, site, folder)
    names = Names.of(load(site).site.cameras["pets"])
    found = evaluate_counts(folder / "crossings.csv", TRUTH, names, 10.0, 1.0)
    clear = [group for group in found.groups if group.line != "diag_road"]
    source = "given detections" if recording == DETECTIONS else model
    return (
        f"| {source} | {rate} | {sum(g.false for g in clear)} + {sum(g.missed for g in clear)} "
        f"| {found.false} + {found.missed} |"
    )


def by_eye(folder: Path, video: str, site: str, truth: str) -> str:
    """One row: what was counted on a clip that a person has counted."""
    said = analyze(SHARED / "data/video" / video, HERE / "sites" / site, folder)
    lines = next(iter(said["totals"].values()))
    counted = "; ".join(
        f"{direction}: {sum(classes.values())}"
        for line in lines.values()
        for direction, classes in line.items()
    )
    return f"| `{video}` | {truth} | {counted} |"


def on_the_ground(model: str) -> str:
    """One row: positions and speeds from detections, six picked points, against Tsai's."""
    boxes, tsai = TRUTH.with_name("gt_mot.txt"), TRUTH.with_name("View_001.xml")
    site = HERE / "sites" / "pets.yaml"
    request = GroundRequest(VIDEO, site, boxes, None, tsai, model, 10.0)
    found = evaluate_ground(request, Console(quiet=True)).scores
    return (
        f"| {model} | {found.matched} of {found.true} | {found.median_m:.2f} m "
        f"| {found.p90_m:.2f} m | {100 * found.within_stated:.0f} % | {found.tracks} "
        f"| {100 * found.speed_error:.1f} % | {100 * found.stretch_error:.1f} % |"
    )


def ground() -> Iterator[str]:
    """The section on the ground, line by line."""
    yield "## Ground"
    yield ""
    yield "### Positions and speeds from detections: PETS 2009 S2.L1"
    yield ""
    yield (
        "Calibrated from six points picked to a hundredth of the picture and read to 0.1 m "
        "(`bench/sites/pets.yaml`); true are the feet of the annotated boxes through the scene's "
        "own calibration (Tsai). Speeds are of whole tracks, and of stretches of two seconds. By "
        "`parvis evaluate ground`. The clip's container says 10 frames a second where the scene "
        "was filmed at 7: speeds of both sides are too high by the same factor, their ratio is not."
    )
    yield ""
    yield (
        "| detections, 5 a second | found | median error | 90 % within | within the stated 90 % "
        "| tracks | speed, track | speed, 2 s |"
    )
    yield "| --- | --: | --: | --: | --: | --: | --: | --: |"
    for model in (OMZ, NANODET):
        yield on_the_ground(model)
    yield ""
    yield "### Speeds of a synthetic pinhole camera"
    yield ""
    yield printed_by("ground.py")


def crowds() -> Iterator[str]:
    """The section on crowds, line by line."""
    yield "## Crowds"
    yield ""
    yield (
        "Annotated tracks of people on real streets, 2.5 a second: who walks together is compared "
        "pair by pair with what the annotators noted. One setting for all three, chosen on them. "
        "Median speeds are over moments, of the way of the last 0.8 s; that from one annotation "
        "to the next, 0.4 s, cuts fewer corners and is the one published for these sets (1.47, "
        "1.27, 1.19). "
        "Densities, counts and speeds are those of PedPy where the definition is the same; "
        "`tests/measures/ground/test_against_pedpy.py` says where it is not."
    )
    yield ""
    yield printed_by("crowds.py", "accuracy")


def count_checks() -> Iterator[str]:
    """The section on count checks, line by line."""
    yield "## Count checks"
    yield ""
    yield (
        "A person counts along for 15 minutes in a simulated street whose misses, false passages "
        "and clusters are known; how often the 90 % interval of a later quarter of an hour, and of "
        "a later hour, of one direction held the true number. 2000 checks a row; clusters are the "
        "correlation of misses within a minute (`bench/count_check.py`)."
    )
    yield ""
    yield printed_by("count_check.py")


def printed_by(script: str, *arguments: str) -> str:
    """What another benchmark of this folder prints."""
    command = [sys.executable, str(HERE / script), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout


def page() -> Iterator[str]:
    """The page, line by line."""
    yield "# Accuracy"
    yield ""
    yield (
        "Written by `make accuracy` (`bench/accuracy.py`); do not edit. The settings of tracker "
        "and lines are the same everywhere; they were chosen on the PETS and TUD scenes below, so "
        "that these figures are no forecast for another scene. Check your own lines."
    )
    yield ""
    yield "## Counting people: PETS 2009 S2.L1, 78 true crossings"
    yield ""
    yield "False + missed, matched one to one by line, direction and moment (within 1 s). Two lines"
    yield "are clear (51 crossings); people walk along the third."
    yield ""
    yield "| detections | analysed a second | two clear lines | all three |"
    yield "| --- | --- | --- | --- |"
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for rate in (10, 5):
            yield pets(folder, DETECTIONS, rate, "auto")
        for model in (OMZ, NANODET):
            yield pets(folder, VIDEO, 5, model)
        yield ""
        yield "## Clips counted by a person's eye"
        yield ""
        yield "| clip | true | counted |"
        yield "| --- | --- | --- |"
        yield by_eye(folder, "intel_car-detection.mp4", "cars.yaml", "2 up, 2 down")
        square = "ahmetozlu_pedestrian_surveillance.mp4"
        yield by_eye(folder, square, "square.yaml", "4 leftward, 0 rightward")
    yield ""
    yield "## Few bits"
    yield ""
    yield (
        "The same scene as a 1080p camera sends it: 25 frames a second, 5 of them analysed. Parvis "
        "decodes without deblocking, so that the picture drifts until the next key frame; by how "
        "many grey levels of 255, on average, is in the table. False + missed as above."
    )
    yield ""
    yield printed_by("low_bitrate.py")
    yield from ground()
    yield from crowds()
    yield from count_checks()
    yield "## Trackers on the same detections"
    yield ""
    yield printed_by("tracking.py")
    yield printed_by("unusual.py")
    yield "## The geometry of counting"
    yield ""
    yield printed_by("geometry.py")


def main() -> None:
    """Measure and print; write the page when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    text = "\n".join(page())
    if asked.write:
        asked.write.write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
