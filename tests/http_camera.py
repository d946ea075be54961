"""A real HTTP camera on loopback: one scene as MJPEG and as live HLS, killed and started again.

Like a camera, it does not wait: who comes back gets what happens now.

with HttpCamera(clip) as camera:
    camera.start()            # the scene begins
    camera.mjpeg, camera.hls  # addresses
    camera.kill()             # SIGKILL, as a power cut does it
    camera.start()            # the same port, and the scene has gone on
"""

import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.rtsp import HOST, free_port, is_listening, wait_until

FPS = 10
SEGMENT_S = 2.0
WINDOW = 3


class HttpCamera:
    """Runs this module as the camera's process.

    Args:
        clip: the scene, H.264 at 10 frames a second, a key frame every 2 s.
        folder: an empty one, for the segments.
    """

    def __init__(self, clip: Path, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.began_s = 0.0
        prepare(clip, folder)

    @property
    def mjpeg(self) -> str:
        return f"http://{HOST}:{self._port}/video"

    @property
    def hls(self) -> str:
        return f"http://{HOST}:{self._port}/cam.m3u8"

    def start(self) -> None:
        """Serve; the first time, the scene begins."""
        self.began_s = self.began_s or time.time()
        arguments = [str(self._folder), str(self._port), str(self.began_s)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.http_camera", *arguments],
            cwd=Path(__file__).parent.parent,
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: is_listening(self._port), 20, "the camera")

    def kill(self) -> None:
        """SIGKILL; safe to call twice."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()


def prepare(clip: Path, folder: Path) -> None:
    """Cut the clip into segments, and into single pictures."""
    import av
    import cv2

    options = {"hls_time": str(SEGMENT_S), "hls_list_size": "0"}
    with av.open(str(clip)) as source:
        video = source.streams.video[0]
        with av.open(str(folder / "all.m3u8"), "w", format="hls", options=options) as out:
            stream = out.add_stream_from_template(video)
            for packet in source.demux(video):
                if packet.dts is not None:
                    packet.stream = stream
                    out.mux(packet)
    with av.open(str(clip)) as source:
        for number, frame in enumerate(source.decode(video=0)):
            body = cv2.imencode(".jpg", frame.to_ndarray(format="bgr24"))[1].tobytes()
            (folder / f"{number:05}.jpg").write_bytes(body)


class Camera(BaseHTTPRequestHandler):
    """Serves what happens now."""

    folder: Path
    began_s: float

    def do_GET(self) -> None:
        name = self.path.lstrip("/")
        if name == "video":
            self._motion()
        elif name == "cam.m3u8":
            self._send(self._playlist().encode(), "application/vnd.apple.mpegurl")
        elif name.startswith("all") and (self.folder / name).is_file():
            self._send((self.folder / name).read_bytes(), "video/mp2t")
        else:
            self.send_error(404)

    def _motion(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.end_headers()
        number = int((time.time() - self.began_s) * FPS) + 1
        while (path := self.folder / f"{number:05}.jpg").exists():
            time.sleep(max(0.0, self.began_s + number / FPS - time.time()))
            body = path.read_bytes()
            head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(body)}\r\n\r\n"
            try:
                self.wfile.write(head.encode() + body + b"\r\n")
            except OSError:
                return
            number += 1

    def _playlist(self) -> str:
        """The last segments that are complete by now; it has no end."""
        complete = int((time.time() - self.began_s) / SEGMENT_S)
        first = max(0, complete - WINDOW)
        lines = ["#EXTM3U", "#EXT-X-VERSION:3", f"#EXT-X-TARGETDURATION:{SEGMENT_S:.0f}"]
        lines.append(f"#EXT-X-MEDIA-SEQUENCE:{first}")
        for number in range(first, complete):
            lines += [f"#EXTINF:{SEGMENT_S},", f"all{number}.ts"]
        return "\n".join(lines) + "\n"

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    Camera.folder, Camera.began_s = Path(sys.argv[1]), float(sys.argv[3])
    with ThreadingHTTPServer((HOST, int(sys.argv[2])), Camera) as server:
        server.daemon_threads = True
        server.serve_forever()
