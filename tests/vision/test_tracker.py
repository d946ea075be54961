"""The tracker: identities through gaps, rates and noise; what the present and the settled show."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.values.classes import ObjectClass
from parvis.values.detections import Detections
from parvis.values.frame import FrameSize
from parvis.values.tracks import Tracks
from parvis.vision.motion_model import MotionSettings
from parvis.vision.tracker import Tracker, TrackerSettings

SIZE = FrameSize(1280, 720)


def seen(feet: np.ndarray, score: float = 0.9, kind: int = ObjectClass.PERSON) -> Detections:
    """Boxes of 30 x 80 pixels that stand on the given points, shape (n, 2)."""
    feet = np.asarray(feet, dtype=np.float64).reshape(-1, 2)
    n = len(feet)
    boxes = np.column_stack((feet[:, 0] - 15, feet[:, 1] - 80, feet[:, 0] + 15, feet[:, 1]))
    return Detections(boxes, np.full(n, score), np.full(n, kind, dtype=np.int8))


def walk(tracker: Tracker, times: np.ndarray, feet: np.ndarray) -> list[Tracks]:
    """Feed one walker; nan where nothing is detected. Returns the present view of each frame."""
    return [
        tracker.update(float(t), seen(p[~np.isnan(p).any(axis=1)]))
        for t, p in zip(times, feet[:, None, :], strict=True)
    ]


def settled(tracker: Tracker) -> list[Tracks]:
    """All that the tracker holds back."""
    frames = tracker.settled()
    tracker.reset()
    return frames + tracker.settled()


def straight(times: np.ndarray, speed_px: float = 60) -> np.ndarray:
    return np.column_stack((100 + speed_px * times, np.full(len(times), 400.0)))


@pytest.mark.parametrize("rate", [2.0, 2.5, 5.0, 10.0])
def test_one_walker_is_one_track_at_any_rate(rate: float) -> None:
    times = np.arange(0, 8, 1 / rate)
    tracker = Tracker(SIZE)
    walk(tracker, times, straight(times))
    ids = np.concatenate([tracks.ids for tracks in settled(tracker)])
    assert set(ids.tolist()) == {1}
    assert len(ids) == len(times)


def test_settled_tracks_begin_with_the_first_detection() -> None:
    times = np.arange(0, 2, 0.2)
    tracker = Tracker(SIZE)
    present = walk(tracker, times, straight(times))
    assert len(present[0]) == 0
    assert [len(tracks) for tracks in settled(tracker)] == [1] * len(times)


def test_settled_frames_come_in_order_once_and_late_by_the_lag() -> None:
    times = 1_700_000_000 + np.arange(0, 4, 0.2)
    tracker = Tracker(SIZE)
    out: list[float] = []
    for t in times:
        tracker.update(float(t), seen(np.array([[200.0, 300.0]])))
        out += [tracks.time_s for tracks in tracker.settled()]
        assert out[-1] <= t - 0.4 + 1e-5 if out else t - times[0] < 0.4
    tracker.reset()
    out += [tracks.time_s for tracks in tracker.settled()]
    assert out == times.tolist()


def test_hindsight_takes_out_trembling() -> None:
    random = np.random.default_rng(1)
    times = np.arange(0, 30, 0.2)
    truth = straight(times, 30)
    tracker = Tracker(SIZE)
    present = walk(tracker, times, truth + random.normal(0, 6, truth.shape))
    late = settled(tracker)

    def error(frames: list[Tracks]) -> float:
        feet = np.array([tracks.anchors("foot")[0] for tracks in frames[20:]])
        return float(np.std(feet - truth[20:]))

    assert error(late) < 0.8 * error(present) < 0.8 * 6


@given(
    gap=st.floats(0.4, 2.0),
    rate=st.sampled_from([2.5, 5.0, 10.0]),
    speed=st.floats(0, 100),
)
@settings(max_examples=40, deadline=None)
def test_an_occluded_walker_keeps_its_identity(gap: float, rate: float, speed: float) -> None:
    times = np.arange(0, 8, 1 / rate)
    feet = straight(times, speed)
    feet[(times > 3) & (times < 3 + gap)] = np.nan
    tracker = Tracker(SIZE)
    walk(tracker, times, feet)
    frames = settled(tracker)
    assert {int(i) for tracks in frames for i in tracks.ids} == {1}
    assert all(len(tracks.ended) == 0 for tracks in frames)


def test_walkers_who_cross_keep_their_identities() -> None:
    times = np.arange(0, 8, 0.2)
    first = np.column_stack((100 + 60 * times, np.full(len(times), 400.0)))
    second = np.column_stack((600 - 60 * times, np.full(len(times), 404.0)))
    tracker = Tracker(SIZE)
    for t, a, b in zip(times, first, second, strict=True):
        near = abs(a[0] - b[0]) < 20  # one hides the other
        tracker.update(float(t), seen(np.array([a] if near else [a, b])))
    frames = settled(tracker)
    begin = dict(zip(frames[0].ids, frames[0].anchors("foot")[:, 0], strict=True))
    end = dict(zip(frames[-1].ids, frames[-1].anchors("foot")[:, 0], strict=True))
    assert len(begin) == len(end) == 2
    assert sorted(begin, key=begin.__getitem__) == sorted(end, key=end.__getitem__)[::-1]


def test_a_single_flash_is_no_track() -> None:
    tracker = Tracker(SIZE)
    for k in range(20):
        there = k == 5
        tracker.update(k * 0.2, seen(np.array([[300.0, 300.0]])) if there else Detections.empty())
    assert all(len(tracks) == 0 and len(tracks.ended) == 0 for tracks in settled(tracker))


def test_low_scores_continue_tracks_and_start_none() -> None:
    times = np.arange(0, 4, 0.2)
    feet = straight(times)
    tracker = Tracker(SIZE)
    for t, p in zip(times, feet, strict=True):
        sure = 0.9 if t < 1 else 0.3
        stranger = seen(np.array([[900.0, 600.0]]), 0.3)
        walker = seen(p, sure)
        tracker.update(
            float(t),
            Detections(
                np.concatenate((walker.boxes, stranger.boxes)),
                np.concatenate((walker.scores, stranger.scores)),
                np.concatenate((walker.classes, stranger.classes)),
            ),
        )
    frames = settled(tracker)
    assert [tracks.ids.tolist() for tracks in frames] == [[1]] * len(times)


def test_the_class_is_voted() -> None:
    tracker = Tracker(SIZE)
    kinds = [ObjectClass.CAR, ObjectClass.TRUCK, ObjectClass.CAR, ObjectClass.CAR]
    for k, kind in enumerate(kinds * 3):
        tracker.update(k * 0.2, seen(np.array([[300.0 + 9 * k, 300.0]]), kind=kind))
    frames = settled(tracker)
    assert {int(i) for tracks in frames for i in tracks.ids} == {1}
    assert frames[-1].classes.tolist() == [ObjectClass.CAR]


def test_a_person_does_not_turn_into_a_car() -> None:
    tracker = Tracker(SIZE)
    for k in range(10):
        kind = ObjectClass.PERSON if k < 5 else ObjectClass.CAR
        tracker.update(k * 0.2, seen(np.array([[300.0, 300.0]]), kind=kind))
    assert {int(i) for tracks in settled(tracker) for i in tracks.ids} == {1, 2}


def test_reported_tracks_end_once_after_their_last_report() -> None:
    random = np.random.default_rng(4)
    tracker = Tracker(SIZE)
    for k in range(400):
        feet = random.uniform((50, 100), (1200, 700), (random.integers(0, 6), 2))
        steady = np.array([[100.0 + 2 * k, 500.0]])
        tracker.update(k * 0.2, seen(np.concatenate((feet, steady))))
    frames = tracker.settled()
    at_reset = tracker.reset()
    frames += tracker.settled()
    reported = {int(i) for tracks in frames for i in tracks.ids}
    ended = [int(i) for tracks in frames for i in tracks.ended] + at_reset.tolist()
    assert len(ended) == len(set(ended))
    assert set(ended) == reported
    for k, tracks in enumerate(frames):
        for later in frames[k:]:
            assert not set(tracks.ended.tolist()) & set(later.ids.tolist())


def test_same_input_same_tracks() -> None:
    def once() -> list[Tracks]:
        random = np.random.default_rng(7)
        tracker = Tracker(SIZE)
        for k in range(100):
            tracker.update(k * 0.2, seen(random.uniform((50, 100), (400, 300), (8, 2))))
        return settled(tracker)

    for a, b in zip(once(), once(), strict=True):
        assert np.array_equal(a.ids, b.ids)
        assert np.array_equal(a.boxes, b.boxes)


def test_identities_are_never_used_twice_across_a_reset() -> None:
    tracker = Tracker(SIZE)
    walk(tracker, np.arange(0, 2, 0.2), straight(np.arange(0, 2, 0.2)))
    first = {int(i) for tracks in settled(tracker) for i in tracks.ids}
    walk(tracker, np.arange(0, 2, 0.2), straight(np.arange(0, 2, 0.2)))
    assert not first & {int(i) for tracks in settled(tracker) for i in tracks.ids}


def test_an_unseen_track_coasts_for_the_motion_gate() -> None:
    tracker = Tracker(SIZE)
    walk(tracker, np.arange(0, 2, 0.2), straight(np.arange(0, 2, 0.2)))
    shown = [tracker.update(2.0 + 0.2 * k, Detections.empty()) for k in range(8)]
    assert [bool(tracks.seen.any()) for tracks in shown] == [False] * 8
    assert [len(tracks) for tracks in shown] == [1, 1, 1, 1, 1, 0, 0, 0]


def test_time_does_not_go_back() -> None:
    tracker = Tracker(SIZE)
    tracker.update(5.0, Detections.empty())
    with pytest.raises(ValueError, match="reset"):
        tracker.update(5.0, Detections.empty())
    tracker.reset()
    tracker.update(1.0, Detections.empty())


def test_impossible_settings_are_refused() -> None:
    good = TrackerSettings()
    with pytest.raises(ValueError, match="low_score"):
        replace(good, low_score=0.9)
    with pytest.raises(ValueError, match="lag_s"):
        replace(good, lag_s=5.0)
    with pytest.raises(ValueError, match="positive"):
        MotionSettings(drift=0)
