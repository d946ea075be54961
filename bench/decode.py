"""CPU milliseconds per source frame: Parvis' readers beside OpenCV's, on the same clips, now.

    python bench/decode.py [--seconds 8] [--rate 5]

The clips are drawn into a temporary folder: textured, with moving blocks and sensor noise, coded
at the bit rates of street cameras. Every figure is the process's CPU time (all threads) divided by
the frames of the clip, best of two runs, alternating.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt

from parvis.values.frame import FrameSize
from parvis.video import FileReader, FileSource

FPS = 25
GATE = FrameSize(160, 90)
MODEL = FrameSize(448, 256)


@dataclass(frozen=True)
class Clip:
    name: str
    codec: str
    width: int
    height: int
    bit_rate: int
    b_frames: int = 0


CLIPS = (
    Clip("1080p H.264", "libx264", 1920, 1080, 4_000_000),
    Clip("1080p H.264 with B-frames", "libx264", 1920, 1080, 4_000_000, 2),
    Clip("1080p H.265", "libx265", 1920, 1080, 2_500_000),
    Clip("640x360 H.264", "libx264", 640, 360, 500_000),
)


def street(width: int, height: int, count: int) -> Iterator[npt.NDArray[np.uint8]]:
    """A still textured scene with twelve moving blocks and a little noise, BGR."""
    chance = np.random.default_rng(7)
    coarse = chance.integers(60, 190, (height // 24, width // 24, 3), dtype=np.uint8)
    still = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    fine = chance.integers(-12, 12, (height, width, 1))
    still = np.clip(still.astype(int) + fine, 0, 255).astype(np.uint8)
    noises = [chance.integers(0, 4, (height, width, 1), dtype=np.uint8) for _ in range(6)]
    lanes = chance.integers(0, height - height // 8, 12)
    speeds = chance.integers(-8, 9, 12) * width // 1920
    starts = chance.integers(0, width, 12)
    for number in range(count):
        picture = still + noises[number % len(noises)]
        for lane, speed, start in zip(lanes, speeds, starts, strict=True):
            x = int(start + speed * number) % (width - width // 20)
            picture[lane : lane + height // 8, x : x + width // 20] = (lane % 200, 90, start % 250)
        yield picture


def write(clip: Clip, path: Path, seconds: float) -> int:
    """Code the clip; return its number of frames."""
    options = {"preset": "veryfast"}
    if clip.codec == "libx265":
        options = {"preset": "ultrafast", "x265-params": "log-level=none:keyint=50:bframes=0"}
    count = int(seconds * FPS)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(clip.codec, rate=Fraction(FPS), options=options)
        stream.width, stream.height, stream.pix_fmt = clip.width, clip.height, "yuv420p"
        stream.bit_rate, stream.gop_size = clip.bit_rate, 50
        stream.codec_context.max_b_frames = clip.b_frames
        for picture in street(clip.width, clip.height, count):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return count


def decode_alone(path: Path, skip: str = "DEFAULT") -> None:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_type = "NONE"
        stream.codec_context.skip_frame = skip  # type: ignore[assignment]
        for _ in container.decode(stream):
            pass


def parvis(path: Path, rate: float | None, *sizes: str) -> None:
    reader = FileReader(FileSource((path,)), rate, start_s=0.0)
    while (frame := reader.take()) is not None:
        if "luma" in sizes:
            frame.luma(GATE)
        if "bgr" in sizes:
            frame.bgr(MODEL)


def opencv(path: Path, every: int, shrink: int) -> None:
    """Read every frame; of one in ``shrink`` (0: none) make the model's input."""
    capture = cv2.VideoCapture(str(path))
    number = 0
    while True:
        if number % every:
            if not capture.grab():
                break
        else:
            ok, picture = capture.read()
            if not ok:
                break
            if shrink and number % shrink == 0:
                cv2.resize(picture, (MODEL.width, MODEL.height))
        number += 1
    capture.release()


def cpu_ms(work: Callable[[], None], frames: int) -> float:
    start_s = time.process_time()
    work()
    return (time.process_time() - start_s) / frames * 1000


def paths_of(path: Path, rate: float) -> dict[str, Callable[[], None]]:
    every = max(1, round(FPS / rate))
    return {
        "decode alone (PyAV, one thread)": lambda: decode_alone(path),
        "decode alone, NONREF skipped": lambda: decode_alone(path, "NONREF"),
        "decode alone, key frames only": lambda: decode_alone(path, "NONKEY"),
        f"Parvis, {rate:g} fps handed on": lambda: parvis(path, rate),
        f"Parvis, {rate:g} fps, luma 160x90": lambda: parvis(path, rate, "luma"),
        f"Parvis, {rate:g} fps, luma + BGR 448x256": lambda: parvis(path, rate, "luma", "bgr"),
        "Parvis, every frame, luma + BGR": lambda: parvis(path, None, "luma", "bgr"),
        "cv2.VideoCapture.read": lambda: opencv(path, 1, 0),
        f"cv2 grab, read + resize at {rate:g} fps": lambda: opencv(path, every, every),
        f"cv2 read, resize at {rate:g} fps": lambda: opencv(path, 1, every),
        "cv2 read + resize every frame": lambda: opencv(path, 1, 1),
    }


def measure(seconds: float, rate: float) -> dict[str, dict[str, float]]:
    """CPU ms per source frame, by clip and path."""
    table: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for clip in CLIPS:
            path = Path(folder) / f"{clip.name.replace(' ', '-')}.mp4"
            frames = write(clip, path, seconds)
            row = table[clip.name] = {}
            for _ in range(2):
                for name, work in paths_of(path, rate).items():
                    row[name] = min(row.get(name, 1e9), cpu_ms(work, frames))
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--rate", type=float, default=5.0)
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    table = measure(asked.seconds, asked.rate)
    names = list(next(iter(table.values())))
    print("CPU ms per source frame | " + " | ".join(table))
    print("--- |" + " ---: |" * len(table))
    for name in names:
        print(f"{name} | " + " | ".join(f"{row[name]:.2f}" for row in table.values()))


if __name__ == "__main__":
    main()
