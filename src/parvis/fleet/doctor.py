"""``parvis doctor``: is this machine fit for its site, and for how many cameras?"""

import os
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from parvis.fleet.failures import MODEL_FAILURES, SOURCE_FAILURES
from parvis.fleet.layout import DataFolder
from parvis.fleet.memory import Swap, swap_state
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
from parvis.server.machine import Check, Finding
from parvis.site import LoadedSite, redact
from parvis.site.shapes import Camera
from parvis.store import Store, StoreError, StoreUnavailableError
from parvis.store.recorder import minutes_aside
from parvis.values.saying import T
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


def examine(loaded: LoadedSite) -> Iterator[Check]:
    """Look at everything, one check after another."""
    yield from machine(loaded)
    yield from streams(loaded)


def machine(loaded: LoadedSite) -> Iterator[Check]:
    """Look at the machine: clock, disk, database, models, and how many cameras it carries."""
    yield _clock()
    yield _disk(loaded.data_folder)
    yield _swap()
    yield _database(loaded)
    yield closed_minutes(DataFolder(loaded.data_folder))
    yield from _models(loaded)


def streams(loaded: LoadedSite) -> Iterator[Check]:
    """Open every camera once."""
    for name, camera in loaded.site.cameras.items():
        yield _stream(loaded, name, camera.sub_source or camera.source)


def _clock() -> Check:
    if time.time() < _OLD_CLOCK:
        return Check(
            T("clock"),
            Finding.BAD,
            T("the clock of this machine is years behind"),
            T("set it and switch on time synchronisation"),
            "timedatectl set-ntp true",
        )
    return Check(T("clock"), Finding.GOOD, T("{time}")(time=time.strftime("%Y-%m-%d %H:%M:%S %Z")))


def _disk(folder: Path) -> Check:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    said = T("{free} GB free in {folder}")(free=round(free / 1e9, 1), folder=str(existing))
    if free < _FREE_BYTES:
        remedy = T("free some space: two gigabytes last years")
        return Check(T("disk"), Finding.WARNING, said, remedy, f"du -sh {existing}/*")
    return Check(T("disk"), Finding.GOOD, said)


def _swap() -> Check:
    found = swap_state()
    said = {
        Swap.NONE: T("this machine has none: memory never reaches a disk"),
        Swap.FORBIDDEN: T("Parvis may not swap: its memory never reaches a disk"),
        Swap.PROTECTED: T("it is encrypted, or memory itself"),
        Swap.LOCKED: T("Parvis locks its memory: it never reaches a disk"),
        Swap.OPEN: T("memory with a picture in it could be written to {devices}"),
    }[found.swap](devices=", ".join(found.devices))
    if found.swap is not Swap.OPEN:
        return Check(T("swap"), Finding.GOOD, said)
    remedy = T("run Parvis as the service does (MemorySwapMax=0), encrypt the swap, or end it")
    return Check(T("swap"), Finding.WARNING, said, remedy, "swapoff -a")


def _database(loaded: LoadedSite) -> Check:
    folder = DataFolder(loaded.data_folder)
    try:
        folder.root.mkdir(parents=True, exist_ok=True)
        url = loaded.database(os.environ) or folder.database_url
        with Store(url, ZoneInfo(loaded.site.site.timezone)) as store:
            count = len(store.series())
    except (StoreError, StoreUnavailableError, OSError, LookupError) as error:
        said = T("{reason}")(reason=redact(str(error)))
        return Check(T("database"), Finding.BAD, said, T("see the message"))
    return Check(T("database"), Finding.GOOD, T("{count} series known")(count=count))


def closed_minutes(folder: DataFolder) -> Check:
    """Whether every closed minute has reached the store, or can."""
    aside = minutes_aside(folder.unrecorded)
    damaged = sorted(path.name for path in folder.spools.glob("*.damaged-*"))
    remedy = T("look in the log why; keep the file for the maintainers, and remove it")
    if aside:
        of = ", ".join(f"{camera or '?'} ({n})" for camera, n in sorted(aside.items()))
        said = T("{n} could not be recorded: {cameras}")(n=aside.total(), cameras=of)
        return Check(T("minutes"), Finding.WARNING, said, remedy, str(folder.unrecorded))
    if damaged:
        said = T("a damaged spool was set aside: {names}")(names=", ".join(damaged))
        return Check(T("minutes"), Finding.WARNING, said, remedy, str(folder.spools))
    return Check(T("minutes"), Finding.GOOD, T("none was lost"))


def _models(loaded: LoadedSite) -> Iterator[Check]:
    try:
        clips = {stream: drawn_clip(stream) for stream in (MAIN, SUB)}
    except NoEncoderError as error:
        said = T("not measured: {reason}")(reason=str(error))
        yield Check(T("capacity"), Finding.WARNING, said, T("install PyAV from its wheel"))
        clips = {}
    decode = {stream: decode_ms(clip) for stream, clip in clips.items()}
    wanted = sorted({camera.model for camera in loaded.site.cameras.values()} or {"auto"})
    costs: dict[str, float] = {}
    for name in wanted:
        what = T("model {name}")(name=name)
        try:
            detector = detect.start(fetch.resolve(name))
        except MODEL_FAILURES as error:
            reason = T("{reason}")(reason=str(error))
            remedy = T("fetch the detectors")
            yield Check(what, Finding.BAD, reason, remedy, "parvis models pull auto")
            continue
        found = T("{model}")(model=detector.model.name)
        if clips:
            costs[name] = detect_ms(detector, clips[SUB])
            found = T("{model}: {ms} ms of CPU a frame")(
                model=detector.model.name, ms=round(costs[name], 1)
            )
        yield Check(what, Finding.GOOD, found)
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
    figures: dict[str, object] = {
        "small": small,
        "large": large,
        "sub": SUB.name,
        "main": MAIN.name,
        "rate": f"{rate:g}",
        "sub_ms": round(decode[SUB], 1),
        "main_ms": round(decode[MAIN], 1),
        "detect_ms": round(dearest, 1),
        "fps": FPS,
        "headroom": round(100 * _HEADROOM),
        "cores": _CORES,
        "cameras": len(enabled),
    }
    needed_ms = sum(
        _camera_ms(decode[SUB if one.sub_source else MAIN], costs[one.model], one.rate)
        for one in enabled
    )
    if needed_ms > _CORES * 1000 * _HEADROOM:
        return Check(
            T("capacity"),
            Finding.WARNING,
            T(
                "the {cameras} cameras of this site are too many when all are busy; this machine "
                "carries about {small} cameras with {sub} sub-streams, or {large} with {main} "
                "streams, at {rate} analysed frames a second"
            )(**figures),
            T("give cameras a sub_source, lower their rate, or share them out"),
        )
    return Check(
        T("capacity"),
        Finding.GOOD,
        T(
            "this machine carries about {small} cameras with {sub} sub-streams, or {large} with "
            "{main} streams, at {rate} analysed frames a second. Measured now: a frame of H.264 "
            "takes {sub_ms} or {main_ms} ms of CPU to decode and {detect_ms} ms to detect in. "
            "Assumed: {fps} frames a second, all cameras busy at once, a fifth more for the rest, "
            "and {headroom}% of {cores} cores"
        )(**figures),
    )


def _stream(loaded: LoadedSite, name: str, source: str) -> Check:
    what = T("camera {name}")(name=name)
    try:
        found = probe(parse_source(loaded.address(source, os.environ)))
    except SOURCE_FAILURES as error:
        reason = T("{reason}")(reason=redact(str(error)))
        return Check(what, Finding.BAD, reason, T("mend its source in site.yaml"))
    if found.fault is not None or found.size is None:
        fault = found.fault
        why = T(fault.message) if fault else T("no picture came")
        return Check(what, Finding.BAD, why, T(fault.remedy) if fault else None)
    said = T("{codec} {width}×{height}, {fps} a second")(
        codec=found.codec,
        width=found.size.width,
        height=found.size.height,
        fps=f"{found.fps:g}",
    )
    if found.key_interval_s and found.key_interval_s > 5:
        return Check(
            what,
            Finding.WARNING,
            T("a key frame every {s} s only")(s=f"{found.key_interval_s:g}"),
            T("set the camera's key-frame interval to 2 s: it comes back sooner after a loss"),
        )
    return Check(what, Finding.GOOD, said)
