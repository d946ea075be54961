"""Recorded files to frames: the right ones, at the right times, every time the same."""

import itertools
import os
import time
from pathlib import Path

import numpy as np
import pytest

from clips import draw, make_clip, read_number
from parvis.values.frame import FrameSize
from parvis.values.live import CameraState
from parvis.video import FaultKind, FileReader, Frame, VideoError, open_source
from parvis.video.files import recorded_start_s

SMALL = FrameSize(96, 72)


def play(reader: FileReader) -> list[Frame]:
    frames = []
    while (frame := reader.take(20)) is not None:
        frames.append(frame)
    assert reader.finished
    return frames


def numbers(frames: list[Frame]) -> list[int]:
    return [read_number(frame.luma(SMALL)) for frame in frames]


def opened(source: Path, rate: float | None = None, start_s: float | None = 1000.0) -> FileReader:
    reader = open_source(str(source), rate=rate, start_s=start_s)
    assert isinstance(reader, FileReader)
    return reader


@pytest.mark.parametrize(
    ("name", "codec", "pixels", "b_frames"),
    [
        ("a.mp4", "libx264", "yuv420p", 0),
        ("b.mkv", "libx264", "yuv420p", 2),
        ("c.mp4", "libx265", "yuv420p", 0),
        ("d.mp4", "libx265", "yuv420p10le", 2),
        ("e.avi", "mjpeg", "yuvj420p", 0),
        ("f.avi", "msmpeg4v2", "yuv420p", 0),
        ("g.ts", "libx264", "yuv420p", 2),
    ],
)
def test_every_frame_of_every_codec(
    tmp_path: Path, name: str, codec: str, pixels: str, b_frames: int
) -> None:
    clip = make_clip(tmp_path / name, codec=codec, pixels=pixels, b_frames=b_frames)
    frames = play(opened(clip))
    assert numbers(frames) == list(range(50))
    assert [f.time_s for f in frames] == pytest.approx([1000 + k / 25 for k in range(50)])
    assert [f.index for f in frames] == list(range(50))
    assert [f.discontinuity for f in frames] == [True] + [False] * 49


@pytest.mark.parametrize(("fps", "step"), [(25, 5), (10, 2), (5, 1)])
def test_only_due_frames_are_handed_on(tmp_path: Path, fps: int, step: int) -> None:
    clip = make_clip(tmp_path / "a.mp4", fps=fps, seconds=4, b_frames=2)
    assert numbers(play(opened(clip, rate=5))) == list(range(0, 4 * fps, step))


def test_the_same_file_gives_the_same_frames(tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    stamps = [int(40 * k + chance.integers(-12, 12)) if k else 0 for k in range(75)]
    clip = make_clip(tmp_path / "a.mkv", seconds=3, timestamps=stamps)
    first, second = (
        [(f.time_s, f.index, f.bgr(SMALL).tobytes()) for f in play(opened(clip, rate=5))]
        for _ in range(2)
    )
    assert first == second
    assert [index for _, index, _ in first] == list(range(0, 75, 5))


def test_a_slow_consumer_loses_nothing(tmp_path: Path) -> None:
    reader = opened(make_clip(tmp_path / "a.mp4", seconds=1))
    time.sleep(0.3)
    assert len(play(reader)) == 25
    assert reader.health().dropped == 0
    assert reader.decoded == 25
    assert reader.decode_cpu_s > 0
    assert reader.health().state is CameraState.STOPPED


def test_a_folder_is_played_by_name_as_one_stretch(tmp_path: Path) -> None:
    make_clip(tmp_path / "2.mp4", seconds=1, first_number=100, size=(320, 240))
    make_clip(tmp_path / "1.mkv", seconds=1, first_number=0)
    make_clip(tmp_path / "3.avi", seconds=1, first_number=200, codec="mjpeg", pixels="yuvj420p")
    (tmp_path / "notes.txt").write_text("not a video")
    (tmp_path / "2b.mp4").write_bytes(b"not a video either" * 100)
    reader = opened(tmp_path, rate=5)
    frames = play(reader)
    assert numbers(frames) == [*range(0, 25, 5), *range(100, 125, 5), *range(200, 225, 5)]
    assert [f.discontinuity for f in frames] == ([True] + [False] * 4) * 3
    assert [f.time_s - 1000 for f in frames] == pytest.approx([k * 0.2 for k in range(15)])
    assert [(path.name, fault.kind) for path, fault in reader.faults] == [
        ("2b.mp4", FaultKind.NOT_A_VIDEO)
    ]
    assert reader.length_s() == pytest.approx(3, abs=0.1)


def test_without_a_start_a_file_ends_when_it_was_written(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mp4", seconds=2)
    os.utime(clip, (50_000, 50_000))
    assert recorded_start_s(clip) == pytest.approx(49_998, abs=0.05)
    assert play(opened(clip, start_s=None))[0].time_s == pytest.approx(49_998, abs=0.05)


def test_a_change_of_size_is_a_break(tmp_path: Path) -> None:
    parts = [
        make_clip(tmp_path / f"{k}.ts", seconds=1, size=size)
        for k, size in enumerate([(320, 240), (192, 144)])
    ]
    joined = tmp_path / "joined.ts"
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    frames = play(opened(joined))
    assert {f.size for f in frames} == {FrameSize(320, 240), FrameSize(192, 144)}
    first_small = next(f for f in frames if f.size.width == 192)
    assert first_small.discontinuity
    assert all(b.time_s > a.time_s for a, b in itertools.pairwise(frames))


def test_a_file_that_begins_inside_a_group_of_pictures(tmp_path: Path) -> None:
    whole = make_clip(tmp_path / "a.ts", seconds=3, gop=25).read_bytes()
    cut = tmp_path / "cut.ts"
    cut.write_bytes(whole[: 188 * 3] + whole[len(whole) // 2 // 188 * 188 :])
    got = numbers(play(opened(cut)))
    assert got == list(range(50, 75))


def test_damaged_data_is_passed_over(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.ts", seconds=3)
    data = bytearray(clip.read_bytes())
    middle = len(data) // 3
    data[middle : middle + 2000] = os.urandom(2000)
    clip.write_bytes(data)
    frames = play(opened(clip))
    assert numbers(frames)[-1] == 74
    assert len(frames) > 40


def test_what_is_not_a_video_is_told_at_once(tmp_path: Path) -> None:
    text = tmp_path / "a.mp4"
    text.write_bytes(b"hello" * 1000)
    with pytest.raises(VideoError) as caught:
        opened(text)
    assert caught.value.fault.kind is FaultKind.NOT_A_VIDEO
    with pytest.raises(VideoError) as caught:
        opened(tmp_path / "missing.mp4")
    assert caught.value.fault.kind is FaultKind.NO_SUCH_FILE


def test_a_decoders_surprise_ends_the_file_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = make_clip(tmp_path / "a.mp4", seconds=0.5)
    monkeypatch.setattr("parvis.video.files.Shots", lambda opened, doze: 1 / 0)
    reader = opened(clip)
    assert play(reader) == []
    assert [fault.kind for _, fault in reader.faults] == [FaultKind.OTHER]


def test_stop_ends_a_reader_nobody_reads(tmp_path: Path) -> None:
    reader = opened(make_clip(tmp_path / "a.mp4", seconds=3))
    reader.stop()
    assert reader.finished
    assert reader.take(1) is None


@pytest.mark.parametrize(
    ("codec", "suffix", "pixels"), [("libx264", "mp4", "yuv420p"), ("mjpeg", "avi", "yuvj420p")]
)
def test_pixels_are_those_drawn(tmp_path: Path, codec: str, suffix: str, pixels: str) -> None:
    clip = make_clip(tmp_path / f"a.{suffix}", codec=codec, pixels=pixels, seconds=0.2)
    frame = play(opened(clip))[3]
    drawn = draw(3, 320, 240).astype(int)
    same = frame.bgr(FrameSize(320, 240))
    assert same.shape == (240, 320, 3)
    assert same.flags.c_contiguous
    assert abs(same.astype(int) - drawn).mean() < 4
    weights = np.array([0.114, 0.587, 0.299])
    luma = frame.luma(FrameSize(320, 240))
    assert luma.shape == (240, 320)
    assert abs(luma - drawn @ weights).mean() < 4
    odd = frame.bgr(FrameSize(101, 57))
    assert odd.shape == (57, 101, 3)
    assert odd.flags.c_contiguous


def test_real_clips(shared: Path) -> None:
    pets = opened(shared / "data/video/pets2009_s2l1_view001_vtest.avi", rate=5)
    frames = []
    while (frame := pets.take(20)) is not None:
        frames.append((frame.index, frame.time_s))
    assert pets.decoded == 795
    assert [index for index, _ in frames] == list(range(0, 795, 2))
    assert frames[-1][1] == pytest.approx(1000 + 79.4, abs=0.01)
