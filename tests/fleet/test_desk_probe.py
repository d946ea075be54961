"""A trial of a stream happens outside of the hub, and dies alone."""

import asyncio
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from parvis.fleet.desk import SubprocessDesk
from parvis.site import load
from parvis.video.errors import Fault, FaultKind

pytestmark = pytest.mark.machine

SITE = """\
site: {name: Test, timezone: Europe/Paris, language: fr}
policy: {profile: statistics}
server: {port: 0}
cameras: {}
"""


@pytest.fixture
def desk(tmp_path: Path) -> SubprocessDesk:
    path = tmp_path / "site.yaml"
    path.write_text(SITE, encoding="utf-8")
    loaded = load(path)
    return SubprocessDesk(lambda: loaded)


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a camera that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"rtsp://127.0.0.1:{server.getsockname()[1]}/x"


def children(parent: int) -> list[int]:
    """Process ids of the children of a process, its threads' included."""
    return [
        int(child)
        for task in Path(f"/proc/{parent}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]


async def child() -> int:
    """The process of the trial, once it runs."""
    for _ in range(500):
        for one in children(os.getpid()):
            if b"probe_process" in Path(f"/proc/{one}/cmdline").read_bytes():
                return one
        await asyncio.sleep(0.02)
    raise AssertionError("no trial runs")


def test_a_crash_of_the_decoder_is_a_failing_stream(desk: SubprocessDesk, silent: str) -> None:
    async def crash() -> None:
        trial = asyncio.create_task(desk.probe(silent))
        process = await child()
        await asyncio.sleep(1.0)
        os.kill(process, signal.SIGSEGV)
        found = await trial
        assert not found.ok
        assert found.reason == Fault(FaultKind.UNDECODABLE).message
        assert found.remedies

    asyncio.run(crash())


def test_a_trial_that_is_called_off_looks_no_longer(desk: SubprocessDesk, silent: str) -> None:
    async def call_off() -> None:
        trial = asyncio.create_task(desk.probe(silent))
        process = await child()
        trial.cancel()
        with pytest.raises(asyncio.CancelledError):
            await trial
        for _ in range(100):
            if process not in children(os.getpid()):
                return
            await asyncio.sleep(0.02)
        raise AssertionError("it looks on")

    asyncio.run(call_off())


def test_what_may_not_be_opened_is_told(desk: SubprocessDesk) -> None:
    for address in ("/etc/passwd", "http://169.254.169.254/", "file:///etc/passwd"):
        found = asyncio.run(desk.probe(address))
        assert not found.ok
        assert found.reason


def test_no_process_of_a_site_leaves_a_core_dump(tmp_path: Path) -> None:
    site = tmp_path / "site.yaml"
    site.write_text(SITE, encoding="utf-8")

    def dumps_allowed() -> None:
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))

    supervisor = subprocess.Popen(
        [sys.executable, "-m", "parvis", "run", str(site)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=dumps_allowed,  # noqa: PLW1509  # no other thread runs here
    )
    try:
        ends_s = time.monotonic() + 20
        while len(children(supervisor.pid)) < 2 and time.monotonic() < ends_s:
            time.sleep(0.1)
        found = [supervisor.pid, *children(supervisor.pid)]
        assert len(found) >= 3, "the supervisor, the hub, a worker"
        while time.monotonic() < ends_s and not all(map(silenced, found)):
            time.sleep(0.1)
        assert all(map(silenced, found))
    finally:
        supervisor.terminate()
        supervisor.wait(20)


def silenced(process: int) -> bool:
    """Whether a process may write no core dump."""
    limits = Path(f"/proc/{process}/limits").read_text()
    line = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    return line.split()[4:6] == ["0", "0"]
