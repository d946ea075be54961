"""From the staged scene to measures on the ground: in the minutes, at rest, and live."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from parvis.fleet.analysis import Analysis, analyze_videos
from parvis.fleet.ground_shapes import shapes_on
from parvis.fleet.live_wire import decode_state, encode_state
from parvis.ground.from_site import ground_of
from parvis.site import load
from parvis.site.fingerprint import ground_fingerprint
from parvis.site.shapes import Camera
from parvis.store import Store, sqlite_url
from parvis.values.civil import Bin
from parvis.values.frame import FrameSize
from parvis.values.live import CameraState, GatheringNow, LiveState, StreamHealth, ZoneNow
from parvis.values.series import WHOLE_VIEW, Series, SeriesKind
from parvis.vision import detect
from parvis.vision.models import fetch

SITE = Path(__file__).resolve().parents[2] / "bench" / "sites" / "pets.yaml"
SQUARE = {"polygon": [[0.3, 0.4], [0.6, 0.4], [0.8, 0.6], [0.4, 0.8]]}
SKY = {"polygon": [[0.0, 0.0], [0.2, 0.0], [0.2, 0.05], [0.0, 0.05]]}


@pytest.fixture(scope="module")
def camera() -> Camera:
    drawn = load(SITE).site.cameras["pets"].model_dump(mode="json", by_alias=True)
    return Camera.model_validate(drawn | {"zones": {"croix": SQUARE, "ciel": SKY}})


@pytest.fixture(scope="module")
def found(shared: Path, camera: Camera) -> Analysis:
    clip = shared / "data/video/pets2009_s2l1_view001_vtest.avi"
    model = fetch.resolve("person-vehicle-bike-detection-2004")
    return analyze_videos(
        "pets", camera, (clip,), detect.start(model), start_s=0.0, tell=lambda done_s: None
    )


def test_a_zone_that_sees_no_ground_is_not_measured_there(camera: Camera) -> None:
    assert camera.ground is not None
    size = FrameSize(768, 576)
    shapes = shapes_on("pets", camera, ground_of(camera.ground, size))
    assert set(shapes.zones) == {"croix"}
    assert set(shapes.lines) == set(camera.lines)
    assert {"croix", "@left", "@right", "@near"} <= set(shapes.gates)
    assert 50 < shapes.zones["croix"].area_m2 < 200


def test_people_of_the_scene_walk_at_a_walk(found: Analysis) -> None:
    speeds = Counter[str]()
    for minute in found.minutes:
        for who, one in minute.speeds.items():
            median = one.quantile_mps(0.5)
            # The container runs the scene at 10 frames a second where 7 were taken.
            assert median is not None
            assert 0.6 < median * 0.7 < 1.6, who
            speeds[who.shape] += one.n
    crossings = Counter(one.line for one in found.crossings)
    for line, n in crossings.items():
        assert abs(speeds[line] - n) <= 0.2 * n + 2


def test_flow_is_density_times_speed_and_all_bear_their_coverage(found: Analysis) -> None:
    for minute in found.minutes:
        said = {one.series: one for one in minute.measures if one.series.kind.on_ground}
        k, q, v = (
            said[Series("pets", kind, "croix", "person")]
            for kind in (SeriesKind.DENSITY, SeriesKind.FLOW, SeriesKind.SPEED)
        )
        assert k.value is not None and q.value is not None and v.value is not None
        assert q.value == pytest.approx(k.value * v.value, rel=1e-9)
        assert k.coverage_s == pytest.approx(minute.coverage_s, abs=1.0)
        assert k.low is not None and k.high is not None
        assert k.low < k.value < k.high


def test_occupancy_in_the_picture_is_density_on_the_ground(found: Analysis, camera: Camera) -> None:
    assert camera.ground is not None
    zones = shapes_on("pets", camera, ground_of(camera.ground, FrameSize(768, 576))).zones
    (minute, *_) = found.minutes
    said = {one.series: one.value for one in minute.measures}
    present = said[Series("pets", SeriesKind.OCCUPANCY, "croix", "person")]
    density = said[Series("pets", SeriesKind.DENSITY, "croix", "person")]
    assert present is not None and density is not None
    assert density * zones["croix"].area_m2 == pytest.approx(present, rel=0.1)


def test_all_of_it_comes_to_rest_and_is_read(found: Analysis, tmp_path: Path) -> None:
    with Store(sqlite_url(tmp_path / "parvis.db")) as store:
        for _ in range(2):
            store.record(found.minutes)
        span = store.ground("pets", 0, 900)
        speeds = store.speeds("pets", 0, 900)
        groups = Series("pets", SeriesKind.GROUP_SIZE, WHOLE_VIEW, "person")
        (quarter,) = store.measures(groups, 0, 900, Bin.QUARTER)
    assert span.coverage_s == pytest.approx(79.4, abs=1.0)
    seconds = sum(len(one) for one in found.tracks) / 5
    assert sum(cell.presence_s for cell in span.cells) == pytest.approx(seconds, rel=0.1)
    assert sum(span.journeys.values()) >= 19
    assert sum(one.n for who, one in speeds.items() if who.shape == "croix") > 15
    assert quarter.coverage_s == pytest.approx(79.4, abs=1.0)
    assert quarter.value is not None
    assert 1.0 <= quarter.value < 2.0
    xs = np.array([cell.x_m for cell in span.cells])
    assert xs.min() < -14 and xs.max() > -6


def test_zones_now_cross_the_socket() -> None:
    state = LiveState(
        "pets",
        "r1",
        12.5,
        StreamHealth(CameraState.LIVE, 1.0),
        ground={
            "croix": ZoneNow(4, 0.12, "A", "none", None, 1.3, -0.01),
            "f": ZoneNow(0, 0, "A", "none"),
        },
        gatherings=(GatheringNow(1.5, -2.0, 6, 3.0),),
        ground_withheld="",
    )
    assert decode_state(encode_state(state)) == state


def test_quarters_bear_the_calibration_that_they_were_measured_on(
    found: Analysis, camera: Camera
) -> None:
    assert camera.ground is not None
    quarters = [one for minute in found.minutes for one in minute.quarters]
    assert {one.calibration for one in quarters} == {ground_fingerprint(camera.ground)}
    moved = camera.ground.model_copy(update={"bearing": 12.0})
    assert ground_fingerprint(moved) != ground_fingerprint(camera.ground)
