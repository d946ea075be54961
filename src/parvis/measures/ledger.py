"""What one minute holds before it is closed."""

from collections.abc import Sequence
from statistics import fmean, variance

from parvis.measures.uncertainty import CountError, ErrorPrior
from parvis.values.classes import ObjectClass
from parvis.values.measure import Spread
from parvis.values.series import Series, SeriesKind


class Ledger:
    """Seconds seen, events and levels of one open minute of one camera."""

    def __init__(self) -> None:
        self.coverage_s = 0.0
        self.events: dict[Series, list[float]] = {}
        self._object_s: dict[tuple[str, str], float] = {}  # by zone and class
        self._most: dict[tuple[str, str], int] = {}

    def event(self, series: Series, amount: float) -> None:
        """Note an event: 1 for a passage, the seconds of a visit for dwell."""
        self.events.setdefault(series, []).append(amount)

    def seen(self, seconds: float, held: Sequence[tuple[str, ObjectClass, int]]) -> None:
        """Note seconds seen, with so many objects of a class in a zone meanwhile."""
        self.coverage_s += seconds
        for zone, cls, n in held:
            key = (zone, cls.label)
            self._object_s[key] = self._object_s.get(key, 0.0) + n * seconds
            self._most[key] = max(self._most.get(key, 0), n)

    def value(
        self, series: Series, prior: ErrorPrior, checked: CountError | None = None
    ) -> tuple[float | None, Spread, float]:
        """Value, spread and weight in a mean of one series; no value without coverage.

        Args:
            series: of what.
            prior: the error that is believed of it.
            checked: the error that a person's check has shown of its counts, if any.
        """
        if self.coverage_s <= 0:
            return None, Spread(), 0.0
        amounts = self.events.get(series, [])
        match series.kind:
            case SeriesKind.CROSSINGS | SeriesKind.ENTRIES | SeriesKind.EXITS:
                n = sum(amounts)
                return n, (checked or prior).of_count(n, self.coverage_s), 0.0
            case SeriesKind.OCCUPANCY:
                mean = (
                    self._object_s.get((series.shape, series.object_class), 0.0) / self.coverage_s
                )
                return mean, prior.of_level(mean), self.coverage_s
            case SeriesKind.OCCUPANCY_MAX:
                most = float(self._most.get((series.shape, series.object_class), 0))
                return most, prior.of_level(most), 0.0
            case SeriesKind.DWELL:
                if not amounts:
                    return None, Spread(), 0.0
                mean = fmean(amounts)
                spread = variance(amounts) if len(amounts) > 1 else 0.0
                return mean, prior.of_mean(mean, len(amounts), spread), float(len(amounts))
            case _:
                raise ValueError(f"{series.kind.value} is not measured in the picture")
