"""A set-up session on one camera: a process of its own, beside the counting workers.

It speaks JSON lines. In: the camera, then shapes to try, whenever they change. Out: one blurred
still, then what is seen of each frame. It ends with its standard input. Nothing it sees is counted
or kept.
"""

import argparse
import base64
import json
import os
import queue
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from parvis.fleet.camera_loop import dots
from parvis.fleet.failures import MODEL_FAILURES, SOURCE_FAILURES
from parvis.fleet.logs import set_up_logs
from parvis.fleet.memory import keep_to_itself
from parvis.fleet.observing import classes_of, observers_for
from parvis.fleet.parent import die_with_parent
from parvis.fleet.pipeline import Moment, Pipeline
from parvis.fleet.sources import open_reader
from parvis.fleet.stage_clock import StageClock
from parvis.site import load, redact
from parvis.site.shapes import Camera
from parvis.values.frame import FrameSize, FrameView
from parvis.values.live import CameraState
from parvis.vision import detect
from parvis.vision.blur import blurred_still
from parvis.vision.detect import Detector
from parvis.vision.masks import MaskedView, Masks

_FIRST_FRAME_S = 20.0


class Trial:
    """Tries a camera with shapes that may change at any moment.

    Args:
        name: the camera's name.
        camera: its draft.
        detector: shared with nobody here.
    """

    def __init__(self, name: str, camera: Camera, detector: Detector) -> None:
        self._name = name
        self._detector = detector
        self._totals: Counter[tuple[str, int, str]] = Counter()
        self._try(camera)

    def _try(self, camera: Camera) -> None:
        self.camera = camera
        self._totals.clear()
        classes = classes_of(camera, self._detector.model)
        self._pipeline = Pipeline(
            camera,
            self._detector,
            observers_for(self._name, camera, "trial", classes),
            StageClock(),
        )

    def shapes(self, said: Mapping[str, Any]) -> None:
        """Try other masks, lines and zones from the next frame on."""
        self._try(Camera.model_validate(self.camera.model_dump(mode="json") | dict(said)))

    def step(self, frame: FrameView) -> dict[str, Any]:
        """What is seen of one frame, ready to be sent."""
        moment = self._pipeline.step(frame)
        if self._pipeline.observers is not None:
            self._pipeline.observers.advance(frame.time_s)  # minutes of a trial go nowhere
        for crossing in moment.crossings:
            self._totals[crossing.line, crossing.direction, crossing.object_class.label] += 1
        return {
            "time_s": frame.time_s,
            "dots": [asdict(dot) for dot in dots(moment, frame.size)],
            "crossings": _crossings(moment, frame.size),
            "totals": [[*key, count] for key, count in self._totals.items()],
            "message": "" if moment.tracks is not None else "moved",
        }


def _crossings(moment: Moment, size: FrameSize) -> list[dict[str, Any]]:
    return [
        {
            "time_s": crossing.time_s,
            "line": crossing.line,
            "direction": crossing.direction,
            "object_class": crossing.object_class.label,
            "x": min(max(crossing.x_px / size.width, 0.0), 1.0),
            "y": min(max(crossing.y_px / size.height, 0.0), 1.0),
        }
        for crossing in moment.crossings
    ]


def say(kind: str, content: Mapping[str, Any]) -> None:
    """Write one line for the hub."""
    sys.stdout.write(json.dumps({"kind": kind, **content}) + "\n")
    sys.stdout.flush()


def _still(frame: FrameView, camera: Camera) -> dict[str, Any]:
    body = blurred_still(MaskedView(frame, Masks(camera.masks)))
    size = frame.size
    return {
        "body": base64.b64encode(body).decode(),
        "media_type": "image/jpeg",
        "width": size.width,
        "height": size.height,
    }


def _listen(orders: "queue.Queue[dict[str, Any] | None]") -> None:
    waiting = b""
    while some := os.read(0, 1 << 16):
        *lines, waiting = (waiting + some).split(b"\n")
        for line in lines:
            orders.put(json.loads(line))
    orders.put(None)


def _run(site: Path, orders: "queue.Queue[dict[str, Any] | None]") -> None:
    first = orders.get()
    if first is None:
        return
    camera = Camera.model_validate(first["camera"])
    loaded = load(site)
    reader = open_reader(camera, lambda source: loaded.address(source, os.environ))
    try:
        began_s = time.monotonic()
        frame = None
        while frame is None:
            frame = reader.take(0.5)
            health = reader.health()
            late = time.monotonic() - began_s > _FIRST_FRAME_S
            if frame is None and (late or (health.state is CameraState.LOST and health.reason)):
                say("failed", {"reason": health.reason or "no picture came in 20 s"})
                return
        say("still", _still(frame, camera))
        trial = Trial(first["name"], camera, detect.load(camera.model))
        while True:
            while not orders.empty():
                order = orders.get()
                if order is None:
                    return
                trial.shapes(order)
            frame = reader.take(0.25)
            if frame is not None:
                say("moment", trial.step(frame))
    finally:
        reader.stop()


def main() -> None:
    """Run one set-up session."""
    parser = argparse.ArgumentParser(description="A set-up session, started by the hub.")
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("site", type=Path)
    asked = parser.parse_args()
    die_with_parent(asked.parent)
    keep_to_itself()
    set_up_logs()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    orders: queue.Queue[dict[str, Any] | None] = queue.Queue()
    threading.Thread(target=_listen, args=(orders,), daemon=True).start()
    try:
        _run(asked.site, orders)
    except (*MODEL_FAILURES, *SOURCE_FAILURES) as error:
        say("failed", {"reason": redact(str(error))})
    except BrokenPipeError:
        pass  # the hub is gone


if __name__ == "__main__":
    main()
