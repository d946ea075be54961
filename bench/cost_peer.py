"""CPU seconds of the peer on one clip: cv2.VideoCapture, the same model file, ByteTrack, LineZone.

    python cost_peer.py CLIP EVERY MODEL grab|read

Runs in the peers' environment. The detector is OpenVINO with one thread, as in Parvis, so that only
what is around it differs. Frames that are not analysed are skipped with ``grab`` (decoded, not
converted: supervision's stride) or with ``read``, the loop that most programs hold.
"""

import json
import sys
import time

import cv2
import numpy as np
import supervision as sv
from trackers import ByteTrackTracker

# OpenVINO tells a web service that it was imported, unless its telemetry is not there.
sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
import openvino as ov  # noqa: E402

SIZE = (448, 256)
LINES = {
    "vertical_x400": ((0.5208333, 0.2083333), (0.5208333, 0.9982639)),
    "vertical_x250": ((0.3255208, 0.2083333), (0.3255208, 0.9982639)),
    "diag_road": ((0.390625, 0.3472222), (0.9895833, 0.5729167)),
}


def main() -> None:
    """Print one JSON object."""
    clip, every, model, skipping = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
    cv2.setNumThreads(1)
    settings = {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1}
    network = ov.Core().compile_model(model, "CPU", settings)
    capture = cv2.VideoCapture(clip, cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
    fps = capture.get(cv2.CAP_PROP_FPS)
    width, height = capture.get(cv2.CAP_PROP_FRAME_WIDTH), capture.get(cv2.CAP_PROP_FRAME_HEIGHT)
    scale = np.array([width, height, width, height])
    tracker = ByteTrackTracker(frame_rate=fps / every)
    zones = {
        name: sv.LineZone(
            start=sv.Point(a[0] * width, a[1] * height),
            end=sv.Point(b[0] * width, b[1] * height),
            triggering_anchors=(sv.Position.BOTTOM_CENTER,),
        )
        for name, (a, b) in LINES.items()
    }
    crossings = []
    number = -1
    began_s = time.process_time()
    while True:
        number += 1
        if number % every:
            skipped = capture.grab() if skipping == "grab" else capture.read()[0]
            if not skipped:
                break
            continue
        read, picture = capture.read()
        if not read:
            break
        small = cv2.resize(picture, SIZE).transpose(2, 0, 1)[None]
        result = network(small.astype(np.float32))
        boxes, labels = result["boxes"], result["labels"]
        sure = (boxes[:, 4] >= 0.26) & (labels == 1)
        detections = sv.Detections(
            xyxy=boxes[sure, :4] / np.array([*SIZE, *SIZE]) * scale,
            confidence=boxes[sure, 4],
            class_id=labels[sure].astype(int),
        )
        tracked = tracker.update(detections)
        tracked = tracked[tracked.tracker_id != -1]
        for name, zone in zones.items():
            ins, outs = zone.trigger(tracked)
            crossings += [[number / fps, name, 0]] * int(outs.sum())
            crossings += [[number / fps, name, 1]] * int(ins.sum())
    said = {"cpu_s": time.process_time() - began_s, "crossings": crossings}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
