"""From a recording to metres: speeds at a line and density in a zone, by the ground's own truth."""

from pathlib import Path

import numpy as np
import pytest

from parvis.fleet.analysis import analyze_videos
from parvis.fleet.ground_shapes import shapes_on
from parvis.fleet.ground_truth import read_tsai, truth_of_boxes
from parvis.fleet.grounding import GroundWatcher
from parvis.ground.from_site import CameraGround, ground_of
from parvis.measures.ground.observers import GroundObservers
from parvis.measures.ground.voronoi import VoronoiDensity
from parvis.site import load
from parvis.site.fingerprint import ground_fingerprint
from parvis.site.shapes import Camera, Line, Zone
from parvis.values.classes import ObjectClass
from parvis.values.frame import FrameSize
from parvis.values.series import SeriesKind
from parvis.vision import detect
from parvis.vision.models import fetch

SITE = Path(__file__).resolve().parents[2] / "bench" / "sites" / "pets.yaml"
SIZE = FrameSize(768, 576)
SQUARE = ((0.3, 0.45), (0.75, 0.45), (0.75, 0.75), (0.3, 0.75))


@pytest.fixture
def camera() -> Camera:
    pets = load(SITE).site.cameras["pets"]
    return pets.model_copy(update={"zones": {"square": Zone(polygon=SQUARE)}})


def inside(points: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Points in a convex polygon."""
    ends = np.roll(corners, -1, axis=0) - corners
    off = points[:, None] - corners[None]
    turn = ends[None, :, 0] * off[..., 1] - ends[None, :, 1] * off[..., 0]
    return np.all(turn >= 0, axis=1) | np.all(turn <= 0, axis=1)


def test_what_is_hardly_seen_is_left_out(camera: Camera) -> None:
    assert camera.ground is not None
    flat = camera.model_copy(
        update={
            "lines": {**camera.lines, "far": Line(points=((0.1, 0.0), (0.9, 0.0)))},
            "zones": {"square": Zone(polygon=SQUARE, use="one-way")},
        }
    )
    ground = ground_of(camera.ground, SIZE)
    drawn = shapes_on("pets", flat, ground)
    assert set(drawn.lines) == set(camera.lines) and set(drawn.zones) == {"square"}
    assert drawn.view is not None and drawn.view.area_m2 > drawn.zones["square"].area_m2 > 20


def test_beside_a_wall_a_zone_loses_nobodys_room(camera: Camera) -> None:
    assert camera.ground is not None
    along = camera.model_copy(update={"zones": {"pavement": Zone(polygon=SQUARE)}})
    walled = along.ground.model_copy(update={"walkable": SQUARE}) if along.ground else None
    ground = ground_of(camera.ground, SIZE)
    free = shapes_on("pets", along, ground)
    drawn = shapes_on("pets", along.model_copy(update={"ground": walled}), ground)
    assert free.walkable is None and drawn.walkable is not None
    # One person at the middle of the near side, a centimetre inside the wall.
    zone = free.zones["pavement"]
    wall = ground.map.locate(np.array([[0.525, 0.75]]) * (768, 576), np.zeros((1, 2, 2))).points
    way = zone.array().mean(axis=0) - wall
    person = wall + 0.01 * way / np.linalg.norm(way)
    open_side, walled_side = (
        VoronoiDensity([zone], one.walkable).densities_pm2(person)[0] * zone.area_m2
        for one in (free, drawn)
    )
    assert open_side == pytest.approx(0.5, abs=0.05)
    assert walled_side == pytest.approx(1, abs=1e-6)


def test_drawing_where_people_walk_moves_no_position(camera: Camera) -> None:
    assert camera.ground is not None
    walled = camera.ground.model_copy(update={"walkable": SQUARE})
    assert ground_fingerprint(walled) == ground_fingerprint(camera.ground)


def test_the_clip_in_metres(shared: Path, camera: Camera) -> None:
    made: list[tuple[CameraGround, GroundObservers]] = []

    def watch(ground: CameraGround) -> GroundWatcher:
        shapes = shapes_on("pets", camera, ground)
        watcher = GroundObservers(shapes, rate=camera.rate, classes=(ObjectClass.PERSON,))
        made.append((ground, watcher))
        return watcher

    local = fetch.resolve("person-vehicle-bike-detection-2004")
    analyze_videos(
        "pets",
        camera,
        (shared / "data/video/pets2009_s2l1_view001_vtest.avi",),
        detect.start(local),
        start_s=0.0,
        tell=lambda done_s: None,
        watch_ground=watch,
    )
    [(ground, observers)] = made
    first = observers.take(0.0)
    assert first.coverage_s == pytest.approx(60, abs=1)

    gt = shared / "data/gt/pets2009"
    truth = truth_of_boxes(gt / "gt_mot.txt", gt / "View_001.xml", 10.0)
    corners = read_tsai(gt / "View_001.xml").ground(np.array(SQUARE) * (768, 576))
    in_square, ways_m = 0, []
    for time_s in np.arange(0, 60, 0.2):
        now = [(way.at(time_s), way.at(time_s + 0.2)) for way in truth.values()]
        here = [(a, b) for a, b in now if a is not None]
        held = inside(np.array([a for a, _ in here]), corners)
        in_square += int(held.sum())
        steps = [b - a for (a, b), one in zip(here, held, strict=True) if one and b is not None]
        ways_m += [float(np.linalg.norm(step)) for step in steps]
    x, y = corners.T
    area_m2 = abs(0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
    true_density = in_square / 300 / area_m2
    [density] = [
        r.value
        for r in first.readings
        if r.quantity is SeriesKind.DENSITY and r.shape == "square" and r.object_class == "person"
    ]
    assert density == pytest.approx(true_density, rel=0.1)
    [speed] = [
        r.value
        for r in first.readings
        if r.quantity is SeriesKind.SPEED and r.shape == "square" and r.object_class == "person"
    ]
    assert speed == pytest.approx(np.mean(ways_m) / 0.2, rel=0.1)  # Edie: ways over time
    lines = {passers.shape for passers in first.speeds}
    assert lines & set(camera.lines)
    assert ground.calibration.camera is not None
