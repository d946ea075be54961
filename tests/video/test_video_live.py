"""A real RTSP server that is killed, frozen, replaced, or never was one."""

import itertools
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clips import make_clip, read_number
from parvis.values.frame import FrameSize
from parvis.values.live import CameraState
from parvis.video import Frame, LiveReader, VideoError, open_source
from parvis.video.errors import Fault, FaultKind
from parvis.video.opening import open_live
from parvis.video.sources import RtspSource
from rtsp import HOST, RtspServer, free_port, wait_until

pytestmark = pytest.mark.machine

SMALL = FrameSize(96, 72)
GOP_S = 1.0
BACK_S = 5 + GOP_S
"""Live again within five seconds and a key-frame interval of the stream's return."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("streams")
    make_clip(folder / "cam.mp4", seconds=4)
    make_clip(folder / "b.mp4", seconds=4, b_frames=2)
    make_clip(folder / "hevc.mp4", seconds=4, codec="libx265")
    make_clip(folder / "once.mp4", seconds=1)
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[RtspServer]:
    with RtspServer(folder) as running:
        yield running


@contextmanager
def reading(url: str, rate: float | None = 5, sub: str | None = None) -> Iterator[LiveReader]:
    reader = open_source(url, rate=rate, sub=sub)
    assert isinstance(reader, LiveReader)
    try:
        yield reader
    finally:
        reader.stop()


def some(reader: LiveReader, count: int, timeout_s: float = 10) -> list[Frame]:
    frames = []
    for _ in range(count):
        frame = reader.take(timeout_s)
        assert frame is not None, reader.health()
        frames.append(frame)
    return frames


def goes_on(reader: LiveReader, timeout_s: float = BACK_S) -> tuple[float, Frame]:
    """Seconds until the next frame that was not there yet, and that frame."""
    reader.take(0)
    start_s = time.monotonic()
    frame = reader.take(timeout_s)
    assert frame is not None, reader.health()
    return time.monotonic() - start_s, frame


def is_in(reader: LiveReader, *states: CameraState) -> bool:
    return reader.health().state in states


@pytest.mark.parametrize("name", ["cam.mp4", "b.mp4", "hevc.mp4"])
def test_frames_come_fast_in_order_and_on_time(server: RtspServer, name: str) -> None:
    start_s = time.monotonic()
    with reading(server.url(name)) as reader:
        assert reader.health().state is CameraState.CONNECTING
        first = some(reader, 1)[0]
        assert time.monotonic() - start_s < 2.0
        frames = [first, *some(reader, 8)]
        seen = [read_number(frame.luma(SMALL)) for frame in frames]
        # The test server moves the stamps of reordered frames by a frame.
        slack = 1 if name == "b.mp4" else 0
        assert all(abs(n - seen[0] - 5 * k) <= slack for k, n in enumerate(seen)), seen
        assert [frame.discontinuity for frame in frames] == [True] + [False] * 8
        assert frames[-1].time_s - first.time_s == pytest.approx(8 / 5, abs=0.1)
        assert abs(frames[-1].time_s - time.time()) < 0.5
        health = reader.health()
        assert (health.state, health.reason) == (CameraState.LIVE, "")
        assert (health.width, health.height) == (320, 240)
        assert health.codec in ("h264", "hevc")
        assert health.fps == pytest.approx(25, abs=4)
        assert reader.decode_cpu_s > 0
    assert reader.finished
    assert reader.health().state is CameraState.STOPPED
    assert reader.take(0) is None


def test_a_slow_consumer_gets_the_newest_frame(server: RtspServer) -> None:
    with reading(server.url("cam.mp4"), rate=None) as reader:
        some(reader, 3)
        time.sleep(1.5)
        frame = some(reader, 1)[0]
        assert time.time() - frame.time_s < 0.4
        assert not frame.discontinuity
        assert reader.health().dropped >= 30


def test_a_break_in_dropped_frames_is_still_told(server: RtspServer) -> None:
    with reading(server.url("once.mp4", plays=1), rate=None) as reader:
        some(reader, 1)
        wait_until(lambda: reader.health().reconnects >= 1, 8)
        time.sleep(0.3)
        assert some(reader, 1)[0].discontinuity


def test_killed(folder: Path) -> None:
    server = RtspServer(folder).start()
    with reading(server.url("cam.mp4")) as reader:
        last = some(reader, 4)[-1]
        server.kill()
        wait_until(lambda: is_in(reader, CameraState.LOST), 2)
        lost = reader.health()
        assert lost.reason in {Fault(kind).message for kind in (FaultKind.ENDED, FaultKind.REFUSED)}
        time.sleep(1.5)
        assert reader.health().since_s == lost.since_s
        before_s = time.time()
        server.start()
        try:
            took_s, frame = goes_on(reader)
            assert took_s < BACK_S
            assert frame.discontinuity
            assert frame.time_s >= before_s - 0.1
            assert frame.time_s > last.time_s
            assert reader.health().state is CameraState.LIVE
            assert reader.health().reconnects == 1
        finally:
            server.stop()


@pytest.mark.parametrize("frozen_s", [3.0, 6.0])
def test_frozen(folder: Path, frozen_s: float) -> None:
    with RtspServer(folder) as server, reading(server.url("cam.mp4")) as reader:
        some(reader, 4)
        frozen_at_s = time.time()
        server.freeze()
        wait_until(lambda: is_in(reader, CameraState.STALLED, CameraState.LOST), 3)
        assert reader.health().since_s == pytest.approx(frozen_at_s + 2, abs=0.6)
        assert reader.health().reason == Fault(FaultKind.FROZEN).message
        time.sleep(max(0.0, frozen_at_s + frozen_s - time.time()))
        server.thaw()
        took_s, _ = goes_on(reader)
        assert took_s < BACK_S
        frames = some(reader, 5)
        assert reader.health().state is CameraState.LIVE
        # Whether stamps hide the pause is known a second later.
        while abs(frames[-1].time_s - time.time()) > 0.5:
            assert len(frames) < 20
            frames += some(reader, 1)
        assert all(b.time_s > a.time_s for a, b in itertools.pairwise(frames))


@pytest.mark.parametrize(
    ("codec", "size"), [("libx264", (192, 144)), ("libx265", (320, 240))], ids=["size", "codec"]
)
def test_back_with_another_stream(
    folder: Path, tmp_path: Path, codec: str, size: tuple[int, int]
) -> None:
    make_clip(tmp_path / "cam.mp4", seconds=4)
    other = make_clip(tmp_path / "other.mp4", seconds=4, codec=codec, size=size)
    with RtspServer(tmp_path) as server, reading(server.url("cam.mp4")) as reader:
        some(reader, 3)
        server.kill()
        other.replace(tmp_path / "cam.mp4")
        server.start()
        took_s, frame = goes_on(reader)
        assert took_s < BACK_S
        assert (frame.size.width, frame.size.height) == size
        assert frame.discontinuity
        assert reader.health().codec == {"libx264": "h264", "libx265": "hevc"}[codec]
        assert frame.bgr(SMALL).shape == (72, 96, 3)


@contextmanager
def babbling(port: int, preface: bytes = b"") -> Iterator[None]:
    """A server that sends random bytes to whoever connects, after a polite beginning."""
    stop = threading.Event()
    listener = socket.create_server((HOST, port))
    listener.settimeout(0.1)

    def babble(client: socket.socket) -> None:
        with client:
            client.settimeout(1)
            try:
                client.sendall(preface)
                while not stop.is_set():
                    client.sendall(os.urandom(4000))
                    time.sleep(0.01)
            except OSError:
                return

    def accept() -> None:
        while not stop.is_set():
            try:
                client, _ = listener.accept()
            except TimeoutError:
                continue
            threading.Thread(target=babble, args=(client,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        listener.close()


@pytest.mark.parametrize("preface", [b"", b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n"], ids=["raw", "polite"])
def test_garbage(folder: Path, preface: bytes) -> None:
    server = RtspServer(folder).start()
    with reading(server.url("cam.mp4")) as reader:
        some(reader, 2)
        server.kill()
        with babbling(server.port, preface):
            time.sleep(1.5)
            assert is_in(reader, CameraState.LOST)
            assert reader.take(0) is None or reader.take(0.3) is None
        server.start()
        try:
            took_s, frame = goes_on(reader)
            assert took_s < BACK_S
            assert frame.discontinuity
        finally:
            server.stop()


def test_a_silent_server_is_left_and_its_successor_found(folder: Path) -> None:
    """Something accepts connections and never says a word."""
    port = free_port()
    mute = socket.create_server((HOST, port))
    server = RtspServer(folder, port)
    with reading(server.url("cam.mp4")) as reader:
        time.sleep(1)
        assert is_in(reader, CameraState.CONNECTING, CameraState.LOST)
        mute.close()
        server.start()
        try:
            took_s, _ = goes_on(reader, 7)
            assert took_s < BACK_S
        finally:
            server.stop()


def test_a_mute_camera_is_told_as_a_timeout() -> None:
    with socket.create_server((HOST, 0)) as mute:
        source = RtspSource(f"rtsp://{HOST}:{mute.getsockname()[1]}/x")
        with pytest.raises(VideoError) as caught, open_live(source, 0.5, probing=False):
            pass
    assert caught.value.fault.kind is FaultKind.TIMEOUT


def test_the_end_of_a_live_stream_is_a_loss(server: RtspServer) -> None:
    with reading(server.url("once.mp4", plays=1), rate=None) as reader:
        seen = [some(reader, 1)[0]]
        end_s = time.monotonic() + 2.5
        while time.monotonic() < end_s:
            if (frame := reader.take(0.2)) is not None:
                seen.append(frame)
        assert reader.health().reconnects >= 1
        assert sum(frame.discontinuity for frame in seen) == reader.health().reconnects + 1


def test_the_sub_stream_is_preferred_and_the_main_one_the_way_out(server: RtspServer) -> None:
    with reading(server.url("cam.mp4"), sub=server.url("hevc.mp4")) as reader:
        some(reader, 1)
        assert reader.health().codec == "hevc"
    with reading(server.url("cam.mp4"), sub=server.url("missing.mp4")) as reader:
        start_s = time.monotonic()
        some(reader, 1)
        assert time.monotonic() - start_s < 2
        assert reader.health().codec == "h264"


def test_faults_are_told_in_plain_words(server: RtspServer) -> None:
    cases = [
        (server.url("missing.mp4", user="admin:hunter2"), FaultKind.NO_SUCH_STREAM),
        (f"rtsp://admin:hunter2@{HOST}:{free_port()}/main", FaultKind.REFUSED),
    ]
    for url, kind in cases:
        with reading(url) as reader:
            wait_until(lambda: is_in(reader, CameraState.LOST), 5)
            assert reader.health().reason == Fault(kind).message
            assert "hunter2" not in repr(reader.health())


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"401 Unauthorized", FaultKind.PASSWORD),
        (b"403 Forbidden", FaultKind.FORBIDDEN),
        (b"453 Not Enough Bandwidth", FaultKind.BUSY),
    ],
)
def test_a_refusal_is_told(answer: bytes, kind: FaultKind) -> None:
    challenge = b'WWW-Authenticate: Digest realm="c", nonce="1"\r\n'
    stop = threading.Event()

    def refuse() -> None:
        while not stop.is_set():
            try:
                client, _ = listener.accept()
            except OSError:
                continue
            with client:
                client.settimeout(1)
                number = 0
                while data := client.recv(4000):
                    number = int(data.split(b"CSeq: ")[1].split(b"\r\n")[0])
                    head = b"RTSP/1.0 %s\r\nCSeq: %d\r\n" % (answer, number)
                    client.sendall(head + challenge + b"\r\n")

    with socket.create_server((HOST, 0)) as listener:
        listener.settimeout(0.1)
        thread = threading.Thread(target=refuse, daemon=True)
        thread.start()
        url = f"rtsp://admin:hunter2@{HOST}:{listener.getsockname()[1]}/main"
        with reading(url) as reader:
            wait_until(lambda: is_in(reader, CameraState.LOST), 5)
            assert reader.health().reason == Fault(kind).message
            assert "hunter2" not in repr(reader.health())
        stop.set()
        thread.join()


def test_stop_is_quick_even_when_the_server_is_frozen(folder: Path) -> None:
    with RtspServer(folder) as server:
        with reading(server.url("cam.mp4")) as reader:
            some(reader, 2)
            server.freeze()
            start_s = time.monotonic()
        assert time.monotonic() - start_s < 3.5
