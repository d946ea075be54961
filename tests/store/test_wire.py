import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import NOON, minute, minutes

from parvis.store import wire
from parvis.values.measure import Measure, Spread
from parvis.values.minute import ClosedMinute

some_minutes = minutes(st.integers(0, 60_000_000).map(lambda i: i * 60))


@given(some_minutes)
def test_what_is_written_is_read(written: list[ClosedMinute]) -> None:
    assert [wire.decode(wire.encode(one)) for one in written] == written
    assert wire.decode_batch(wire.encode_batch(written)) == written
    keys = [wire.key_of(one) for one in written]
    assert wire.decode_keys(wire.encode_keys(keys)) == keys
    assert b"\n" not in wire.encode(written[0])


def test_nothing_is_a_batch_of_nothing() -> None:
    assert wire.decode_batch(wire.encode_batch([])) == []
    assert wire.decode_keys(b"") == []


@given(st.one_of(st.binary(), st.text().map(str.encode)))
def test_garbage_is_refused(line: bytes) -> None:
    for read in (wire.decode, wire.decode_batch, wire.decode_keys):
        with suppress(wire.WireError):
            assert read(line) == []
            assert line == b""


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=5,
)


@given(some_minutes, json_values, st.data())
def test_one_foreign_value_is_refused_or_harmless(
    written: list[ClosedMinute], foreign: object, data: st.DataObject
) -> None:
    held = json.loads(wire.encode(written[0]))
    rows = held["measures"]
    if rows and data.draw(st.booleans()):
        row = data.draw(st.integers(0, len(rows) - 1))
        rows[row][data.draw(st.integers(0, 9))] = foreign
    else:
        held[data.draw(st.sampled_from(sorted(held)))] = foreign
    try:
        read = wire.decode(json.dumps(held).encode())
    except wire.WireError:
        return
    assert wire.decode(wire.encode(read)) == read


@given(some_minutes, st.data())
def test_a_torn_line_is_refused(written: list[ClosedMinute], data: st.DataObject) -> None:
    line = wire.encode(written[0])
    with pytest.raises(wire.WireError):
        wire.decode(line[: data.draw(st.integers(0, len(line) - 1))])


def test_what_is_not_finite_or_too_large_or_newer_is_refused() -> None:
    endless = minute(NOON, value=float("inf"))
    with pytest.raises(wire.WireError, match="cannot be written"):
        wire.encode(endless)
    line = wire.encode(minute(NOON))
    for bad in (b"1e999", b"NaN", b"-Infinity", b'"3"', b"true"):
        with pytest.raises(wire.WireError):
            wire.decode(line.replace(b",3.0,", b"," + bad + b",", 1))
    with pytest.raises(wire.WireError, match="format 2"):
        wire.decode(line.replace(b'{"v":2', b'{"v":3', 1))
    with pytest.raises(wire.WireError, match="exceeds"):
        wire.decode(b" " * (wire.MAX_MINUTE_BYTES + 1))
    with pytest.raises(wire.WireError, match="exceeds"):
        wire.decode_batch(b"\n" * (wire.MAX_BATCH_BYTES + 1))
    with pytest.raises(wire.WireError):
        wire.decode(b"[" * 100_000)


def test_a_minute_that_cannot_be_is_not_made() -> None:
    good = minute(NOON)
    with pytest.raises(ValueError, match="start of a minute"):
        ClosedMinute("quai", "r", NOON + 1, 0.0, ())
    with pytest.raises(ValueError, match="coverage"):
        ClosedMinute("quai", "r", NOON, 61.0, ())
    with pytest.raises(ValueError, match="names"):
        ClosedMinute("quai", "", NOON, 60.0, ())
    with pytest.raises(ValueError, match="not of this minute"):
        ClosedMinute("gare", "r", NOON, 60.0, good.measures)
    with pytest.raises(ValueError, match="not of this minute"):
        series = good.measures[0].series
        ClosedMinute(
            "quai", "r", NOON, 60.0, (Measure(series, NOON, NOON + 30, 1.0, Spread(), 30.0),)
        )
    with pytest.raises(ValueError, match="one measure"):
        ClosedMinute("quai", "r", NOON, 60.0, good.measures * 2)
