"""Detections from a MOT file."""

from pathlib import Path

import pytest

from parvis.values.classes import ObjectClass
from parvis.values.frame import FrameSize
from parvis.video import read_mot

SIZE = FrameSize(768, 576)


def test_frames_without_a_box_are_frames(tmp_path: Path) -> None:
    file = tmp_path / "det.txt"
    file.write_text(
        "4,-1,700,500,100,100,0.5,-1,-1,-1\n"
        "1,-1,10,20,30,40,0.9,-1,-1,-1\n"
        "1,-1,50,20,30,40,-1,-1,-1,-1\n"
        "2,-1,900,20,30,40,0.9,-1,-1,-1\n"
    )
    frames = list(read_mot(file, 10, SIZE, start_s=100))
    assert [time_s for time_s, _ in frames] == pytest.approx([100, 100.1, 100.2, 100.3])
    assert [len(found) for _, found in frames] == [2, 0, 0, 1]
    assert frames[0][1].boxes.tolist() == [[10, 20, 40, 60], [50, 20, 80, 60]]
    assert frames[0][1].scores.tolist() == [0.9, 1.0]
    assert frames[3][1].boxes.tolist() == [[700, 500, 768, 576]]
    assert set(frames[0][1].classes.tolist()) == {ObjectClass.PERSON}
    every_second = list(read_mot(file, 10, SIZE, every=2))
    assert [time_s for time_s, _ in every_second] == pytest.approx([0, 0.2])


def test_nonsense_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "det.txt"
    file.write_text("0,-1,10,20,30,40,0.9\n")
    with pytest.raises(ValueError, match="from 1"):
        list(read_mot(file, 10, SIZE))
    with pytest.raises(ValueError, match="positive"):
        list(read_mot(file, 0, SIZE))


def test_pets(shared: Path) -> None:
    file = shared / "data/gt/pets2009/PETS09-S2L1_det_frcnn_sort.txt"
    frames = list(read_mot(file, 10, SIZE))
    assert len(frames) == 795
    assert sum(len(found) for _, found in frames) == len(file.read_text().splitlines())
