"""Matching of counted and true events."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from parvis.measures.matching import Passing, match_events, pair_moments

MOMENTS = st.lists(st.integers(0, 60).map(lambda k: k / 4), max_size=14)


@given(true=MOMENTS, counted=MOMENTS, tolerance=st.sampled_from([0.0, 0.25, 1.0, 3.0]))
def test_as_many_pairs_as_can_be(true, counted, tolerance):
    pairs = pair_moments(true, counted, tolerance)
    may = np.abs(np.subtract.outer(np.array(true), np.array(counted))) <= tolerance
    most = 0
    if may.size:
        graph = csr_array(may.astype(int))
        most = int((maximum_bipartite_matching(graph, perm_type="column") >= 0).sum())
    assert len(pairs) == most
    assert all(abs(a - b) <= tolerance for a, b in pairs)
    for side, given_ in ((0, true), (1, counted)):
        left = list(given_)
        for pair in pairs:
            left.remove(pair[side])


def test_lines_and_directions_do_not_mix():
    true = [Passing(1, "a", 0), Passing(2, "a", 1), Passing(3, "b", 0)]
    counted = [Passing(1.5, "a", 0), Passing(2, "a", 0), Passing(9, "b", 0)]
    result = match_events(counted, true, 1.0)
    rows = [(g.line, g.direction, g.true, g.false, g.missed) for g in result.groups]
    assert rows == [("a", 0, 1, 1, 0), ("a", 1, 0, 0, 1), ("b", 0, 0, 1, 1)]
    assert (result.true, result.false, result.missed, result.errors) == (1, 2, 2, 4)


def test_a_negative_tolerance_is_refused():
    with pytest.raises(ValueError, match="negative"):
        match_events([], [], -1)
