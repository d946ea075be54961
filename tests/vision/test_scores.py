"""HOTA, IDF1 and MOTA against figures of the reference programs, and their own laws."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.vision.mot_format import TrackRows, concatenate, read_tracks
from parvis.vision.scores import evaluate_tracks

# IDF1 and MOTA by motmetrics 1.4.0, HOTA by TrackEval 1.3.0, on the same files.
REFERENCE = {
    "TUD-Campus": (0.5577, 0.5265, 0.391397),
    "TUD-Stadtmitte": (0.6446, 0.5640, 0.397849),
}


def rows_of(paths: dict[int, dict[int, tuple[float, float]]]) -> TrackRows:
    """Boxes of 10 x 20 at the given places: ``{id: {frame: (x, y)}}``."""
    table = [(f, i, x, y, x + 10, y + 20) for i, p in paths.items() for f, (x, y) in p.items()]
    data = np.array(table, dtype=np.float64).reshape(-1, 6)
    return TrackRows(data[:, 0].astype(np.int64), data[:, 1].astype(np.int64), data[:, 2:])


def two_walkers(n: int = 10) -> TrackRows:
    return rows_of(
        {1: {f: (5.0 * f, 0.0) for f in range(n)}, 2: {f: (5.0 * f, 200.0) for f in range(n)}}
    )


@pytest.mark.parametrize("name", REFERENCE)
def test_equals_the_reference_programs(shared: Path, name: str) -> None:
    folder = shared / "data" / "gt" / "mot15_tud"
    scores = evaluate_tracks(
        read_tracks(folder / name / "gt" / "gt.txt"),
        read_tracks(folder / "results" / f"{name}.txt"),
    )
    idf1, mota, hota = REFERENCE[name]
    assert round(scores.idf1, 4) == idf1
    assert round(scores.mota, 4) == mota
    assert scores.hota == pytest.approx(hota, abs=1e-6)


def test_the_truth_scores_one() -> None:
    scores = evaluate_tracks(two_walkers(), two_walkers())
    assert (scores.hota, scores.idf1, scores.mota) == pytest.approx((1, 1, 1))
    assert scores.id_switches == 0


def test_names_of_identities_do_not_matter() -> None:
    truth = two_walkers()
    renamed = TrackRows(truth.frames, 1000 - truth.ids, truth.boxes)
    assert evaluate_tracks(truth, renamed) == evaluate_tracks(truth, truth)


def test_a_swap_halfway_costs_identity_and_not_detection() -> None:
    truth = two_walkers(10)
    swapped = np.where(truth.frames >= 5, 3 - truth.ids, truth.ids)
    scores = evaluate_tracks(truth, TrackRows(truth.frames, swapped, truth.boxes))
    assert scores.deta == pytest.approx(1)
    assert scores.idf1 == pytest.approx(0.5)
    assert scores.id_switches == 2
    assert scores.mota == pytest.approx(1 - 2 / 20)
    # Each half of an identity: 5 of 15 boxes in common.
    assert scores.assa == pytest.approx(1 / 3)


def test_nothing_reported_scores_zero() -> None:
    nothing = rows_of({})
    scores = evaluate_tracks(two_walkers(), nothing)
    assert (scores.hota, scores.idf1, scores.mota, scores.misses) == (0, 0, 0, 20)


def test_frames_of_one_side_only_count() -> None:
    late = rows_of({1: {f: (5.0 * f, 0.0) for f in range(20, 25)}})
    scores = evaluate_tracks(two_walkers(), late)
    assert (scores.misses, scores.false_positives) == (20, 5)


def test_an_empty_truth_is_refused() -> None:
    with pytest.raises(ValueError, match="no true box"):
        evaluate_tracks(rows_of({}), two_walkers())


def test_an_identity_is_in_one_place_a_frame() -> None:
    with pytest.raises(ValueError, match="twice"):
        TrackRows(np.array([1, 1]), np.array([7, 7]), np.zeros((2, 4)))


def test_sequences_keep_their_identities_apart() -> None:
    one = two_walkers()
    both = concatenate([one, one])
    assert len(np.unique(both.ids)) == 4
    assert evaluate_tracks(both, both).hota == pytest.approx(1)


def test_boxes_marked_ignore_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "gt.txt"
    file.write_text("1,1,0,0,10,20,1,1,1\n1,2,50,0,10,20,0,1,1\n")
    assert read_tracks(file).ids.tolist() == [1]


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_scores_stay_in_their_range(n: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    truth = two_walkers(n)
    moved = truth.boxes + random.normal(0, 4, truth.boxes.shape)
    scores = evaluate_tracks(truth, TrackRows(truth.frames, truth.ids, moved))
    assert 0 <= scores.hota <= 1
    assert 0 <= scores.idf1 <= 1
    assert scores.mota <= 1
    assert scores.true_boxes - scores.misses == scores.reported_boxes - scores.false_positives
