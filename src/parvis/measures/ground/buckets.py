"""What is added up for each minute that is still open."""

import math
from collections.abc import Callable
from typing import Generic, TypeVar

from parvis.measures.coverage import MINUTE_S

T = TypeVar("T")


class Buckets(Generic[T]):
    """One accumulator a minute, made when first asked for and given away when the minute closes.

    What comes for a minute that is already closed counts in the next one: it is late, not lost.

    Args:
        make: an empty accumulator.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._open: dict[float, T] = {}
        self._closed_to_s = -math.inf

    def at(self, minute_s: float) -> T:
        """The accumulator of the minute that starts then."""
        minute_s = max(minute_s, self._closed_to_s)
        found = self._open.get(minute_s)
        if found is None:
            found = self._open[minute_s] = self._make()
        return found

    def take(self, minute_s: float) -> T:
        """Close a minute: its accumulator, an empty one when nothing was added.

        Older minutes that nobody has taken are closed with it, and dropped.
        """
        self._closed_to_s = max(self._closed_to_s, minute_s + MINUTE_S)
        found = self._open.pop(minute_s, None)
        for old_s in [one for one in self._open if one < minute_s]:
            del self._open[old_s]
        return self._make() if found is None else found
