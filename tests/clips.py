"""Small drawn clips whose frames carry their own number, written with PyAV."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

BITS = 12
"""Frame numbers are drawn as this many black or white cells along the lower edge."""


def draw(number: int, width: int, height: int) -> npt.NDArray[np.uint8]:
    """A BGR picture: a grey gradient, a moving bright block, and its number in binary."""
    picture = np.empty((height, width, 3), dtype=np.uint8)
    picture[:] = np.linspace(60, 160, width, dtype=np.uint8)[None, :, None]
    x = (number * 4) % max(1, width - width // 8)
    picture[height // 3 : height // 2, x : x + width // 8] = (40, 200, 220)
    cell, top = width // BITS, height - height // 6
    for bit in range(BITS):
        value = 235 if number >> bit & 1 else 20
        picture[top:, bit * cell : (bit + 1) * cell] = value
    return picture


def read_number(luma: npt.NDArray[np.uint8]) -> int:
    """The number drawn into a frame, from its luma at any size."""
    height, width = luma.shape
    row = luma[int(height * 0.93)]
    cell = (width * (1 - (width % BITS) / width)) / BITS if width >= 96 else width / BITS
    return sum(1 << bit for bit in range(BITS) if row[int((bit + 0.5) * cell)] > 128)


def make_clip(
    path: Path,
    *,
    codec: str = "libx264",
    size: tuple[int, int] = (320, 240),
    fps: int = 25,
    seconds: float = 2.0,
    gop: int = 25,
    b_frames: int = 0,
    pixels: str = "yuv420p",
    first_number: int = 0,
    timestamps: list[int] | None = None,
) -> Path:
    """Write a clip and return its path.

    Args:
        path: the suffix chooses the container.
        timestamps: presentation times in milliseconds, one a frame, instead of the regular ones.
    """
    quiet = {"libx264": {"preset": "ultrafast"}, "libx265": {"preset": "ultrafast"}}
    options = dict(quiet.get(codec, {}))
    if codec == "libx265":
        options["x265-params"] = f"log-level=none:keyint={gop}:bframes={b_frames}:pools=1"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=fps, options=options)
        stream.width, stream.height = size
        stream.pix_fmt = pixels
        stream.gop_size = gop
        stream.codec_context.max_b_frames = b_frames
        stream.codec_context.thread_count = 1
        if timestamps is not None:
            stream.codec_context.time_base = Fraction(1, 1000)
        for offset, picture in enumerate(_pictures(first_number, int(fps * seconds), size)):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            if timestamps is not None:
                frame.pts, frame.time_base = timestamps[offset], Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _pictures(first: int, count: int, size: tuple[int, int]) -> Iterator[npt.NDArray[np.uint8]]:
    for number in range(first, first + count):
        yield draw(number, *size)
