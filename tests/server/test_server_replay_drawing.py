"""Dots over a map: turned and moved, never stretched; and sizes of pictures from their heads."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.server.inbox.map_view import MapView, Sheet
from parvis.server.inbox.replay_drawing import Outline, drawing
from parvis.server.picture_size import picture_size
from parvis.values.alerts import Replay

metres = st.floats(-80, 80)


@given(
    st.lists(st.tuples(metres, metres), min_size=2, max_size=6),
    st.floats(0, 2 * math.pi),
    metres,
    metres,
)
def test_a_drawing_keeps_every_distance_but_for_its_scale(
    spots: list[tuple[float, float]], turn: float, east: float, north: float
) -> None:
    c, s = math.cos(turn), math.sin(turn)
    view = MapView((c, s, -s, c, east, north), Sheet(0, 0, 40, 30), (), 0.0)
    replay = Replay(0.0, 0.5, (tuple((x, y, 0) for x, y in spots),))
    zone = Outline("z", [(x, y) for x, y in spots] + [(0.0, 0.0)], concerned=True)
    drawn = drawing(replay, {"z": zone}, {}, view)
    assert drawn.sheet is not None
    scale = drawn.sheet[2] / 40
    assert drawn.sheet[3] / 30 == pytest.approx(scale)
    assert all(0 <= x <= 640 and 0 <= y <= 360 for x, y, _ in drawn.dots)
    for (x0, y0), (x1, y1), one, other in zip(
        spots, spots[1:], drawn.dots, drawn.dots[1:], strict=False
    ):
        assert math.dist(one[:2], other[:2]) == pytest.approx(
            scale * math.dist((x0, y0), (x1, y1)), abs=0.2
        )
    # A spot of the map lies on the plan where its metres say.
    (x, y), (left, upper) = spots[0], drawn.sheet[:2]
    on_map = (c * x - s * y + east, s * x + c * y + north)
    expected = (left + scale * on_map[0], upper + drawn.sheet[3] - scale * on_map[1])
    assert drawn.dots[0][:2] == pytest.approx(expected, abs=0.11)


PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (400).to_bytes(4) + (300).to_bytes(4) + b"\x08\x02"
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    + b"\xff\xc2\x00\x11\x08"
    + (300).to_bytes(2)
    + (400).to_bytes(2)
    + bytes(12)
)
WEBP_LOSSY = (
    b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a"
    + (400).to_bytes(2, "little")
    + (300).to_bytes(2, "little")
)
WEBP_LOSSLESS = (
    b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + (399 | 299 << 14).to_bytes(4, "little") + bytes(8)
)
WEBP_EXTENDED = (
    b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0"
    + (399).to_bytes(3, "little")
    + (299).to_bytes(3, "little")
)


@pytest.mark.parametrize("head", [PNG, JPEG, WEBP_LOSSY, WEBP_LOSSLESS, WEBP_EXTENDED])
def test_the_size_of_a_picture_stands_in_its_head(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "plan"
    path.write_bytes(head)
    assert picture_size(path) == (400, 300)


@pytest.mark.parametrize("head", [b"", b"GIF89a", PNG[:20], JPEG[:6], b"RIFF\0\0\0\0WEBP"])
def test_what_is_no_picture_has_no_size(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "plan"
    path.write_bytes(head)
    assert picture_size(path) is None
    assert picture_size(tmp_path / "absent") is None
