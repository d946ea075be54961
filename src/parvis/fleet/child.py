"""A process that the supervisor keeps alive."""

import contextlib
import os
import subprocess
import sys
import time
from collections import deque

import structlog

log = structlog.get_logger(__name__)

_QUICK_DEATH_S = 10.0
_LONGEST_WAIT_S = 30.0


class Child:
    """A Python module run as a child process and started again when it ends.

    The first restart is immediate; a child that keeps dying within seconds waits twice as long each
    time, up to 30 s, so that a broken camera driver does not burn the machine.

    Args:
        name: for the log.
        module: run as ``python -m module``.
        arguments: passed on.
    """

    def __init__(self, name: str, module: str, arguments: list[str]) -> None:
        self.name = name
        self._command = [sys.executable, "-m", module, "--parent", str(os.getpid()), *arguments]
        self._process: subprocess.Popen[bytes] | None = None
        self._started_s = 0.0
        self._not_before_s = 0.0
        self._wait_s = 0.0
        self._last_line = b""
        self.restarts: deque[float] = deque(maxlen=100)

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid if self._process else None

    def keep_alive(self) -> None:
        """Start the process if it does not run and its waiting time is over. Call it often."""
        now_s = time.monotonic()
        if self._process is not None:
            code = self._process.poll()
            if code is None:
                return
            lived_s = now_s - self._started_s
            self._wait_s = (
                0.0
                if lived_s > _QUICK_DEATH_S
                else min(max(0.25, self._wait_s * 2), _LONGEST_WAIT_S)
            )
            self._not_before_s = now_s + self._wait_s
            self.restarts.append(now_s)
            log.warning("child ended", child=self.name, code=code, again_in_s=self._wait_s)
            self._close()
        if now_s >= self._not_before_s:
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE)
            self._started_s = now_s
            if self._last_line:
                self._write(self._last_line)

    def tell(self, line: bytes) -> None:
        """Send one line to the child's standard input; a restarted child gets the last one again.

        Repeating the same line does nothing.
        """
        if line == self._last_line:
            return
        self._last_line = line
        self._write(line)

    def stop(self, timeout_s: float) -> None:
        """Ask the process to end (its input closes, SIGTERM), then make it (SIGKILL)."""
        if self._process is None:
            return
        self._close_input()
        self._process.terminate()
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            log.error("child did not stop in time", child=self.name)
            self._process.kill()
            self._process.wait()
        self._close()

    def terminate(self) -> None:
        """Send SIGTERM without waiting."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def _write(self, line: bytes) -> None:
        if self._process is None or self._process.stdin is None:
            return
        # A broken pipe: it is dead or dying; keep_alive() starts the next one, which gets the line.
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(line + b"\n")
            self._process.stdin.flush()

    def _close(self) -> None:
        self._close_input()
        self._process = None

    def _close_input(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
