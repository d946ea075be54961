"""What is added up for each minute that is still open."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Buckets(Generic[T]):
    """One accumulator a minute, made when first asked for and given away when the minute closes.

    Args:
        make: an empty accumulator.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._open: dict[float, T] = {}

    def at(self, minute_s: float) -> T:
        """The accumulator of the minute that starts then."""
        found = self._open.get(minute_s)
        if found is None:
            found = self._open[minute_s] = self._make()
        return found

    def take(self, minute_s: float) -> T:
        """Close a minute: its accumulator, an empty one when nothing was added."""
        return self._open.pop(minute_s, None) or self._make()
