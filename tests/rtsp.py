"""A real RTSP server on loopback for tests: started, stopped, killed, frozen, thawed.

with RtspServer(folder) as server:
    url = server.url("clip.mp4")      # loops for ever
    server.kill()                     # SIGKILL: clients see a clean end of file
    server.start()                    # the same port again
    server.freeze(); server.thaw()    # SIGSTOP, SIGCONT
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"


def free_port() -> int:
    """A TCP port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], bool], timeout_s: float, what: str = "") -> float:
    """Poll until ``condition()`` holds; return the seconds it took.

    Raises:
        AssertionError: it did not within ``timeout_s``.
    """
    start_s = time.monotonic()
    while not condition():
        waited_s = time.monotonic() - start_s
        if waited_s > timeout_s:
            raise AssertionError(f"not within {timeout_s} s: {what or condition}")
        time.sleep(0.02)
    return time.monotonic() - start_s


def is_listening(port: int) -> bool:
    """True when a TCP connection to the port is accepted."""
    try:
        with socket.create_connection((HOST, port), timeout=0.3):
            return True
    except OSError:
        return False


class RtspServer:
    """aio-rtsp-toolkit's ``rtsp-server`` over one folder of .mp4 and .mkv files (H.264, H.265).

    Args:
        folder: what it serves, read anew for every connection.
        port: where it listens on loopback; a free one by default, kept over restarts.
    """

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.folder = folder
        self.port = port or free_port()
        self._control_port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.log = folder / f"rtsp-server-{self.port}.out"

    def url(self, name: str, *, plays: int = 0, user: str = "") -> str:
        """Address of a file; ``plays`` 0 loops for ever, 1 plays once and ends the stream."""
        login = f"{user}@" if user else ""
        return f"rtsp://{login}{HOST}:{self.port}/{name}?play_count={plays}"

    def start(self) -> Self:
        """Start and return once the port accepts connections."""
        if self._process is not None:
            raise RuntimeError("the server runs already")
        command = Path(sys.executable).with_name("rtsp-server")
        arguments = ["-d", str(self.folder), "-H", HOST, "-p", str(self.port)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(command), *arguments, "-cp", str(self._control_port)],
                stdout=log,
                stderr=log,
            )
        wait_until(lambda: is_listening(self.port), 20, f"rtsp-server on {self.port}")
        return self

    def kill(self) -> None:
        """SIGKILL, as a power cut does it."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM, thawing it first; safe to call twice."""
        if self._process is not None:
            self._signal(signal.SIGCONT)
            self._end(signal.SIGTERM)

    def freeze(self) -> None:
        """SIGSTOP: connections stay open and nothing comes."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None, "the server is not running"
        os.kill(self._process.pid, number)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        self._signal(number)
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5)
        self._process = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
