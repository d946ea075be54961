"""A still scene is slept through, and nothing that enters it is missed."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt
import pytest

from parvis.values.frame import FrameSize
from parvis.video.doze import LONGEST_S, LOOK_SIZE, Doze
from parvis.video.frame import luma_of
from parvis.video.opening import open_file
from parvis.video.shots import Shot, Shots

FPS = 25
SIZE = FrameSize(640, 360)
Picture = npt.NDArray[np.uint8]
Scene = Callable[[float, Picture], Picture]


def street() -> Picture:
    rng = np.random.default_rng(3)
    picture = np.full((SIZE.height, SIZE.width, 3), 120, np.uint8)
    for _ in range(40):
        x, y = rng.integers(0, (600, 200))
        picture[y : y + 30, x : x + 20] = rng.integers(40, 220)
    return np.asarray(cv2.GaussianBlur(picture, (3, 3), 0), np.uint8)


def film(
    path: Path, scene: Scene, seconds: float, *, gop: int = FPS, b_frames: int = 0, codec="libx264"
) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=FPS, options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = SIZE.width, SIZE.height, "yuv420p"
        stream.gop_size, stream.codec_context.max_b_frames = gop, b_frames
        if codec == "libx265":
            stream.options = {"x265-params": f"log-level=none:keyint={gop}:bframes=0:pools=1"}
        for number in range(int(seconds * FPS)):
            picture = scene(number / FPS, street())
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode(None))
    return path


def played(path: Path, doze: Doze | None = None) -> list[Shot]:
    with open_file(path) as opened:
        return list(Shots(opened, doze=doze or Doze()))


def walker(tall: float, from_s: float) -> Scene:
    """Somebody of that share of the height walks in from the left, 1.4 m/s."""

    def scene(now_s: float, picture: Picture) -> Picture:
        high = round(tall * SIZE.height)
        right = round(1.4 / 1.7 * high * (now_s - from_s))
        picture[260 - high : 260, max(0, right - high // 3) : max(0, right)] = 50
        return picture

    return scene


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_a_still_scene_is_slept_through_and_every_moment_is_there(
    tmp_path: Path, codec: str
) -> None:
    clip = film(tmp_path / "still.mp4", lambda now_s, picture: picture, 12, codec=codec)
    shots = played(clip)
    assert [s.stamp_s for s in shots] == pytest.approx([n / FPS for n in range(300)])
    assert sum(s.fresh for s in shots) < 100
    first = luma_of(shots[0].picture, LOOK_SIZE).astype(int)
    for shot in shots[::7]:
        assert np.abs(luma_of(shot.picture, LOOK_SIZE) - first).max() < 7


@pytest.mark.parametrize("tall", [0.05, 0.1, 0.3])
def test_who_walks_in_is_seen_within_a_key_interval_and_from_then_on(
    tmp_path: Path, tall: float
) -> None:
    clip = film(tmp_path / "walk.mp4", walker(tall, 6.0), 12)
    with open_file(clip) as opened:
        whole = [luma_of(s.picture, SIZE) for s in Shots(opened)]
    shots = played(clip)
    assert len(shots) == len(whole)
    behind = [
        n / FPS
        for n, (shot, luma) in enumerate(zip(shots, whole, strict=True))
        if np.abs(luma_of(shot.picture, SIZE).astype(int) - luma).max() > 40
    ]
    # Cut off by the edge at first, then whole: the next key frame shows it.
    assert all(6.0 <= at_s < 6.0 + 0.4 + 1.0 for at_s in behind)
    assert all(s.fresh for s in shots[int(8.0 * FPS) :])


def test_what_fills_the_picture_is_seen_at_once(tmp_path: Path) -> None:
    def bus(now_s: float, picture: Picture) -> Picture:
        if now_s >= 6.2:
            picture[100:300, 50 : 50 + int(200 * (now_s - 6.1))] = 200
        return picture

    shots = played(film(tmp_path / "bus.mp4", bus, 9))
    assert not shots[int(6.0 * FPS) + 2].fresh
    first = next(n for n in range(int(6.2 * FPS) - 1, len(shots)) if shots[n].fresh)
    assert first <= 6.2 * FPS + 1


@pytest.mark.parametrize(("gop", "b_frames"), [(100, 0), (FPS, 2)])
def test_long_groups_and_pictures_out_of_order_are_all_decoded(
    tmp_path: Path, gop: int, b_frames: int
) -> None:
    clip = film(
        tmp_path / "odd.mp4", lambda now_s, picture: picture, 14, gop=gop, b_frames=b_frames
    )
    assert 100 / FPS > LONGEST_S
    shots = played(clip)
    assert len(shots) == 14 * FPS
    assert all(s.fresh for s in shots)


def test_noise_keeps_it_awake(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)

    def noisy(now_s: float, picture: Picture) -> Picture:
        blotches = cv2.resize(rng.normal(0, 14, (45, 80)), (SIZE.width, SIZE.height))
        return np.clip(picture + blotches[..., None], 0, 255).astype(np.uint8)

    assert all(s.fresh for s in played(film(tmp_path / "noise.mp4", noisy, 6)))


def test_a_stream_without_further_key_frames_takes_no_memory() -> None:
    """Cameras with gradual refresh send one key frame, and then none for days."""
    doze = Doze()
    picture = av.VideoFrame.from_ndarray(street(), format="bgr24")
    assert not doze.may_wait(9000, True, 0.0)
    doze.look(picture, True)
    tracemalloc.start()
    try:
        for number in range(1, FPS * 3600 * 4):
            assert not doze.may_wait(500 + number, False, number / FPS)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 100_000
