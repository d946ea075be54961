"""One line of the chart of *Historique*."""

from dataclasses import dataclass

from parvis.server.counts import Count
from parvis.server.pages.history_corrected import Beside
from parvis.server.pages.selection import Selection


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line of the chart.

    Args:
        selection: what it is of.
        label: in words.
        counts: stretch by stretch.
        before: the same of the period compared with; empty without one.
        corrected: stretch by stretch, beside the counts; None where no correction is in force.
        corrections: those behind them, in words: the factor, and since when.
        total: the whole span; None for kinds that do not add.
        total_corrected: the same corrected; None unless all of it is.
        change: against the period compared with, over what both have seen.
        without: the address without this line.
    """

    selection: Selection
    label: str
    counts: tuple[Count, ...]
    before: tuple[Count, ...]
    corrected: tuple[Beside | None, ...]
    corrections: tuple[tuple[str, str], ...]
    total: Count | None
    total_corrected: float | None
    change: float | None
    without: str

    @property
    def corrects(self) -> bool:
        """True when a stretch has a corrected value."""
        return any(one is not None for one in self.corrected)

    @property
    def named(self) -> str:
        """Every version with its date, for the key of the chart."""
        return ", ".join(dict.fromkeys(one.named for one in self.corrected if one is not None))
