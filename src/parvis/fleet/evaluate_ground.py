"""``parvis evaluate ground``: a recording analysed, its positions held against true ones."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from rich.console import Console

from parvis.fleet.analysis import analyze_videos
from parvis.fleet.ground_scores import GroundScores, score_ground
from parvis.fleet.ground_truth import GroundTruth, read_ground_truth, truth_of_boxes
from parvis.fleet.progress import model_progress
from parvis.ground.from_site import CameraGround, ground_of
from parvis.ground.people import Upright
from parvis.ground.remarks import NOMINAL
from parvis.site import load
from parvis.site.shapes import Camera
from parvis.values.classes import ObjectClass
from parvis.values.ground_tracks import GroundTracks
from parvis.values.tracks import Tracks
from parvis.vision import detect
from parvis.vision.models import fetch

BOX_FILES: Final = ".txt"


class GroundRequestError(Exception):
    """What was asked cannot be done; ``remedy`` says what to change."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class GroundRequest:
    """The command line of ``parvis evaluate ground``; see its help."""

    video: Path
    site: Path
    truth: Path
    camera: str | None
    tsai: Path | None
    model: str | None
    fps: float


@dataclass(slots=True)
class _Seen:
    """Keeps what comes, for comparison."""

    ground: CameraGround | None = None
    frames: list[GroundTracks] = field(default_factory=list)

    def watch(self, ground: CameraGround) -> "_Seen":
        self.ground = ground
        return self

    def paced(self, interval_s: float) -> None:
        """Positions are compared one by one, whatever their pace."""

    def observe(self, tracks: GroundTracks) -> None:
        self.frames.append(tracks)

    def gap(self) -> None:
        """Positions are compared one by one: an interruption changes none."""


@dataclass(frozen=True, slots=True)
class GroundFindings:
    """What the comparison found.

    Args:
        scores: errors on the ground.
        ground: the camera's.
        people_m: median height of the people seen, as the ground has it; NaN where it leaves that
            open.
    """

    scores: GroundScores
    ground: CameraGround
    people_m: float


def evaluate_ground(request: GroundRequest, console: Console) -> GroundFindings:
    """Analyse the recording and compare.

    Raises:
        GroundRequestError: the options do not fit together.
        SiteError, TruthError, VideoError, CalibrationRefusedError, model failures: see their
            rooms.
    """
    name, camera = _camera(request)
    truth = _truth(request)
    if camera.ground is None:
        raise GroundRequestError(
            f"camera {name!r} has no ground", "Give it points or lengths in site.yaml"
        )
    ground_of(camera.ground, NOMINAL)  # a refusal comes before the wait
    with model_progress(console) as progress:
        local = fetch.resolve(request.model or camera.model, progress=progress)
    seen = _Seen()
    with console.status("Analysing"):
        found = analyze_videos(
            name,
            camera,
            (request.video,),
            detect.start(local),
            start_s=0.0,
            tell=lambda done_s: None,
            watch_ground=seen.watch,
        )
    if seen.ground is None:
        raise GroundRequestError(f"{request.video} holds no frame", "Give another recording")
    try:
        scores = score_ground(seen.frames, truth, found.start_s)
    except ValueError as error:
        raise GroundRequestError(
            str(error), "The truth's metres are those of the camera's ground, its seconds from 0"
        ) from None
    return GroundFindings(scores, seen.ground, _people_m(seen.ground, found.tracks))


def _people_m(ground: CameraGround, frames: list[Tracks]) -> float:
    boxes = [t.boxes[t.seen & (t.classes == ObjectClass.PERSON)] for t in frames]
    heights = Upright(ground.map).heights(np.concatenate([*boxes, np.empty((0, 4))]))
    known = heights[np.isfinite(heights)]
    return float(np.median(known)) if len(known) else np.nan


def rows_of(findings: GroundFindings) -> list[tuple[str, str]]:
    """What the command prints, row by row."""
    scores, ground = findings.scores, findings.ground
    rows = [
        ("true positions", f"{scores.true}"),
        ("found near one of them", f"{scores.matched} of {scores.found} found"),
        ("position, median error", f"{scores.median_m:.2f} m"),
        ("position, 90 % within", f"{scores.p90_m:.2f} m"),
        ("position, median offset x, y", f"{scores.bias_m[0]:+.2f}, {scores.bias_m[1]:+.2f} m"),
        ("within the stated 90 % ellipse", f"{100 * scores.within_stated:.0f} %"),
        ("tracks with a speed", f"{scores.tracks}"),
        ("speed, median error over tracks", f"{100 * scores.speed_error:.1f} %"),
        ("speed, median offset", f"{100 * scores.speed_bias:+.1f} %"),
        ("speed, median error over 2 s", f"{100 * scores.stretch_error:.1f} %"),
        (
            "median speed, true and found",
            f"{scores.speeds_mps[0]:.2f}, {scores.speeds_mps[1]:.2f} m/s",
        ),
    ]
    camera = ground.calibration.camera
    if camera is not None:
        rows.append(
            (
                "the camera that the ground implies",
                f"{camera.height_m:.1f} ± {camera.height_sd_m:.1f} m high, tilted "
                f"{camera.tilt_deg:.0f}°",
            )
        )
    if np.isfinite(findings.people_m):
        rows.append(("people's median height by the ground", f"{findings.people_m:.2f} m"))
    return rows


def _camera(request: GroundRequest) -> tuple[str, Camera]:
    cameras = load(request.site).site.cameras
    chosen = {n: c for n, c in cameras.items() if request.camera in (None, n)}
    if len(chosen) != 1:
        raise GroundRequestError(
            f"{request.site} has several cameras, or not this one",
            f"Say --camera NAME: {', '.join(cameras) or 'there is none yet'}",
        )
    return next(iter(chosen.items()))


def _truth(request: GroundRequest) -> GroundTruth:
    if request.tsai is not None:
        return truth_of_boxes(request.truth, request.tsai, request.fps)
    if request.truth.suffix == BOX_FILES:
        raise GroundRequestError(
            f"{request.truth} holds boxes, and nothing says where they stand",
            "Give --tsai CALIBRATION.xml, or a CSV of true positions",
        )
    return read_ground_truth(request.truth)
