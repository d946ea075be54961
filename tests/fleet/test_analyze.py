"""Recordings analysed from the command line: right, the same every time, and no picture written."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.fleet.written import written_files

from parvis.fleet.evaluate import Names, evaluate_counts
from parvis.site import load

ROOT = Path(__file__).resolve().parents[2]
SITES = ROOT / "bench" / "sites"


def parvis(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "parvis", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=150)


def analyze(video: Path, site: str, out: Path, *more: str | Path) -> dict[str, object]:
    done = parvis("analyze", video, "--site", SITES / site, "--out", out, "--events", *more)
    assert done.returncode == 0, done.stderr
    summary: dict[str, object] = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    return summary


def test_cars_from_above(shared: Path, tmp_path: Path) -> None:
    said = analyze(shared / "data/video/intel_car-detection.mp4", "cars.yaml", tmp_path)
    assert said["totals"] == {"cars": {"middle": {"down": {"vehicle": 2}, "up": {"vehicle": 2}}}}


def test_people_on_a_square(shared: Path, tmp_path: Path) -> None:
    video = shared / "data/video/ahmetozlu_pedestrian_surveillance.mp4"
    said = analyze(video, "square.yaml", tmp_path)
    assert said["totals"] == {
        "square": {"x400": {"leftward": {"person": 4}, "rightward": {"person": 0}}}
    }


def test_pets_from_video_twice(shared: Path, tmp_path: Path) -> None:
    """Within the quality asked for, and the same files from the same file."""
    video = shared / "data/video/pets2009_s2l1_view001_vtest.avi"
    start = ("--start", "2026-03-29T00:30:00")
    analyze(video, "pets.yaml", tmp_path / "a", *start)
    analyze(video, "pets.yaml", tmp_path / "b", *start)
    for name in ("counts.csv", "zones.csv", "crossings.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    names = Names.of(load(SITES / "pets.yaml").site.cameras["pets"])
    truth = shared / "data/gt/pets2009/derived_counts.json"
    found = evaluate_counts(tmp_path / "a" / "crossings.csv", truth, names, 10.0, 1.0)
    clear = [group for group in found.groups if group.line != "diag_road"]
    assert sum(group.false + group.missed for group in clear) <= 4
    assert found.errors <= 10


@pytest.mark.parametrize(("rate", "clear_errors", "all_errors"), [(10.0, 4, 12), (5.0, 5, 14)])
def test_pets_from_given_detections(
    shared: Path, tmp_path: Path, rate: float, clear_errors: int, all_errors: int
) -> None:
    text = (SITES / "pets.yaml").read_text(encoding="utf-8")
    site = tmp_path / "site.yaml"
    site.write_text(text.replace("rate: 5", f"rate: {rate:.0f}"), encoding="utf-8")
    detections = shared / "data/gt/pets2009/PETS09-S2L1_det_frcnn_sort.txt"
    done = parvis("analyze", detections, "--site", site, "--out", tmp_path, "--events")
    assert done.returncode == 0, done.stderr
    names = Names.of(load(site).site.cameras["pets"])
    truth = shared / "data/gt/pets2009/derived_counts.json"
    found = evaluate_counts(tmp_path / "crossings.csv", truth, names, 10.0, 1.0)
    clear = [group for group in found.groups if group.line != "diag_road"]
    assert sum(group.false + group.missed for group in clear) <= clear_errors
    assert found.errors <= all_errors


def test_a_video_that_is_none_is_named(tmp_path: Path) -> None:
    fake = tmp_path / "holiday.mp4"
    fake.write_bytes(b"not a video")
    done = parvis("analyze", fake, "--site", SITES / "cars.yaml", "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


@pytest.mark.law(11)
def test_no_picture_is_written(shared: Path, tmp_path: Path) -> None:
    """The kernel's own word on every file opened for writing, by every thread and child."""
    log, out = tmp_path / "strace.log", tmp_path / "out"
    video = shared / "data/video/intel_car-detection.mp4"
    calls = "trace=open,openat,openat2,creat"
    watch = ["strace", "-f", "--seccomp-bpf", "-e", calls, "-o", str(log)]
    command = [sys.executable, "-m", "parvis", "analyze", str(video), "--out", str(out)]
    subprocess.run(
        [*watch, *command, "--site", str(SITES / "cars.yaml"), "--events"],
        check=True,
        capture_output=True,
        timeout=150,
    )
    written = written_files(log)
    assert {path.name for path in written if path.is_relative_to(out)} == {
        "counts.csv",
        "zones.csv",
        "crossings.csv",
        "summary.json",
    }
    system = (out, Path("/proc"), Path("/dev"))
    elsewhere = [path for path in written if not any(map(path.is_relative_to, system))]
    assert not [path for path in elsewhere if path.suffix not in (".pyc", ".lock")], elsewhere
