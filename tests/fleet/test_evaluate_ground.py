"""Positions and speeds from detections against true ones: on a real recording, and by law."""

from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from parvis.cli import app
from parvis.fleet.evaluate import TruthError
from parvis.fleet.evaluate_ground import GroundRequest, evaluate_ground
from parvis.fleet.ground_scores import score_ground
from parvis.fleet.ground_truth import Path2D, read_ground_truth, read_tsai, truth_of_boxes
from parvis.values.ground_tracks import GroundTracks

SITE = Path(__file__).resolve().parents[2] / "bench" / "sites" / "pets.yaml"


def frame(time_s: float, ids: list[int], points: np.ndarray, sd: float = 0.1) -> GroundTracks:
    n = len(ids)
    return GroundTracks(
        time_s,
        np.array(ids, dtype=np.int64),
        points,
        np.broadcast_to(sd**2 * np.eye(2), (n, 2, 2)),
        np.zeros(n, np.int8),
        np.ones(n, bool),
        np.empty(0, dtype=np.int64),
    )


def walkers(noise_m: float, scale: float = 1.0) -> tuple[list[GroundTracks], dict[int, Path2D]]:
    """Two people who walk past each other for ten seconds, seen at 5 frames a second."""
    times = np.arange(51) / 5
    ways = {
        7: np.column_stack((times * 1.2, np.zeros(51))),
        9: np.column_stack((12 - times * 0.8, np.full(51, 1.5))),
    }
    chance = np.random.default_rng(1)
    frames = [
        frame(
            100.0 + t,
            [1, 2],
            np.array([ways[7][i], ways[9][i]]) * scale + chance.normal(0, noise_m, (2, 2)),
            max(noise_m, 0.01),
        )
        for i, t in enumerate(times)
    ]
    return frames, {who: Path2D(times, way) for who, way in ways.items()}


def test_exact_positions_have_no_error() -> None:
    scores = score_ground(*walkers(0.0), 100.0)
    assert scores.matched == scores.true == scores.found == 102
    assert scores.median_m == 0 and scores.tracks == 2
    assert scores.speed_error == pytest.approx(0, abs=1e-9)


def test_noise_is_told_in_metres_and_lies_in_its_ellipse() -> None:
    scores = score_ground(*walkers(0.2), 100.0)
    assert scores.median_m == pytest.approx(0.2 * 1.1774, rel=0.25)  # the median of Rayleigh's law
    assert 0.8 < scores.within_stated <= 1.0


def test_a_wrong_scale_shows_as_speed() -> None:
    scores = score_ground(*walkers(0.0, 1.1), 100.0)
    assert scores.speed_bias == pytest.approx(0.1, abs=1e-6)
    assert scores.stretch_error == pytest.approx(0.1, abs=1e-6)


def test_a_found_object_far_from_all_is_nobody(tmp_path: Path) -> None:
    frames, truth = walkers(0.0)
    stray = [frame(f.time_s, [5], np.array([[50.0, 50.0]])) for f in frames]
    with pytest.raises(ValueError, match="nothing was found"):
        score_ground(stray, truth, 100.0)


def test_a_table_of_positions(tmp_path: Path) -> None:
    path = tmp_path / "truth.csv"
    path.write_text("time_s,id,x_m,y_m\n2,1,3,4\n0,1,1,2\n0.5,1,1.5,2.5\n0,2,9,9\n")
    truth = read_ground_truth(path)
    assert sorted(truth) == [1, 2]
    np.testing.assert_allclose(truth[1].at(0.25), (1.25, 2.25))
    assert truth[1].at(1.0) is None and truth[1].at(-0.1) is None and truth[1].at(2.1) is None
    np.testing.assert_allclose(truth[2].at(0.0), (9, 9))


@pytest.mark.parametrize("text", ["", "time_s,id,x_m\n1,2,3\n", "time_s,id,x_m,y_m\n1,a,2,3\n"])
def test_what_is_no_table_of_positions_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "truth.csv"
    path.write_text(text)
    with pytest.raises(TruthError, match=r"truth\.csv"):
        read_ground_truth(path)
    with pytest.raises(TruthError, match="Tsai"):
        read_tsai(path)


def test_what_are_no_boxes_is_told(tmp_path: Path) -> None:
    path = tmp_path / "truth.txt"
    path.write_text("frame,id\n")
    with pytest.raises(TruthError, match="MOT"):
        truth_of_boxes(path, path, 10.0)


def test_six_picked_points_on_pets_from_detections(shared: Path) -> None:
    truth = shared / "data/gt/pets2009"
    request = GroundRequest(
        shared / "data/video/pets2009_s2l1_view001_vtest.avi",
        SITE,
        truth / "gt_mot.txt",
        None,
        truth / "View_001.xml",
        "person-vehicle-bike-detection-2004",
        10.0,
    )
    findings = evaluate_ground(request, Console(quiet=True))
    scores = findings.scores
    assert scores.matched > 0.95 * scores.true
    assert scores.median_m <= 0.3
    assert scores.tracks >= 15 and scores.speed_error <= 0.1
    assert scores.within_stated > 0.8
    assert 1.6 < findings.people_m < 2.0


def test_the_command_names_what_is_missing(tmp_path: Path) -> None:
    boxes = tmp_path / "gt.txt"
    boxes.write_text("1,1,10,10,20,50,1\n")
    answer = CliRunner().invoke(
        app,
        ["evaluate", "ground", "clip.avi", "--site", str(SITE), "--truth", str(boxes)],
    )
    assert answer.exit_code == 1
    assert "--tsai" in answer.output
