"""The demonstration beside itself."""

import socket
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from rich.console import Console
from tests.rtsp import RtspServer, wait_until

from parvis.fleet import clip
from parvis.fleet.demo import CAMERA, JOIN_S, _write_site, run_demo
from parvis.fleet.lease import Lease, LeaseHeldError
from parvis.fleet.observing import classes_of, observers_for
from parvis.fleet.pipeline import Pipeline
from parvis.fleet.replay_server import HOST, _listens
from parvis.fleet.replayed_past import repeated
from parvis.fleet.stage_clock import StageClock
from parvis.ground.from_site import ground_of
from parvis.ground.remarks import ground_remarks
from parvis.server.counts import PARTLY_SEEN
from parvis.site import check, load
from parvis.store import Store, sqlite_url
from parvis.values.classes import ObjectClass
from parvis.values.frame import FrameSize
from parvis.values.tracks import Tracks
from parvis.video import LiveReader, parse_source
from parvis.video.sources import RtspSource
from parvis.vision import detect


def test_a_second_start_leaves_the_running_one_alone(tmp_path: Path) -> None:
    site = tmp_path / "site.yaml"
    site.write_text("# of the first start\n", encoding="utf-8")
    with Lease(tmp_path / "demo.lock"), pytest.raises(LeaseHeldError):
        run_demo(tmp_path, Console(quiet=True))
    assert site.read_text(encoding="utf-8") == "# of the first start\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["demo.lock", "site.yaml"]


def test_a_saved_port_that_is_taken_gives_way_and_the_rest_stays(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        site = _write_site(tmp_path, "rtsp://127.0.0.1:1/a.mp4")
        before = load(site).site
        said = site.read_text(encoding="utf-8").replace(
            f"port: {before.server.port}", f"port: {port}"
        )
        site.write_text(said + "# mine\n", encoding="utf-8")
        _write_site(tmp_path, "rtsp://127.0.0.1:2/a.mp4")
    after = load(site).site
    assert after.server.port != port
    assert after.cameras[CAMERA].source == "rtsp://127.0.0.1:2/a.mp4"
    assert site.read_text(encoding="utf-8").endswith("# mine\n")


def test_its_camera_is_calibrated_on_a_plan_that_comes_with_it(tmp_path: Path) -> None:
    site = load(_write_site(tmp_path, "rtsp://127.0.0.1:1/a.mp4")).site
    assert check(tmp_path / "site.yaml", judges=[ground_remarks]) == []
    assert site.map.plan is not None and (tmp_path / site.map.plan.image).is_file()
    ground = site.cameras[CAMERA].ground
    assert ground is not None
    view = ground_of(ground, FrameSize(768, 576))
    # The published calibration puts the ends of the second line there.
    line = np.array(site.cameras[CAMERA].lines["traverse"].points) * (768, 576)
    found = view.map.locate(line, np.zeros((2, 2, 2))).points
    assert np.allclose(found, [[-3.29, -0.46], [-8.64, -14.45]], atol=0.1)


def test_the_replayed_past_is_seen_whole_and_ends_where_the_live_camera_begins(
    tmp_path: Path,
) -> None:
    camera = load(_write_site(tmp_path, "rtsp://127.0.0.1:1/a.mp4")).site.cameras[CAMERA]
    nobody = np.empty(0, dtype=np.int64)
    rest = (np.empty((0, 4)), np.empty(0, np.int8), np.empty(0), np.empty(0, np.bool_), nobody)
    tracks = [Tracks(0.2 * number, nobody, *rest) for number in range(397)]
    classes = (ObjectClass.from_label("person"),)
    minutes = repeated(
        CAMERA,
        camera,
        tracks,
        FrameSize(768, 576),
        "run",
        classes=classes,
        start_s=6000.0,
        end_s=15600.0,
        join_s=JOIN_S,
    )
    assert [one.start_s for one in minutes] == [6000.0 + 60 * number for number in range(160)]
    assert all(PARTLY_SEEN * 60 <= one.coverage_s <= 60 for one in minutes)
    assert sum(one.coverage_s for one in minutes) < 9600, "the joins are not seen"
    assert len({(one.run, one.start_s) for one in minutes}) == 160
    assert all(q.start_s == one.start_s // 900 * 900 for one in minutes for q in one.quarters)
    with Store(sqlite_url(tmp_path / "past.db")) as store:
        store.record(minutes)
        span = store.ground(CAMERA, 5400.0, 15600.0)
        assert span.coverage_s == pytest.approx(sum(one.coverage_s for one in minutes), rel=0.01)


@pytest.mark.machine
def test_the_replay_server_dies_with_a_killed_demo(tmp_path: Path) -> None:
    start = (
        "import sys, time; from pathlib import Path; "
        "from parvis.fleet.replay_server import ReplayServer, free_port; "
        "folder = Path(sys.argv[1]); port = free_port(); "
        "server = ReplayServer(folder, folder / 'log', port); print(port, flush=True); "
        "time.sleep(60)"
    )
    demo = subprocess.Popen(
        [sys.executable, "-c", start, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert demo.stdout is not None
    port = int(demo.stdout.readline())
    assert _listens(port)
    demo.kill()
    demo.wait()
    wait_until(lambda: not _listens(port), 10, "the RTSP server to end")


@pytest.mark.machine
def test_a_join_of_the_replayed_clip_ends_every_track_and_leaves_less_than_a_second_unseen(
    shared: Path, tmp_path: Path
) -> None:
    original = shared / "data/video/pets2009_s2l1_view001_vtest.avi"
    clip.transcode(_beginning(original, tmp_path / "short.avi", 50), tmp_path / "demo.mp4", JOIN_S)
    camera = load(_write_site(tmp_path, "rtsp://127.0.0.1:1/a.mp4")).site.cameras[CAMERA]
    detector = detect.load(camera.model)
    observers = observers_for(CAMERA, camera, "run", classes_of(camera, detector.model))
    pipeline = Pipeline(camera, detector, observers, StageClock())
    rounds: list[set[int]] = [set()]
    with RtspServer(tmp_path) as server:
        source = parse_source(server.url("demo.mp4"))
        assert isinstance(source, RtspSource)
        reader = LiveReader([source], camera.rate)
        try:
            began_s = now_s = 0.0
            while len(rounds) < 4:
                frame = reader.take(10)
                assert frame is not None, reader.health()
                assert now_s == 0.0 or not frame.discontinuity, "the stream goes on over the join"
                began_s, now_s = began_s or frame.time_s, frame.time_s
                tracks = pipeline.step(frame).tracks
                if tracks is not None:
                    rounds[-1] |= set(tracks.ids.tolist())
                elif rounds[-1]:
                    rounds.append(set())
        finally:
            reader.stop()
    first, second, third, _ = rounds
    assert first and second and third
    assert not first & second and not second & third
    assert pipeline.observers is not None
    unseen_s = now_s - began_s - pipeline.observers.covered_s
    assert 3 * JOIN_S / 2 < unseen_s < 3.0, unseen_s


def _beginning(original: Path, target: Path, frames: int) -> Path:
    """The first frames of a recording, as they were encoded."""
    with av.open(str(original)) as reader, av.open(str(target), "w") as writer:
        out = writer.add_stream_from_template(reader.streams.video[0])
        for number, packet in enumerate(reader.demux(video=0)):
            if number == frames or packet.dts is None:
                break
            packet.stream = out
            writer.mux(packet)
    return target
