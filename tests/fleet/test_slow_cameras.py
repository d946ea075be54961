"""A camera that sends fewer frames than asked for is seen all the time all the same."""

import csv
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import av
import pytest
from tests.fleet.town import running

ROOT = Path(__file__).resolve().parents[2]

SITE = """\
site: {name: Test, timezone: Europe/Paris, language: fr}
policy: {profile: demonstration}
server: {port: 0}
cameras:
  pets:
    label: Campus
    source: slow.mp4
    space: private
    rate: 5
    classes: [person]
    lines: {allee: {points: [[0.5208333, 0.2083333], [0.5208333, 0.9982639]]}}
"""


def slowed(source: Path, target: Path, every: int) -> Path:
    """The scene of ten frames a second with one frame in so many, at its own pace."""
    rate = Fraction(10, every)
    with av.open(str(source)) as old, av.open(str(target), "w") as new:
        stream = new.add_stream("libx264", rate=rate, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 768, 576, "yuv420p"
        for number, frame in enumerate(old.decode(video=0)):
            if number % every == 0:
                frame.pts, frame.time_base = number // every, 1 / rate
                new.mux(stream.encode(frame))
        new.mux(stream.encode(None))
    return target


@pytest.mark.parametrize("every", [5, 10, 20], ids=["2 fps", "1 fps", "0.5 fps"])
def test_a_slow_recording_is_seen_whole(campus: Path, tmp_path: Path, every: int) -> None:
    clip = slowed(campus, tmp_path / "slow.mp4", every)
    site = ROOT / "bench" / "sites" / "pets.yaml"
    command = [sys.executable, "-m", "parvis", "analyze", clip, "--site", site, "--out", tmp_path]
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False, timeout=150
    )
    assert done.returncode == 0, done.stderr
    with (tmp_path / "counts.csv").open(encoding="utf-8") as file:
        seen = {row["start"]: float(row["coverage_s"]) for row in csv.DictReader(file)}
    assert sum(seen.values()) == pytest.approx(79.5, abs=every / 10 + 0.5)


@pytest.mark.machine
def test_a_camera_of_a_frame_in_two_seconds_has_no_gaps(campus: Path, tmp_path: Path) -> None:
    slowed(campus, tmp_path / "slow.mp4", 20)
    site = tmp_path / "site.yaml"
    site.write_text(SITE, encoding="utf-8")
    with running(site) as town:
        town.wait_for_frames(1, "pets")
        began_s = time.time()
        time.sleep(30)
        town.stop()
        lived_s = time.time() - began_s
        assert lived_s - 8 <= town.covered_s() <= lived_s + 3
        outages = town.rows("SELECT from_s, reason FROM outage")
        assert [row for row in outages if row[0] > began_s] == []
