"""From detections to crossings: who passes a parked bicycle, and who rides one."""

from collections import Counter

import numpy as np
import pytest

from parvis.fleet.counting import Counting
from parvis.fleet.stage_clock import StageClock
from parvis.measures.observe import CameraObservers
from parvis.site.shapes import Camera
from parvis.values.classes import ObjectClass
from parvis.values.detections import Detections
from parvis.values.events import Crossing
from parvis.values.frame import FrameSize
from parvis.vision.tracker import TrackerSettings

P, B = ObjectClass.PERSON, ObjectClass.BICYCLE
SIZE = FrameSize(1280, 720)
STAND = (576, 408, 721, 538)
"""A bicycle that leans on the line; the boxes are those of a real one."""
CAMERA = Camera.model_validate(
    {
        "label": "Râtelier",
        "source": "rtsp://192.0.2.10/main",
        "lines": {"quai": {"points": [[0.5, 0.1], [0.5, 0.95]]}},
    }
)


def counting() -> Counting:
    def observers(size: FrameSize) -> CameraObservers:
        return CameraObservers("quai", CAMERA, size, run="r", classes=(P, B))

    return Counting((P, B), observers, StageClock(), TrackerSettings())


def seen(*rows: tuple[ObjectClass, tuple[float, ...]]) -> Detections:
    boxes = np.array([box for _, box in rows], dtype=np.float64).reshape(-1, 4)
    return Detections(boxes, np.full(len(rows), 0.9), np.array([c for c, _ in rows], np.int8))


def shifted(box: tuple[float, ...], x: float) -> tuple[float, ...]:
    return (box[0] + x, box[1], box[2] + x, box[3])


def counts(*scenes: list[Detections]) -> Counter[ObjectClass]:
    """Crossings by class of scenes at five frames a second, with a break between two."""
    c, found = counting(), list[Crossing]()
    time_s = 1000.0
    for scene in scenes:
        for detections in scene:
            found += c.take(time_s, SIZE, detections)[1]
            time_s += 0.2
        found += c.break_off("the end")
    return Counter(one.object_class for one in found)


WALKER = (604, 352, 689, 480)
PARKED = [seen((B, STAND))] * 75
"""Fifteen seconds."""
STEPS = [15 * i - 450 for i in range(30)] + [0] * 40 + [15 * i for i in range(30)]
"""Towards the bicycle, eight seconds beside it, and on."""
PASSES = [seen((B, STAND), (P, shifted(WALKER, x))) for x in STEPS]
RIDES = [
    seen((B, STAND), (B, shifted(STAND, 15 * i - 450)), (P, shifted(WALKER, 15 * i - 450)))
    for i in range(60)
]


def test_a_pedestrian_who_stops_at_a_parked_bicycle_is_counted_as_one() -> None:
    assert counts(PARKED + PASSES) == {P: 1}


def test_a_bicycle_stays_parked_over_a_break_of_the_stream() -> None:
    assert counts(PARKED, PASSES) == {P: 1}


@pytest.mark.parametrize("before", [[], PARKED], ids=["empty", "with a parked one"])
def test_a_rider_counts_once_as_a_bicycle(before: list[Detections]) -> None:
    alone = [one.select(np.array([False, True, True])) for one in RIDES]
    assert counts(before + (RIDES if before else alone)) == {B: 1}
