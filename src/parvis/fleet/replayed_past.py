"""A recorded clip played again and again over past hours: analysed once, measured for one hour."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from parvis.fleet.ground_book import GroundBook
from parvis.fleet.grounding import Grounding
from parvis.fleet.observing import observers_for
from parvis.site.shapes import Camera
from parvis.values.classes import ObjectClass
from parvis.values.frame import FrameSize
from parvis.values.minute import ClosedMinute
from parvis.values.tracks import Tracks

_HOUR_S = 3600


def repeated(
    name: str,
    camera: Camera,
    tracks: Sequence[Tracks],
    size: FrameSize,
    run: str,
    *,
    classes: tuple[ObjectClass, ...],
    start_s: float,
    end_s: float,
    join_s: float,
) -> list[ClosedMinute]:
    """Minutes of a clip played again and again over [start_s, end_s).

    A round takes a whole part of an hour, so that every hour is like the first one, and only that
    one is measured.

    Args:
        name, camera: as in site.yaml.
        tracks: of the clip, frame by frame.
        size: of its frames.
        run: id; the hours after the first bear it with their number.
        classes: what is counted.
        start_s, end_s: the past, whole minutes.
        join_s: the least pause between two rounds.
    """
    if not tracks:
        return []
    round_s = _round_s(tracks[-1].time_s - tracks[0].time_s + join_s)
    first_end_s = min(end_s, start_s + _HOUR_S)
    hour = _measured(name, camera, tracks, size, run, classes, (start_s, first_end_s), round_s)
    minutes = list(hour)
    for number in count(1):
        late_s = float(number * _HOUR_S)
        if start_s + late_s >= end_s:
            return minutes
        minutes += [
            _later(minute, f"{run}-{number}", late_s)
            for minute in hour
            if minute.start_s + late_s < end_s
        ]
    return minutes


def _round_s(least_s: float) -> float:
    """The shortest whole part of an hour, in seconds, that is as long."""
    parts = (seconds for seconds in range(1, _HOUR_S + 1) if _HOUR_S % seconds == 0)
    return float(next((seconds for seconds in parts if seconds >= least_s), least_s))


def _measured(  # noqa: PLR0917
    name: str,
    camera: Camera,
    tracks: Sequence[Tracks],
    size: FrameSize,
    run: str,
    classes: tuple[ObjectClass, ...],
    span: tuple[float, float],
    round_s: float,
) -> list[ClosedMinute]:
    observers = observers_for(name, camera, run, classes)(size)
    ground = GroundBook(name, camera, classes)
    grounding = Grounding(name, camera, ground.watch)
    grounding.resized(size)
    minutes: list[ClosedMinute] = []
    at_s, end_s = span
    now_s, life = at_s, 0
    while at_s < end_s:
        for one in tracks:
            now_s = at_s + one.time_s - tracks[0].time_s
            if now_s >= end_s:
                break
            offset = life * 1_000_000
            again = replace(one, time_s=now_s, ids=one.ids + offset, ended=one.ended + offset)
            grounding.take(again)
            observers.observe(again)
        grounding.gap()
        observers.gap("the clip begins anew")
        minutes += ground.fill(observers.advance(now_s))
        at_s, life = at_s + round_s, life + 1
    minutes += ground.fill(observers.close_all(now_s))
    # What begins at the end is not of this span.
    return [minute for minute in minutes if minute.start_s < end_s]


def _later(minute: ClosedMinute, run: str, late_s: float) -> ClosedMinute:
    """The same minute of another hour."""
    return replace(
        minute,
        run=run,
        start_s=minute.start_s + late_s,
        measures=tuple(
            replace(one, start_s=one.start_s + late_s, end_s=one.end_s + late_s)
            for one in minute.measures
        ),
        quarters=tuple(replace(one, start_s=one.start_s + late_s) for one in minute.quarters),
    )
