"""What few bits and no deblocking do to the counts: the PETS scene at two bit rates, as Markdown.

    python bench/low_bitrate.py

Parvis decodes without the deblocking filter (``skip_loop_filter`` in parvis.video.opening). Until
the next key frame, what it leaves out adds up: most where bits are few and key frames far apart.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import av
import numpy as np
from accuracy import HERE, TRUTH, VIDEO

import clips
from parvis.fleet.evaluate import Names, evaluate_counts
from parvis.site import load

SITE = HERE / "sites" / "pets.yaml"
CASES = ((4_000_000, 2), (700_000, 10))
"""Bits a second, and seconds from key frame to key frame."""

_DEBLOCKED = (
    "import parvis.video.opening as opening; from parvis.cli import app; "
    "opening._DECODER.clear(); app()"
)


def counted(clip: Path, out: Path, *, deblocked: bool) -> str:
    """False and missed crossings on the two clear lines and on all three, as two cells."""
    start = ["-c", _DEBLOCKED] if deblocked else ["-m", "parvis"]
    command = [sys.executable, *start, "analyze", str(clip), "--site", str(SITE)]
    subprocess.run([*command, "--out", str(out), "--events"], check=True, capture_output=True)
    names = Names.of(load(SITE).site.cameras["pets"])
    found = evaluate_counts(out / "crossings.csv", TRUTH, names, clips.SCENE_FPS, 1.0)
    clear = [group for group in found.groups if group.line != "diag_road"]
    return (
        f"{sum(g.false for g in clear)} + {sum(g.missed for g in clear)} "
        f"| {found.false} + {found.missed}"
    )


def lumas(clip: Path, **options: str) -> Iterator[np.ndarray]:
    """Grey levels of two frames a second."""
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        stream.codec_context.options = options
        for number, frame in enumerate(container.decode(stream)):
            if number % (clips.FPS // 2) == 0:
                yield frame.to_ndarray(format="gray").astype(np.int16)


def drift(clip: Path) -> float:
    """Mean difference of grey levels with and without deblocking, of 255."""
    both = zip_longest(lumas(clip), lumas(clip, skip_loop_filter="all"))
    return float(np.mean([np.abs(a - b).mean() for a, b in both]))


def main() -> None:
    """Print the table."""
    print("| Mbit/s, key frame every | deblocked | grey levels off | two clear lines | all three |")
    print("| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for bit_rate, key_every_s in CASES:
            clip = folder / f"{bit_rate}.mp4"
            clips.make(
                VIDEO,
                clip,
                "libx264",
                1920,
                1080,
                quiet=False,
                bit_rate=bit_rate,
                key_every_s=key_every_s,
            )
            name = f"{bit_rate / 1e6:.1f}, {key_every_s} s"
            print(f"| {name} | no | {drift(clip):.1f} | {counted(clip, folder, deblocked=False)} |")
            print(f"| {name} | yes | 0 | {counted(clip, folder, deblocked=True)} |")
    print()


if __name__ == "__main__":
    main()
