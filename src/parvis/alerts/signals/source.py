"""What makes signals out of moments on the ground."""

from collections.abc import Sequence
from typing import Protocol

from parvis.measures.ground.drawn import GroundNow
from parvis.measures.ground.moment import Moment
from parvis.values.alerts import Signal


class SignalSource(Protocol):
    """Makes one kind of signal for one camera."""

    def observe(self, moment: Moment, now: GroundNow) -> Sequence[Signal]:
        """Take one settled frame; return the signals that can be told of it.

        Args:
            moment: the frame, later than the last one.
            now: the ground at the observers' last look, of this frame or up to a second old.
        """
        ...

    def gap(self) -> None:
        """What comes next does not continue what was: every object ends."""
        ...
