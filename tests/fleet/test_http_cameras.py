"""MJPEG and HLS cameras of a running site: counted, lost, found again, and counted on."""

import json
import time
from pathlib import Path

import pytest
from tests.fleet.town import Running, running
from tests.http_camera import HttpCamera
from tests.rtsp import wait_until

pytestmark = pytest.mark.machine

SITE = """\
site: {name: Test, timezone: Europe/Paris, language: fr}
policy: {profile: demonstration}
server: {port: 0}
cameras:
"""

CAMERA = """\
  {name}:
    label: {name}
    source: {source}
    space: private
    rate: 5
    classes: [person]
    lines:
      allee:
        points: [[0.5208333, 0.2083333], [0.5208333, 0.9982639]]
        directions: [est, ouest]
"""

NAMES = ("mjpeg", "hls")


def is_live(town: Running, name: str) -> bool:
    return town.metrics().get(("parvis_camera_state", name, "live")) == 1


def test_cameras_over_http_are_counted_lost_and_found_again(
    shared: Path, campus: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "served"
    folder.mkdir()
    with HttpCamera(campus, folder) as camera:
        sources = {"mjpeg": camera.mjpeg, "hls": camera.hls}
        site = tmp_path / "site.yaml"
        cameras = [CAMERA.format(name=name, source=sources[name]) for name in NAMES]
        site.write_text(SITE + "".join(cameras), encoding="utf-8")
        with running(site) as town:
            wait_until(lambda: len(town.metrics()) > 20, 40, "both cameras are looked for")
            camera.start()
            for name in NAMES:
                town.wait_for_frames(40, name)
                assert is_live(town, name)
            camera.kill()
            lost_s = time.time()
            for name in NAMES:
                wait_until(lambda name=name: not is_live(town, name), 15, f"{name} is lost")
            before = {name: town.analysed(name) for name in NAMES}
            camera.start()
            back_s = time.time()
            for name in NAMES:
                town.wait_for_frames(int(before[name]) + 40, name)
                assert is_live(town, name)
                assert town.metrics()["parvis_camera_reconnects_total", name] >= 1
            town.stop()
            ended_s = time.time()
    events = json.loads((shared / "data/gt/pets2009/derived_counts.json").read_text())["lines"]
    passed_s = [(frame - 1) / 10 for frame, _, _ in events["vertical_x400"]["events_frame_id_sign"]]
    true = sum(at_s < ended_s - camera.began_s for at_s in passed_s)
    counted = dict(
        town.rows(
            "SELECT camera, sum(value) FROM minute JOIN series ON series.id = series_id"
            " WHERE kind = 'crossings' GROUP BY camera"
        )
    )
    covered_s = dict(town.rows("SELECT camera, sum(coverage_s) FROM camera_minute GROUP BY camera"))
    lived_s = ended_s - camera.began_s - (back_s - lost_s)
    for name in NAMES:
        assert 3 <= counted[name] <= true, (counted, true)
        assert 15 < covered_s[name] <= lived_s, (covered_s, lived_s)
