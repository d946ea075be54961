"""Clips for benchmarks, made from the staged PETS scene: sizes, codecs, busy and quiet."""

from fractions import Fraction
from pathlib import Path

import av

SECONDS = 79
FPS = 25


def make(source: Path, target: Path, codec: str, width: int, height: int, *, quiet: bool) -> None:
    """Write the scene at 25 frames a second as a camera would (no B-frames, a key every 2 s).

    A quiet clip goes on for four seconds of every 20 s, and stands still in the others.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    rate = "4M" if width > 1000 else "800k"
    partial = target.with_suffix(".partial.mp4")
    with av.open(str(source)) as reader, av.open(str(partial), "w", format="mp4") as writer:
        out = writer.add_stream(codec, rate=FPS)
        out.width, out.height, out.pix_fmt = width, height, "yuv420p"
        out.codec_context.gop_size = 2 * FPS
        out.codec_context.bit_rate = 4_000_000 if rate == "4M" else 800_000
        quieter = {"x265-params": "log-level=error:bframes=0"} if codec == "libx265" else {}
        out.codec_context.options = {"preset": "veryfast", "bf": "0", **quieter}
        pictures = reader.decode(video=0)
        shown, number, played = None, -1, 0
        for count in range(SECONDS * FPS):
            held = quiet and (count // FPS) % 20 >= 4
            while not held and number < played * 10 // FPS:
                shown, number = next(pictures).reformat(width, height, "yuv420p"), number + 1
            played += not held
            assert shown is not None
            frame = shown.reformat(format="yuv420p")
            frame.pts, frame.time_base = count, Fraction(1, FPS)
            writer.mux(out.encode(frame))
        writer.mux(out.encode(None))
    partial.replace(target)
