"""What a rule has to say, as bytes: one line of compact JSON each, in the spool and on the socket.

A line is an object with the version first; a reader refuses what it does not know rather than
guess. A number that is not finite (the time left of a place that does not fill) is a word.
"""

import json
import math
import zlib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from parvis.store.wire import WireError
from parvis.values.alert_history import NotRaised, Unraised
from parvis.values.alerts import AlertKind, Change, Form, Replay, Severity, Step, Subject, Usual

VERSION = 1

MAX_LINE_BYTES = 512 << 10
"""Largest line: sixty frames of two hundred dots take about 150 kB."""

MAX_BATCH_BYTES = 8 << 20
"""Largest batch."""

_WORDS = {math.inf: "inf", -math.inf: "-inf"}
_NUMBERS = {word: number for number, word in _WORDS.items()}

Said = Change | NotRaised
"""What a rule has to say: a change of an alert, or that it would have raised one."""


class SaidKey(NamedTuple):
    """Under which it is taken once."""

    episode: str
    number: int


def key_of(said: Said) -> SaidKey:
    """The key of what was said."""
    return SaidKey(said.episode, said.number if isinstance(said, Change) else 0)


def encode(said: Said) -> bytes:
    """One line, without its line end.

    Raises:
        WireError: a name that is not printable, NaN, or too large.
    """
    if isinstance(said, Change):
        value: dict[str, Any] = {"v": VERSION, "change": change_to_value(said)}
        if said.replay is not None:
            value["replay"] = replay_to_value(said.replay)
    else:
        subject = [_text(said.subject.camera), _text(said.subject.shape)]
        row = [_text(said.episode), _text(said.rule), subject, said.quarter_s, said.why.value]
        value = {"v": VERSION, "unraised": row}
    line = _line(value)
    if len(line) > MAX_LINE_BYTES:
        raise WireError(f"a change of {len(line)} bytes exceeds {MAX_LINE_BYTES}")
    return line


def decode(line: bytes) -> Said:
    """Inverse of :func:`encode`.

    Raises:
        WireError: not what a rule says, of another version, or too large.
    """
    if len(line) > MAX_LINE_BYTES:
        raise WireError(f"a change of {len(line)} bytes exceeds {MAX_LINE_BYTES}")
    try:
        held = json.loads(line)
        if not isinstance(held, dict) or held.get("v") != VERSION:
            raise WireError(f"not a change in format {VERSION}")
        if "unraised" in held:
            episode, rule, (camera, shape), quarter_s, why = held["unraised"]
            return NotRaised(
                _text(episode),
                _text(rule),
                Subject(_text(camera), _text(shape)),
                _number(quarter_s),
                Unraised(why),
            )
        replay = replay_from_value(held["replay"]) if "replay" in held else None
        return change_from_value(held["change"], replay)
    except WireError:
        raise
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise WireError(f"not a change: {type(error).__name__}: {error}"[:300]) from None


def encode_batch(said: Iterable[Said]) -> bytes:
    """Lines."""
    return b"\n".join(map(encode, said))


def decode_batch(payload: bytes) -> list[Said]:
    """Inverse of :func:`encode_batch`: all of it, or an error.

    Raises:
        WireError: too large, or a line is no change.
    """
    return [decode(line) for line in _lines(payload)]


def encode_keys(keys: Iterable[SaidKey]) -> bytes:
    """Keys as lines."""
    return b"\n".join(_line(list(key)) for key in keys)


def decode_keys(payload: bytes) -> list[SaidKey]:
    """Inverse of :func:`encode_keys`.

    Raises:
        WireError: too large, or a line is no key.
    """
    keys = []
    for line in _lines(payload):
        try:
            episode, number = json.loads(line)
            keys.append(SaidKey(_text(episode), _whole(number)))
        except (ValueError, TypeError, RecursionError) as error:
            raise WireError(f"not a key: {error}"[:300]) from None
    return keys


def change_to_value(change: Change) -> list[Any]:
    """A change as plain values, without its replay; what it was compared with stands last."""
    usual = change.usual
    compared = []
    if usual is not None:
        compared = [[usual.hours, usual.value, usual.expected, usual.low, usual.high]]
    return [
        _text(change.episode),
        change.number,
        _text(change.rule),
        _text(change.version),
        change.kind.value,
        change.form.value,
        [_text(change.subject.camera), _text(change.subject.shape)],
        change.step.value,
        change.time_s,
        change.since_s,
        int(change.severity),
        *map(_said, (change.value, change.low, change.high, change.threshold)),
        None if change.at is None else list(change.at),
        change.shadow,
        change.model,
        *compared,
    ]


def change_from_value(row: Any, replay: Replay | None = None) -> Change:
    """Inverse of :func:`change_to_value`.

    Raises:
        WireError, ValueError, TypeError: not a change.
    """
    episode, number, rule, version, kind, form, (camera, shape), step = row[:8]
    time_s, since_s, severity, value, low, high, threshold, at, shadow, model, *compared = row[8:]
    if not isinstance(shadow, bool):
        raise WireError("a change is on trial or not")
    return Change(
        _text(episode),
        _whole(number),
        _text(rule),
        _text(version),
        AlertKind(kind),
        Form(form),
        Subject(_text(camera), _text(shape)),
        Step(step),
        _number(time_s),
        _number(since_s),
        Severity(_whole(severity)),
        _heard(value),
        None if low is None else _heard(low),
        None if high is None else _heard(high),
        _heard(threshold),
        None if at is None else (_number(at[0]), _number(at[1])),
        shadow,
        _text(model) if model else "",
        replay,
        _usual(*compared),
    )


def replay_to_value(replay: Replay) -> list[Any]:
    """Dots as plain values: (start_s, step_s, frames), a frame being x, y, class, x, y, class…"""
    frames = [[number for dot in frame for number in dot] for frame in replay.frames]
    return [replay.start_s, replay.step_s, frames]


def replay_from_value(value: Any) -> Replay:
    """Inverse of :func:`replay_to_value`.

    Raises:
        WireError, ValueError, TypeError: not a replay.
    """
    start_s, step_s, frames = value
    return Replay(_number(start_s), _number(step_s), tuple(_frame(one) for one in frames))


def pack_replay(replay: Replay) -> bytes:
    """A replay as few bytes: 30 s with ten people take about 2 kB."""
    return zlib.compress(_line(replay_to_value(replay)))


def unpack_replay(body: bytes) -> Replay:
    """Inverse of :func:`pack_replay`."""
    return replay_from_value(json.loads(zlib.decompress(body)))


def _usual(row: Any = None) -> Usual | None:
    if row is None:
        return None
    hours, *told = row
    return Usual(_whole(hours), *map(_number, told))


def _frame(numbers: Sequence[Any]) -> tuple[tuple[float, float, int], ...]:
    if len(numbers) % 3:
        raise WireError("a dot has three numbers")
    return tuple(
        (_number(numbers[i]), _number(numbers[i + 1]), _whole(numbers[i + 2]))
        for i in range(0, len(numbers), 3)
    )


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


def _said(value: float | None) -> float | str | None:
    return None if value is None else _WORDS.get(value, value)


def _heard(value: Any) -> float:
    return _NUMBERS[value] if isinstance(value, str) else _number(value)


def _text(value: Any) -> str:
    # Not printable: NUL and lone surrogates, which no database takes, and line ends.
    if not isinstance(value, str) or not value or not value.isprintable():
        raise WireError(f"not a name: {value!r}"[:100])
    return value


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise WireError("a whole number is missing")
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise WireError("a number is missing or not finite")
    return float(value)
