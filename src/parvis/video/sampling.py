"""Which frames are due at a given rate."""

# How much of a pick's distance from the grid moves the grid. More would hold the grid to every
# frame of a camera that is a few per cent faster than the rate: this bounds the excess to 2.5 %.
_FOLLOW = 0.05


class Grid:
    """Picks frames nearest to a grid of ``rate`` moments a second on the stream's own time.

    A frame is due when it lies less than half a frame before the next moment of the grid, so that
    trembling stamps do not move a pick: 25 frames a second at rate 5 give every fifth frame. The
    grid follows its picks slowly, so that a camera at 24.97 frames a second does the same.

    Args:
        rate: frames a second to pick, > 0; None picks every frame.

    Raises:
        ValueError: a rate that is not positive.
    """

    def __init__(self, rate: float | None) -> None:
        if rate is not None and not rate > 0:
            raise ValueError(f"the rate is frames a second, more than 0, not {rate}")
        self._period_s = None if rate is None else 1 / rate
        self._next_s: float | None = None

    def restart(self) -> None:
        """The next frame is due and starts the grid anew."""
        self._next_s = None

    def due(self, time_s: float, interval_s: float) -> bool:
        """True when this frame is to be handed on.

        Args:
            time_s: its moment.
            interval_s: typical step between the stream's frames, 0 while unknown.
        """
        if self._period_s is None:
            return True
        if self._next_s is None:
            self._next_s = time_s + self._period_s
            return True
        early_s = 0.49 * min(interval_s, self._period_s)
        error_s = time_s - self._next_s
        if error_s < -early_s:
            return False
        if error_s > self._period_s:
            self._next_s = time_s + self._period_s
        else:
            self._next_s += self._period_s + _FOLLOW * error_s
        return True
