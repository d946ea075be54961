"""Where people truly were on the ground, from files: a table, or boxes and a calibration."""

import csv
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from parvis.fleet.evaluate import TruthError
from parvis.ground.tsai import TsaiCamera
from parvis.vision.mot_format import read_tracks

Floats = npt.NDArray[np.float64]

COLUMNS = ("time_s", "id", "x_m", "y_m")
LONGEST_GAP_S = 1.0
"""Positions are read between two true ones that are at most so far apart in time."""


@dataclass(frozen=True, slots=True, eq=False)
class Path2D:
    """One object's true way.

    Args:
        times_s: ascending, seconds from the start of the recording, shape (n,).
        points: metres, shape (n, 2).
    """

    times_s: Floats
    points: Floats

    def at(self, time_s: float) -> Floats | None:
        """Where it was; None before, after, and in a gap."""
        i = int(np.searchsorted(self.times_s, time_s - 1e-6))
        if i == len(self.times_s):
            return None
        if abs(self.times_s[i] - time_s) < 1e-6:
            return np.asarray(self.points[i], dtype=np.float64)
        if i == 0 or self.times_s[i] - self.times_s[i - 1] > LONGEST_GAP_S:
            return None
        share = (time_s - self.times_s[i - 1]) / (self.times_s[i] - self.times_s[i - 1])
        return np.asarray(self.points[i - 1] + share * (self.points[i] - self.points[i - 1]))


GroundTruth = Mapping[int, Path2D]
"""True ways by identity."""


def read_ground_truth(path: Path) -> GroundTruth:
    """Read a table with the columns time_s, id, x_m and y_m.

    Metres on the plane of the camera's ``ground``; seconds from the first frame.

    Raises:
        TruthError: not such a table.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file)
            missing = set(COLUMNS) - set(rows.fieldnames or ())
            if missing:
                raise TruthError(
                    f"{path}: no column {', '.join(sorted(missing))}. True positions are a CSV "
                    f"file with the columns {', '.join(COLUMNS)}, or boxes (.txt) with --tsai."
                )
            numbers = [[float(row[column]) for column in COLUMNS] for row in rows]
    except TruthError:
        raise
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise TruthError(f"{path}: it cannot be read ({why}). Check the path.") from None
    except (ValueError, TypeError) as error:
        raise TruthError(
            f"{path}: these are no positions ({error}). Each row needs four numbers."
        ) from None
    return _by_identity(np.array(numbers, dtype=np.float64).reshape(-1, 4))


def truth_of_boxes(boxes: Path, calibration: Path, fps: float) -> GroundTruth:
    """True ways from true boxes: the middles of their lower edges through a Tsai calibration.

    Args:
        boxes: in MOT format; frame 1 is at 0 s.
        calibration: an XML file, see ``read_tsai``.
        fps: frames a second of the recording's clock.

    Raises:
        TruthError: a file cannot be used.
    """
    try:
        rows = read_tracks(boxes)
    except (OSError, ValueError) as error:
        raise TruthError(f"{boxes}: these are no boxes in MOT format ({error}).") from None
    feet = np.column_stack(((rows.boxes[:, 0] + rows.boxes[:, 2]) / 2, rows.boxes[:, 3]))
    points = read_tsai(calibration).ground(feet)
    return _by_identity(np.column_stack(((rows.frames - 1) / fps, rows.ids, points)))


def read_tsai(path: Path) -> TsaiCamera:
    """Read a Tsai calibration as PETS 2009 ships it: Geometry, Intrinsic and Extrinsic.

    Raises:
        TruthError: not such a file.
    """
    try:
        root = ET.parse(path).getroot()  # noqa: S314  # expat expands no outside entity
        said = {
            (part, key): float(value)
            for part in ("Geometry", "Intrinsic", "Extrinsic")
            for key, value in _attributes(root, part).items()
        }
        return TsaiCamera(
            dpx=said["Geometry", "dpx"],
            dpy=said["Geometry", "dpy"],
            cx=said["Intrinsic", "cx"],
            cy=said["Intrinsic", "cy"],
            sx=said["Intrinsic", "sx"],
            focal=said["Intrinsic", "focal"],
            kappa1=said["Intrinsic", "kappa1"],
            rotation=(said["Extrinsic", "rx"], said["Extrinsic", "ry"], said["Extrinsic", "rz"]),
            translation=(
                said["Extrinsic", "tx"],
                said["Extrinsic", "ty"],
                said["Extrinsic", "tz"],
            ),
        )
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise TruthError(f"{path}: it cannot be read ({why}). Check the path.") from None
    except (ET.ParseError, KeyError, ValueError) as error:
        raise TruthError(
            f"{path}: this is no Tsai calibration ({error}). It has the elements Geometry, "
            "Intrinsic and Extrinsic, as in PETS 2009."
        ) from None


def _attributes(root: ET.Element, part: str) -> dict[str, str]:
    found = root.find(part)
    if found is None:
        raise KeyError(part)
    return found.attrib


def _by_identity(rows: Floats) -> GroundTruth:
    """Ways from rows (time, id, x, y) in any order."""
    parts: dict[int, list[Floats]] = defaultdict(list)
    for row in rows[np.argsort(rows[:, 0], kind="stable")]:
        parts[int(row[1])].append(row)
    ways = {}
    for identity, own in parts.items():
        table = np.array(own)
        once = np.concatenate(([True], np.diff(table[:, 0]) > 0))
        ways[identity] = Path2D(table[once, 0], table[once, 2:])
    return ways
