"""The language of a message: who wires this room hands it over."""

from collections.abc import Callable
from typing import Protocol
from zoneinfo import ZoneInfo

from parvis.alerts.amounts import Numbers
from parvis.values.saying import T


class Speech(Numbers, Protocol):
    """One reader's language and civil time."""

    def shown(self, message: T | str) -> str:
        """A message in that language; a plain text as it is."""
        ...

    def moment(self, time_s: float) -> str:
        """Day and clock of a moment, seconds since the epoch."""
        ...


Speeches = Callable[[str, ZoneInfo], Speech]
"""The speech of a language and a civil time."""
