"""The motion gate: is there anything in this frame that a detector should look at?"""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt

from parvis.values.frame import FrameSize

GATE_SIZE = FrameSize(160, 90)
"""The size of luma the gate works on; a person of 3 % of the height is three pixels tall."""

_NEIGHBOURHOOD = np.ones((5, 5), np.uint8)
"""A thing as small as a few pixels moves no farther from one frame to the next."""

_NEAR = np.ones((9, 9), np.uint8)
"""Where something stirs, its surroundings are not settled either."""

_LEAST_STIR, _STIRRED = 2, 0.08
"""So many pixels, and this share of a tracked box, must have changed for it to stir."""

_CLUTTER_EVERY = 5
"""Frames between two looks at what clutters the picture."""

_ONE_THING = (9, 11)
"""Changed pixels within this window, width and height, may belong to one thing."""

_REGION = (25, 25)
"""What changes evenly over a region of this many pixels is light, not a thing."""

Luma = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


class Reason(StrEnum):
    """Why the gate let the last frame through or held it back."""

    LEARNING = "learning"
    MOTION = "motion"
    AFTERMATH = "aftermath"
    TRACKED = "tracked"
    CHECK = "check"
    STILL = "still"


@dataclass(frozen=True, slots=True)
class GateSettings:
    """Times in seconds, levels in grey values of 255.

    Args:
        learn_s: everything passes until the gate has seen the scene for so long.
        memory_s: what has not changed for about so long is background.
        noise_memory_s: over what time a place's own restlessness (leaves, water, rain) is learnt.
        settled_s: what has looked the same for so long is still, and background within
            ``settled_memory_s``: who stops or parks.
        settled_memory_s: see ``settled_s``.
        hold_s: frames keep passing for so long after the last motion.
        tracked_check_s: a still scene with something tracked in it is looked at after so long,
            and then after twice as long each time, as long as nothing moves.
        tracked_check_most_s: the longest of these.
        idle_check_s: a still and empty scene is looked at so often.
        floor, floor_at_night: the least change that counts, in a picture with noise and in one
            without.
        noise_factor: a change counts when it exceeds the place's restlessness by this factor.
        ceiling: however restless a place, a change above this counts.
    """

    learn_s: float = 2.0
    memory_s: float = 1.5
    noise_memory_s: float = 20.0
    settled_s: float = 0.8
    settled_memory_s: float = 0.3
    hold_s: float = 1.0
    tracked_check_s: float = 0.6
    tracked_check_most_s: float = 3.0
    idle_check_s: float = 10.0
    floor: float = 7.0
    floor_at_night: float = 3.0
    noise_factor: float = 4.0
    ceiling: float = 120.0


class MotionGate:
    """Decides frame by frame whether inference is worth its cost.

    The frame is compared with a background that forgets in seconds, so that a car that parks or a
    chair that was moved costs a few looks and then none. From the difference its own local mean is
    taken away: clouds, exposure and lamps shift whole regions and vanish, things keep their edges.
    Each place has its own threshold from its usual restlessness, learnt only where nothing is
    tracked, so that people never teach the gate to ignore a busy path, and leaves do.

    It errs on the side of looking: motion lets through the frame itself and those of the second
    after it; something tracked that stands still is looked at again, ever more seldom while it
    stands, an empty scene every ``idle_check_s``.
    """

    def __init__(self, settings: GateSettings = GateSettings()) -> None:
        self._settings = settings
        self._background: Floats | None = None
        self._scales: tuple[_Scale, ...] = ()
        self._began_s = 0.0
        self._last_s = 0.0
        self._moved_s = -np.inf
        self._looked_s = -np.inf
        self._tracked_s = np.empty((0, 0))
        self._changed_s = np.empty((0, 0))
        self._before: Floats | None = None
        self._looked: Luma | None = None
        self._check_s = settings.tracked_check_s
        self.reason = Reason.LEARNING

    def reset(self) -> None:
        """Forget the scene: after a reconnection, a cut or a camera that moved."""
        self._background = None

    def doubt(self) -> None:
        """Something tracked was not found at its place: look again soon."""
        self._check_s = self._settings.tracked_check_s

    def update(
        self, time_s: float, luma: Luma, tracked_boxes_relative: npt.NDArray[np.float64]
    ) -> bool:
        """Whether the frame at ``time_s`` should be analysed; why is in :attr:`reason`.

        Args:
            time_s: the stream's time, seconds.
            luma: the frame's luma at ``GATE_SIZE``, shape (90, 160).
            tracked_boxes_relative: corners of what is tracked, 0 to 1, shape (n, 4).
        """
        if self._background is None or self._background.shape != luma.shape:
            self._begin(time_s, luma)
        elapsed_s = max(0.0, time_s - self._last_s)
        self._last_s = time_s
        motion = self._observe(luma, elapsed_s, tracked_boxes_relative)
        motion = motion or self._stirs(luma, tracked_boxes_relative)
        if motion:
            self._moved_s = time_s
        self.reason = self._judge(time_s, motion, len(tracked_boxes_relative) > 0)
        if self.reason is Reason.STILL:
            return False
        self._looked_s, self._looked = time_s, luma
        return True

    def _judge(self, time_s: float, motion: bool, tracked: bool) -> Reason:
        settings = self._settings
        since_look_s = time_s - self._looked_s + 1e-6
        if time_s - self._began_s < settings.learn_s:
            return Reason.LEARNING
        if motion:
            self._check_s = settings.tracked_check_s
            return Reason.MOTION
        if time_s - self._moved_s <= settings.hold_s:
            return Reason.AFTERMATH
        if tracked and since_look_s >= self._check_s:
            self._check_s = min(2 * self._check_s, settings.tracked_check_most_s)
            return Reason.TRACKED
        if since_look_s >= settings.idle_check_s:
            return Reason.CHECK
        return Reason.STILL

    def _begin(self, time_s: float, luma: Luma) -> None:
        self._background = luma.astype(np.float32)
        self._scales = (
            _Scale((1, 1), 3, 20, luma.shape),
            _Scale((3, 5), 2, 45, luma.shape),
        )
        self._tracked_s = np.full(luma.shape, -np.inf)
        self._changed_s = np.full(luma.shape, -np.inf)
        self._before = self._looked = None
        self._began_s = self._last_s = time_s

    def _observe(self, luma: Luma, elapsed_s: float, boxes: npt.NDArray[np.float64]) -> bool:
        """Compare with the background, learn from the frame, and tell whether something moves."""
        assert self._background is not None  # noqa: S101
        settings = self._settings
        frame = luma.astype(np.float32)
        change = _without_light(frame, self._background)
        cv2.accumulateWeighted(frame, self._background, _share(elapsed_s, settings.memory_s))
        self._absorb(frame, elapsed_s)
        _stamp(self._tracked_s, boxes, self._last_s)
        elsewhere = (self._tracked_s < self._last_s - 2 * settings.memory_s).view(np.uint8)
        share = _share(elapsed_s, settings.noise_memory_s)
        # What one scale sees, the next need not look for.
        return any(scale.observe(change, settings, share, elsewhere) for scale in self._scales)

    def _stirs(self, luma: Luma, boxes: npt.NDArray[np.float64]) -> bool:
        """Whether the picture of something tracked is not what it was at the last look.

        Nothing need be sure yet: a tracked person who takes a first step is looked at now.
        """
        if self._looked is None or not len(boxes):
            return False
        height, width = luma.shape
        limit = np.minimum(self._scales[0].limit, self._settings.ceiling)
        changed = (cv2.absdiff(luma, self._looked) > limit).view(np.uint8)
        if not changed.any():
            return False
        sums = cv2.integral(changed)
        low = np.clip(np.floor(boxes[:, :2] * (width, height)), 0, (width, height)).astype(np.intp)
        high = np.clip(np.ceil(boxes[:, 2:] * (width, height)), 0, (width, height)).astype(np.intp)
        (left, top), (right, bottom) = low.T, high.T
        inside = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
        area = (right - left) * (bottom - top)
        return bool((inside >= np.maximum(_LEAST_STIR, _STIRRED * area)).any())

    def _absorb(self, frame: Floats, elapsed_s: float) -> None:
        """Make background of what came to stand: it left a ghost where it walked a moment ago."""
        assert self._background is not None  # noqa: S101
        settings = self._settings
        if self._before is not None:
            stirs = cv2.absdiff(frame, self._before) > settings.floor
            if stirs.any():
                self._changed_s[np.asarray(cv2.dilate(stirs.view(np.uint8), _NEAR)) > 0] = (
                    self._last_s
                )
        self._before = frame
        settled = (self._changed_s < self._last_s - settings.settled_s).view(np.uint8)
        share = _share(elapsed_s, settings.settled_memory_s)
        cv2.accumulateWeighted(frame, self._background, share, mask=settled)


class _Scale:
    """The changes of the picture, averaged over a small window, and how usual they are.

    Args:
        window: width and height of the window, pixels.
        times: in so many frames running a small change must show, so that rain and noise, which
            are seldom twice in the same place, do not count.
        large: so many changed pixels together count at once: something near moves fast.
        shape: height and width of the picture.

    Attributes:
        limit: by pixel, the change that counts in the last frame; infinite before the first.
    """

    def __init__(
        self, window: tuple[int, int], times: int, large: int, shape: tuple[int, ...]
    ) -> None:
        self._window = window
        self._times = times
        self._large = large
        self._restless = np.full(shape, 1.0, dtype=np.float32)
        self.limit: Floats = np.full(shape, np.inf, dtype=np.float32)
        self._clutter = 0.0
        self._frames = 0
        self._before = np.zeros(shape, dtype=np.uint8)

    def observe(
        self, change: Floats, settings: GateSettings, share: float, elsewhere: Luma
    ) -> bool:
        """Whether something moves at this scale; learns what is usual ``elsewhere``.

        Restlessness is a mean square of changes cut at the limit, so that one passage weighs
        little and what goes on raises its own limit in some seconds.
        """
        if self._window != (1, 1):
            change = np.asarray(cv2.blur(change, self._window))
        size = np.abs(change)
        # Half of the picture, at least, is at rest: its median change is the sensor's noise.
        thin = size[::4, ::4].ravel()
        noise = float(np.partition(thin, thin.size // 2)[thin.size // 2])
        floor = min(settings.floor, max(settings.floor_at_night, 6 * noise))
        limit = np.asarray(cv2.sqrt(self._restless)) * settings.noise_factor
        self._frames += 1
        if self._frames % _CLUTTER_EVERY == 0:
            self._learn_clutter(size, limit, _CLUTTER_EVERY * share, elsewhere)
        floor = max(floor, min(1.3 * self._clutter, settings.ceiling / 2))
        np.clip(limit, floor, settings.ceiling, out=limit)
        self.limit = limit
        moves = self._moves(size, limit)
        usual = cv2.min(size, limit)
        cv2.accumulateWeighted(cv2.multiply(usual, usual), self._restless, share, mask=elsewhere)
        return moves

    def _learn_clutter(self, size: Floats, limit: Floats, share: float, elsewhere: Luma) -> None:
        """Learn how strong the strongest half percent of changes are: the drops of rain.

        Places more restless than the picture as a whole have their own limit and do not count.
        """
        thin = (slice(None, None, 2), slice(None, None, 2))
        usual = limit[thin] <= 2 * np.median(limit[thin])
        sizes = size[thin][usual & (elsewhere[thin] > 0)]
        if len(sizes) > 500:
            strongest = float(np.partition(sizes, -len(sizes) // 200)[-len(sizes) // 200])
            self._clutter += (strongest - self._clutter) * min(1.0, share)

    def _moves(self, size: Floats, limit: Floats) -> bool:
        """Whether changed pixels lie together: many of them, or some again and again in a place."""
        changed: Luma = np.asarray(cv2.compare(size, limit, cv2.CMP_GT), dtype=np.uint8)
        if not changed.any():
            self._before[:] = 0
            return False
        near = np.asarray(cv2.blur(changed, (3, 3)))
        strong = (near > 255 // 9) & (size > 1.5 * limit)
        clusters: Luma = np.where(strong, changed, np.uint8(0))
        # Each changed pixel counts the frames running in which something changed near it.
        running = np.asarray(cv2.dilate(self._before, _NEIGHBOURHOOD))
        self._before = np.where(clusters, np.minimum(running, 250) + np.uint8(1), np.uint8(0))
        if (self._before >= self._times).any():
            return True
        crowd = cv2.boxFilter(clusters & 1, -1, _ONE_THING, normalize=False)
        return bool(np.asarray(crowd).max() >= self._large)


def _without_light(frame: Floats, background: Floats) -> Floats:
    """Frame less background, the light of each region made equal first."""
    here = np.asarray(cv2.blur(frame, _REGION), dtype=np.float32) + 2
    usual = np.asarray(cv2.blur(background, _REGION), dtype=np.float32) + 2
    return frame - background * (here / usual)


def _stamp(last_s: npt.NDArray[np.float64], boxes: npt.NDArray[np.float64], time_s: float) -> None:
    """Write ``time_s`` where boxes are, and near them."""
    height, width = last_s.shape
    margin = np.tile((boxes[:, 2:] - boxes[:, :2]) * 0.3, 2) * (-1, -1, 1, 1)
    corners = (boxes + margin) * (width, height, width, height) + (-2, -2, 3, 3)
    for left, top, right, bottom in np.clip(corners, 0, None).astype(np.int64):
        last_s[top:bottom, left:right] = time_s


def _share(elapsed_s: float, memory_s: float) -> float:
    """The weight of a new value in a mean that forgets in ``memory_s``."""
    return float(-np.expm1(-elapsed_s / memory_s))
