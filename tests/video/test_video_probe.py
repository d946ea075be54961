"""Trying a source once."""

import socket
import time
from pathlib import Path

import pytest

from clips import make_clip
from parvis.values.frame import FrameSize
from parvis.video import FaultKind, parse_source, probe
from rtsp import HOST, RtspServer, free_port

pytestmark = pytest.mark.machine


def test_what_a_stream_is(tmp_path: Path) -> None:
    make_clip(tmp_path / "a.mp4", seconds=3, gop=20)
    with RtspServer(tmp_path) as server:
        found = probe(parse_source(server.url("a.mp4")))
        assert found.ok
        assert (found.codec, found.size) == ("h264", FrameSize(320, 240))
        assert found.fps == pytest.approx(25, abs=0.5)
        assert found.key_interval_s == pytest.approx(0.8, abs=0.05)
        assert found.first_frame_s is not None
        assert found.first_frame_s < 1.5
        assert not found.b_frames
        missing = probe(parse_source(server.url("b.mp4")))
        assert missing.fault is not None
        assert missing.fault.kind is FaultKind.NO_SUCH_STREAM
        assert missing.fault.remedy


@pytest.mark.parametrize(
    ("codec", "pixels", "b_frames"),
    [("libx264", "yuv420p", 2), ("libx265", "yuv420p", 0), ("mjpeg", "yuvj420p", 0)],
)
def test_what_a_file_is(tmp_path: Path, codec: str, pixels: str, b_frames: int) -> None:
    clip = make_clip(tmp_path / "a.mkv", codec=codec, pixels=pixels, b_frames=b_frames, fps=10)
    found = probe(parse_source(str(clip)))
    assert found.fps == pytest.approx(10, abs=0.1)
    assert found.b_frames == (b_frames > 0)


def test_a_mute_server_does_not_hold_the_caller() -> None:
    port = free_port()
    with socket.create_server((HOST, port)):
        start_s = time.monotonic()
        found = probe(parse_source(f"rtsp://{HOST}:{port}/x"), 1.0)
        assert time.monotonic() - start_s < 1.5
    assert found.fault is not None
    assert found.fault.kind is FaultKind.TIMEOUT


def test_an_unknown_name_is_told() -> None:
    found = probe(parse_source("rtsp://no-such-camera.invalid/x"), 5)
    assert found.fault is not None
    assert found.fault.kind is FaultKind.UNKNOWN_HOST
