"""A camera that is knocked while the site runs: told, not counted on, back, and accepted."""

import itertools
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import httpx
import numpy as np
import pytest
from tests.fleet.conftest import SITE
from tests.fleet.town import running
from tests.rtsp import free_port, wait_until
from tests.rtsp_camera import RtspCamera

pytestmark = pytest.mark.machine

FPS = 10
VIEWS = ((10.0, 0), (8.0, 70), (7.0, 0), (25.0, 70))
"""How long the camera looks where: (seconds, pixels to the right of where it was drawn upon)."""

NOTICED_S = 9.0
"""The longest from the knock to the word, the machine's own delays included."""


@dataclass(frozen=True)
class Look:
    """What the API said at a moment."""

    time_s: float
    state: str
    dots: int
    counted: float


class Watcher:
    """Asks the API again and again what the camera does."""

    def __init__(self, browser: httpx.Client) -> None:
        self._browser = browser
        self.looks: list[Look] = []

    def is_in(self, state: str) -> bool:
        said = self._browser.get("/api/v1/states").json()[0]
        counted = sum(one["value"] for one in said["open_counts"])
        now = "" if said["stream"] is None else said["stream"]["state"]
        self.looks.append(Look(time.time(), now, len(said["dots"]), counted))
        time.sleep(0.1)
        return now == state

    def wait_for(self, state: str, timeout_s: float) -> float:
        wait_until(lambda: self.is_in(state), timeout_s, f"the camera is {state}")
        return self.looks[-1].time_s

    def between(self, start_s: float, end_s: float) -> list[Look]:
        return [look for look in self.looks if start_s <= look.time_s < end_s]


@pytest.fixture
def swinging(shared: Path, tmp_path: Path) -> Path:
    """The staged PETS scene, seen by a camera that is knocked aside, put back, knocked again."""
    target = tmp_path / "swinging.mp4"
    ways = [shift for seconds, shift in VIEWS for _ in range(round(seconds * FPS))]
    original = shared / "data/video/pets2009_s2l1_view001_vtest.avi"
    with av.open(str(original)) as reader, av.open(str(target), "w") as writer:
        out = writer.add_stream("libx264", rate=FPS, options={"preset": "ultrafast", "bf": "0"})
        out.width, out.height, out.pix_fmt, out.gop_size = 768, 576, "yuv420p", FPS
        for number, (frame, shift) in enumerate(zip(reader.decode(video=0), ways, strict=False)):
            way = np.array([[1, 0, shift], [0, 1, shift / 3]], dtype=np.float32)
            picture = cv2.warpAffine(
                frame.to_ndarray(format="bgr24"), way, (768, 576), borderMode=cv2.BORDER_REFLECT
            )
            turned = av.VideoFrame.from_ndarray(picture, format="bgr24")
            turned.pts, turned.time_base = number, Fraction(1, FPS)
            writer.mux(out.encode(turned))
        writer.mux(out.encode(None))
    return target


def test_a_knocked_camera_is_not_counted_on_until_it_is_back_or_accepted(
    swinging: Path, tmp_path: Path
) -> None:
    camera = RtspCamera(swinging, tmp_path / "served", free_port())
    site = tmp_path / "site.yaml"
    site.write_text(SITE.format(source=camera.url), encoding="utf-8")
    with running(site) as town, town.administrator() as browser, camera:
        watcher = Watcher(browser)
        wait_until(lambda: len(camera.served()) == 1, 40, "the stream")
        began_s = camera.served()[0].wall_s
        knocks = [began_s + sum(s for s, _ in VIEWS[:n]) for n in range(1, len(VIEWS))]
        live_s = watcher.wait_for("live", 20)
        moved_s = watcher.wait_for("moved", 40)
        assert knocks[0] < moved_s < knocks[0] + NOTICED_S
        assert browser.get("/api/v1/health").json()["status"] == "degraded"
        back_s = watcher.wait_for("live", 40)
        assert knocks[1] < back_s < knocks[1] + NOTICED_S
        again_s = watcher.wait_for("moved", 40)
        assert knocks[2] < again_s < knocks[2] + NOTICED_S
        analysed = town.analysed()
        assert browser.post("/api/v1/cameras/campus/view").status_code == 204
        accepted_s = watcher.wait_for("live", 10)
        assert accepted_s < again_s + 5
        wait_until(lambda: watcher.is_in("live") and watcher.looks[-1].dots > 0, 10, "dots again")
        town.wait_for_frames(int(analysed) + 20)
        stop_s = watcher.wait_for("live", 1)
        town.stop()
    ended_s = time.time()
    for start_s, end_s in ((moved_s, back_s), (again_s, accepted_s)):
        suspended = watcher.between(start_s, end_s)
        assert suspended
        assert all(look.dots == 0 for look in suspended)
        for before, after in itertools.pairwise(suspended):
            assert after.counted <= before.counted
    assert any(look.dots for look in watcher.between(began_s, moved_s))
    assert any(look.dots for look in watcher.between(back_s, again_s))
    unseen_s = (back_s - moved_s) + (accepted_s - again_s)
    seen_s = town.covered_s()
    assert stop_s - live_s - unseen_s - 5 < seen_s < ended_s - began_s - unseen_s + 1, unseen_s
    assert ("agnes", "camera.view") in town.rows("SELECT who, action FROM audit")
