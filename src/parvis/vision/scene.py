"""The scene behind the people: does the camera still look at it, was it cut, how is it drawn?

Everything kept is numbers from which no picture can be had back: directions of edges on a coarse
grid, and a slow background that exists in memory only.
"""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt

from parvis.values.frame import FrameSize, FrameView

Luma = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Polylines = tuple[tuple[tuple[float, float], ...], ...]

SKETCH_SIZE = FrameSize(320, 180)


class SceneState(StrEnum):
    """What the camera looks at."""

    LEARNING = "learning"
    STILL = "still"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class SceneSettings:
    """When a view counts as another one; correlations of edge directions, -1 to 1.

    Args:
        learn_s: the reference is learnt over the first seconds.
        recent_s: memory of the view now, long enough for people to fade out of it.
        adapt_s: memory of the reference while the view is still: shadows wander, snow falls.
        moved_below: the view is another one when it resembles the reference less, for ``hold_s``.
        shifted_by: the view is another one too when it lies so many pixels of the small luma off
            the reference, for ``hold_s``: a knocked pole.
        nudged_by: so many pixels off count when they last for ``nudged_s``: poles sway by a
            hundredth of the width for several seconds, and come back.
        back_above: it is back when it resembles the reference more, for ``hold_s``.
        cut_below: a frame that resembles the one before less than this is a cut, where the one
            before resembled its own predecessor more than ``calm_above`` (noise never does).
        blank_below: share of the reference's edge energy under which the picture shows nothing,
            if it does not resemble the reference either: a dark street does.
    """

    learn_s: float = 8.0
    recent_s: float = 2.0
    adapt_s: float = 600.0
    moved_below: float = 0.5
    back_above: float = 0.75
    shifted_by: float = 3.2
    hold_s: float = 3.0
    nudged_by: float = 1.2
    nudged_s: float = 30.0
    cut_below: float = 0.4
    calm_above: float = 0.6
    blank_below: float = 0.15


@dataclass(frozen=True, slots=True)
class SceneLook:
    """What one frame says of the scene.

    Args:
        state: learning, still, or moved.
        cut: this frame does not continue the one before: a replayed clip began anew, another
            camera was switched in.
        blank: the picture shows nothing (a grey card, a covered lens): nobody can be seen on it.
    """

    state: SceneState
    cut: bool = False
    blank: bool = False


@dataclass(frozen=True, slots=True)
class SceneMemory:
    """What a view looked like, in numbers that outlive a process.

    Args:
        directions: of edges, -127 to 127, shape (2, height, width) of the small luma.
        energy: mean strength of its edges.
    """

    directions: npt.NDArray[np.int8]
    energy: float


class SceneWatch:
    """Watches whether the camera still sees what its shapes were drawn on.

    Each frame becomes a map of edge directions, blurred by two pixels so that wind does not count
    as a move. A fast memory of it, in which people fade, is compared with a slow one. Directions
    do not change with exposure, clouds or dusk as grey values do.
    """

    def __init__(self, settings: SceneSettings = SceneSettings()) -> None:
        self._settings = settings
        self.accept()

    def accept(self) -> None:
        """Take what is seen from now on for the scene: a technician says that it is right."""
        self._reference: Floats | None = None
        self._recent: Floats | None = None
        self._before: Floats | None = None
        self._background: Floats | None = None
        self._recalled = False
        self._calm = 0.0
        self._energy = 0.0
        self._blank = False
        self._seen: Luma | None = None
        self._looked_s = -np.inf
        self._began_s = self._last_s = self._sketched_s = -np.inf
        self._elsewhere, self._nudged, self._back = _Lasting(), _Lasting(), _Lasting()
        self._shift_s = -np.inf
        self._shift = 0.0
        self.moved_since_s: float | None = None

    def remember(self) -> SceneMemory | None:
        """The view to compare with after a restart; None while it is not known or in doubt."""
        state = self._state()
        if self._reference is None or state is SceneState.LEARNING:
            return None
        if state is SceneState.STILL and self._doubtful:
            return None
        directions = np.clip(np.rint(self._reference * 127), -127, 127).astype(np.int8)
        return SceneMemory(directions, self._energy)

    def recall(self, memory: SceneMemory) -> None:
        """Expect the view of an earlier run; before the first frame."""
        self._reference = memory.directions.astype(np.float32) / np.float32(127)
        self._energy = memory.energy
        self._recalled = True

    def update(self, time_s: float, luma: Luma, *, broken: bool) -> SceneLook:
        """Look at the frame at ``time_s``.

        Args:
            luma: the frame's luma, small (160 × 90), always of one size.
            broken: the frame does not follow the one before in time.
        """
        if not broken and not self._worth_a_look(time_s, luma):
            return SceneLook(self._state(), blank=self._blank)
        self._looked_s = time_s
        edges, energy = _edges(luma)
        cut = not broken and self._is_cut(edges)
        self._blank = self._is_blank(edges, energy)
        self._before = edges
        if self._blank:
            self._last_s = time_s
            return SceneLook(self._state(), cut, True)
        if self._recent is None:
            self._recent = edges.copy()
            if self._reference is None:
                self._reference, self._energy = edges.copy(), energy
            self._began_s = self._last_s = time_s
            return SceneLook(SceneState.LEARNING, cut)
        dt_s = min(max(time_s - self._last_s, 0.0), 1.0)
        self._last_s = time_s
        self._recent += (edges - self._recent) * min(1.0, dt_s / self._settings.recent_s)
        self._judge(time_s)
        self._learn(time_s, dt_s, energy)
        return SceneLook(self._state(), cut)

    def watch(self, time_s: float, view: FrameView) -> None:
        """Let the background of the sketch learn from a frame; about once a second is enough."""
        if time_s - self._sketched_s < 1.0 or self.moved_since_s is not None:
            return
        self._sketched_s = time_s
        luma = view.luma(SKETCH_SIZE).astype(np.float32)
        if self._background is None:
            self._background = luma
        else:
            # Steps of bounded size approach the median: people who pass leave no ghost.
            self._background += np.clip(luma - self._background, -2.0, 2.0)

    def sketch(self, most: int = 120) -> Polylines:
        """Edges of the background, points relative to the image; empty before it is known.

        Args:
            most: so many polylines at most, the longest ones.
        """
        if self._background is None or self._last_s - self._began_s < self._settings.learn_s:
            return ()
        smooth = cv2.GaussianBlur(self._background.astype(np.uint8), (5, 5), 1.2)
        found, _ = cv2.findContours(
            cv2.Canny(smooth, 40, 110), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE
        )
        scale = np.array([SKETCH_SIZE.width, SKETCH_SIZE.height])
        longest = sorted(found, key=len, reverse=True)[:most]
        lines = []
        for contour in longest:
            if len(contour) < 16:
                continue
            corners = cv2.approxPolyDP(contour, 1.2, False)[:, 0, :] / scale
            lines.append(tuple((round(float(x), 4), round(float(y), 4)) for x, y in corners))
        return tuple(lines)

    @property
    def _doubtful(self) -> bool:
        return self._elsewhere.since_s is not None or self._nudged.since_s is not None

    def _state(self) -> SceneState:
        if self.moved_since_s is not None:
            return SceneState.MOVED
        learning = self._last_s - self._began_s < self._settings.learn_s
        return SceneState.LEARNING if learning else SceneState.STILL

    def _worth_a_look(self, time_s: float, luma: Luma) -> bool:
        """Whether some time has passed since the last look, or the picture changed at once."""
        seen, self._seen = self._seen, luma
        if seen is None or time_s - self._looked_s >= _LOOK_EVERY_S:
            return True
        return cv2.norm(luma, seen, cv2.NORM_L1) > _AT_ONCE * luma.size

    def _is_blank(self, edges: Floats, energy: float) -> bool:
        """Whether nothing is left of the scene; a dark street is still the street."""
        s = self._settings
        if self._reference is None or energy >= s.blank_below * self._energy:
            return False
        # What the scaler's dither leaves of a grey card points one way everywhere: no scene.
        return _alike(_uneven(edges), _uneven(self._reference)) < s.moved_below

    def _is_cut(self, edges: Floats) -> bool:
        if self._before is None:
            return False
        alike = _alike(edges, self._before)
        cut = alike < self._settings.cut_below and self._calm > self._settings.calm_above
        self._calm = alike
        return cut

    def _judge(self, time_s: float) -> None:
        """Change between still and moved when the view has said so for long enough."""
        s = self._settings
        if self._recent is None or self._reference is None:
            return
        if time_s - self._began_s < s.learn_s:
            return
        alike = _alike(self._recent, self._reference)
        if time_s - self._shift_s >= _SHIFT_EVERY_S:
            self._shift_s, self._shift = time_s, _shift(self._recent, self._reference)
        here = alike > s.back_above and self._shift < s.nudged_by
        back_s = self._back.seconds(time_s, here)
        elsewhere = alike < s.moved_below or self._shift >= s.shifted_by
        elsewhere_s = self._elsewhere.seconds(time_s, elsewhere)
        nudged_s = self._nudged.seconds(time_s, self._shift >= s.nudged_by)
        if self.moved_since_s is not None:
            if back_s >= s.hold_s:
                self.moved_since_s = None
        elif elsewhere_s >= s.hold_s:
            self.moved_since_s = time_s - elsewhere_s
        elif nudged_s >= s.nudged_s:
            self.moved_since_s = time_s - nudged_s

    def _learn(self, time_s: float, dt_s: float, energy: float) -> None:
        if self.moved_since_s is not None or self._doubtful or self._recent is None:
            return
        learning = not self._recalled and time_s - self._began_s < self._settings.learn_s
        share = dt_s / (self._settings.recent_s if learning else self._settings.adapt_s)
        if self._reference is not None:
            self._reference += (self._recent - self._reference) * min(1.0, share)
        self._energy += (energy - self._energy) * min(1.0, share)


class _Lasting:
    """For how long something has been so without a break."""

    def __init__(self) -> None:
        self.since_s: float | None = None

    def seconds(self, time_s: float, so: bool) -> float:
        """Seconds since it became so; 0 while it is not."""
        if not so:
            self.since_s = None
            return 0.0
        if self.since_s is None:
            self.since_s = time_s
        return time_s - self.since_s


def _edges(luma: Luma) -> tuple[Floats, float]:
    """Directions of edges, each of length 0 to 1, shape (2, h, w); and how strong they are.

    Angles are doubled, so that an edge points the same way whichever of its sides is the brighter:
    at night the sky is darker than the façades, by day the other way round.
    """
    grey = cv2.GaussianBlur(luma.astype(np.float32), (3, 3), 0)
    dx = np.asarray(cv2.Sobel(grey, cv2.CV_32F, 1, 0), dtype=np.float32)
    dy = np.asarray(cv2.Sobel(grey, cv2.CV_32F, 0, 1), dtype=np.float32)
    strength = np.asarray(cv2.magnitude(dx, dy))
    energy = float(np.mean(strength))
    # Weak gradients are noise: they keep little of their direction.
    scale = 1.0 / ((strength + 1e-6) * (strength + 30.0))
    doubled = ((dx * dx - dy * dy) * scale, 2 * dx * dy * scale)
    maps = [np.asarray(cv2.GaussianBlur(part, (0, 0), 1.5)) for part in doubled]
    return np.stack(maps).astype(np.float32), energy


_LOOK_EVERY_S = 0.95
"""Nothing that is watched here is over in less, but for cuts, which change the whole picture."""
_AT_ONCE = 6.0
"""Mean change of grey levels from frame to frame that deserves a look at once."""
_SHIFT_EVERY_S = 1.0
_SURELY_THE_SAME = 0.5


def _shift(now: Floats, then: Floats) -> float:
    """How many pixels ``now`` lies off ``then``; 0 where they do not match anywhere.

    The peak of the two maps' cross-correlation, which light and people hardly move.
    """
    matches = np.real(
        np.fft.ifft2(
            np.fft.fft2(now[0] + 1j * now[1]) * np.conj(np.fft.fft2(then[0] + 1j * then[1]))
        )
    )
    height, width = matches.shape
    row, column = divmod(int(matches.argmax()), width)
    norm = float(np.linalg.norm(now)) * float(np.linalg.norm(then))
    if matches[row, column] < _SURELY_THE_SAME * norm:
        return 0.0
    down = _vertex(*(float(matches[(row + k) % height, column]) for k in (-1, 0, 1)))
    right = _vertex(*(float(matches[row, (column + k) % width]) for k in (-1, 0, 1)))
    down += row - height if row > height // 2 else row
    right += column - width if column > width // 2 else column
    return float(np.hypot(down, right))


def _vertex(before: float, peak: float, after: float) -> float:
    """Where between -0.5 and 0.5 the parabola through three heights has its top."""
    bend = before - 2 * peak + after
    return 0.5 * (before - after) / bend if bend < 0 else 0.0


def _uneven(edges: Floats) -> Floats:
    """A map of directions without the one that all of it has in common."""
    return np.asarray(edges - edges.mean(axis=(1, 2), keepdims=True), dtype=np.float32)


def _alike(a: Floats, b: Floats) -> float:
    """Correlation of two maps of directions, -1 to 1; 0 where one shows nothing."""
    norm = float(np.linalg.norm(a)) * float(np.linalg.norm(b))
    return float(np.sum(a * b)) / norm if norm > 1e-6 else 0.0
