"""``parvis doctor``: is this machine fit for its site, and for how many cameras?"""

import os
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from parvis.fleet.failures import MODEL_FAILURES, SOURCE_FAILURES
from parvis.fleet.layout import DataFolder
from parvis.fleet.self_benchmark import (
    FPS,
    MAIN,
    SUB,
    NoEncoderError,
    Stream,
    decode_ms,
    detect_ms,
    drawn_clip,
)
from parvis.site import LoadedSite, redact
from parvis.site.shapes import Camera
from parvis.store import Store, StoreError, StoreUnavailableError
from parvis.video.probe import probe
from parvis.video.sources import parse_source
from parvis.vision import detect
from parvis.vision.models import fetch

_FREE_BYTES = 2_000_000_000
_OLD_CLOCK = 1_760_000_000
"""A moment before this version was written: a clock that shows less has lost its battery."""
_OVERHEAD = 1.2
"""What gate, tracker and counting add to decoding and detecting."""
_HEADROOM = 0.7
"""The share of the processor that may be used in a busy minute."""
_CORES = os.cpu_count() or 1


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
    try:
        clips = {stream: drawn_clip(stream) for stream in (MAIN, SUB)}
    except NoEncoderError as error:
        yield Check(
            "capacity", Finding.WARNING, f"not measured: {error}", "install PyAV from its wheel"
        )
        clips = {}
    decode = {stream: decode_ms(clip) for stream, clip in clips.items()}
    wanted = sorted({camera.model for camera in loaded.site.cameras.values()} or {"auto"})
    costs: dict[str, float] = {}
    for name in wanted:
        try:
            detector = detect.start(fetch.resolve(name))
        except MODEL_FAILURES as error:
            yield Check(f"model {name}", Finding.BAD, str(error), "run: parvis models pull auto")
            continue
        said = detector.model.name
        if clips:
            costs[name] = detect_ms(detector, clips[SUB])
            said = f"{said}: {costs[name]:.1f} ms of CPU a frame"
        yield Check(f"model {name}", Finding.GOOD, said)
    if decode and len(costs) == len(wanted):
        yield _capacity(list(loaded.site.cameras.values()), decode, costs)


def carried(decode_ms: float, detect_ms: float, rate: float, cores: int) -> int:
    """How many busy cameras of one kind a machine carries.

    Args:
        decode_ms: CPU milliseconds to decode one of the camera's 25 frames a second.
        detect_ms: CPU milliseconds to detect in one frame.
        rate: analysed frames a second.
        cores: of the machine.
    """
    return int(cores * 1000 * _HEADROOM / _camera_ms(decode_ms, detect_ms, rate))


def _camera_ms(decode_ms: float, detect_ms: float, rate: float) -> float:
    """CPU milliseconds a second that one busy camera costs."""
    return (FPS * decode_ms + rate * detect_ms) * _OVERHEAD


def _capacity(
    cameras: list[Camera], decode: Mapping[Stream, float], costs: Mapping[str, float]
) -> Check:
    enabled = [camera for camera in cameras if camera.enabled]
    rates = [camera.rate for camera in enabled] or [5.0]
    rate, dearest = sum(rates) / len(rates), max(costs.values())
    small, large = (carried(decode[one], dearest, rate, _CORES) for one in (SUB, MAIN))
    said = (
        f"this machine carries about {small} cameras with {SUB.name} sub-streams, or {large} with "
        f"{MAIN.name} streams, at {rate:g} analysed frames a second. Measured now: a frame of "
        f"H.264 takes {decode[SUB]:.1f} or {decode[MAIN]:.1f} ms of CPU to decode and "
        f"{dearest:.1f} ms to detect in. Assumed: {FPS} frames a second, all cameras busy at once, "
        f"a fifth more for the rest, and {_HEADROOM:.0%} of {_CORES} cores"
    )
    needed_ms = sum(
        _camera_ms(decode[SUB if one.sub_source else MAIN], costs[one.model], one.rate)
        for one in enabled
    )
    if needed_ms > _CORES * 1000 * _HEADROOM:
        return Check(
            "capacity",
            Finding.WARNING,
            f"the {len(enabled)} cameras of this site are too many when all are busy; {said}",
            "give cameras a sub_source, lower their rate, or share them out",
        )
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
