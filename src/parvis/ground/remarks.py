"""What the grounds of a site.yaml have wrong with them, for ``parvis check``."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from parvis.ground.calibration import Calibration
from parvis.ground.from_site import CameraGround, ground_of
from parvis.ground.refusals import CalibrationRefusedError, numbered
from parvis.site.ground import Ground
from parvis.site.problems import Remark, Severity
from parvis.site.shapes import Site
from parvis.values.frame import FrameSize

NOMINAL: Final = FrameSize(1920, 1080)
"""Size of frames to judge by, before a stream has told its own."""

POOR_M: Final = 1.0
"""Error of a left-out point that deserves a word."""
HIGH_M: Final = 15.0
"""Height of a camera that deserves a word: most hang lower, and feet look so."""

Key = tuple[str | int, ...]


def ground_remarks(site: Site) -> Iterator[Remark]:
    """Refusals (errors) and doubts (warnings) about every camera's ground."""
    for name, camera in site.cameras.items():
        if camera.ground is not None:
            yield from _of(("cameras", name, "ground"), camera.ground)


def _of(key: Key, ground: Ground) -> Iterator[Remark]:
    try:
        found = ground_of(ground, NOMINAL)
    except CalibrationRefusedError as error:
        yield Remark(_place(key, ground, error), error.reason, error.remedy)
        return
    if isinstance(found.calibration, Calibration):
        yield from _doubts(key, ground, found, found.calibration)


def _place(key: Key, ground: Ground, error: CalibrationRefusedError) -> Key:
    """The line to point at: the last of the points concerned, unless all are."""
    if error.lengths and len(error.lengths) < len(ground.lengths):
        return (*key, "lengths", error.lengths[-1])
    if error.points and len(error.points) < len(ground.points):
        return (*key, "points", error.points[-1])
    return (*key, "points" if ground.points else "lengths")


def _doubts(
    key: Key, ground: Ground, found: CameraGround, calibration: Calibration
) -> Iterator[Remark]:
    warning = Severity.WARNING
    for i in calibration.outliers:
        yield Remark(
            (*key, "points", i),
            f"point {i + 1} is left aside: the others agree without it, and put it "
            f"{calibration.left_out_m[i]:.1f} m away",
            "correct it in the picture or on the ground, or remove it",
            warning,
        )
    kept = [i for i in range(len(ground.points)) if i not in calibration.outliers]
    poor = [i for i in kept if calibration.left_out_m[i] > POOR_M]
    if poor:
        worst = max(poor, key=lambda i: calibration.left_out_m[i])
        yield Remark(
            (*key, "points", worst),
            f"without point{'s' if len(poor) > 1 else ''} {numbered(poor)}, the others put "
            f"{'them' if len(poor) > 1 else 'it'} up to {calibration.left_out_m[worst]:.1f} m away",
            "pick more carefully, or add a point nearby",
            warning,
        )
    if np.isnan(calibration.left_out_m).all():
        yield Remark(
            (*key, "points"),
            "four points leave nothing to check them by",
            "add two or more, so that a wrong one shows",
            warning,
        )
    camera = calibration.camera
    if camera is not None and ground.height is None and not ground.lengths:
        low = camera.height_m - 2 * camera.height_sd_m
        if low > HIGH_M:
            yield Remark(
                (*key, "points"),
                f"the camera would hang {camera.height_m:.0f} m above the ground",
                "if it hangs lower, the points are not in metres; state the height if it is right",
                warning,
            )
