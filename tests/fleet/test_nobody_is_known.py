"""What leaves a worker tells how many and how, never who."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from parvis.fleet.demo import CAMERA, _write_site
from parvis.fleet.replayed_past import repeated
from parvis.site import load
from parvis.site.shapes import Camera
from parvis.store.wire import encode
from parvis.values.classes import ObjectClass
from parvis.values.frame import FrameSize
from parvis.values.tracks import Tracks

SIZE = FrameSize(768, 576)
PERSON = ObjectClass.from_label("person")


def walked(people: int, seconds: int) -> list[Tracks]:
    """People who walk through the picture and end there, five frames a second."""
    rng = np.random.default_rng(8)
    begins = np.sort(rng.uniform(0, seconds * 0.7, people))
    at, goes = rng.uniform((50, 200), (700, 550), (people, 2)), rng.uniform(-40, 40, (people, 2))
    lasts = rng.uniform(5, 20, people)
    frames = []
    for number in range(seconds * 5):
        now_s = number / 5
        here = np.flatnonzero((begins <= now_s) & (now_s < begins + lasts))
        gone = np.flatnonzero(
            (begins + lasts <= now_s) & (now_s - 0.2 < begins + lasts) & (begins < now_s - 0.2)
        )
        foot = at[here] + goes[here] * (now_s - begins[here, None])
        boxes = np.column_stack((foot - np.array((12, 60)), foot + np.array((12, 0))))
        n = len(here)
        frames.append(
            Tracks(
                now_s,
                here,
                boxes,
                np.full(n, int(PERSON), np.int8),
                np.full(n, 0.9),
                np.ones(n, np.bool_),
                gone,
            )
        )
    return frames


def measured(camera: Camera, tracks: list[Tracks]) -> list[bytes]:
    minutes = repeated(
        CAMERA, camera, tracks, SIZE, "run", classes=(PERSON,), start_s=0.0, end_s=240.0, join_s=10
    )
    return [encode(one) for one in minutes]


@pytest.mark.law(8)
@pytest.mark.law(9)
def test_no_measure_depends_on_who_is_who(tmp_path: Path) -> None:
    camera = load(_write_site(tmp_path, "rtsp://127.0.0.1:1/a.mp4")).site.cameras[CAMERA]
    tracks = walked(80, 200)
    names = np.random.default_rng(9).permutation(100_000)[:80]
    renamed = [replace(one, ids=names[one.ids], ended=names[one.ended]) for one in tracks]
    told = measured(camera, tracks)
    assert told == measured(camera, renamed)
    assert any(b'"crossings"' in one for one in told), "somebody crossed a line"
