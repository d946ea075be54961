"""CPU seconds of Parvis on one clip, and of its floor: decoding alone plus the inferences done."""

import json
import sys
import time
from pathlib import Path

from parvis.fleet.analysis import analyze_videos
from parvis.site import load
from parvis.video.files import FileReader
from parvis.video.sources import FileSource
from parvis.vision import detect

CAMERA = load(Path(__file__).parent / "sites" / "pets.yaml").site.cameras["pets"]


def main() -> None:
    """Print one JSON object."""
    clip, rate = Path(sys.argv[1]), float(sys.argv[2])
    camera = CAMERA.model_copy(update={"rate": rate, "model": sys.argv[3]})
    detector = detect.load(camera.model)
    reader = FileReader(FileSource((clip,)), rate, 0.0)
    first = reader.take()
    assert first is not None
    for _ in range(5):
        detector.detect(first)
    reader.stop()
    began_s = time.process_time()
    found = analyze_videos("pets", camera, (clip,), detector, start_s=0.0, tell=lambda _: None)
    whole_s = time.process_time() - began_s

    began_s = time.process_time()
    alone = FileReader(FileSource((clip,)), 0.02, 0.0)
    while alone.take() is not None:
        pass
    decode_s = time.process_time() - began_s
    began_s = time.process_time()
    for _ in range(100):
        detector.detect(first)
    infer_s = (time.process_time() - began_s) / 100 * found.inferred
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
