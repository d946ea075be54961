"""Closed minutes as bytes: one line of compact JSON each, in the spool and on the socket.

A line is an object with the version first; a reader refuses what it does not know rather than
guess. A batch is lines, and so is a list of keys.
"""

import json
import math
from collections.abc import Iterable
from typing import Any, NamedTuple

from parvis.store.ground_wire import (
    quarter_from_value,
    quarter_to_value,
    speeds_from_rows,
    speeds_to_rows,
)
from parvis.values.measure import Measure, Spread
from parvis.values.minute import ClosedMinute
from parvis.values.series import Series, SeriesKind

VERSION = 2
"""What is written; version 1 knew no ground and is still read: spools outlive an upgrade."""

MAX_MINUTE_BYTES = 2 << 20
"""Largest line; a minute of 200 series takes about 15 kB, 10,000 flow cells half a megabyte."""

MAX_BATCH_BYTES = 16 << 20
"""Largest batch."""


class WireError(ValueError):
    """These bytes are not what they should be; nothing of them was taken."""


class MinuteKey(NamedTuple):
    """Under which a minute is written once."""

    camera: str
    run: str
    start_s: float


def key_of(minute: ClosedMinute) -> MinuteKey:
    """The key of a minute."""
    return MinuteKey(minute.camera, minute.run, minute.start_s)


def encode(minute: ClosedMinute) -> bytes:
    """One minute as one line, without its line end.

    Raises:
        WireError: it holds a number that is not finite or a name that is not printable, or is too
            large.
    """
    rows = [
        [
            one.series.kind.value,
            _text(one.series.shape),
            _text(one.series.object_class),
            one.series.direction,
            one.value,
            one.spread.below,
            one.spread.above,
            one.spread.variance,
            one.coverage_s,
            one.weight,
        ]
        for one in minute.measures
    ]
    line = _line(
        {
            "v": VERSION,
            "camera": _text(minute.camera),
            "run": _text(minute.run),
            "start_s": minute.start_s,
            "coverage_s": minute.coverage_s,
            "measures": rows,
            "speeds": speeds_to_rows(minute.speeds),
            "quarters": [quarter_to_value(quarter) for quarter in minute.quarters],
        }
    )
    if len(line) > MAX_MINUTE_BYTES:
        raise WireError(f"a minute of {len(line)} bytes exceeds {MAX_MINUTE_BYTES}")
    return line


def decode(line: bytes) -> ClosedMinute:
    """Inverse of :func:`encode`.

    Raises:
        WireError: not a minute, of another version, or too large.
    """
    if len(line) > MAX_MINUTE_BYTES:
        raise WireError(f"a minute of {len(line)} bytes exceeds {MAX_MINUTE_BYTES}")
    try:
        held = json.loads(line)
        if not isinstance(held, dict) or held.get("v") not in (1, VERSION):
            raise WireError(f"not a minute in format {VERSION} or 1")
        camera, run = _text(held["camera"]), _text(held["run"])
        start_s = _number(held["start_s"])
        return ClosedMinute(
            camera,
            run,
            start_s,
            _number(held["coverage_s"]),
            tuple(_measure(camera, start_s, row) for row in held["measures"]),
            speeds_from_rows(held.get("speeds", [])),
            tuple(quarter_from_value(value) for value in held.get("quarters", [])),
        )
    except WireError:
        raise
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise WireError(f"not a minute: {type(error).__name__}: {error}"[:300]) from None


def encode_batch(minutes: Iterable[ClosedMinute]) -> bytes:
    """Minutes as lines."""
    return b"\n".join(encode(minute) for minute in minutes)


def decode_batch(payload: bytes) -> list[ClosedMinute]:
    """Inverse of :func:`encode_batch`: all of it, or an error.

    Raises:
        WireError: too large, or a line is no minute.
    """
    return [decode(line) for line in _lines(payload)]


def encode_keys(keys: Iterable[MinuteKey]) -> bytes:
    """Keys as lines."""
    return b"\n".join(_line(list(key)) for key in keys)


def decode_keys(payload: bytes) -> list[MinuteKey]:
    """Inverse of :func:`encode_keys`.

    Raises:
        WireError: too large, or a line is no key.
    """
    keys = []
    for line in _lines(payload):
        try:
            camera, run, start_s = json.loads(line)
            keys.append(MinuteKey(_text(camera), _text(run), _number(start_s)))
        except (ValueError, TypeError, RecursionError) as error:
            raise WireError(f"not a key: {error}"[:300]) from None
    return keys


def _lines(payload: bytes) -> list[bytes]:
    if len(payload) > MAX_BATCH_BYTES:
        raise WireError(f"a batch of {len(payload)} bytes exceeds {MAX_BATCH_BYTES}")
    return payload.split(b"\n") if payload else []


def _line(value: object) -> bytes:
    try:
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        return text.encode()
    except ValueError as error:
        raise WireError(f"cannot be written: {error}") from None


def _measure(camera: str, start_s: float, row: Any) -> Measure:
    kind, shape, label, direction, value, below, above, variance, coverage_s, weight = row
    if direction is not None and type(direction) is not int:
        raise WireError("a direction is 0 or 1")
    return Measure(
        Series(camera, SeriesKind(_text(kind)), _text(shape), _text(label), direction),
        start_s,
        start_s + 60,
        None if value is None else _number(value),
        Spread(_number(below), _number(above), _number(variance)),
        _number(coverage_s),
        _number(weight),
    )


def _text(value: Any) -> str:
    # Not printable: NUL and lone surrogates, which no database takes, and line ends.
    if not isinstance(value, str) or not value or not value.isprintable():
        raise WireError(f"not a name: {value!r}"[:100])
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise WireError("a number is missing or not finite")
    return float(value)
