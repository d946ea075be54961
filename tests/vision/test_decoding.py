"""Numbers of networks → boxes; suppression against the plain greedy loop."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.values.frame import FrameSize
from parvis.vision.boxes import overlaps
from parvis.vision.decoding import WrongOutputs, decode, suppress
from parvis.vision.models.catalogue import packaged

NANODET = packaged()["nanodet-g"]
YOLOX = packaged()["yolox-nano"]
CANVAS = FrameSize(416, 416)
CELLS = 52 * 52 + 26 * 26 + 13 * 13

boxes = st.lists(
    st.tuples(
        st.integers(0, 60), st.integers(0, 60), st.integers(1, 40), st.integers(1, 40),
        st.integers(0, 100), st.integers(0, 1),
    ),
    max_size=30,
)  # fmt: skip


@settings(deadline=None)
@given(boxes)
def test_suppression_is_the_greedy_one(rows: list[tuple[int, ...]]) -> None:
    corners = np.array([(x, y, x + w, y + h) for x, y, w, h, *_ in rows], float).reshape(-1, 4)
    scores = np.array([row[4] / 100 for row in rows])
    kinds = np.array([row[5] for row in rows], dtype=np.intp)
    kept: list[int] = []
    shared = overlaps(corners, corners)
    for index in np.argsort(-scores, kind="stable"):
        if all(kinds[k] != kinds[index] or shared[k, index] <= 0.5 for k in kept):
            kept.append(int(index))
    assert suppress(corners, scores, kinds, 0.5).tolist() == kept


def yolox_answer() -> np.ndarray:
    rows = np.zeros((1, CELLS, 85), np.float32)
    cell = 10 * 52 + 20  # row 10, column 20 of stride 8
    rows[0, cell, :5] = (0.5, 0.25, np.log(4), np.log(8), 0.9)
    rows[0, cell, 5 + 0] = 0.8  # person
    rows[0, cell + 1] = rows[0, cell]
    rows[0, cell + 1, 0] -= 1  # the same box from its neighbour, a little less sure
    rows[0, cell + 1, 4] = 0.8
    other = 52 * 52 + 3 * 26 + 7
    rows[0, other, 4:6] = (0.9, 0.0)
    rows[0, other, 5 + 16] = 0.9  # a dog: not counted
    return rows


def test_yolox_cells_become_boxes() -> None:
    raw = decode({"output": yolox_answer()}, YOLOX, CANVAS)
    assert raw.labels.tolist() == [0]
    assert raw.scores[0] == pytest.approx(0.72)
    middle = ((20 + 0.5) * 8, (10 + 0.25) * 8)
    expected = (middle[0] - 16, middle[1] - 32, middle[0] + 16, middle[1] + 32)
    assert np.allclose(raw.corners[0], expected, atol=1e-3)


def test_nanodet_edges_become_boxes() -> None:
    scores = [np.zeros((1, n, 80), np.float32) for n in (2704, 676, 169)]
    edges = [np.zeros((1, n, 44), np.float32) for n in (2704, 676, 169)]
    cell = 5 * 26 + 6  # stride 16
    scores[1][0, cell, 2] = 0.7  # a car
    for side, bin_ in enumerate((2, 3, 4, 5)):
        edges[1][0, cell, side * 11 + bin_] = 50.0
    outputs = {f"o{i}": part for i, part in enumerate((*scores, *edges))}
    raw = decode(outputs, NANODET, CANVAS)
    x, y = 6.5 * 16, 5.5 * 16
    assert np.allclose(raw.corners[0], (x - 32, y - 48, x + 64, y + 80), atol=1e-3)
    assert raw.labels.tolist() == [2]


def test_a_van_seen_as_car_and_truck_is_one() -> None:
    rows = np.zeros((1, CELLS, 85), np.float32)
    for offset, label, score in ((0, 2, 0.9), (1, 7, 0.7)):
        rows[0, 700 + offset, :5] = (0.5 - offset, 0.5, np.log(10), np.log(10), 1)
        rows[0, 700 + offset, 5 + label] = score
    raw = decode({"output": rows}, YOLOX, CANVAS)
    assert raw.labels.tolist() == [2]


@pytest.mark.law(7)
def test_a_network_that_knows_more_classes_than_it_declares_is_refused() -> None:
    more = np.zeros((1, CELLS, 5 + 81), np.float32)
    with pytest.raises(WrongOutputs, match="not those declared"):
        decode({"output": more}, YOLOX, CANVAS)
    omz = packaged()["person-vehicle-bike-detection-2004"]
    outputs = {"boxes": np.array([[0, 0, 9, 9, 0.9]]), "labels": np.array([3])}
    with pytest.raises(WrongOutputs, match="more classes"):
        decode(outputs, omz, FrameSize(448, 256))
