"""The same counts from the file and over RTSP with a worker killed in between."""

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.fleet.town import running
from tests.rtsp import free_port, wait_until
from tests.rtsp_camera import RtspCamera

from parvis.fleet.evaluate import Names, read_events
from parvis.site import load
from parvis.store import Store, sqlite_url
from parvis.values.civil import Bin
from parvis.values.series import SeriesKind

pytestmark = pytest.mark.machine

PETS = Path(__file__).resolve().parents[2] / "bench" / "sites" / "pets.yaml"

SCENE_S = 79.5

LULL_S = 38.5
"""From here to 47 s next to nobody crosses a line: a minute that begins now is killed in."""

EDGE_S = 1.0
"""So close to a gap, a crossing may be counted on either side: the track must be seen on both
sides of the line."""

UNDERCLAIM_S = 3.0
"""A stream takes this long to be opened and decoded, which coverage may leave out."""

OVERCLAIM_S = 0.5
"""Coverage never declares a gap as watched: a few frames' worth of clocks is all it may be off."""


def parvis(*arguments: str | Path) -> str:
    command = [sys.executable, "-m", "parvis", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=150)
    assert done.returncode == 0, done.stderr
    return done.stdout


def wait_for_second(second: float) -> None:
    """Wait until that second of a minute."""
    time.sleep((second - time.time()) % 60)


@pytest.mark.timeout(420)
def test_counts_over_rtsp_with_a_kill_are_those_of_the_file(
    shared: Path, campus: Path, tmp_path: Path
) -> None:
    """The killed worker loses its open minute and no more; coverage says how much that was."""
    names = Names.of(load(PETS).site.cameras["pets"])
    parvis("analyze", campus, "--site", PETS, "--out", tmp_path / "file", "--events")
    events = tmp_path / "file" / "crossings.csv"
    truth = shared / "data/gt/pets2009/derived_counts.json"
    table = parvis("evaluate", "counts", events, truth, "--site", PETS)
    false, missed = (int(word) for word in re.findall(r"all\D+\d+\D+(\d+)\D+(\d+)", table)[0])
    assert false + missed <= 10, table

    camera = RtspCamera(campus, tmp_path / "served", free_port())
    site = tmp_path / "site.yaml"
    text = PETS.read_text(encoding="utf-8").replace("vtest.mp4", camera.url)
    site.write_text(text + "server: {port: 0}\n", encoding="utf-8")
    wait_for_second((60 - LULL_S - 20) % 60)
    with running(site) as town:
        worker = town.wait_for("worker")
        wait_for_second(60 - LULL_S)
        with camera:
            wait_until(lambda: len(camera.served()) == 1, 40, "the first stream")
            began_s = camera.served()[0].wall_s
            minute_s = began_s // 60 * 60 + 60
            time.sleep(max(0.0, minute_s - time.time()))
            wait_until(lambda: town.covered_s() > 0, 30, "the first minute closed")
            os.kill(worker, signal.SIGKILL)
            wait_until(lambda: len(camera.served()) == 2, 40, "the second stream")
            back_s = camera.served()[1].scene_s
            time.sleep(max(0.0, began_s + SCENE_S + 4 - time.time()))
            town.stop()

    lost_s = minute_s - began_s
    with Store(sqlite_url(town.database), ZoneInfo("Europe/London")) as store:
        span = (began_s, began_s + SCENE_S, Bin.MINUTE)
        series = store.series(kind=SeriesKind.CROSSINGS)
        counted: Counter[tuple[str, int | None]] = Counter()
        for one in store.measures(series, *span):
            counted[one.series.shape, one.series.direction] += round(one.value or 0)
        seen = [one.coverage_s for one in store.coverage("pets", *span)]
    watched = [lost_s, SCENE_S - back_s]
    assert len(seen) == len(watched), seen
    for claimed_s, true_s in zip(seen, watched, strict=True):
        assert true_s - UNDERCLAIM_S <= claimed_s <= true_s + OVERCLAIM_S, (seen, watched)
    found = read_events(events, names, 10.0)
    for line in names.directions:
        for direction in (0, 1):
            times = [e.time_s for e in found if (e.line, e.direction) == (line, direction)]
            sure = sum(t < lost_s - EDGE_S or t > back_s + EDGE_S for t in times)
            edge = sum(t < lost_s + EDGE_S or t > back_s - EDGE_S for t in times)
            told = counted[line, direction]
            assert sure - 1 <= told <= edge + 1, (line, direction, sure, told, edge, times)
