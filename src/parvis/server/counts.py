"""Numbers as a page shows them: a value with its interval, or the reason why there is none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from parvis.policy.terms import Verdict
from parvis.server.i18n import Words
from parvis.server.ways_out import Released
from parvis.values.measure import Spread
from parvis.values.series import Aggregation
from parvis.values.unseen import NOTHING, Unseen, of_sum, unseen

Mark = Literal["measured", "partial", "gap", "pending", "suppressed", "refused"]

NO_SPREAD = Spread()

PARTLY_SEEN = 0.98
"""Under this share of its time a stretch is drawn lighter: it was not wholly seen."""

LITTLE_SEEN = 0.1
"""Under this share of its time a stretch has no upper bound in words.

The formula gives one, from the pace of the little that was seen: 29 crossings in the first minute
after ten hours of nothing make "17 to 23,168", which tells a reader nothing that "17 or more" does
not. Files and the API give it.
"""

_VERDICT_MARKS: dict[Verdict, Mark] = {
    Verdict.DELAY: "pending",
    Verdict.SUPPRESS: "suppressed",
    Verdict.REFUSE: "refused",
}
_WORST_FIRST: tuple[Mark, ...] = ("refused", "suppressed", "pending", "gap")


@dataclass(frozen=True, slots=True)
class Count:
    """One number on a page.

    Args:
        start_s, end_s: its stretch, seconds since the epoch.
        mark: measured, partial (measured, but not seen all the time), or why there is no number.
        value: None unless measured or partial.
        spread: how sure the value is.
        seen: share of the stretch that was seen, 0 to 1; None where it does not leave.
        due_s: when a pending value may be shown.
        unseen: what the part not seen may hold.
        may_sink: true for a mean: the unseen part may have been emptier, too.
    """

    start_s: float
    end_s: float
    mark: Mark
    value: float | None = None
    spread: Spread = NO_SPREAD
    seen: float | None = None
    due_s: float | None = None
    unseen: Unseen = NOTHING
    may_sink: bool = False

    @property
    def shown(self) -> bool:
        """True when there is a number to show."""
        return self.value is not None

    @property
    def low(self) -> float | None:
        """Lower bound of the 90 % interval, never under 0; None without a value."""
        if self.value is None:
            return None
        further = self.unseen.variance if self.may_sink else 0.0
        return max(0.0, self.value - self.spread.distances(further)[0])

    @property
    def high(self) -> float | None:
        """Upper bound of the 90 % interval; None without a value, or where nothing bounds it."""
        if self.value is None:
            return None
        high = self.value + self.spread.distances(self.unseen.variance)[1] + self.unseen.above
        return high if isfinite(high) else None


def of_stretch(
    start_s: float, end_s: float, parts: Sequence[Released], now_s: float, cameras: int = 1
) -> Count:
    """One count from the released measures of several series over the same stretch.

    Values add; systematic errors add linearly, random ones in variance. One part that does not
    leave withholds the sum: a total would give it away.

    Args:
        start_s, end_s: the stretch.
        parts: of different series; empty for a stretch without any measure.
        now_s: a stretch that still runs is seen against what of it has passed.
        cameras: how many should have measured; one that did not makes the sum a partial one.
    """
    marks: set[Mark] = {
        _VERDICT_MARKS[part.decision.verdict] for part in parts if part.decision is not None
    }
    due_s = max(
        (part.decision.until_s or 0 for part in parts if part.decision is not None), default=0
    )
    for mark in _WORST_FIRST[:3]:
        if mark in marks:
            return Count(start_s, end_s, mark, due_s=due_s or None)
    measures = [part.measure for part in parts if part.measure is not None]
    passed_s = max(1.0, min(end_s, now_s) - start_s)
    by_camera: dict[str, float] = {}
    for m in measures:
        by_camera[m.series.camera] = max(by_camera.get(m.series.camera, 0.0), m.coverage_s)
    seen = min(1.0, sum(by_camera.values()) / passed_s / max(1, cameras))
    valued = [m for m in measures if m.value is not None]
    if not valued:
        return Count(start_s, end_s, "gap", seen=seen)
    value = sum(m.value for m in valued if m.value is not None)
    mark = "measured" if seen >= PARTLY_SEEN else "partial"
    spread, kind = added(m.spread for m in valued), valued[0].series.kind
    rest = unseen(kind, value, spread.variance, coverage_s=seen * passed_s, span_s=passed_s)
    sinks = kind.aggregation is Aggregation.MEAN
    return Count(start_s, end_s, mark, value, spread, seen, unseen=rest, may_sink=sinks)


def added(spreads: Iterable[Spread]) -> Spread:
    """The spread of a sum: systematic parts add linearly, random ones in variance."""
    below = above = variance = 0.0
    for spread in spreads:
        below += spread.below
        above += spread.above
        variance += spread.variance
    return Spread(below, above, variance)


def over(counts: Sequence[Count]) -> Count:
    """The sum over a row of stretches of something that adds up."""
    start_s, end_s = counts[0].start_s, counts[-1].end_s
    hidden: tuple[Mark, ...] = ("refused", "suppressed")
    for mark in hidden:
        if any(count.mark == mark for count in counts):
            return Count(start_s, end_s, mark)
    shown = [count for count in counts if count.value is not None]
    past = [count for count in counts if count.mark != "pending"]
    if not past:
        due_s = min((count.due_s for count in counts if count.due_s), default=None)
        return Count(start_s, end_s, "pending", due_s=due_s)
    long_s = sum(count.end_s - count.start_s for count in past)
    seen = sum((count.seen or 0.0) * (count.end_s - count.start_s) for count in past) / long_s
    if not shown:
        return Count(start_s, end_s, "gap", seen=seen)
    value = sum(count.value for count in shown if count.value is not None)
    return Count(
        start_s,
        end_s,
        "measured" if seen >= PARTLY_SEEN else "partial",
        value,
        added(count.spread for count in shown),
        seen,
        unseen=of_sum(value, seen * long_s, long_s),
    )


def said(count: Count, words: Words, digits: int = 0) -> str:
    """The number, or the short mark that stands for it: never a 0 for what was not seen."""
    _ = words._
    match count.mark:
        case "gap":
            return "—"
        case "pending":
            return _("pending")
        case "suppressed":
            return _("hidden")
        case "refused":
            return _("not permitted")
        case _:
            return words.number(count.value, digits)


def interval(count: Count, words: Words, digits: int = 0) -> str:
    """``171–203``, or ``171 or more`` where little was seen or nothing bounds it from above."""
    return words.interval(count.low, _high_told(count), digits)


def interval_in_words(count: Count, words: Words) -> str:
    """``from 171 to 203``, or ``171 or more``, for a line of text."""
    high = _high_told(count)
    if count.low is None or high is None:
        return words.interval(count.low, None)
    return words._("from {low} to {high}", low=words.lower(count.low), high=words.upper(high))


def _high_told(count: Count) -> float | None:
    little = count.seen is not None and count.seen < LITTLE_SEEN
    return None if little else count.high


def explained(count: Count, words: Words) -> str:
    """The mark in a sentence, for tables and readers of screens."""
    _ = words._
    match count.mark:
        case "gap":
            return _("Gap: nothing was seen.")
        case "pending":
            due = words.clock(count.due_s) if count.due_s else "—"
            return _("Not closed yet: due at {time}.", time=due)
        case "suppressed":
            return _("Too few to be shown: value hidden.")
        case "refused":
            return _("Not permitted in this mode.")
        case "partial":
            return _("Seen {share} of the time.", share=words.percent(count.seen))
        case _:
            return ""
