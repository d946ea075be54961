"""Who walks with whom, on real streets, and gatherings."""

import numpy as np
import pytest
import walkers
from walks import frames, straight, tracks

from parvis.measures.ground.companions import Companions
from parvis.measures.ground.gatherings import GatheringRule, Gatherings
from parvis.measures.ground.motion import Motion

# The best row of FIELD_NOTES.md for each set that lies here; zara01 is held to that of students03.
BEST = {"ETH/seq_eth": 0.81, "ETH/seq_hotel": 0.75, "UCY/zara01": 0.82}
MEDIANS = {"ETH/seq_eth": 1.47, "ETH/seq_hotel": 1.27, "UCY/zara01": 1.19}

needs_data = pytest.mark.skipif(not walkers.DATA.exists(), reason="no trajectories")


def pairs_found(stream) -> set[tuple[int, int]]:
    motion = Motion()
    companions = Companions(motion.capacity)
    names: dict[int, int] = {}
    found = set()
    for now in stream:
        frame = motion.observe(now)
        names |= dict(zip(frame.rows.tolist(), now.ids.tolist(), strict=True))
        groups = companions.observe(frame, np.ones(len(now), dtype=bool))
        for row, group in zip(frame.ended.tolist(), groups, strict=True):
            found |= {tuple(sorted((names[row], names[o]))) for o in group if o != row}
    rows = motion.end_all()
    for row, group in zip(rows.tolist(), companions.end(rows), strict=True):
        found |= {tuple(sorted((names[row], names[o]))) for o in group if o != row}
    return found


@needs_data
@pytest.mark.parametrize("name", walkers.SETS)
def test_pairs_on_a_real_street(name):
    assert walkers.pairwise_f1(pairs_found(walkers.street(name)), walkers.pairs(name)) >= BEST[name]


@needs_data
@pytest.mark.parametrize("name", walkers.SETS)
def test_median_speed_of_a_real_street(name):
    motion = Motion()
    speeds = np.concatenate([motion.observe(now).speeds_mps for now in walkers.street(name)])
    assert np.nanmedian(speeds) == pytest.approx(MEDIANS[name], abs=0.01)


def test_a_pair_a_follower_and_a_passer_by():
    walks = [
        straight(0, 0.0, 1.3, end_s=20),
        straight(0, 0.7, 1.3, end_s=20),
        straight(-4, 0.3, 1.3, end_s=20),
        straight(26, 0.4, -1.3, end_s=20),
    ]
    assert pairs_found(frames(walks, np.arange(0, 22, 0.2))) == {(0, 1)}


def test_rows_that_are_used_again_remember_nothing():
    couple = [straight(0, y, 1.3, end_s=10) for y in (0.0, 0.7)]
    later = [straight(x, 9.0, 1.3, begin_s=11, end_s=21) for x in (0.0, 6.0)]
    found = pairs_found(frames([*couple, *later], np.arange(0, 23, 0.2)))
    assert found == {(0, 1)}


def test_the_size_of_a_group_is_known_to_who_ends_last():
    motion = Motion()
    companions = Companions(motion.capacity)
    walks = [straight(0, 0.6 * i, 1.3, end_s=10 + i) for i in range(3)]
    sizes = []
    for now in frames(walks, np.arange(0, 15, 0.2)):
        frame = motion.observe(now)
        companions.observe(frame, np.ones(len(now), dtype=bool))
        sizes += companions.sizes(frame.ended).tolist()
        if now.time_s == 8:
            assert [len(g) for g in companions.groups()] == [3]
    assert sizes == [3, 3, 3]


STANDING = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, 0.8], [1.5, 0.8], [9.0, 9.0]])


def looked(seconds, points=STANDING, speeds=(0.0, 0.1, 0.0, 0.2, 0.0), gatherings=None):
    gatherings = gatherings or Gatherings()
    gone = []
    for t in seconds:
        gone += gatherings.look(float(t), np.asarray(points), np.asarray(speeds))
    return gatherings, gone


def test_a_gathering_is_where_how_many_and_since_when():
    gatherings, gone = looked(range(100, 160))
    assert gatherings.now() == []
    gatherings, gone = looked(range(100, 200), gatherings=None)
    (found,) = gatherings.now()
    assert (found.people, found.since_s, found.last_s) == (4, 100.0, 199.0)
    assert (found.x_m, found.y_m) == (pytest.approx(0.75), pytest.approx(0.4))
    assert gone == []


def test_a_gathering_outlasts_a_blink_and_dissolves_once():
    gatherings, _ = looked(range(0, 70))
    looked(range(70, 75), np.empty((0, 2)), (), gatherings)
    assert gatherings.now()[0].since_s == 0.0
    looked(range(75, 80), gatherings=gatherings)
    _, gone = looked(range(80, 100), np.empty((0, 2)), (), gatherings)
    assert [(g.since_s, g.last_s, g.most) for g in gone] == [(0.0, 79.0, 4)]
    assert gatherings.now() == gatherings.end_all() == []


def test_walkers_are_no_gathering():
    gatherings, _ = looked(range(0, 100), speeds=(1.0, 1.2, 1.1, 0.9, 0.0))
    assert gatherings.now() == []
    with pytest.raises(ValueError, match="two people"):
        GatheringRule(people=1)


def test_people_may_change_in_a_gathering():
    gatherings = Gatherings()
    for t in range(100):
        gatherings.look(float(t), STANDING + np.array([0.02 * t, 0.0]), np.zeros(5))
    assert gatherings.now()[0].since_s == 0.0


def test_an_empty_frame_and_a_gap():
    motion = Motion()
    companions = Companions(motion.capacity)
    assert companions.observe(motion.observe(tracks(0, [], [])), np.zeros(0, dtype=bool)) == []
    assert companions.groups() == []
