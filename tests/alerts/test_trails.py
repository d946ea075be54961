"""Objects are carried over the breaks of their tracks, and no further."""

import numpy as np

from parvis.alerts.signals.trails import Trails
from parvis.measures.ground.motion import Motion
from parvis.values.ground_tracks import GroundTracks

STEP_S = 0.2

Frame = dict[int, tuple[float, float]]


def trails_of(frames: list[Frame]) -> list[dict[int, int]]:
    """The trail of each track in each frame; tracks end two seconds after their last sight."""
    motion, trails, told, seen = Motion(), Trails(), [], dict[int, int]()
    for i, frame in enumerate(frames):
        gone = [one for one, last in seen.items() if i - last > 2.0 / STEP_S]
        for one in gone:
            del seen[one]
        seen.update(dict.fromkeys(frame, i))
        n = len(frame)
        tracks = GroundTracks(
            i * STEP_S,
            np.array(list(frame), dtype=np.int64),
            np.array(list(frame.values()), dtype=np.float64).reshape(n, 2),
            np.broadcast_to(np.eye(2) * 0.01, (n, 2, 2)),
            np.zeros(n, dtype=np.int8),
            np.ones(n, dtype=np.bool_),
            np.array(gone, dtype=np.int64),
        )
        sighted = trails.observe(motion.observe(tracks))
        told.append(dict(zip(frame, sighted.trails.tolist(), strict=True)))
    return told


def test_a_new_number_at_the_same_place_goes_on() -> None:
    told = trails_of([{1: (0, 0)}] * 10 + [{}] * 8 + [{2: (0.3, 0.2)}] * 10)
    assert told[0][1] == told[-1][2]


def test_a_new_number_far_away_or_long_after_is_somebody_else() -> None:
    far = trails_of([{1: (0, 0)}] * 10 + [{2: (4, 0)}] * 10)
    assert far[0][1] != far[-1][2]
    elsewhere: Frame = {9: (30, 30)}
    walking: list[Frame] = [{1: (0.25 * i, 0.0), **elsewhere} for i in range(15)]
    late = trails_of([*walking, *[elsewhere] * 16, *[{2: (3.5, 0.0), 3: (9, 9)}] * 10])
    assert late[14][1] not in (late[-1][2],)


def test_two_tracks_that_swap_numbers_at_a_distance_keep_their_trails() -> None:
    told = trails_of([{1: (0, 0), 2: (8, 0)}] * 10 + [{1: (8, 0), 2: (0, 0)}] * 10)
    assert (told[0][1], told[0][2]) == (told[-1][2], told[-1][1])


def test_one_who_is_hidden_while_another_appears_beside_has_his_trail_again() -> None:
    frames: list[Frame] = [{1: (0, 0)}] * 10
    frames += [{2: (0.8, 0)}] * 3 + [{1: (0, 0), 2: (1.2, 0)}] * 10
    told = trails_of(frames)
    assert told[0][1] == told[-1][1] != told[-1][2]


def test_one_who_comes_as_another_goes_is_not_the_same() -> None:
    going = [{1: (0.26 * i, 0.0)} for i in range(20)]
    coming = [{2: (4.9 - 0.26 * i, 0.3)} for i in range(20)]
    trails, motion = Trails(), Motion()
    fresh = []
    for i, frame in enumerate([*going, {}, *coming]):
        n = len(frame)
        tracks = GroundTracks(
            i * STEP_S,
            np.array(list(frame), dtype=np.int64),
            np.array(list(frame.values()), dtype=np.float64).reshape(n, 2),
            np.broadcast_to(np.eye(2) * 0.01, (n, 2, 2)),
            np.zeros(n, dtype=np.int8),
            np.ones(n, dtype=np.bool_),
            np.empty(0, dtype=np.int64),
        )
        fresh += [i * STEP_S] * len(trails.observe(motion.observe(tracks)).fresh)
    assert len(fresh) == 2 and fresh[0] == 0.0 and 4.0 <= fresh[1] <= 5.5
