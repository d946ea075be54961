"""What the doctor measures: clips drawn in memory, and how many cameras their cost allows."""

import io

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.fleet.doctor import carried
from parvis.fleet.self_benchmark import FPS, MAIN, SUB, Stream, decode_ms, drawn_clip

costs = st.floats(0.1, 100)


@pytest.mark.parametrize("stream", [MAIN, SUB], ids=lambda stream: stream.name)
def test_a_drawn_clip_is_what_a_camera_sends(stream: Stream) -> None:
    clip = drawn_clip(stream)
    with av.open(io.BytesIO(clip)) as container:
        video = container.streams.video[0]
        assert (video.codec.name, video.codec_context.has_b_frames) == ("h264", 0)
        shapes = [(one.width, one.height) for one in container.decode(video)]
    assert shapes == [(stream.size.width, stream.size.height)] * (2 * FPS)
    sent = len(clip) * 8 / 2
    assert 0.4 * stream.bit_rate < sent < 2.5 * stream.bit_rate


def test_a_large_picture_costs_more_to_decode_than_a_small_one() -> None:
    # Nine times the pixels; a factor of two leaves room for a busy machine.
    assert decode_ms(drawn_clip(MAIN)) > 2 * decode_ms(drawn_clip(SUB)) > 0


@given(costs, costs, st.floats(0.5, 25), st.integers(1, 128))
def test_what_is_carried_fits_and_one_more_does_not(
    decoding: float, detecting: float, rate: float, cores: int
) -> None:
    count = carried(decoding, detecting, rate, cores)
    each_ms = (25 * decoding + rate * detecting) * 1.2
    assert count * each_ms <= cores * 700 * 1.0001
    assert (count + 1) * each_ms > cores * 700 * 0.9999
    assert carried(decoding * 2, detecting * 2, rate, cores) <= count
