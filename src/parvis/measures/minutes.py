"""One-minute buckets: events and levels in, closed minutes out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import structlog

from parvis.measures.coverage import MINUTE_S, Stretch, by_minute
from parvis.measures.ledger import Ledger
from parvis.measures.uncertainty import CountError, ErrorPrior
from parvis.measures.zones import ZoneEvents
from parvis.values.classes import ObjectClass
from parvis.values.events import Crossing
from parvis.values.measure import Measure
from parvis.values.minute import ClosedMinute
from parvis.values.series import IN_PICTURE, Aggregation, Series, SeriesKind

log = structlog.get_logger(__name__)

GRACE_S = 5.0
"""A minute stays open for that long after its end. A crossing is believed only when the object is
clear of the line, a second or two after the passage, or when it is found again: so it lands in the
minute of its passage."""

ALIVE_S = 120.0
"""When the clock jumps by more than that, the run was not alive in between (the machine slept, the
clock was set): the minutes in between are absent, not empty."""


class CheckedErrors(Protocol):
    """What persons' checks have shown of a camera's lines; it may learn of new ones meanwhile."""

    def of(self, series: Series, time_s: float) -> CountError | None:
        """The error of a series of crossings in the light of that moment; None when unchecked."""
        ...


class NothingChecked:
    """No line was checked."""

    def of(self, series: Series, time_s: float) -> CountError | None:
        """None."""
        return None


@dataclass(frozen=True, slots=True)
class Declared:
    """The series that a camera must speak of in every minute.

    Args:
        camera: its name.
        lines, zones: names of its lines and zones.
        classes: what it counts.
    """

    camera: str
    lines: tuple[str, ...]
    zones: tuple[str, ...]
    classes: tuple[ObjectClass, ...]

    def series(self) -> tuple[Series, ...]:
        """Every line by direction and class, every zone by kind and class, in a fixed order."""
        crossings = [
            Series(self.camera, SeriesKind.CROSSINGS, line, cls.label, direction)
            for line in self.lines
            for direction in (0, 1)
            for cls in self.classes
        ]
        of_zones = [
            Series(self.camera, kind, zone, cls.label)
            for zone in self.zones
            for kind in IN_PICTURE
            if kind is not SeriesKind.CROSSINGS
            for cls in self.classes
        ]
        return (*crossings, *of_zones)


class MinuteBook:
    """Keeps the open minutes of one run of one camera, and closes each once.

    Rules:

    - A minute is [60 k, 60 (k + 1)) seconds since the epoch. It closes ``GRACE_S`` after its end.
    - An event whose minute is already closed, or was not seen at all, counts in the oldest minute
      still open: a count is never lost for being late, only moved. At the end of the run what has
      no later minute counts in the newest open one that was seen; without one it is logged as lost.
    - Every declared series has a measure in each minute: 0 when it was seen and nothing happened,
      None when it was not seen. Dwell is None too when no visit ended: a mean of nothing.
    - A minute in which the run was not alive is absent. A jump of the clock of more than
      ``ALIVE_S`` makes no empty minutes, however long it is.
    - Time never runs backwards in it: what was once closed, or let pass, stays so (``is_closed``).

    Args:
        run: unique id of this life of the camera's analysis.
        declared: the series to speak of; events of other classes or shapes are not asked for and
            are passed over.
        prior: the error of counts until a person has checked.
        checked: the errors that checks have shown since; asked when a minute closes.
    """

    def __init__(
        self,
        run: str,
        declared: Declared,
        prior: ErrorPrior,
        checked: CheckedErrors = NothingChecked(),  # noqa: B008 - it holds nothing
    ) -> None:
        self._run = run
        self._declared = declared
        self._series = declared.series()
        self._known = frozenset(self._series)
        self._prior = prior
        self._checked = checked
        self._open: dict[float, Ledger] = {}
        self._closed_to_s = -np.inf
        self._now_s: float | None = None
        self._seen_to_s = -np.inf
        self._carried: list[tuple[Series, float]] = []

    def is_closed(self, time_s: float) -> bool:
        """True when the minute of that moment is closed: nothing can be seen in it any more."""
        return time_s < self._closed_to_s

    def is_past(self, time_s: float) -> bool:
        """True when that moment was seen already, or its minute is closed: it counts once."""
        return time_s < max(self._closed_to_s, self._seen_to_s)

    def seen(
        self, stretch: Stretch, occupancy: npt.NDArray[np.int64], zones: Sequence[str]
    ) -> None:
        """Note seconds that were seen, and how many objects were in each zone meanwhile.

        Args:
            stretch: without a break; parts in closed minutes are passed over.
            occupancy: objects by zone and class code, shape (zones, classes).
            zones: names of the rows.
        """
        held = [
            (zone, ObjectClass(code), int(occupancy[i, code]))
            for i, zone in enumerate(zones)
            for code in np.flatnonzero(occupancy[i]).tolist()
        ]
        self._seen_to_s = max(self._seen_to_s, stretch.end_s)
        for minute_s, part in by_minute(stretch):
            if not self.is_closed(minute_s):
                self._ledger(minute_s).seen(part.length_s, held)

    def add(self, crossings: Iterable[Crossing]) -> None:
        """Count crossings in the minutes of their moments."""
        for crossing in crossings:
            self._event(
                Series(
                    self._declared.camera,
                    SeriesKind.CROSSINGS,
                    crossing.line,
                    crossing.object_class.label,
                    crossing.direction,
                ),
                crossing.time_s,
                1.0,
            )

    def add_zones(self, events: ZoneEvents) -> None:
        """Count entries and exits, and take the length of each visit in the minute of its end."""
        for kind, passages in (
            (SeriesKind.ENTRIES, events.entries),
            (SeriesKind.EXITS, events.exits),
        ):
            for passage in passages:
                series = self._of_zone(kind, passage.zone, passage.object_class)
                self._event(series, passage.time_s, 1.0)
        for visit in events.visits:
            series = self._of_zone(SeriesKind.DWELL, visit.zone, visit.object_class)
            self._event(series, visit.left_s, visit.dwell_s)

    def advance(self, now_s: float) -> list[ClosedMinute]:
        """Let time pass to ``now_s`` and return the minutes that closed, in order.

        Call it at least every few seconds while the run is alive, with or without frames. When
        frames were seen later than ``now_s`` (the wall clock was set back), theirs is the time.
        """
        now_s = max(now_s, self._seen_to_s)
        last_s, self._now_s = self._now_s, max(now_s, self._now_s or now_s)
        if last_s is not None and 0 <= now_s - last_s <= ALIVE_S:
            minute_s = last_s // MINUTE_S * MINUTE_S
            while minute_s <= now_s:
                if not self.is_closed(minute_s):
                    self._ledger(minute_s)
                minute_s += MINUTE_S
        return self._close(now_s - GRACE_S)

    def close_all(self, now_s: float) -> list[ClosedMinute]:
        """Close every open minute, the running one with the seconds that it has seen."""
        self._gather()
        closed = self.advance(now_s) + self._close(np.inf)
        if self._carried:
            log.warning("events without a minute that was seen", lost=len(self._carried))
            self._carried.clear()
        return closed

    def open_counts(self) -> dict[Series, float]:
        """Values of what is not closed yet: events of all open minutes, levels of the newest."""
        counts: dict[Series, float] = {}
        for minute_s in sorted(self._open):
            for series in self._series:
                value, _, _ = self._open[minute_s].value(series, self._prior)
                if value is None:
                    continue
                if series.kind.aggregation is Aggregation.SUM:
                    counts[series] = counts.get(series, 0.0) + value
                else:
                    counts[series] = value
        return counts

    def _of_zone(self, kind: SeriesKind, zone: str, cls: ObjectClass) -> Series:
        return Series(self._declared.camera, kind, zone, cls.label)

    def _checked_of(self, series: Series, minute_s: float) -> CountError | None:
        if series.kind is SeriesKind.CROSSINGS:
            return self._checked.of(series, minute_s + MINUTE_S / 2)
        return None

    def _event(self, series: Series, time_s: float, amount: float) -> None:
        if series not in self._known:
            return
        minute_s = time_s // MINUTE_S * MINUTE_S
        if not self.is_closed(minute_s):
            self._ledger(minute_s).event(series, amount)
        elif self._open:
            self._open[min(self._open)].event(series, amount)
        else:
            self._carried.append((series, amount))

    def _ledger(self, minute_s: float) -> Ledger:
        ledger = self._open.get(minute_s)
        if ledger is None:
            ledger = self._open[minute_s] = Ledger()
            for series, amount in self._carried:
                ledger.event(series, amount)
            self._carried.clear()
        return ledger

    def _close(self, until_s: float) -> list[ClosedMinute]:
        closed = []
        for minute_s in sorted(self._open):
            if minute_s + MINUTE_S > until_s:
                break
            ledger = self._open.pop(minute_s)
            self._closed_to_s = minute_s + MINUTE_S
            if ledger.coverage_s <= 0 and ledger.events:
                self._pass_on(ledger)
            closed.append(self._finished(minute_s, ledger))
        if np.isfinite(until_s):
            self._closed_to_s = max(self._closed_to_s, until_s // MINUTE_S * MINUTE_S)
        return closed

    def _gather(self) -> None:
        """Events after the newest open minute that was seen have no later one: they count in it."""
        seen = [minute_s for minute_s, ledger in self._open.items() if ledger.coverage_s > 0]
        if not seen:
            return
        newest = self._open[max(seen)]
        for minute_s, ledger in self._open.items():
            if minute_s > max(seen):
                for series, amounts in ledger.events.items():
                    for amount in amounts:
                        newest.event(series, amount)
                ledger.events.clear()
        for series, amount in self._carried:
            newest.event(series, amount)
        self._carried.clear()

    def _pass_on(self, ledger: Ledger) -> None:
        """Events of a minute that was not seen (found again after it) count in the next one."""
        events = [
            (series, amount) for series, amounts in ledger.events.items() for amount in amounts
        ]
        ledger.events.clear()
        if self._open:
            following = self._open[min(self._open)]
            for series, amount in events:
                following.event(series, amount)
        else:
            self._carried += events

    def _finished(self, minute_s: float, ledger: Ledger) -> ClosedMinute:
        coverage_s = min(ledger.coverage_s, MINUTE_S)
        measures = []
        for series in self._series:
            checked = self._checked_of(series, minute_s)
            value, spread, weight = ledger.value(series, self._prior, checked)
            measures.append(
                Measure(series, minute_s, minute_s + MINUTE_S, value, spread, coverage_s, weight)
            )
        return ClosedMinute(self._declared.camera, self._run, minute_s, coverage_s, tuple(measures))
