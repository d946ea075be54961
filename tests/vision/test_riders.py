"""A rider and his bicycle count once; others stay what they are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.values.classes import ObjectClass
from parvis.values.detections import Detections
from parvis.vision.riders import Riders, merge_riders

P, B, M, C = (int(ObjectClass.from_label(n)) for n in ("person", "bicycle", "motorcycle", "car"))


def found(*rows: tuple[int, tuple[float, float, float, float]]) -> Detections:
    return Detections(
        np.array([box for _, box in rows], dtype=np.float64).reshape(-1, 4),
        np.linspace(0.9, 0.5, len(rows)),
        np.array([code for code, _ in rows], dtype=np.int8),
    )


def test_a_real_rider_counts_once_as_bicycle() -> None:
    """Boxes of NanoDet-g on a real cyclist, with a motorcycle seen in the same thing."""
    merged = merge_riders(
        found((B, (476, 358, 621, 488)), (P, (504, 302, 589, 430)), (M, (476, 346, 620, 486)))
    )
    assert len(merged) == 1
    assert merged.classes[0] in (B, M)
    assert np.allclose(merged.boxes[0], (476, 302, 621, 488), atol=3)
    assert merged.scores[0] == 0.7


@pytest.mark.parametrize(
    "beside",
    [
        (700, 300, 780, 500),  # elsewhere
        (640, 300, 720, 490),  # beside
        (520, 300, 590, 500),  # in front, feet lower than the wheels
        (520, 200, 590, 340),  # far behind, feet above
    ],
)
def test_a_person_beside_a_bicycle_stays_a_person(
    beside: tuple[float, float, float, float],
) -> None:
    assert len(merge_riders(found((B, (476, 358, 621, 488)), (P, beside)))) == 2


def test_two_riders_side_by_side_are_two() -> None:
    merged = merge_riders(
        found(
            (B, (100, 360, 245, 488)),
            (B, (180, 360, 325, 488)),
            (P, (130, 300, 215, 430)),
            (P, (210, 300, 295, 430)),
        )
    )
    assert merged.classes.tolist() == [B, B]


def test_who_passes_a_parked_bicycle_stays_a_person() -> None:
    riders = Riders()
    for second in range(15):
        riders.merge(second, found((B, (476, 358, 621, 488))))
    passing = found((B, (476, 358, 621, 488)), (P, (504, 302, 589, 430)))
    assert len(riders.merge(15.0, passing)) == 2
    ridden = found((B, (676, 358, 821, 488)), (P, (704, 302, 789, 430)))
    assert len(riders.merge(16.0, ridden)) == 1


boxes = st.tuples(
    st.integers(0, 500), st.integers(0, 500), st.integers(5, 200), st.integers(5, 200)
)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([P, B, M, C]), boxes), max_size=12))
def test_merging_keeps_what_it_does_not_join(rows: list[tuple[int, tuple[int, ...]]]) -> None:
    before = found(*((code, (x, y, x + w, y + h)) for code, (x, y, w, h) in rows))
    after = merge_riders(before)
    assert np.sum(after.classes == C) == np.sum(before.classes == C)
    ridden = np.isin(before.classes, (B, M)).sum()
    people = np.sum(before.classes == P)
    gone = people - np.sum(after.classes == P)
    assert 0 <= gone <= min(people, ridden)
    if people and ridden:
        assert np.isin(after.classes, (B, M)).sum() >= 1
    low, high = before.boxes.min(initial=0), before.boxes.max(initial=0)
    assert after.boxes.min(initial=0) >= low
    assert after.boxes.max(initial=0) <= high
