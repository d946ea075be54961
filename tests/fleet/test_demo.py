"""The demonstration beside itself."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console
from tests.rtsp import wait_until

from parvis.fleet.demo import CAMERA, _write_site, run_demo
from parvis.fleet.lease import Lease, LeaseHeldError
from parvis.fleet.replay_server import HOST, _listens
from parvis.site import load


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
