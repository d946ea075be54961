"""The files that ``parvis analyze`` writes."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from parvis.fleet.analysis import Analysis
from parvis.server.csv_text import harmless
from parvis.site.shapes import Camera
from parvis.values.classes import ObjectClass
from parvis.values.measure import Measure
from parvis.values.series import SeriesKind

COUNTS = ("start", "end", "camera", "line", "direction", "class", "count", "low", "high")
ZONES = ("start", "end", "camera", "zone", "class")
CROSSINGS = ("time_s", "camera", "line", "direction", "class")

_ZONE_COLUMNS = {
    SeriesKind.OCCUPANCY: "occupancy",
    SeriesKind.OCCUPANCY_MAX: "occupancy_max",
    SeriesKind.ENTRIES: "entries",
    SeriesKind.EXITS: "exits",
    SeriesKind.DWELL: "dwell_s",
}


def write_counts(
    path: Path, results: Iterable[Analysis], cameras: Mapping[str, Camera], zone: ZoneInfo
) -> None:
    """Write counts.csv: one row a minute, line, direction and class. No data is an empty cell."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow((*COUNTS, "coverage_s"))
        for measure in _measures(results):
            if measure.series.kind is not SeriesKind.CROSSINGS:
                continue
            camera = cameras[measure.series.camera]
            directions = camera.lines[measure.series.shape].directions
            rows.writerow(
                (
                    *_stretch(measure, zone),
                    measure.series.camera,
                    measure.series.shape,
                    harmless(directions[measure.series.direction or 0]),
                    measure.series.object_class,
                    _number(measure.value),
                    _number(measure.low),
                    _number(measure.high),
                    _number(measure.coverage_s),
                )
            )


def write_zones(path: Path, results: Iterable[Analysis], zone: ZoneInfo) -> None:
    """Write zones.csv: one row a minute, zone and class. No data is an empty cell."""
    rows: dict[tuple[str, ...], dict[str, str]] = {}
    for measure in _measures(results):
        column = _ZONE_COLUMNS.get(measure.series.kind)
        if column is None:
            continue
        series = measure.series
        place = (series.camera, series.shape, series.object_class)
        row = rows.setdefault(
            (*_stretch(measure, zone), *place), {"coverage_s": _number(measure.coverage_s)}
        )
        row[column] = _number(measure.value)
    columns = (*_ZONE_COLUMNS.values(), "coverage_s")
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow((*ZONES, *columns))
        for stretch, row in rows.items():
            table.writerow((*stretch, *(row.get(column, "") for column in columns)))


def write_crossings(path: Path, results: Iterable[Analysis], cameras: Mapping[str, Camera]) -> None:
    """Write crossings.csv: one row a crossing, with its time in the video."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(CROSSINGS)
        for result in results:
            for crossing in result.crossings:
                directions = cameras[result.camera].lines[crossing.line].directions
                rows.writerow(
                    (
                        f"{crossing.time_s - result.start_s:.3f}",
                        result.camera,
                        crossing.line,
                        harmless(directions[crossing.direction]),
                        crossing.object_class.label,
                    )
                )


def write_tracks(path: Path, result: Analysis, fps: float) -> None:
    """Write the tracks in the format of the MOT challenge; frames are numbered from 1.

    Args:
        fps: frames a second of the video, by which times become frame numbers.
    """
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        for tracks in result.tracks:
            frame = round((tracks.time_s - result.start_s) * fps) + 1
            for i in range(len(tracks)):
                x1, y1, x2, y2 = tracks.boxes[i].tolist()
                box = (f"{v:.2f}" for v in (x1, y1, x2 - x1, y2 - y1))
                score = f"{tracks.scores[i]:.3f}"
                rows.writerow((frame, int(tracks.ids[i]), *box, score, -1, -1, -1))


def totals(
    results: Sequence[Analysis], cameras: Mapping[str, Camera]
) -> dict[str, dict[str, dict[str, dict[str, int]]]]:
    """Crossings by camera, line, direction and class; declared lines without any are there as 0."""
    table: dict[str, dict[str, dict[str, dict[str, int]]]] = {}
    for result in results:
        lines = cameras[result.camera].lines
        table[result.camera] = {
            name: {direction: defaultdict(int) for direction in line.directions}
            for name, line in lines.items()
        }
        for measure in _measures([result]):
            series = measure.series
            if series.kind is SeriesKind.CROSSINGS and series.direction is not None:
                direction = lines[series.shape].directions[series.direction]
                table[result.camera][series.shape][direction][series.object_class] += 0
        for crossing in result.crossings:
            direction = lines[crossing.line].directions[crossing.direction]
            label = ObjectClass(crossing.object_class).label
            table[result.camera][crossing.line][direction][label] += 1
    return table


def write_summary(path: Path, content: Mapping[str, Any]) -> None:
    """Write summary.json; equal runs give equal files but for the CPU seconds."""
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _measures(results: Iterable[Analysis]) -> Iterable[Measure]:
    for result in results:
        for minute in result.minutes:
            yield from minute.measures


def _stretch(measure: Measure, zone: ZoneInfo) -> tuple[str, str]:
    start = datetime.fromtimestamp(measure.start_s, zone).isoformat()
    return start, datetime.fromtimestamp(measure.end_s, zone).isoformat()


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}".rstrip("0").rstrip(".")
