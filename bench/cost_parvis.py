"""CPU seconds of Parvis on one clip, and of its floor: decoding alone plus the inferences done."""

import json
import sys
import time
from pathlib import Path

from parvis.fleet.analysis import analyze_videos
from parvis.site import load
from parvis.video.files import FileReader
from parvis.video.opening import open_file
from parvis.video.shots import Shots
from parvis.video.sources import FileSource
from parvis.vision import detect

FRAMES = 55
"""Held whole in memory: 3 MB each at 1080p."""

CAMERA = (
    load(Path(__file__).parent / "sites" / "pets.yaml")
    .site.cameras["pets"]
    .model_copy(
        update={"ground": None}  # counting, as the peer does it
    )
)


def main() -> None:
    """Print one JSON object."""
    clip, rate = Path(sys.argv[1]), float(sys.argv[2])
    camera = CAMERA.model_copy(update={"rate": rate, "model": sys.argv[3]})
    detector = detect.load(camera.model)
    reader = FileReader(FileSource((clip,)), rate, 0.0)
    # Each is detected once: a frame keeps what was scaled of it.
    frames = [frame for _ in range(FRAMES) if (frame := reader.take()) is not None]
    for frame in frames[:5]:
        detector.detect(frame)
    reader.stop()
    began_s = time.process_time()
    found = analyze_videos("pets", camera, (clip,), detector, start_s=0.0, tell=lambda _: None)
    whole_s = time.process_time() - began_s

    began_s = time.process_time()
    with open_file(clip) as opened:
        for _ in Shots(opened):
            pass
    decode_s = time.process_time() - began_s
    began_s = time.process_time()
    for frame in frames[5:]:
        detector.detect(frame)
    infer_s = (time.process_time() - began_s) / len(frames[5:]) * found.inferred
    said = {
        "cpu_s": whole_s,
        "decode_s": decode_s,
        "infer_s": infer_s,
        "inferred": found.inferred,
        "stages": found.cpu_s,
        "crossings": [[c.time_s, c.line, c.direction] for c in found.crossings],
    }
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
