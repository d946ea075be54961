"""``parvis doctor``: is this machine fit for its site, and for how many cameras?"""

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from parvis.fleet.failures import MODEL_FAILURES, SOURCE_FAILURES
from parvis.fleet.layout import DataFolder
from parvis.site import LoadedSite, redact
from parvis.store import Store, StoreError, StoreUnavailableError
from parvis.values.frame import FrameSize
from parvis.video.probe import probe
from parvis.video.sources import parse_source
from parvis.vision import detect
from parvis.vision.models import fetch

_FREE_BYTES = 2_000_000_000
_OLD_CLOCK = 1_760_000_000
"""A moment before this version was written: a clock that shows less has lost its battery."""
_INFERENCES = 40
_SUB_DECODE_MS_PER_S = 25 * 0.36
_MAIN_DECODE_MS_PER_S = 25 * 4.2
"""Decoding 25 frames a second of 640×360 and of 1080p H.264, as bench/decode.py measures it."""
_OVERHEAD = 1.2
_HEADROOM = 0.7


class Finding(StrEnum):
    """How a check ended."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Args:
        what: what was looked at.
        finding: how it is.
        said: in plain words.
        remedy: what to do about it; empty when good.
    """

    what: str
    finding: Finding
    said: str
    remedy: str = ""


class _Still:
    """A frame of noise, for timing a detector without a camera."""

    time_s = 0.0
    index = 0
    discontinuity = False
    size = FrameSize(640, 360)

    def bgr(self, size: FrameSize) -> npt.NDArray[np.uint8]:
        rng = np.random.default_rng(1)
        return rng.integers(0, 255, (size.height, size.width, 3), dtype=np.uint8)

    def luma(self, size: FrameSize) -> npt.NDArray[np.uint8]:
        return np.zeros((size.height, size.width), dtype=np.uint8)


def examine(loaded: LoadedSite) -> Iterator[Check]:
    """Look at everything, one check after another."""
    yield _clock()
    yield _disk(loaded.data_folder)
    yield _database(loaded)
    yield from _models(loaded)
    for name, camera in loaded.site.cameras.items():
        yield _stream(loaded, name, camera.sub_source or camera.source)


def _clock() -> Check:
    if time.time() < _OLD_CLOCK:
        return Check(
            "clock",
            Finding.BAD,
            "the clock of this machine is years behind",
            "set it and switch on time synchronisation: timedatectl set-ntp true",
        )
    return Check("clock", Finding.GOOD, time.strftime("%Y-%m-%d %H:%M:%S %Z"))


def _disk(folder: Path) -> Check:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    said = f"{free / 1e9:.1f} GB free in {existing}"
    if free < _FREE_BYTES:
        return Check("disk", Finding.WARNING, said, "free some space: two gigabytes last years")
    return Check("disk", Finding.GOOD, said)


def _database(loaded: LoadedSite) -> Check:
    folder = DataFolder(loaded.data_folder)
    try:
        folder.root.mkdir(parents=True, exist_ok=True)
        url = loaded.database(os.environ) or folder.database_url
        with Store(url, ZoneInfo(loaded.site.site.timezone)) as store:
            count = len(store.series())
    except (StoreError, StoreUnavailableError, OSError, LookupError) as error:
        return Check("database", Finding.BAD, redact(str(error)), "see the message")
    return Check("database", Finding.GOOD, f"{count} series known")


def _models(loaded: LoadedSite) -> Iterator[Check]:
    wanted = sorted({camera.model for camera in loaded.site.cameras.values()} or {"auto"})
    for name in wanted:
        try:
            detector = detect.start(fetch.resolve(name))
        except MODEL_FAILURES as error:
            yield Check(f"model {name}", Finding.BAD, str(error), "run: parvis models pull auto")
            continue
        frame = _Still()
        for _ in range(5):
            detector.detect(frame)
        began_s = time.process_time()
        for _ in range(_INFERENCES):
            detector.detect(frame)
        cpu_ms = (time.process_time() - began_s) / _INFERENCES * 1000
        said = f"{detector.model.name}: {cpu_ms:.1f} ms of CPU a frame"
        yield Check(f"model {name}", Finding.GOOD, said)
        rates = [c.rate for c in loaded.site.cameras.values() if c.model == name] or [5.0]
        yield _capacity(cpu_ms, sum(rates) / len(rates), len(loaded.site.cameras))


def _capacity(cpu_ms: float, rate: float, cameras: int) -> Check:
    budget_ms = (os.cpu_count() or 1) * 1000 * _HEADROOM
    small = int(budget_ms / ((_SUB_DECODE_MS_PER_S + cpu_ms * rate) * _OVERHEAD))
    large = int(budget_ms / ((_MAIN_DECODE_MS_PER_S + cpu_ms * rate) * _OVERHEAD))
    said = (
        f"this machine carries about {small} cameras with 640×360 sub-streams, or {large} with "
        f"1080p streams, all busy, at {rate:g} analysed frames a second"
    )
    if cameras > small:
        return Check("capacity", Finding.WARNING, said, "lower the rate, or share the cameras out")
    return Check("capacity", Finding.GOOD, said)


def _stream(loaded: LoadedSite, name: str, source: str) -> Check:
    what = f"camera {name}"
    try:
        found = probe(parse_source(loaded.address(source, os.environ)))
    except SOURCE_FAILURES as error:
        return Check(what, Finding.BAD, redact(str(error)), "mend its source in site.yaml")
    if found.fault is not None or found.size is None:
        fault = found.fault
        said = fault.message if fault else "no picture came"
        return Check(what, Finding.BAD, said, fault.remedy if fault else "")
    said = f"{found.codec} {found.size.width}×{found.size.height}, {found.fps:g} a second"
    if found.key_interval_s and found.key_interval_s > 5:
        return Check(
            what,
            Finding.WARNING,
            f"{said}, a key frame every {found.key_interval_s:g} s",
            "set the camera's key-frame interval (GOP) to 2 s: it comes back sooner after a loss",
        )
    return Check(what, Finding.GOOD, said)
