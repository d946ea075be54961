"""Clips for benchmarks, made from the staged PETS scene: sizes, codecs, busy and quiet."""

from fractions import Fraction
from pathlib import Path

import av

SECONDS = 79
FPS = 25
SCENE_FPS = 10

BLOCK_S, PLAYED_S = 20, 4
"""A quiet clip goes on for the first seconds of each block and stands still in the others."""


def make(
    source: Path,
    target: Path,
    codec: str,
    width: int,
    height: int,
    *,
    quiet: bool,
    bit_rate: int | None = None,
    key_every_s: int = 2,
) -> None:
    """Write the scene at 25 frames a second as a camera would: no B-frames, bits rationed.

    Args:
        quiet: stand still for four fifths of the time.
        bit_rate: bits a second; what is usual for the size by default.
        key_every_s: from key frame to key frame.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial.mp4")
    with av.open(str(source)) as reader, av.open(str(partial), "w", format="mp4") as writer:
        out = writer.add_stream(codec, rate=FPS)
        out.width, out.height, out.pix_fmt = width, height, "yuv420p"
        out.codec_context.gop_size = key_every_s * FPS
        out.codec_context.bit_rate = bit_rate or (4_000_000 if width > 1000 else 800_000)
        quieter = {"x265-params": "log-level=error:bframes=0"} if codec == "libx265" else {}
        out.codec_context.options = {"preset": "veryfast", "bf": "0", **quieter}
        pictures = reader.decode(video=0)
        shown, number, played = None, -1, 0
        for count in range(SECONDS * FPS):
            held = quiet and (count // FPS) % BLOCK_S >= PLAYED_S
            while not held and number < played * SCENE_FPS // FPS:
                shown, number = next(pictures).reformat(width, height, "yuv420p"), number + 1
            played += not held
            assert shown is not None
            frame = shown.reformat(format="yuv420p")
            frame.pts, frame.time_base = count, Fraction(1, FPS)
            writer.mux(out.encode(frame))
        writer.mux(out.encode(None))
    partial.replace(target)


def shown_at_s(scene_s: float, *, quiet: bool) -> float | None:
    """When a clip shows that moment of the scene; None for one that it does not come to."""
    block, within_s = divmod(scene_s, PLAYED_S)
    clip_s = block * BLOCK_S + within_s if quiet else scene_s
    return clip_s if clip_s < SECONDS else None
