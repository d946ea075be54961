"""Looks after the hub's machine for the health page: disk, queues, clock, jobs, doctor."""

import asyncio
import contextlib
import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from parvis.fleet.kernel_clock import ClockWatch
from parvis.fleet.layout import DataFolder
from parvis.jobs.clockwork import Clockwork
from parvis.server.machine import (
    Check,
    Checkup,
    Disk,
    Finding,
    JobRun,
    MachineState,
    Queue,
)
from parvis.store import Store
from parvis.values.saying import T

log = structlog.get_logger(__name__)

_LIMIT_S = 180.0
_FORGET_S = 120.0
"""A worker that said nothing for so long is gone: its spool is the hub's to empty."""


class Queues:
    """How many minutes each worker holds that the store has not taken yet; for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: dict[str, tuple[int, float]] = {}
        self._since_s: float | None = None

    def tell(self, worker: str, minutes: int, now_s: float) -> None:
        """Take a worker's word."""
        with self._lock:
            self._told[worker] = (minutes, now_s)
            waiting = any(count for count, _ in self._told.values())
            self._since_s = (self._since_s or now_s) if waiting else None

    def now(self, now_s: float, refused: int) -> Queue:
        """All workers together."""
        with self._lock:
            told = {w: t for w, t in self._told.items() if now_s - t[1] < _FORGET_S}
            self._told = told
            count = sum(minutes for minutes, _ in told.values())
            self._since_s = self._since_s if count else None
            return Queue(count, self._since_s, refused)


class HubMachine:
    """The machine as the hub sees it.

    Args:
        site: path of site.yaml, for the checkup.
        folder: the data folder.
        store: for the last minute recorded.
        clock: the watch of the wall clock.
        queues: what the workers tell.
        jobs: what runs by the clock; known only after the hub is built.
    """

    def __init__(
        self,
        *,
        site: Path,
        folder: DataFolder,
        store: Store,
        clock: ClockWatch,
        queues: Queues,
        jobs: Callable[[], Clockwork],
    ) -> None:
        self._site = site
        self._folder = folder
        self._store = store
        self._clock = clock
        self._queues = queues
        self._jobs = jobs
        self._checkup: Checkup | None = None
        self._running: asyncio.Task[None] | None = None

    def state(self) -> MachineState:
        """How it is now; quick, blocking."""
        latest = self._store.latest_closed()
        return MachineState(
            disk=_disk(self._folder.root),
            queue=self._queues.now(time.time(), _lines(self._folder.unrecorded)),
            clock=self._clock.health(),
            jobs=tuple(
                JobRun(one.name, one.period_s, one.ran_s, one.took_s, one.count, one.failed)
                for one in self._jobs().named()
            ),
            recorded_s=max(latest.values(), default=None),
            checkup=self._checkup,
        )

    async def examine(self) -> None:
        """Begin a checkup in a process of its own; nothing happens while one goes on."""
        if self._running is None or self._running.done():
            self._checkup = Checkup(time.time(), (), running=True)
            self._running = asyncio.create_task(self._examined())

    async def _examined(self) -> None:
        began_s, checks, failed = time.time(), [], True
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "parvis.fleet.checkup",
                "--parent",
                str(os.getpid()),
                str(self._site),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
            )
        except OSError as error:
            log.error("the checkup could not be started", reason=error.strerror)
            self._checkup = Checkup(began_s, (), running=False, failed=True)
            return
        assert process.stdout is not None  # noqa: S101  # it was opened as a pipe
        try:
            async with asyncio.timeout(_LIMIT_S):
                while line := await process.stdout.readline():
                    checks.append(decode_check(line))
                    self._checkup = Checkup(began_s, tuple(checks), running=True)
                failed = await process.wait() != 0
        except TimeoutError:
            log.error("the checkup took too long")
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            self._checkup = Checkup(began_s, tuple(checks), running=False, failed=failed)


def encode_check(check: Check) -> bytes:
    """One check as a line of JSON."""

    def said(message: T | None) -> list[object] | None:
        return None if message is None else [message.text, dict(message.fields)]

    content = [said(check.what), check.finding, said(check.said), said(check.remedy), check.command]
    return json.dumps(content).encode() + b"\n"


def decode_check(line: bytes) -> Check:
    """Inverse of :func:`encode_check`."""

    def meant(said: list[object]) -> T:
        text, fields = said
        assert isinstance(text, str)  # noqa: S101  # our own process wrote it
        assert isinstance(fields, dict)  # noqa: S101
        return T(text)(**fields)

    what, finding, words, remedy, command = json.loads(line)
    return Check(meant(what), Finding(finding), meant(words), remedy and meant(remedy), command)


def _disk(folder: Path) -> Disk | None:
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return None
    held = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):  # a file may go while we look
            held += path.lstat().st_size
    return Disk(str(folder), usage.free, usage.total, held)


def _lines(path: Path) -> int:
    try:
        with path.open("rb") as file:
            return sum(1 for _ in file)
    except OSError:
        return 0
