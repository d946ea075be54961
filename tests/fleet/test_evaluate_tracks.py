"""Tracks are judged on the frames that were analysed, and on all of those."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from parvis.fleet.evaluate import frame_step, score_tracks


def written(path: Path, frames: Iterable[int], people: int = 3) -> Path:
    rows = [
        f"{frame},{one},{100 * one + 3 * frame},50,40,90,1,-1,-1,-1"
        for frame in frames
        for one in range(1, people + 1)
    ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_frames_that_were_not_analysed_are_not_missed(tmp_path: Path, step: int) -> None:
    truth = written(tmp_path / "gt.txt", range(1, 101))
    result = written(tmp_path / "tracks.txt", range(1, 101, step))
    scores, found = score_tracks(result, truth)
    assert (found, scores.misses, scores.false_positives) == (step, 0, 0)
    assert scores.mota == pytest.approx(1)
    assert score_tracks(result, truth, every=1)[0].misses == 3 * (100 - len(range(1, 101, step)))


def test_analysed_frames_without_a_track_are_missed(tmp_path: Path) -> None:
    truth = written(tmp_path / "gt.txt", range(1, 101))
    result = written(tmp_path / "tracks.txt", [f for f in range(1, 101, 2) if not 30 < f < 60])
    scores, found = score_tracks(result, truth)
    assert found == 2
    assert scores.misses == 3 * len([f for f in range(1, 101, 2) if 30 < f < 60])


def test_a_step_is_found_only_where_it_is_sure() -> None:
    assert frame_step(np.array([], dtype=np.int64)) == 1
    assert frame_step(np.array([5, 15])) == 1
    assert frame_step(np.array([*range(1, 60, 5), 58])) == 1
    assert frame_step(np.array([1 + 2 * i for i in range(20) if i % 2])) == 4
    assert frame_step(np.array([2, 5, 8, 11, 20, 23, 26, 35, 38, 41, 44])) == 3
