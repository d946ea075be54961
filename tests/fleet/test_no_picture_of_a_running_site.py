"""A running site writes no picture: the kernel's word on every file, and a look into each."""

import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from tests.clips import make_clip
from tests.fleet.pictures import pictures_in
from tests.fleet.town import running
from tests.fleet.written import written_files
from tests.rtsp import wait_until


def scene() -> np.ndarray:
    """A picture as smooth as those of the world, 640 × 360, BGR."""
    noise = np.random.default_rng(5).normal(size=(360, 640, 3))
    smooth = cv2.GaussianBlur(noise, (0, 0), 9)
    return cv2.normalize(smooth, None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)


@pytest.mark.parametrize("ending", [".jpg", ".png", ".webp", ".tiff", ".bmp"])
def test_a_still_is_found_wherever_it_lies(ending: str) -> None:
    body = cv2.imencode(ending, scene())[1].tobytes()
    assert pictures_in(body)
    assert pictures_in(b"SQLite format 3\0" + bytes(5000) + body + b"more of the table")


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.avi", "a.ts", "a.h264"])
def test_a_film_is_found_wherever_it_lies(name: str, tmp_path: Path) -> None:
    body = make_clip(tmp_path / name, seconds=1).read_bytes()
    assert pictures_in(body)
    assert pictures_in(b"a log line\n" * 20 + body)


@pytest.mark.parametrize("size", [(160, 90), (640, 360)])
def test_raw_pixels_are_found(size: tuple[int, int]) -> None:
    colours = cv2.resize(scene(), size, interpolation=cv2.INTER_AREA)
    assert pictures_in(colours.tobytes())
    assert pictures_in(cv2.cvtColor(colours, cv2.COLOR_BGR2GRAY).tobytes())


def test_text_tables_and_noise_are_no_pictures() -> None:
    noise = np.random.default_rng(6).bytes(200_000)
    words = Path(__file__).read_bytes() * 20
    assert pictures_in(noise) == []
    assert pictures_in(words + bytes(30_000) + words) == []


@pytest.mark.law(11)
@pytest.mark.machine
def test_no_picture_is_written_by_a_running_site(site: Path, tmp_path: Path) -> None:
    """Supervisor, hub and workers, and a set-up session whose blurred still is fetched."""
    log, data = tmp_path / "strace.log", site.parent / "data"
    calls = "trace=open,openat,openat2,creat,memfd_create"
    with running(site, ["strace", "-f", "--seccomp-bpf", "-e", calls, "-o", log]) as town:
        with town.administrator() as browser:
            asked = {"camera": "campus", "reason": "a line on the square", "limit_s": 60}
            session = browser.post("/api/v1/setup-sessions", json=asked)
            assert session.status_code == 201, session.text
            place = f"/api/v1/setup-sessions/{session.json()['id']}"
            still = browser.get(f"{place}/still")
            assert still.status_code == 200 and pictures_in(still.content)
            with browser.stream("GET", f"{place}/events") as events:
                assert any("moment" in line for line in events.iter_lines())
            assert browser.delete(place).status_code == 204
        view = data / "views" / "campus.npz"
        wait_until(view.exists, 40, "the view is known and kept")
        look_into(written_files(log), data)
        town.stop()
        assert town.covered_s() > 8
    names = written_files(log)
    look_into(names, data)
    assert {town.database, data / "spool" / "worker-0.spool"} <= names
    assert "memfd_create(" not in log.read_text(errors="replace")
    elsewhere = {one for one in names if not one.is_relative_to(data)}
    assert all(one.is_relative_to("/proc") or one.is_relative_to("/dev") for one in elsewhere)
    assert {one.name for one in names if not one.exists() and one not in parts(names)} == set()


def look_into(names: set[Path], data: Path) -> None:
    """Read every file there is now, those that were renamed after they were written too."""
    files = [one for one in names | set(data.rglob("*")) if one.is_relative_to(data)]
    for path in files:
        if path.is_file():
            assert pictures_in(path.read_bytes()) == [], path


def parts(names: set[Path]) -> set[Path]:
    """Files that come and go with a file that stays, or with the spool."""
    found = set()
    for one in names:
        whole = re.fullmatch(r"\.(.+)-\w+", one.name)
        renamed = whole is not None and one.with_name(whole[1]).exists()
        if renamed or re.search(r"\.(?:db|spool)-(?:wal|shm|journal|lock)$|\.spool$", one.name):
            found.add(one)
    return found
