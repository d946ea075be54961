"""What a process holds in memory stays there: real crashes, and the kernel's word on each."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.fleet.town import Running, command_of, descendants
from tests.rtsp import wait_until

from parvis.fleet import doctor
from parvis.fleet.memory import Swap, swap_state
from parvis.server.machine import Finding

pytestmark = pytest.mark.law(11)

_PATTERN = Path("/proc/sys/kernel/core_pattern")
_CRASH = """
import os, signal, sys
frame = bytes(range(256)) * 4096
if sys.argv[1] == "kept":
    from parvis.fleet.memory import keep_to_itself
    keep_to_itself()
os.kill(os.getpid(), int(sys.argv[2]))
"""


def unlimited() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def dumps_here() -> bool:
    """Whether this kernel writes core dumps into the folder where a program crashed."""
    pattern = _PATTERN.read_text().strip()
    return not pattern.startswith(("|", "/"))


def crashed(folder: Path, kept: str, number: int) -> list[str]:
    try:
        unlimited()
    except ValueError:
        pytest.skip("this account may not raise the limit of core dumps")
    try:
        process = subprocess.Popen([sys.executable, "-c", _CRASH, kept, str(number)], cwd=folder)
        assert process.wait(30) == -number
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.RLIM_INFINITY))
    return sorted(one.name for one in folder.iterdir())


@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGSEGV])
def test_a_crash_leaves_no_file(tmp_path: Path, number: int) -> None:
    if not dumps_here():
        pytest.skip(f"core dumps go elsewhere here: {_PATTERN.read_text().strip()}")
    if not crashed(tmp_path, "plain", number):
        pytest.skip("this kernel or folder keeps no core dumps: nothing to be shown")
    for one in tmp_path.iterdir():
        one.unlink()
    assert crashed(tmp_path, "kept", number) == []


@pytest.mark.machine
def test_workers_and_hub_that_crash_leave_no_file(site: Path, tmp_path: Path) -> None:
    """Where each would have been written, with the limit as high as it goes at the start."""
    folder = tmp_path / "here"
    folder.mkdir()
    with crashing(site, folder) as town:
        for module, number in (
            ("worker", signal.SIGSEGV),
            ("worker", signal.SIGABRT),
            ("hub", signal.SIGSEGV),
        ):
            pid = town.wait_for(module)
            wait_until(lambda pid=pid: limit_of(pid) == ("0", "0"), 20, "no core dumps")  # type: ignore[misc]
            os.kill(pid, number)
            town.wait_for(module, other_than=pid)
        assert [one.name for one in folder.iterdir()] == []
    assert not [one for one in tmp_path.rglob("core*") if one.is_file()]


class crashing:  # noqa: N801  (reads as what it does)
    """A running site whose folder is known and whose start allows core dumps."""

    def __init__(self, site: Path, folder: Path) -> None:
        self._site, self._folder = site, folder

    def __enter__(self) -> Running:
        held = Path.cwd()
        os.chdir(self._folder)
        try:
            self._town = Running(self._site, ["sh", "-c", 'ulimit -c unlimited; exec "$@"', "sh"])
        finally:
            os.chdir(held)
        return self._town

    def __exit__(self, *_: object) -> None:
        if self._town.process.poll() is None:
            os.kill(self._town._supervisor, signal.SIGKILL)
            self._town.process.wait(30)


def limit_of(pid: int) -> tuple[str, ...]:
    for line in Path(f"/proc/{pid}/limits").read_text().splitlines():
        if line.startswith("Max core file size"):
            return tuple(line.split()[4:6])
    return ()


@pytest.mark.machine
def test_no_process_of_a_running_site_may_dump(site: Path, tmp_path: Path) -> None:
    """Every process there is, and whatever it started: the kernel's own list."""
    log = tmp_path / "prctl.log"
    town = Running(site, ["strace", "-f", "--seccomp-bpf", "-e", "trace=prctl", "-o", str(log)])
    try:
        town.wait_for_frames(3)
        own = [pid for pid in descendants(town.process.pid) if "parvis" in command_of(pid)]
        assert len(own) >= 3, "supervisor, hub, worker"
        assert {pid: limit_of(pid) for pid in own} == dict.fromkeys(own, ("0", "0"))
        said = log.read_text(errors="replace")
        forbade = {
            int(line.split()[0])
            for line in said.splitlines()
            if "PR_SET_DUMPABLE, SUID_DUMP_DISABLE) = 0" in line
        }
        assert set(own) <= forbade, said[-2000:]
    finally:
        town.stop()


def test_swap_is_told_for_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path
    for name in ("proc/self", "sys/block/dm-3/dm", "sys/fs/cgroup/system.slice/parvis.service"):
        (root / name).mkdir(parents=True)
    header = "Filename Type Size Used Priority\n"
    (root / "proc/swaps").write_text(header)
    monkeypatch.setattr("parvis.fleet.memory.may_lock", lambda: False)
    assert swap_state(root).swap is Swap.NONE
    (root / "proc/swaps").write_text(f"{header}/dev/sda2 partition 8388604 0 -2\n")
    assert swap_state(root) == type(swap_state(root))(Swap.OPEN, ("/dev/sda2",))
    (root / "proc/self/cgroup").write_text("0::/system.slice/parvis.service\n")
    (root / "sys/fs/cgroup/system.slice/parvis.service/memory.swap.max").write_text("max\n")
    assert swap_state(root).swap is Swap.OPEN
    (root / "sys/fs/cgroup/system.slice/memory.swap.max").write_text("0\n")
    assert swap_state(root).swap is Swap.FORBIDDEN
    (root / "sys/fs/cgroup/system.slice/memory.swap.max").unlink()
    (root / "proc/swaps").write_text(f"{header}/dev/zram0 partition 1 0 100\n/dev/dm-3 p 1 0 -2\n")
    assert swap_state(root).swap is Swap.OPEN
    (root / "sys/block/dm-3/dm/uuid").write_text("CRYPT-LUKS2-swap")
    assert swap_state(root).swap is Swap.PROTECTED
    monkeypatch.setattr("parvis.fleet.memory.may_lock", lambda: True)
    (root / "sys/block/dm-3/dm/uuid").write_text("LVM-x")
    assert swap_state(root).swap is Swap.LOCKED


def test_doctor_warns_where_a_picture_could_reach_a_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    from parvis.fleet.memory import SwapState

    for swap, finding in ((Swap.OPEN, Finding.WARNING), (Swap.LOCKED, Finding.GOOD)):
        state = SwapState(swap, ("/dev/sda2",))
        monkeypatch.setattr("parvis.fleet.doctor.swap_state", lambda state=state: state)
        check = doctor._swap()
        assert check.finding is finding
        assert "/dev/sda2" in str(check.said) or swap is Swap.LOCKED


_TRACE = """
import sys
import numpy as np
from parvis.fleet.logs import set_up_logs
import structlog
set_up_logs()
def look(frame):
    raise ValueError(f"a picture of {frame.shape} cannot be looked at")
try:
    look(np.full((360, 640, 3), 173, np.uint8))
except ValueError:
    structlog.get_logger().exception("analysis failed")
look(np.full((360, 640, 3), 173, np.uint8))
"""


def test_no_traceback_holds_what_a_frame_holds() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _TRACE], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1 and done.stderr.count("cannot be looked at") >= 2
    assert "173" not in done.stderr.replace("np.full((360, 640, 3), 173", "")
