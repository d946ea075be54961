"""What cannot be right cannot be built."""

import math
import pickle
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from parvis.site import geometry
from parvis.site.sections import Identity, PolicyChoice, ServerSettings
from parvis.site.shapes import Camera, Line, Site, Zone
from parvis.values.classes import ObjectClass

unit = st.floats(0, 1)
points = st.tuples(unit, unit)


def camera(**changes: object) -> Camera:
    return Camera.model_validate({"label": "Quai", "source": "rtsp://192.0.2.10/main", **changes})


def refuses(text: str = "", **changes: object) -> None:
    with pytest.raises(ValidationError) as caught:
        camera(**changes)
    assert text in str(caught.value)


def test_the_shape_of_the_design_page() -> None:
    quai = camera(
        sub_source="rtsp://user:${QUAI_PASSWORD}@192.0.2.10/sub",
        masks=[[[0, 0], [0.3, 0], [0.3, 0.2], [0, 0.2]]],
        lines={"pont": {"points": [[0.1, 0.5], [0.9, 0.5]], "directions": ["a", "b"]}},
        zones={"t": {"polygon": [[0.2, 0.4], [0.6, 0.4], [0.6, 0.9]], "use": "waiting"}},
    )
    assert quai.rate == 5 and quai.anchor == "foot" and quai.space == "public-road"
    assert quai.lines["pont"].points == ((0.1, 0.5), (0.9, 0.5))
    assert set(quai.classes) < {member.label for member in ObjectClass}
    assert pickle.loads(pickle.dumps(quai)) == quai  # noqa: S301  # workers get it this way
    with pytest.raises(ValidationError):
        quai.rate = 6  # type: ignore[misc]


@given(st.lists(points, min_size=2, max_size=8))
def test_a_line_is_long_enough_and_never_stands_still(path: list[tuple[float, float]]) -> None:
    sound = geometry.path_length(path) >= 0.02 and all(a != b for a, b in pairwise(path))
    if sound:
        assert Line(points=tuple(path)).points == tuple(path)
    else:
        with pytest.raises(ValidationError):
            Line(points=tuple(path))


@given(
    st.lists(st.floats(0.05, 0.45), min_size=3, max_size=12),
    st.randoms(use_true_random=False),
    st.booleans(),
)
def test_a_star_round_its_middle_is_a_polygon_and_a_knot_is_not(
    radii: list[float], random: object, backwards: bool
) -> None:
    n = len(radii)
    star = [
        (
            0.5 + r * math.cos(2 * math.pi * i / n),
            0.5 + r * math.sin(2 * math.pi * i / n),
        )
        for i, r in enumerate(radii)
    ]
    if backwards:
        star.reverse()
    assert geometry.crossing_sides(star) is None
    assert Zone(polygon=tuple(star)).use == "walkway"
    if n >= 4:
        square = [(0.1, 0.1), (0.9, 0.9), (0.9, 0.1), (0.1, 0.9)]
        assert geometry.crossing_sides(square) is not None


@pytest.mark.parametrize(
    "polygon",
    [
        [(0, 0), (1, 0), (0.5, 0)],  # folds back
        [(0, 0), (1, 1), (1, 0), (0, 1)],  # bow tie
        [(0, 0), (1, 0), (1, 1), (0.5, 0), (0, 1)],  # a point on another side
        [(0, 0), (1, 0), (1, 1), (0, 0)],  # closed twice
        [(0, 0), (0.001, 0), (0, 0.001)],  # no area
        [(0, 0), (1, 0)],
        [(0, 0), (1, 0), (1, 1.01)],
        [(0, 0), (1, 0), (1, math.nan)],
    ],
)
def test_polygons_that_are_none(polygon: list[tuple[float, float]]) -> None:
    with pytest.raises(ValidationError):
        Zone(polygon=tuple(polygon))


@given(st.lists(points, min_size=4, max_size=7, unique=True), st.integers(0, 6))
def test_crossing_does_not_depend_on_where_the_walk_begins(
    path: list[tuple[float, float]], turn: int
) -> None:
    turn %= len(path)
    turned = path[turn:] + path[:turn]
    crossing = geometry.crossing_sides(path) is None
    assert (geometry.crossing_sides(turned) is None) == crossing
    assert (geometry.crossing_sides(path[::-1]) is None) == crossing


@given(st.text(max_size=20))
def test_names(name: str) -> None:
    sound = bool(name) and name.isascii() and name[0].isalnum()
    sound = sound and all(c.isalnum() or c in "-_" for c in name) and name == name.lower()
    try:
        site = Site(site=Identity(name="V"), cameras={name: camera()})
    except ValidationError:
        assert not sound
    else:
        assert sound and name in site.cameras


@pytest.mark.parametrize("rate", [0.49, 25.1, math.inf, math.nan, "5", True])
def test_rates_out_of_bounds(rate: object) -> None:
    refuses(rate=rate)


@given(st.floats(0.5, 25))
def test_rates_within_bounds(rate: float) -> None:
    assert camera(rate=rate).rate == rate


@pytest.mark.parametrize(
    "source",
    [
        "rtsp://192.0.2.10/main",
        "rtsps://user:${P}@[2001:db8::1]:322/x",
        "http://192.0.2.1/mjpg?channel=1",
        "https://example.org/live.m3u8",
        "/dev/video0",
        "clips/a.mp4",
        "/srv/clips",
        "${QUAI}",
        "rtsp://${HOST}:${PORT}/x",
    ],
)
def test_sources_that_can_be_opened(source: str) -> None:
    assert camera(source=source).source == source


@pytest.mark.parametrize(
    "source",
    [
        "",
        " a.mp4",
        "ftp://h/x",
        "file:///a.mp4",
        "rtsp:///x",
        "rtsp://h:port/x",
        "/dev/sda",
        "a\nb",
        "rtsp://***@192.0.2.10/main",
        "javascript://x",
    ],
)
def test_sources_that_cannot(source: str) -> None:
    refuses(source=source)


def test_errors_never_repeat_what_was_written() -> None:
    with pytest.raises(ValidationError) as caught:
        camera(source="ftp://user:hunter2@192.0.2.1/x", labels="hunter2", rate="hunter2")
    assert "hunter2" not in str(caught.value)


def test_choices_are_kept_to() -> None:
    refuses(classes=["person", "face"])
    refuses(classes=["person", "person"], text="twice")
    refuses(classes=[])
    refuses(space="road")
    refuses(anchor="head")
    refuses(enabled="yes")
    refuses(faces=True)
    with pytest.raises(ValidationError):
        Identity(name="V", timezone="Europe/Nowhere")
    with pytest.raises(ValidationError):
        Identity(name="V", timezone="../../etc/passwd")
    with pytest.raises(ValidationError):
        Identity.model_validate({"name": "V", "language": "de"})
    with pytest.raises(ValidationError):
        Line(points=((0, 0), (1, 1)), directions=("a", "a"))


@pytest.mark.parametrize(
    "settings",
    [
        {"bind": "parvis.example"},
        {"port": 70000},
        {"public_url": "https://u:p@x.fr"},
        {"public_url": "https://x.fr/sub"},
        {"public_url": "ftp://x.fr"},
        {"trusted_proxies": ["192.0.2.1/24"]},
    ],
)
def test_server_settings_that_are_wrong(settings: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ServerSettings.model_validate(settings)


def test_the_public_address_has_no_slash_at_its_end() -> None:
    assert ServerSettings(public_url="https://x.fr/").public_url == "https://x.fr"


@pytest.mark.law(1)
@pytest.mark.parametrize(
    ("source", "recorded"),
    [
        ("clips/a.mp4", True),
        ("rtsp://127.0.0.1:8554/pets", True),
        ("rtsp://u:p@localhost/pets", True),
        ("http://[::1]/x", True),
        ("rtsp://192.0.2.10/127.0.0.1", False),
        ("rtsp://127.0.0.1@192.0.2.10/x", False),
        ("rtsp://127.0.0.1.example.org/x", False),
        ("rtsp://${HOST}/x", False),
        ("${ALL}", False),
        ("/dev/video0", False),
    ],
)
def test_demonstration_takes_recorded_clips_only(source: str, recorded: bool) -> None:
    cameras = {"c": camera(source=source)}
    assert (Site(site=Identity(name="V"), cameras=cameras).recorded == {"c"}) == recorded
    choice = PolicyChoice(profile="demonstration")
    if recorded:
        Site(site=Identity(name="V"), policy=choice, cameras=cameras)
    else:
        with pytest.raises(ValidationError):
            Site(site=Identity(name="V"), policy=choice, cameras=cameras)


@given(st.lists(points, min_size=3, max_size=6))
def test_area_is_that_of_the_shoelace(path: list[tuple[float, float]]) -> None:
    assume(len(set(path)) >= 3)
    assert geometry.area(path) == pytest.approx(geometry.area(path[1:] + path[:1]), abs=1e-12)
