"""A kept view outlives a worker, and only the camera that it belongs to believes it."""

import os
import time
from pathlib import Path

import numpy as np
import pytest

from parvis.fleet import views
from parvis.fleet.views import KeptView
from parvis.site.shapes import Camera
from parvis.vision.gate import GATE_SIZE
from parvis.vision.scene import SceneMemory

CAMERA = Camera.model_validate({"label": "Quai", "source": "rtsp://camera/quai"})
NOW_S = 1_700_000_000.0


def memory() -> SceneMemory:
    shape = (2, GATE_SIZE.height, GATE_SIZE.width)
    numbers = np.random.default_rng(1).integers(-127, 128, shape)
    return SceneMemory(numbers.astype(np.int8), 21.5)


def test_what_is_kept_is_read_by_the_next_worker(tmp_path: Path) -> None:
    path = tmp_path / "views" / "quai.npz"
    kept = memory()
    KeptView(path, CAMERA).save(kept, NOW_S)
    again = KeptView(path, CAMERA.model_copy(update={"label": "Le quai"})).load(NOW_S + 60)
    assert again is not None
    assert np.array_equal(again.directions, kept.directions)
    assert again.energy == kept.energy
    assert path.stat().st_mode & 0o077 == 0
    assert [one.name for one in path.parent.iterdir()] == ["quai.npz"]


@pytest.mark.parametrize(
    ("change", "later_s"),
    [
        ({"source": "rtsp://camera/other"}, 60.0),
        ({"masks": (((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)),)}, 60.0),
        ({}, views.LASTS_S + 1),
        ({}, -60.0),
    ],
)
def test_what_does_not_hold_any_more_is_not_believed(
    change: dict[str, object], later_s: float, tmp_path: Path
) -> None:
    path = tmp_path / "quai.npz"
    KeptView(path, CAMERA).save(memory(), NOW_S)
    other = CAMERA.model_copy(update=change)
    assert KeptView(path, other).load(NOW_S + later_s) is None


@pytest.mark.parametrize("body", [b"", b"nonsense", b"PK\x03\x04 cut off"])
def test_a_broken_file_is_learnt_anew(body: bytes, tmp_path: Path) -> None:
    path = tmp_path / "quai.npz"
    assert KeptView(path, CAMERA).load(NOW_S) is None
    path.write_bytes(body)
    assert KeptView(path, CAMERA).load(NOW_S) is None


def test_a_technicians_word_reaches_the_running_worker_once_and_the_next_one(
    tmp_path: Path,
) -> None:
    path = tmp_path / "quai.npz"
    running = KeptView(path, CAMERA)
    running.save(memory(), NOW_S)
    assert not running.newly_accepted()
    time.sleep(0.02)
    views.accept(path)
    assert running.newly_accepted()
    assert not running.newly_accepted()
    # A worker that was down meanwhile does not go back to the view of before.
    assert KeptView(path, CAMERA).load(NOW_S) is None
    running.save(memory(), NOW_S)
    later_ns = time.time_ns() + 10_000_000
    os.utime(path, ns=(later_ns, later_ns))
    assert KeptView(path, CAMERA).load(NOW_S) is not None
