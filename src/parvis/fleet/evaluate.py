"""Results against ground truth, from files: ``parvis evaluate``."""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from parvis.measures.matching import MatchResult, Passing, match_events
from parvis.server.csv_text import harmless
from parvis.site.shapes import Camera
from parvis.vision.mot_format import TrackRows, read_tracks
from parvis.vision.scores import TrackScores, evaluate_tracks


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


def score_tracks(result: Path, truth: Path) -> TrackScores:
    """HOTA, IDF1 and MOTA of tracks in MOT format.

    Raises:
        TruthError: a file cannot be used.
    """
    true, found = _read_tracks(truth), _read_tracks(result)
    try:
        return evaluate_tracks(true, found)
    except ValueError as error:
        raise TruthError(f"{result} and {truth} cannot be compared: {error}") from None


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
