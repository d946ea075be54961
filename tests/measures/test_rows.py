"""A track keeps its row, and nobody shares one, whatever the numbers of the tracks."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from parvis.measures.rows import TrackRows

# Many of them agree in their last bits.
tracks = st.one_of(st.integers(0, 40), st.integers(0, 40).map(lambda i: i << 9 | 5))
frames = st.lists(
    st.tuples(st.lists(tracks, max_size=30), st.lists(tracks, max_size=10)), max_size=20
)


@given(frames, st.integers(1, 8))
def test_rows_of_tracks(frames, capacity):
    rows, living = TrackRows(capacity), {}
    for seen, ended in frames:
        found, fresh = rows.claim(np.array(seen, dtype=np.int64))
        new = list(dict.fromkeys(track for track in seen if track not in living))
        living |= dict(zip(new, fresh, strict=True))
        assert found.tolist() == [living[track] for track in seen]
        assert len(set(living.values())) == len(living) <= rows.capacity
        assert all(0 <= row < rows.capacity for row in living.values())
        gone = list(dict.fromkeys(track for track in ended if track in living))
        assert rows.release(ended) == [living.pop(track) for track in gone]
        assert rows.ids() == list(living)
