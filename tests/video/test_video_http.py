"""MJPEG and HLS over HTTP, from a server of the standard library."""

import base64
import io
import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import av
import pytest

from clips import draw, make_clip, read_number
from parvis.values.frame import FrameSize
from parvis.values.live import CameraState
from parvis.video import FaultKind, Frame, LiveReader, open_source, parse_source, probe
from parvis.video.errors import Fault
from rtsp import HOST, wait_until

pytestmark = pytest.mark.machine

SMALL = FrameSize(96, 72)
FPS = 10


def jpeg(number: int) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mjpeg") as container:
        stream = container.add_stream("mjpeg", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuvj420p"
        picture = av.VideoFrame.from_ndarray(draw(number, 320, 240), format="bgr24")
        container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return out.getvalue()


class Camera(BaseHTTPRequestHandler):
    """An old camera: MJPEG, a password, a login page."""

    pictures = tuple(jpeg(number) for number in range(60))

    def do_GET(self) -> None:
        expected = "Basic " + base64.b64encode(b"admin:s3cret").decode()
        if self.path == "/locked" and self.headers.get("Authorization") != expected:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="camera"')
            self.end_headers()
        elif self.path in ("/video", "/locked"):
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.end_headers()
            start_s = time.monotonic()
            for number, picture in enumerate(self.pictures):
                time.sleep(max(0.0, start_s + number / FPS - time.monotonic()))
                head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n"
                try:
                    self.wfile.write(head.encode() + b"\r\n" + picture + b"\r\n")
                except OSError:
                    return
        elif self.path == "/page":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<html>please log in</html>" * 50)
        else:
            self.send_error(404)

    def log_message(self, *_: object) -> None:
        pass


class QuietFiles(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler] | partial[QuietFiles]) -> Iterator[str]:
    with ThreadingHTTPServer((HOST, 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield f"{HOST}:{server.server_port}"
        server.shutdown()
        thread.join()


@contextmanager
def reading(url: str, rate: float | None = 5) -> Iterator[LiveReader]:
    reader = open_source(url, rate=rate)
    assert isinstance(reader, LiveReader)
    try:
        yield reader
    finally:
        reader.stop()


def some(reader: LiveReader, count: int) -> list[Frame]:
    frames = [reader.take(10) for _ in range(count)]
    assert None not in frames, reader.health()
    return [frame for frame in frames if frame is not None]


class Pointer(Camera):
    """A camera that sends its readers elsewhere; ``to`` says where, ``asked`` what was asked."""

    to = ""

    def do_GET(self) -> None:
        if self.path == "/go":
            self.send_response(302)
            self.send_header("Location", self.to)
            self.end_headers()
        elif self.path == "/round":
            self.send_response(302)
            self.send_header("Location", "/round")
            self.end_headers()
        else:
            super().do_GET()


def test_a_camera_that_sends_its_readers_to_another_camera_is_followed() -> None:
    with serving(Camera) as there:
        pointer = type("To", (Pointer,), {"to": f"http://{there}/video"})
        with serving(pointer) as here:
            assert probe(parse_source(f"http://{here}/go")).ok
    with serving(type("Own", (Pointer,), {"to": "/locked"})) as here:
        assert probe(parse_source(f"http://admin:s3cret@{here}/go")).ok, "its own password"


@pytest.mark.parametrize(
    "to",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://2852039166/",
        "http://[::ffff:169.254.169.254]/",
        "http://metadata.google.internal/",
        "file:///etc/passwd",
        "rtsp://127.0.0.1/x",
        "/round",
    ],
)
def test_a_camera_sends_nobody_where_no_camera_is(to: str) -> None:
    with serving(type("To", (Pointer,), {"to": to})) as here:
        fault = probe(parse_source(f"http://{here}/go")).fault
    assert fault is not None
    assert fault.kind is FaultKind.NOT_ALLOWED


class Lister(Pointer):
    """A camera whose playlist names the segment ``to``; /go.ts sends its reader there."""

    def do_GET(self) -> None:
        if self.path.startswith("/list.m3u8"):
            self.send_response(200)
            self.end_headers()
            head = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:2,\n"
            self.wfile.write(f"{head}{self.to}\n#EXT-X-ENDLIST\n".encode())
        else:
            super().do_GET()


class Secret(BaseHTTPRequestHandler):
    """A service that must not be asked; ``asked`` tells whether it was."""

    asked: bool = False

    def do_GET(self) -> None:
        type(self).asked = True
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("hop", ["/go", ""])
def test_a_playlist_leads_nobody_where_no_camera_is(
    hop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = type("Here", (Secret,), {})
    with serving(secret) as there:
        # The rule is of addresses; here the loopback of the test stands for the forbidden one.
        monkeypatch.setattr(
            "parvis.video.destinations.is_metadata_service", lambda host: host == "localhost"
        )
        to = f"http://localhost:{there.split(':')[1]}/key.ts"
        pointer = type("To", (Pointer,), {"to": to})
        with serving(pointer) as middle:
            named = f"http://{middle}{hop}" if hop else to
            with serving(type("List", (Lister,), {"to": named})) as here:
                assert not probe(parse_source(f"http://{here}/list.m3u8?x=1")).ok
    assert not secret.asked


def test_a_password_does_not_follow_to_another_host() -> None:
    from parvis.video.destinations import redirected

    with serving(Camera) as there:
        pointer = type("To", (Pointer,), {"to": f"http://localhost:{there.split(':')[1]}/video"})
        with serving(pointer) as here:
            found = redirected(f"http://admin:s3cret@{here}/go", 5.0)
    assert found is not None
    assert "s3cret" not in found


@pytest.mark.parametrize("path", ["admin:s3cret@{host}/locked", "{host}/video"])
def test_mjpeg_runs_on_arrival(path: str) -> None:
    with serving(Camera) as host, reading("http://" + path.format(host=host)) as reader:
        frames = some(reader, 6)
        seen = [read_number(frame.luma(SMALL)) for frame in frames]
        assert all(abs(b - a - 2) <= 1 for a, b in itertools.pairwise(seen)), seen
        assert frames[-1].time_s - frames[0].time_s == pytest.approx(1.0, abs=0.3)
        assert abs(frames[-1].time_s - time.time()) < 0.3
        assert reader.health().codec == "mjpeg"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("admin:wr0ng@{host}/locked", FaultKind.PASSWORD),
        ("{host}/nothing", FaultKind.NO_SUCH_STREAM),
        ("{host}/page", FaultKind.NOT_A_VIDEO),
    ],
)
def test_faults_over_http(path: str, kind: FaultKind) -> None:
    with serving(Camera) as host:
        url = "http://" + path.format(host=host)
        with reading(url) as reader:
            wait_until(lambda: reader.health().state is CameraState.LOST, 5)
            assert reader.health().reason == Fault(kind).message
            assert "wr0ng" not in repr(reader.health())
        fault = probe(parse_source(url), 5).fault
        assert fault is not None
        assert fault.kind is kind


def make_hls(folder: Path) -> None:
    clip = make_clip(folder / "a.ts", seconds=4)
    options = {"hls_time": "1", "hls_list_size": "0"}
    with av.open(str(clip)) as source:
        video = source.streams.video[0]
        with av.open(str(folder / "cam.m3u8"), "w", format="hls", options=options) as out:
            stream = out.add_stream_from_template(video)
            for packet in source.demux(video):
                if packet.dts is not None:
                    packet.stream = stream
                    out.mux(packet)


def test_hls_is_paced_although_its_segments_come_at_once(tmp_path: Path) -> None:
    make_hls(tmp_path)
    with serving(partial(QuietFiles, directory=str(tmp_path))) as host:
        with reading(f"http://{host}/cam.m3u8") as reader:
            frames = some(reader, 8)
            seen = [read_number(frame.luma(SMALL)) for frame in frames]
            assert seen == list(range(seen[0], seen[0] + 40, 5))
            assert frames[-1].time_s - frames[0].time_s == pytest.approx(1.4, abs=0.15)
            assert abs(frames[-1].time_s - time.time()) < 0.3
        found = probe(parse_source(f"http://{host}/cam.m3u8"), 8)
        assert (found.codec, found.fps) == ("h264", 25)


def test_a_playlist_cannot_reach_files_of_this_machine(tmp_path: Path) -> None:
    secret = make_clip(tmp_path / "secret.ts", seconds=1)
    playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{}\n#EXT-X-ENDLIST\n"
    (tmp_path / "cam.m3u8").write_text(playlist.format(secret))
    (tmp_path / "list.ffconcat").write_text(f"ffconcat version 1.0\nfile '{secret}'\n")
    with serving(partial(QuietFiles, directory=str(tmp_path))) as host:
        for name in ("cam.m3u8", "list.ffconcat"):
            found = probe(parse_source(f"http://{host}/{name}"), 6)
            assert not found.ok, name
