"""What decoding and detecting cost on this machine, measured in seconds on a drawn clip.

The clip is made in memory: a noisy texture with moving blocks, coded at a street camera's bit
rate. It shows nobody, and nothing is written.
"""

import io
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import av
import numpy as np
import numpy.typing as npt
from av.codec.codec import UnknownCodecError
from av.video.frame import VideoFrame

from parvis.values.frame import FrameSize
from parvis.video.frame import Frame, Scaler
from parvis.vision.detect import Detector

FPS: Final = 25
_SECONDS: Final = 2
_BLOCKS: Final = 12
_WARM_UP: Final = 5
_DETECTING_S: Final = 1.5


class NoEncoderError(Exception):
    """FFmpeg was built without the H.264 encoder: there is nothing to measure decoding on."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A kind of stream that cameras send.

    Args:
        name: as people call it.
        size: of its pictures.
        bit_rate: bits a second.
    """

    name: str
    size: FrameSize
    bit_rate: int


MAIN: Final = Stream("1080p", FrameSize(1920, 1080), 4_000_000)
SUB: Final = Stream("640×360", FrameSize(640, 360), 500_000)


def drawn_clip(stream: Stream) -> bytes:
    """Two seconds of H.264 at 25 frames a second, one key frame, no B-frames.

    Raises:
        NoEncoderError: this FFmpeg cannot write H.264.
    """
    written = io.BytesIO()
    options = {"preset": "veryfast", "bf": "0"}
    with av.open(written, "w", format="mpegts") as container:
        try:
            out = container.add_stream("libx264", rate=FPS, options=options)
        except UnknownCodecError:
            raise NoEncoderError("this FFmpeg has no H.264 encoder") from None
        out.width, out.height, out.pix_fmt = stream.size.width, stream.size.height, "yuv420p"
        out.bit_rate, out.gop_size = stream.bit_rate, FPS * _SECONDS
        for number, picture in enumerate(_pictures(stream.size)):
            frame = VideoFrame.from_ndarray(picture, format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(out.encode(frame))
        container.mux(out.encode(None))
    return written.getvalue()


def decode_ms(clip: bytes) -> float:
    """CPU milliseconds to decode one frame of a clip on one thread, as a worker does."""
    began_s = time.process_time()
    count = sum(1 for _ in _decoded(clip))
    return (time.process_time() - began_s) / count * 1000


def detect_ms(detector: Detector, clip: bytes) -> float:
    """CPU milliseconds to scale one frame of a clip and detect in it, over a second or two."""
    scaler = Scaler()
    frames = [
        Frame(picture, scaler, time_s=index / FPS, index=index, discontinuity=index == 0)
        for index, picture in enumerate(itertools.islice(_decoded(clip), _WARM_UP))
    ]
    for frame in frames:
        detector.detect(frame)
    began_s, began_cpu_s, count = time.perf_counter(), time.process_time(), 0
    while time.perf_counter() - began_s < _DETECTING_S:
        detector.detect(frames[count % len(frames)])
        count += 1
    return (time.process_time() - began_cpu_s) / count * 1000


def _decoded(clip: bytes) -> Iterator[VideoFrame]:
    with av.open(io.BytesIO(clip), "r") as container:
        video = container.streams.video[0]
        video.codec_context.thread_type = "NONE"
        yield from container.decode(video)


def _pictures(size: FrameSize) -> Iterator[npt.NDArray[np.uint8]]:
    """Planar YUV 4:2:0 pictures, shape (height * 3 / 2, width)."""
    dice = np.random.default_rng(7)
    width, height = size.width, size.height
    coarse = dice.integers(60, 180, (-(-height // 24), -(-width // 24)), dtype=np.uint8)
    still = np.kron(coarse, np.ones((24, 24), dtype=np.uint8))[:height, :width]
    noises = [dice.integers(0, 6, (height, width), dtype=np.uint8) for _ in range(4)]
    tall, wide = height // 8, width // 20
    tops = dice.integers(0, height - tall, _BLOCKS)
    lefts = dice.integers(0, width - wide, _BLOCKS)
    steps = dice.integers(-8, 9, _BLOCKS)
    for number in range(FPS * _SECONDS):
        picture = np.full((height * 3 // 2, width), 128, dtype=np.uint8)
        picture[:height] = still + noises[number % len(noises)]
        for top, left, step in zip(tops, lefts, steps, strict=True):
            at = int(left + step * number) % (width - wide)
            picture[top : top + tall, at : at + wide] = 40 + int(top) % 150
        yield picture
