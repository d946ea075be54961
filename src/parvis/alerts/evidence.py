"""The last half minute as dots on the ground: what a person sees of an alert, never a picture."""

from collections import deque

from parvis.measures.ground.moment import Moment
from parvis.values.alerts import Replay

REPLAY_S = 30.0
STEP_S = 0.5
MOST_DOTS = 200


class Evidence:
    """Keeps the drawn positions of the last half minute in memory."""

    def __init__(self) -> None:
        self._frames: deque[tuple[float, tuple[tuple[float, float, int], ...]]] = deque(
            maxlen=round(REPLAY_S / STEP_S)
        )

    def observe(self, moment: Moment) -> None:
        """Take a frame; two a second are kept, positions to a decimetre, no identity."""
        if self._frames and moment.time_s - self._frames[-1][0] < STEP_S - 1e-6:
            return
        frame = moment.frame
        dots = zip(frame.points[:MOST_DOTS].round(1).tolist(), frame.classes.tolist(), strict=False)
        self._frames.append((moment.time_s, tuple((x, y, code) for (x, y), code in dots)))

    def replay(self) -> Replay | None:
        """What is kept now; None when nothing is."""
        if not self._frames:
            return None
        return Replay(self._frames[0][0], STEP_S, tuple(dots for _, dots in self._frames))

    def gap(self) -> None:
        """What comes next does not continue what was."""
        self._frames.clear()
