"""The language of a message: who wires this room hands it over."""

from collections.abc import Callable
from typing import Protocol
from zoneinfo import ZoneInfo

from parvis.values.saying import T


class Speech(Protocol):
    """One reader's language and civil time."""

    def shown(self, message: T | str) -> str:
        """A message in that language; a plain text as it is."""
        ...

    def number(self, value: float | None, digits: int = 0) -> str:
        """A number as that language writes it."""
        ...

    def moment(self, time_s: float) -> str:
        """Day and clock of a moment, seconds since the epoch."""
        ...

    def duration(self, seconds: float) -> str:
        """A length of time."""
        ...


Speeches = Callable[[str, ZoneInfo], Speech]
"""The speech of a language and a civil time."""
