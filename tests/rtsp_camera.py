"""A real RTSP camera on loopback: its scene passes once and goes on while nobody watches.

A file server begins its clip anew for every client, so that a client which comes back sees again
what it has counted. A camera does not wait: who comes late, or comes back, gets what happens now,
from the next key frame on.

with RtspCamera(clip, served, port) as camera:    # the scene begins when the first client plays
    camera.url
    camera.served()                               # since when the scene runs, who joined it where
"""

import json
import signal
import subprocess
import sys
import threading
import time
from asyncio import AbstractEventLoop, Queue, run
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Served:
    """One client's stream.

    Args:
        wall_s: when its first frame was sent, seconds since the epoch.
        scene_s: which moment of the scene that frame shows.
    """

    wall_s: float
    scene_s: float


class RtspCamera:
    """Runs this module as the camera's process.

    Args:
        clip: the scene, an .mp4 file.
        served: a new file into which the camera writes what it served.
        port: where it listens on loopback.
    """

    def __init__(self, clip: Path, served: Path, port: int) -> None:
        self._clip = clip
        self._served = served
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where to watch it."""
        return f"rtsp://{HOST}:{self._port}/{self._clip.name}"

    def served(self) -> list[Served]:
        """The streams that were served so far, in order."""
        lines = self._served.read_text().splitlines() if self._served.exists() else []
        return [Served(*json.loads(line)) for line in lines]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(self._clip.parent), str(self._port), str(self._served)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()


def serve(folder: str, port: int, served: Path) -> None:
    """Be the camera, until killed."""
    import av
    from aio_rtsp_toolkit import server
    from aio_rtsp_toolkit.server_session_types import QueuedMediaPacket

    class Scene(server.RtspServerSession):  # type: ignore[misc]
        """One client's stream: the packets of the scene, from now on."""

        began_s: float | None = None

        def _produce_container_packets(
            self, loop: AbstractEventLoop, queue: "Queue[Any]", stop_event: threading.Event
        ) -> None:
            state = next(iter(self.track_states.values()))
            if Scene.began_s is None:
                Scene.began_s = time.time()
            now_s = time.time() - Scene.began_s
            first_s: float | None = None
            with av.open(str(self.media_source.file_path)) as container:
                for packet in container.demux(video=0):
                    if packet.pts is None or packet.time_base is None:
                        continue
                    at_s = float(packet.pts * packet.time_base)
                    if first_s is None:
                        if not packet.is_keyframe or at_s < now_s - 0.05:
                            continue
                        first_s = at_s
                        time.sleep(max(0.0, Scene.began_s + at_s - time.time()))
                        with served.open("a") as file:
                            file.write(f"{json.dumps([time.time(), at_s])}\n")
                    sent = QueuedMediaPacket(
                        kind="video",
                        track_control=state.info.control,
                        data=bytes(packet),
                        media_time=at_s - first_s,
                        duration_seconds=0.0,
                        is_keyframe=bool(packet.is_keyframe),
                    )
                    if not self._threadsafe_queue_put(loop, queue, sent, stop_event):
                        return

    server.RtspServerSession = Scene
    run(server.serve(folder, HOST, port))


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
