"""A site at work on a real stream, and killed at bad moments."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.fleet.town import command_of, running
from tests.rtsp import wait_until

from parvis.site import load

PETS = Path(__file__).resolve().parents[2] / "bench" / "sites" / "pets.yaml"
pytestmark = pytest.mark.machine


def test_killed_worker_and_hub_lose_no_closed_minute(site: Path) -> None:
    """The worker dies, the hub dies; what was closed is there once, and the gap is declared."""
    with running(site) as town:
        worker = town.wait_for("worker")
        hub = town.wait_for("hub")
        town.wait_for_frames(5)
        began_s = time.time()
        time.sleep(15)
        os.kill(worker, signal.SIGKILL)
        killed_s = time.time()
        town.wait_for("worker", other_than=worker)
        # Into the next minute, so that a minute closes while the hub is killed and comes back.
        time.sleep(max(0.0, 61 - time.time() % 60))
        os.kill(hub, signal.SIGKILL)
        town.wait_for("hub", other_than=hub)
        time.sleep(12)
        town.stop()
        ended_s = time.time()
        seen_s = town.covered_s()
        minutes = town.rows("SELECT start, count(*) FROM camera_minute GROUP BY start")
        parts = town.sums("minute")
        hours = town.sums("hour")
    lived_s = ended_s - began_s
    # What the killed worker had seen of its open minute is lost, and no more: that is the gap.
    # Two starts (model, first key frame) take their time on a busy machine.
    open_s = min(killed_s - began_s, killed_s % 60)
    assert lived_s - open_s - 40 <= seen_s <= lived_s, (seen_s, lived_s, open_s)
    assert len(minutes) == len({start for start, _ in minutes})
    assert not list((site.parent / "data" / "spool").glob("*.spool")), "minutes left in a spool"
    assert parts
    assert parts == hours


def test_a_killed_worker_loses_no_square_of_a_closed_minute(site: Path) -> None:
    """What is summed by quarters of an hour is on its way with every minute."""
    ground = load(PETS).site.cameras["pets"].ground
    assert ground is not None
    told = ground.model_dump(mode="json", by_alias=True, exclude_none=True)
    site.write_text(f"{site.read_text()}    ground: {json.dumps(told)}\n", encoding="utf-8")
    with running(site) as town:
        worker = town.wait_for("worker")
        wait_until(lambda: bool(town.metrics()), 60, "the hub serves")
        closed = "SELECT start, run_id, coverage_s FROM camera_minute WHERE coverage_s > 0"
        wait_until(lambda: bool(town.rows(closed)), 90, "a minute is closed")
        os.kill(worker, signal.SIGKILL)
        [(start_s, run_id, seen_s)] = town.rows(closed)
        [(quarter_s, its_run, squares_s)] = town.rows(
            "SELECT start, run_id, coverage_s FROM ground_quarter"
        )
        present_s = sum(row[0] for row in town.rows("SELECT presence_s FROM flow_cell"))
        town.stop()
    assert (quarter_s, its_run) == (start_s // 900 * 900, run_id)
    assert squares_s == pytest.approx(seen_s, abs=1.0)
    assert present_s > squares_s, "more than one person at a time walks there"


def test_a_stop_writes_the_running_minute_of_places(site: Path) -> None:
    place = "places: {parc: {label: Parc, at: [2.0, 48.0], zones: [campus.croix]}}"
    site.write_text(f"{site.read_text()}{place}\n", encoding="utf-8")
    with running(site) as town:
        town.wait_for_frames(40)
        town.stop()
        covered = dict(
            town.rows("SELECT camera, sum(coverage_s) FROM camera_minute GROUP BY camera")
        )
    assert 3 < covered["place:parc"] <= covered["campus"] + 4  # it counts by whole seconds


def test_a_stop_ends_live_streams_whole(site: Path) -> None:
    with (
        running(site) as town,
        town.administrator() as browser,
        browser.stream("GET", "/api/v1/live") as stream,
    ):
        lines = stream.iter_lines()
        assert next(lines).startswith("event: hello")
        town.stop()
        # A stream that is cut in the middle makes its client raise.
        assert "event: end" not in list(lines), "a browser asks again until the site is back"


def test_children_die_with_a_killed_supervisor_and_the_next_one_goes_on(site: Path) -> None:
    with running(site) as town:
        worker, hub = town.wait_for("worker"), town.wait_for("hub")
        town.wait_for_frames(30)
        town.process.kill()
        town.process.wait()
        wait_until(lambda: not command_of(worker) and not command_of(hub), 20, "children gone")
    with running(site) as town:
        town.wait_for_frames(10)
        town.stop()
        # The first worker was told by the kernel, closed its minute and left it for the second hub.
        assert len(town.rows("SELECT id FROM run")) == 2
        assert town.covered_s() > 5


def test_children_start_again_while_the_file_is_unsound(site: Path) -> None:
    kept = site.parent / "data" / "site-in-force.yaml"
    good = site.read_bytes()
    with running(site) as town:
        worker, hub = town.wait_for("worker"), town.wait_for("hub")
        town.wait_for_frames(1)
        assert kept.read_bytes() == good and kept.stat().st_mode & 0o777 == 0o600
        site.write_text("cameras: [\n", encoding="utf-8")
        os.kill(hub, signal.SIGKILL)
        os.kill(worker, signal.SIGKILL)
        town.wait_for("hub", other_than=hub)
        town.wait_for("worker", other_than=worker)
        wait_until(lambda: town.words.read_text().count("Parvis: ") == 2, 30, "the hub serves")
        town.wait_for_frames(1)
        assert kept.read_bytes() == good
        town.stop()


def test_another_time_zone_is_taken_over_by_every_process(site: Path) -> None:
    with running(site) as town:
        worker, hub = town.wait_for("worker"), town.wait_for("hub")
        town.wait_for_frames(30)
        text = site.read_text(encoding="utf-8")
        site.write_text(text.replace("Europe/Paris", "Asia/Kolkata"), encoding="utf-8")
        town.wait_for("hub", other_than=hub)
        town.wait_for("worker", other_than=worker)
        wait_until(lambda: town.words.read_text().count("Parvis: ") == 2, 30, "the hub serves")
        assert town.rows("SELECT value FROM site_state WHERE key = 'zone'") == [("Asia/Kolkata",)]
        town.wait_for_frames(1)
        town.stop()
        assert town.covered_s() > 5, "the minute that was open is kept"
        assert {start % 3600 for (start,) in town.rows("SELECT start FROM hour")} == {1800}


def test_a_second_supervisor_is_refused(site: Path) -> None:
    with running(site) as town:
        town.wait_for("hub")
        second = subprocess.run(
            [sys.executable, "-m", "parvis", "run", str(site)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert second.returncode == 1
        assert "already running" in second.stderr
        town.stop()
