"""Presentation stamps of a stream to seconds since the epoch, whatever the stream does to them.

Pure: the moments come in as numbers, so that every case can be tested with lists.
"""

from collections import deque
from typing import NamedTuple

MIN_STEP_S = 0.001
"""Two frames of one stream are at least this far apart."""

GAP_S = 2.0
"""A silence that breaks continuity, unless the stream is slower than that by nature."""

_JUMP_S = 3.0  # a stamp this far ahead of the time that passed is a jump, not a burst
_REORDER_S = 0.5  # a step back smaller than this is a trembling stamp, not a reset
_LEAD_S = 0.25  # a frame cannot come from the future: more lead than this is taken back at once
_SLEW = 0.02  # smaller corrections are spread: at most this part of the time that passes
_WINDOW_S = 10.0  # network delay only adds: its least value over a window tells the drift
_SETTLE_S = 1.0  # the window after a silence
_LAG_S = 1.0  # a lag that persists over a window and exceeds this is a jump of the stream's clock
_FILE_JUMP_S = 3600.0  # a file's stamp further ahead than this is broken, not a pause
_WRAPS_S = (2**33 / 90_000, 2**32 / 90_000)  # MPEG transport streams; RTP
_WRAP_SLACK_S = 10.0


class Stamp(NamedTuple):
    """The moment of a frame.

    Args:
        time_s: seconds since the epoch, later than every stamp before.
        discontinuity: this frame does not continue the one before.
    """

    time_s: float
    discontinuity: bool


class Pace:
    """The typical step between frames: the median of the last few, deaf to outliers.

    ``interval_s`` is 0 before the first step; ``gap_s`` is the step from which continuity is
    broken.
    """

    __slots__ = ("_steps", "gap_s", "interval_s")

    def __init__(self) -> None:
        self._steps: deque[float] = deque(maxlen=7)
        self.interval_s = 0.0
        self.gap_s = GAP_S

    def step(self, step_s: float) -> None:
        """Learn one step."""
        if step_s > 0:
            self._steps.append(step_s)
            self.interval_s = sorted(self._steps)[len(self._steps) // 2]
            self.gap_s = max(GAP_S, 4 * self.interval_s)


class LiveClock:
    """Maps a live stream's stamps to wall time; one for all connections of a camera.

    The first frame is anchored at its arrival. Frames arrive late, never early: the smallest
    (arrival - stamp) seen is the best estimate of the camera's offset, and following it slowly
    corrects the drift of its clock. Time is strictly increasing, also over reconnections, and a
    frame is never more than a quarter of a second ahead of its arrival.
    """

    def __init__(self) -> None:
        self._offset_s: float | None = None  # time = stamp + offset
        self._stamp_s: float | None = None
        self._stamp_arrival_s = 0.0
        self._arrival_s = 0.0
        self._time_s: float | None = None
        self._anchored = False
        self._pace = Pace()
        self._window_end_s = 0.0
        self._least_lag_s = 0.0
        self._owed_s = 0.0

    @property
    def interval_s(self) -> float:
        """Typical step between frames; 0 before the second frame."""
        return self._pace.interval_s

    @property
    def gap_s(self) -> float:
        """The silence from which this stream's continuity is broken."""
        return self._pace.gap_s

    def restart(self) -> None:
        """A new connection follows: its first frame is anchored at its arrival."""
        self._anchored = False

    def stamp(self, stamp_s: float | None, arrival_s: float) -> Stamp:
        """The moment of the next frame.

        Args:
            stamp_s: presentation stamp in seconds of the stream's clock; None when missing.
            arrival_s: seconds since the epoch when the frame came out of the decoder.
        """
        if not self._anchored:
            return self._anchor(stamp_s, arrival_s)
        assert self._time_s is not None  # noqa: S101  # set by _anchor
        if stamp_s is None or self._stamp_s is None or self._offset_s is None:
            # Without stamps, frames are as far apart as they arrive.
            natural_s = self._time_s + max(0.0, arrival_s - self._arrival_s)
            if stamp_s is not None:
                self._offset_s = natural_s - stamp_s
                self._open_window(arrival_s, _WINDOW_S)
            return self._advance(natural_s, stamp_s, arrival_s)
        elapsed_s = max(0.0, arrival_s - self._stamp_arrival_s)
        step_s = stamp_s - self._stamp_s
        for wrap_s in _WRAPS_S:
            if 0 <= step_s + wrap_s < _WRAP_SLACK_S:
                self._offset_s += wrap_s
                step_s += wrap_s
        ahead_s = step_s - elapsed_s
        if step_s < -_REORDER_S or ahead_s > max(_JUMP_S, 4 * self._pace.interval_s):
            return self._anchor(stamp_s, arrival_s)
        if elapsed_s > self.gap_s:
            self._open_window(arrival_s, _SETTLE_S)
        if self._follow(stamp_s, step_s, arrival_s):
            return self._anchor(stamp_s, arrival_s)
        return self._advance(stamp_s + self._offset_s, stamp_s, arrival_s)

    def _anchor(self, stamp_s: float | None, arrival_s: float) -> Stamp:
        time_s = arrival_s
        if self._time_s is not None:
            time_s = max(time_s, self._time_s + MIN_STEP_S)
        self._anchored = True
        self._offset_s = None if stamp_s is None else time_s - stamp_s
        self._open_window(arrival_s, _WINDOW_S)
        self._remember(time_s, stamp_s, arrival_s)
        return Stamp(time_s, discontinuity=True)

    def _follow(self, stamp_s: float, step_s: float, arrival_s: float) -> bool:
        """Correct the offset from this arrival; True when the stream's clock has jumped back."""
        assert self._offset_s is not None  # noqa: S101  # checked by stamp
        lag_s = arrival_s - (stamp_s + self._offset_s)
        room_s = _SLEW * max(0.0, step_s)
        if lag_s < -_LEAD_S:
            self._offset_s += lag_s
            lag_s = 0.0
        elif lag_s < 0:
            self._offset_s += max(lag_s, -room_s)
        elif self._owed_s > 0:
            part_s = min(self._owed_s, room_s, lag_s)
            self._offset_s += part_s
            self._owed_s -= part_s
            lag_s -= part_s
        self._least_lag_s = min(self._least_lag_s, max(0.0, lag_s))
        if arrival_s < self._window_end_s:
            return False
        if self._least_lag_s > _LAG_S:
            return True
        owed_s = self._least_lag_s
        self._open_window(arrival_s, _WINDOW_S)
        self._owed_s = owed_s
        return False

    def _open_window(self, arrival_s: float, length_s: float) -> None:
        self._window_end_s = arrival_s + length_s
        self._least_lag_s = float("inf")
        self._owed_s = 0.0

    def _advance(self, natural_s: float, stamp_s: float | None, arrival_s: float) -> Stamp:
        assert self._time_s is not None  # noqa: S101  # set by _anchor
        time_s = max(natural_s, self._time_s + MIN_STEP_S)
        step_s = time_s - self._time_s
        discontinuity = step_s > self.gap_s
        self._pace.step(step_s)
        self._remember(time_s, stamp_s, arrival_s)
        return Stamp(time_s, discontinuity)

    def _remember(self, time_s: float, stamp_s: float | None, arrival_s: float) -> None:
        self._time_s, self._arrival_s = time_s, arrival_s
        if stamp_s is not None:
            self._stamp_s, self._stamp_arrival_s = stamp_s, arrival_s
        elif self._offset_s is None:
            self._stamp_s = None


class FileClock:
    """Maps the stamps of files, played one after another, to time from a given start.

    The first frame is at ``start_s``; another file follows one typical step after the last frame.
    A pause in a file stays a pause; a step back, or one of more than an hour, goes on after one
    typical step instead. All of these are discontinuities. The same files give the same times.
    """

    def __init__(self, start_s: float) -> None:
        self._start_s = start_s
        self._offset_s: float | None = None
        self._time_s: float | None = None
        self._nominal_s = 0.04
        self._joining = True
        self._pace = Pace()

    @property
    def interval_s(self) -> float:
        """Typical step between frames; the file's nominal one before the second frame."""
        return self._pace.interval_s or self._nominal_s

    def open_file(self, nominal_s: float | None) -> None:
        """Another file follows, whose frames are ``nominal_s`` apart as far as it says."""
        self._joining = True
        self._pace = Pace()
        if nominal_s:
            self._nominal_s = nominal_s

    def stamp(self, stamp_s: float | None) -> Stamp:
        """The moment of the next frame of the open file."""
        if self._time_s is None:
            return self._join(stamp_s, self._start_s)
        following_s = self._time_s + self.interval_s
        if self._joining:
            return self._join(stamp_s, following_s)
        if self._offset_s is None:
            # The file began without stamps: the first that comes continues the count of frames.
            if stamp_s is not None:
                self._offset_s = following_s - stamp_s
            return self._advance(following_s)
        if stamp_s is None:
            return self._advance(following_s)
        natural_s = stamp_s + self._offset_s
        step_s = natural_s - self._time_s
        if step_s < -_REORDER_S or step_s > _FILE_JUMP_S:
            return self._join(stamp_s, following_s)
        return self._advance(natural_s)

    def _join(self, stamp_s: float | None, time_s: float) -> Stamp:
        self._offset_s = None if stamp_s is None else time_s - stamp_s
        self._joining = False
        self._time_s = time_s
        return Stamp(time_s, discontinuity=True)

    def _advance(self, natural_s: float) -> Stamp:
        assert self._time_s is not None  # noqa: S101  # set by _join
        time_s = max(natural_s, self._time_s + MIN_STEP_S)
        step_s = time_s - self._time_s
        discontinuity = step_s > self._pace.gap_s
        self._pace.step(step_s)
        self._time_s = time_s
        return Stamp(time_s, discontinuity)


class SteadyWall:
    """Wall time that never goes back and never leaps unnoticed, from a wall and a steady clock.

    A machine without a battery starts in the past and is set right minutes later. A leap forward
    is followed at once; a step back is made up by running a twentieth slower.
    """

    def __init__(self) -> None:
        self._offset_s: float | None = None
        self._steady_s = 0.0

    def now(self, wall_s: float, steady_s: float) -> float:
        """The moment now, from ``time.time()`` and ``time.monotonic()``; steady_s never falls."""
        if self._offset_s is None:
            self._offset_s = wall_s - steady_s
        error_s = wall_s - (steady_s + self._offset_s)
        elapsed_s = max(0.0, steady_s - self._steady_s)
        self._steady_s = steady_s
        self._offset_s += max(error_s, -0.05 * elapsed_s)
        return steady_s + self._offset_s
