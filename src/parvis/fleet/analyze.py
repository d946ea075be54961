"""``parvis analyze``: what is asked, checked; recordings analysed; files written."""

import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

import parvis
from parvis.fleet import results
from parvis.fleet.analysis import Analysis, analyze_detections, analyze_videos
from parvis.fleet.progress import model_progress
from parvis.site import LoadedSite, load
from parvis.site.shapes import Camera
from parvis.values.frame import FrameSize
from parvis.video.errors import FaultKind, VideoError
from parvis.video.files import FileReader, duration_s
from parvis.video.sources import FileSource, parse_source
from parvis.vision import detect
from parvis.vision.models import fetch

TRACKS_WARNING = (
    "Tracks follow people: they are for evaluation on recorded files only. Delete the file "
    "when you are done."
)

_OF_FILES: Final = {
    FaultKind.NO_SUCH_FILE: (
        "there is no such file or folder.",
        "Check the path; a relative one starts from the folder that the command is run in.",
    ),
    FaultKind.NOT_A_VIDEO: (
        "this is not a video that can be read.",
        "Give a video file such as an .mp4 or an .avi, or a folder of them; a file of detections "
        "ends in .txt.",
    ),
}
"""The words for recorded files: those of the room of streams speak of cameras that answer."""


class RequestError(Exception):
    """What was asked cannot be done; ``remedy`` says what to change."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Request:
    """The command line of ``parvis analyze``; see its help."""

    videos: tuple[Path, ...]
    site: Path
    out: Path
    camera: str | None
    events: bool
    tracks: Path | None
    start: str | None
    fps: float
    size: str


def analyze_and_write(request: Request, console: Console) -> None:
    """Analyse and write the files.

    Raises:
        RequestError: the options do not fit together.
        SiteError, VideoError, model failures: see their rooms.
    """
    loaded = load(request.site)
    zone = ZoneInfo(loaded.site.site.timezone)
    name, camera = _camera(loaded, request.camera)
    start_s = _start_s(request.start, zone)
    request.out.mkdir(parents=True, exist_ok=True)
    began_s = time.monotonic()
    if any(path.suffix == ".txt" for path in request.videos):
        found, model = _from_detections(request, name, camera, start_s or 0.0), "detections file"
        video_fps = request.fps
    else:
        paths = _paths(request.videos)
        found, model = _from_videos(name, camera, paths, start_s, console)
        video_fps = _fps(paths[0])
    cameras = {name: camera}
    results.write_counts(request.out / "counts.csv", [found], cameras, zone)
    results.write_zones(request.out / "zones.csv", [found], zone)
    if request.events:
        results.write_crossings(request.out / "crossings.csv", [found], cameras)
    if request.tracks is not None:
        results.write_tracks(request.tracks, found, video_fps)
        console.print(f"[yellow]![/] {TRACKS_WARNING}")
    results.write_summary(request.out / "summary.json", _summary(loaded, [found], cameras, model))
    for fault in found.faults:
        console.print(f"[yellow]![/] passed over: {fault}", highlight=False)
    console.print(
        f"[green]✓[/] {request.out}: {len(found.crossings)} crossings in {found.analysed} "
        f"analysed frames, {time.monotonic() - began_s:.1f} s",
        highlight=False,
    )


def _camera(loaded: LoadedSite, wanted: str | None) -> tuple[str, Camera]:
    cameras = loaded.site.cameras
    if wanted is None and len(cameras) == 1:
        return next(iter(cameras.items()))
    if wanted is None:
        raise RequestError(
            f"{loaded.path.name} has {len(cameras)} cameras",
            f"Say which one with --camera: {', '.join(cameras) or 'there is none yet'}",
        )
    if wanted not in cameras:
        raise RequestError(
            f"{loaded.path.name} has no camera {wanted!r}",
            f"Its cameras: {', '.join(cameras) or 'none'}",
        )
    return wanted, cameras[wanted]


def _start_s(text: str | None, zone: ZoneInfo) -> float | None:
    if text is None:
        return None
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        raise RequestError(
            f"--start {text!r} is not a date and time", "Write it as 2026-05-04T08:30:00"
        ) from None
    return (start if start.tzinfo else start.replace(tzinfo=zone)).timestamp()


def _paths(videos: tuple[Path, ...]) -> tuple[Path, ...]:
    paths: list[Path] = []
    for video in videos:
        try:
            source = parse_source(str(video))
        except VideoError as error:
            raise _unusable(video, error) from None
        if not isinstance(source, FileSource):
            raise RequestError(f"{video} is no recorded file", "For streams use: parvis run")
        paths += source.paths
    return tuple(paths)


def _lengths_s(paths: tuple[Path, ...]) -> float:
    """How long the files are together, as far as they say; the first must open."""
    sum_s = 0.0
    for path in paths:
        try:
            sum_s += duration_s(path) or 0.0
        except VideoError as error:
            if path == paths[0]:
                raise _unusable(path, error) from None
    return sum_s


def _unusable(path: Path, error: VideoError) -> RequestError:
    message, remedy = _OF_FILES.get(error.fault.kind, (error.fault.message, error.fault.remedy))
    return RequestError(f"{path}: {message}", remedy)


def _from_videos(
    name: str, camera: Camera, paths: tuple[Path, ...], start_s: float | None, console: Console
) -> tuple[Analysis, str]:
    length_s = _lengths_s(paths)
    with model_progress(console) as progress:
        local = fetch.resolve(camera.model, progress=progress)
    detector = detect.start(local)
    columns = (TextColumn("Analysing"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task("", total=length_s or None)
        found = analyze_videos(
            name,
            camera,
            paths,
            detector,
            start_s=start_s,
            tell=lambda done_s: bar.update(task, completed=done_s),
        )
    return found, local.definition.name


def _from_detections(request: Request, name: str, camera: Camera, start_s: float) -> Analysis:
    if len(request.videos) != 1:
        raise RequestError("a detections file is analysed alone", "Give one .txt file")
    width, _, height = request.size.partition("x")
    try:
        size = FrameSize(int(width), int(height))
    except ValueError:
        raise RequestError(f"--size {request.size!r} is no size", "Write it as 1920x1080") from None
    try:
        return analyze_detections(
            name, camera, request.videos[0], fps=request.fps, size=size, start_s=start_s
        )
    except (ValueError, OSError) as error:
        raise RequestError(
            f"{request.videos[0]}: {error}",
            "A detections file has rows: frame, id, left, top, width, height, confidence",
        ) from None


def _fps(path: Path) -> float:
    reader = FileReader(FileSource((path,)), None, 0.0)
    try:
        first, second = reader.take(), reader.take()
    finally:
        reader.stop()
    return 1 / (second.time_s - first.time_s) if first and second else 1.0


def _summary(
    loaded: LoadedSite, found: list[Analysis], cameras: dict[str, Camera], model: str
) -> dict[str, Any]:
    return {
        "parvis": parvis.__version__,
        "site": loaded.site.site.name,
        "configuration_hash": loaded.hash,
        "model": model,
        "totals": results.totals(found, cameras),
        "frames": {
            one.camera: {
                "decoded": one.decoded,
                "analysed": one.analysed,
                "inferred": one.inferred,
            }
            for one in found
        },
        "coverage_s": {
            one.camera: round(sum(minute.coverage_s for minute in one.minutes), 3) for one in found
        },
        "cpu_s": {
            one.camera: {stage: round(cpu_s, 3) for stage, cpu_s in one.cpu_s.items()}
            for one in found
        },
        "faults": [fault for one in found for fault in one.faults],
    }
