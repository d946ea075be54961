"""The ground of site.yaml: built, and judged by ``parvis check`` with file, line, key, remedy."""

from pathlib import Path

import numpy as np
import pinhole
import pytest
from typer.testing import CliRunner

from parvis.cli import app
from parvis.ground.from_site import ground_of
from parvis.ground.plane import LocalPlane
from parvis.ground.refusals import (
    ExchangedDegreesError,
    TooCoarseError,
    TooHighError,
    WrongScaleError,
    WrongUnitsError,
)
from parvis.ground.remarks import ground_remarks
from parvis.site import check, load
from parvis.site.edit import SiteDocument
from parvis.site.ground import Ground
from parvis.site.problems import Problem, Severity
from parvis.values.frame import FrameSize

CAMERA = pinhole.Pinhole(6.0, 30.0)
METRES = np.array([[-4.0, 5.0], [4.5, 5.5], [-6.0, 14.0], [7.0, 15.0], [0.5, 9.0], [1.0, 20.0]])
SEEN = CAMERA.sees(METRES) / (1920, 1080)
PLANE = LocalPlane(2.35, 48.85)


def written(ground: np.ndarray, key: str = "ground", seen: np.ndarray = SEEN) -> str:
    return "\n".join(
        f"        - {{image: [{x:.6f}, {y:.6f}], {key}: [{a:.7f}, {b:.7f}]}}"
        for (x, y), (a, b) in zip(seen, ground, strict=True)
    )


def site(folder: Path, points: str, more: str = "") -> Path:
    path = folder / "site.yaml"
    path.write_text(
        "site: {name: Ville}\ncameras:\n  quai:\n    label: Quai\n    source: rtsp://192.0.2.10/m\n"
        f"    ground:\n      points:\n{points}\n{more}",
        encoding="utf-8",
    )
    return path


def problems(path: Path) -> list[Problem]:
    return check(path, {}, [ground_remarks])


def one(path: Path, key: str, line: int, text: str) -> None:
    found = problems(path)
    assert len(found) == 1, found
    assert found[0].severity is Severity.ERROR and found[0].remedy
    assert (found[0].key, found[0].line) == (f"cameras.quai.ground{key}", line)
    assert text in found[0].message + found[0].remedy


def ground(**said: object) -> Ground:
    return Ground.model_validate(said)


def pairs(metres: np.ndarray, key: str = "ground", seen: np.ndarray = SEEN) -> list[dict]:
    return [
        {"image": tuple(map(float, p)), key: tuple(map(float, q))}
        for p, q in zip(seen, metres, strict=True)
    ]


def test_metres_and_degrees_give_the_same_ground() -> None:
    degrees = PLANE.to_wgs84(METRES)
    flat = ground_of(ground(points=pairs(METRES)), pinhole.SIZE)
    round_ = ground_of(
        ground(points=pairs(degrees, "wgs84"), origin=(2.35, 48.85)), FrameSize(640, 360)
    )
    where = np.array([[960.0, 700.0]])
    none = np.zeros((1, 2, 2))
    here, there = flat.map.locate(where, none), round_.map.locate(where / 3, none)
    np.testing.assert_allclose(here.points, there.points, atol=1e-3)
    assert flat.plane is None and round_.plane == PLANE
    own = ground_of(ground(points=pairs(degrees, "wgs84")), pinhole.SIZE)
    assert own.plane is not None
    np.testing.assert_allclose(
        own.plane.to_wgs84(own.map.locate(where, none).points),
        PLANE.to_wgs84(here.points),
        atol=1e-8,
    )


def test_a_plan_with_an_origin_and_a_bearing_lies_on_the_earth() -> None:
    turned = LocalPlane(2.35, 48.85, 30.0)
    found = ground_of(
        ground(points=pairs(METRES), origin=(2.35, 48.85), bearing=30.0), pinhole.SIZE
    )
    assert found.plane == turned


def test_lengths_alone_calibrate_too() -> None:
    ends = [((-2, 8), (2, 8)), ((-2, 8), (-2, 12)), ((1, 18), (4, 18)), ((1, 18), (1, 23))]
    said = []
    for a, b in ends:
        start, end = CAMERA.sees(np.array((a, b))) / (1920, 1080)
        said.append(
            {"from": tuple(map(float, start)), "to": tuple(map(float, end)), "metres":
             float(np.hypot(*np.subtract(a, b)))}
        )  # fmt: skip
    found = ground_of(ground(lengths=said), pinhole.SIZE)
    assert found.calibration.camera is not None
    assert found.calibration.camera.height_m == pytest.approx(6.0, rel=0.05)
    wrong = [*said[:2], {**said[2], "metres": 9.84}, *said[3:]]
    with pytest.raises(WrongUnitsError, match="feet"):
        points = pairs(METRES * 3.281)
        ground_of(ground(points=points, lengths=said), pinhole.SIZE)
    with pytest.raises(ValueError, match="length 3"):
        ground_of(ground(points=pairs(METRES), lengths=wrong), pinhole.SIZE)


def test_a_sound_ground_has_no_remark(tmp_path: Path) -> None:
    assert problems(site(tmp_path, written(METRES))) == []


@pytest.mark.parametrize(
    "a, b",
    [(0, 1), (2, 4), (1, 5)],
)
def test_exchanged_points_are_named_with_their_line(tmp_path: Path, a: int, b: int) -> None:
    metres = METRES.copy()
    metres[[a, b]] = metres[[b, a]]
    path = site(tmp_path, written(metres))
    one(path, f".points.{b}", 8 + b, f"points {a + 1} and {b + 1} are exchanged")


def test_each_refusal_has_its_line_and_remedy(tmp_path: Path) -> None:
    def at(metres: np.ndarray, key: str = "ground", more: str = "") -> Path:
        return site(tmp_path, written(metres, key), more)

    one(at(METRES[:, ::-1]), ".points", 7, "mirror")
    one(at(METRES * 1000), ".points", 7, "metres")
    one(at(METRES * 3.281, more="      height: 6.0\n"), ".points", 7, "feet")
    one(at(METRES * 30), ".points", 7, "pixels of a plan")
    one(at(PLANE.to_wgs84(METRES)), ".points", 7, "wgs84")
    one(at(PLANE.to_wgs84(METRES)[:, ::-1], "wgs84"), ".points", 7, "longitude and latitude")
    doubled = METRES.copy()
    doubled[3] = doubled[1]
    one(at(doubled), ".points.3", 11, "same place on the ground")
    line = METRES.copy()
    line[:, 0] = 1 + 0.5 * line[:, 1]
    seen = CAMERA.sees(line) / (1920, 1080)
    one(site(tmp_path, written(line, seen=seen)), ".points", 7, "line")
    one(site(tmp_path, written(METRES[:3], seen=SEEN[:3])), ".points", 7, "too few")


def test_doubts_let_the_file_be_used(tmp_path: Path) -> None:
    wrong = METRES.copy()
    wrong[4] += (3.0, 2.0)
    found = problems(site(tmp_path, written(wrong)))
    assert [(p.key, p.severity) for p in found] == [
        ("cameras.quai.ground.points.4", Severity.WARNING)
    ]
    assert "left aside" in found[0].message
    few = problems(site(tmp_path, written(METRES[:4], seen=SEEN[:4])))
    assert len(few) == 1 and "nothing to check" in few[0].message
    feet = problems(site(tmp_path, written(METRES * 3.281)))
    assert len(feet) == 1 and "20 m above the ground" in feet[0].message


@pytest.mark.parametrize(
    "point, text",
    [
        ("{image: [0.1, 0.2]}", "one place"),
        ("{image: [0.1, 0.2], ground: [1, 2], wgs84: [2, 48]}", "one place"),
        ("{image: [0.1, 1.2], ground: [1, 2]}", "bounds"),
        ("{image: [0.1, 0.2], wgs84: [2, 148]}", "bounds"),
        ("{image: [0.1, 0.2], metres: [1, 2]}", "not known"),
    ],
)
def test_shapes_refuse_what_is_no_point(tmp_path: Path, point: str, text: str) -> None:
    found = problems(site(tmp_path, f"        - {point}"))
    assert found and text in found[0].message and found[0].line == 8


def test_parvis_check_says_it(tmp_path: Path) -> None:
    path = site(tmp_path, written(METRES[:, ::-1]))
    answer = CliRunner().invoke(app, ["check", str(path)])
    assert answer.exit_code == 1
    said = " ".join(answer.output.split())
    assert f"{path}:7:" in said and "cameras.quai.ground.points" in said and "mirror" in said


def test_the_site_of_the_bench_is_sound() -> None:
    path = Path(__file__).resolve().parents[2] / "bench" / "sites" / "pets.yaml"
    found = [p for p in problems(path) if "source" not in p.key]
    assert found == []
    camera = load(path).site.cameras["pets"]
    assert camera.ground is not None
    implied = ground_of(camera.ground, FrameSize(768, 576)).calibration.camera
    assert implied is not None and implied.height_m == pytest.approx(7.1, abs=0.4)


def test_the_screens_write_a_ground_without_spelling_out_what_is_not_there(tmp_path: Path) -> None:
    path = site(tmp_path, written(METRES))
    document = SiteDocument.open(path)
    camera = document.site.cameras["quai"]
    said = ground(
        points=pairs(METRES[:5], seen=SEEN[:5]),
        lengths=[{"from": (0.1, 0.5), "to": (0.2, 0.5), "metres": 2.5}],
    )
    document = document.set_camera("quai", camera.model_copy(update={"ground": said}))
    assert document.problems() == []
    assert "null" not in document.text and "from:" in document.text
    assert document.site.cameras["quai"].ground == said


def test_refusals_carry_their_figures_for_other_languages() -> None:
    with pytest.raises(TooHighError) as high:
        ground_of(ground(points=pairs(METRES * 30)), pinhole.SIZE)
    assert high.value.figures["height_m"] == pytest.approx(180, rel=0.01)
    with pytest.raises(WrongScaleError) as scale:
        ground_of(ground(points=pairs(METRES * 3.281), height=6.0), pinhole.SIZE)
    assert scale.value.figures["known_m"] == 6.0
    assert scale.value.figures["measured_m"] == pytest.approx(19.7, rel=0.01)
    with pytest.raises(ExchangedDegreesError):
        degrees = PLANE.to_wgs84(METRES)[:, ::-1]
        ground_of(ground(points=pairs(degrees, "wgs84")), pinhole.SIZE)


def test_a_picture_too_small_for_its_ground_is_refused_and_not_measured() -> None:
    far = pinhole.Pinhole(90.0, 30.0)
    metres = METRES * 15
    hill = ground(points=pairs(metres, seen=far.sees(metres) / (1920, 1080)), height=90.0)
    ground_of(hill, pinhole.SIZE)
    with pytest.raises(TooCoarseError, match="96 x 54"):
        ground_of(hill, FrameSize(96, 54))
