"""Keeping the pace of a source that delivers as fast as it is read."""

_MOST_AHEAD_S = 15.0
_MOST_BEHIND_S = 2.0


class Pacer:
    """Tells how early a picture is, where data comes in bursts (HLS: a segment at a time)."""

    def __init__(self) -> None:
        self._offset_s: float | None = None

    def early_s(self, stamp_s: float, now_s: float) -> float:
        """Seconds to wait before handing the picture on, 0 or more.

        A stamp far from where it should be, either way, starts a new pace.
        """
        if self._offset_s is None:
            self._offset_s = now_s - stamp_s
        early_s = stamp_s + self._offset_s - now_s
        if not -_MOST_BEHIND_S < early_s < _MOST_AHEAD_S:
            self._offset_s = now_s - stamp_s
            return 0.0
        return max(0.0, early_s)
