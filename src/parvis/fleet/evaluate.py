"""Results against ground truth, from files: ``parvis evaluate``."""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from parvis.measures.matching import MatchResult, Passing, match_events
from parvis.server.csv_text import harmless
from parvis.site.shapes import Camera
from parvis.vision.mot_format import TrackRows, read_tracks
from parvis.vision.scores import TrackScores, evaluate_tracks

_LEAST_FRAMES = 10
"""Fewer frames with tracks may lie a step apart by chance."""


class TruthError(ValueError):
    """A file of events or tracks cannot be used; the message names the file and the remedy."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the two directions of each line are called, by line."""

    directions: Mapping[str, tuple[str, str]]

    @classmethod
    def of(cls, camera: Camera) -> "Names":
        """The names of a camera's lines."""
        return cls({name: line.directions for name, line in camera.lines.items()})

    def index(self, line: str, direction: str) -> int:
        """0 or 1 for a direction's name; ``0``, ``1``, ``+`` and ``-`` are understood too.

        Raises:
            TruthError: no such direction.
        """
        names = self.directions.get(line, ())
        for known in (names, tuple(map(harmless, names)), ("0", "1"), ("+", "-")):
            if direction in known:
                return tuple(known).index(direction)
        raise TruthError(
            f"line {line!r} has no direction {direction!r}"
            + (f": it has {' and '.join(map(repr, names))}" if names else "; give --site")
        )


def read_events(path: Path, names: Names, fps: float) -> list[Passing]:
    """Events of a crossings.csv, or of a JSON file of true crossings.

    The JSON has ``lines: {name: {events_frame_id_sign: [[frame, id, sign], …]}}``; frame 1 is at
    0 s, sign + is direction 0.

    Args:
        path: the file.
        names: of directions.
        fps: frames a second behind a JSON file.

    Raises:
        TruthError: not such a file.
    """
    try:
        if path.suffix == ".json":
            return _from_json(path, fps)
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file)
            missing = {"time_s", "line", "direction"} - set(rows.fieldnames or ())
            if missing:
                raise TruthError(
                    f"{path}: no column {', '.join(sorted(missing))}. Give a crossings.csv, as "
                    "`parvis analyze --events` writes it, or a JSON file of true crossings."
                )
            return [
                Passing(
                    float(row["time_s"]), row["line"], names.index(row["line"], row["direction"])
                )
                for row in rows
            ]
    except TruthError:
        raise
    except OSError as error:
        raise _unreadable(path, error) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TruthError(
            f"{path}: these are no crossings ({error}). time_s, line and direction are needed in "
            "each row of a CSV file, lines and events_frame_id_sign in a JSON file."
        ) from None


def _from_json(path: Path, fps: float) -> list[Passing]:
    lines = json.loads(path.read_text(encoding="utf-8"))["lines"]
    return [
        Passing((frame - 1) / fps, line, 0 if sign > 0 else 1)
        for line, said in lines.items()
        for frame, _, sign in said["events_frame_id_sign"]
    ]


def evaluate_counts(
    result: Path, truth: Path, names: Names, fps: float, tolerance_s: float
) -> MatchResult:
    """Match counted with true crossings one to one.

    Raises:
        TruthError: a file cannot be used.
    """
    counted, true = read_events(result, names, fps), read_events(truth, names, fps)
    return match_events(counted, true, tolerance_s)


def score_tracks(result: Path, truth: Path, every: int | None = None) -> tuple[TrackScores, int]:
    """HOTA, IDF1 and MOTA of tracks in MOT format, over the frames that were analysed.

    Args:
        result, truth: the files; frames are numbered alike in both.
        every: the result was made from one frame in so many, beginning with its first; found from
            the frames that it has when None, see ``frame_step``.

    Returns:
        The scores, and the step between compared frames.

    Raises:
        TruthError: a file cannot be used.
    """
    true, found = _read_tracks(truth), _read_tracks(result)
    step = frame_step(found.frames) if every is None else every
    if len(found):
        first = int(found.frames.min()) % step
        true, found = (_selected(rows, rows.frames % step == first) for rows in (true, found))
    try:
        return evaluate_tracks(true, found), step
    except ValueError as error:
        raise TruthError(f"{result} and {truth} cannot be compared: {error}") from None


def frame_step(frames: npt.NDArray[np.int64]) -> int:
    """How many frames lie between two analysed ones, as the frames with tracks tell; 1 if unsure.

    Only the frames of one step have tracks when one frame in so many was analysed: their distances
    are multiples of the step, and neighbours are one step apart.
    """
    known = np.unique(frames)
    if len(known) < _LEAST_FRAMES:
        return 1
    steps = np.diff(known)
    step = int(np.gcd.reduce(steps))
    return step if steps.min() == step else 1


def _selected(rows: TrackRows, which: npt.NDArray[np.bool_]) -> TrackRows:
    return TrackRows(rows.frames[which], rows.ids[which], rows.boxes[which])


def _read_tracks(path: Path) -> TrackRows:
    if not path.exists():  # told apart here: NumPy's own error has no number
        raise _unreadable(path, FileNotFoundError())
    try:
        return read_tracks(path)
    except OSError as error:
        raise _unreadable(path, error) from None
    except ValueError as error:
        raise TruthError(
            f"{path}: these are no tracks ({error}). A file in MOT format has rows: frame, id, "
            "left, top, width, height, confidence."
        ) from None


def _unreadable(path: Path, error: OSError) -> TruthError:
    if isinstance(error, FileNotFoundError):
        return TruthError(f"{path}: there is no such file. Check the path.")
    why = error.strerror or type(error).__name__
    return TruthError(f"{path}: it cannot be read ({why}). Check the path and who may read it.")
