"""What is unusual in the hour that has closed, for every line, zone and place with a past."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import structlog

from parvis.alerts.rule import Rule
from parvis.alerts.unusual.learned import (
    MOST_DAYS,
    RECENT_DAYS,
    WARM_DAYS,
    Learned,
    TooYoung,
    learn,
)
from parvis.alerts.unusual.past import Floats, Past, expected
from parvis.store.table import MeasureTable
from parvis.values.alerts import AlertKind, Form, Signal, Subject, Usual
from parvis.values.civil import Bin, bin_start
from parvis.values.series import Aggregation, Series, SeriesKind

log = structlog.get_logger(__name__)

Hours = Callable[[Sequence[Series], float, float], MeasureTable]
"""The hours of these series in [start_s, end_s)."""

CLOSED_AFTER_S = 120.0
"""After its end an hour has arrived: minutes are sent as they close."""

LEAST_COVERAGE = 0.8
"""Share of an hour that must have been seen for it to be told of, or learned from."""

LEARNED_FOR = timedelta(days=7)
"""So long what was learned is used before it is learned anew."""

TOLD_FROM = 0.3
"""From this value on it is said what it was made from: a rule may set its levels lower than 1."""

AT_ONCE = 4
"""Subjects judged in one look, at most, 15 ms each: the hub does other things too."""

WATCHED = (SeriesKind.CROSSINGS, SeriesKind.OCCUPANCY)
"""Kinds of series that are watched; a line has one of them, a zone and a place the other."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Watched:
    """What rules look at: the series of a subject that they count together."""

    subject: Subject
    rules: tuple[str, ...]
    series: tuple[Series, ...]


class UnusualWatch:
    """Judges every hour when it has closed, by what was learned from the weeks before it.

    Learning takes a few tenths of a second and is done aside, by :meth:`learn_next`; until it is
    done, what was learned before is used. Another life of the hub begins with the last hour that
    has closed, never with older ones: what came in while it was away is learned from, and is no
    news.

    Args:
        zone: the site's civil time.
        series: every series ever recorded.
        hours: see :data:`Hours`.
        is_holiday: public holidays of the town.
    """

    def __init__(
        self,
        zone: ZoneInfo,
        series: Callable[[], list[Series]],
        hours: Hours,
        is_holiday: Callable[[date], bool] = lambda day: False,
    ) -> None:
        self._zone = zone
        self._series = series
        self._hours = hours
        self._is_holiday = is_holiday
        self._end_s = -np.inf
        self._rules: tuple[str, ...] | None = None
        self._watched: tuple[_Watched, ...] = ()
        self._waiting: deque[_Watched] = deque()
        self._to_learn: deque[_Watched] = deque()
        self._learned: dict[tuple[Series, ...], tuple[date, Learned | TooYoung]] = {}

    def again(self) -> None:
        """Tell of the last hour once more: other rules are followed from now on."""
        self._rules = None

    def young(self) -> dict[Subject, int]:
        """Days of history that what is watched still lacks, where it lacks any."""
        return {
            one.subject: found.days
            for one in self._watched
            if isinstance(found := self._learned.get(one.series, (None, None))[1], TooYoung)
        }

    def look(self, now_s: float, rules: Sequence[Rule]) -> list[Signal]:
        """What can be told now of the hour that closed last; the rest is told at later looks."""
        end_s = bin_start(now_s - CLOSED_AFTER_S, Bin.HOUR, self._zone)
        versions = tuple(rule.version for rule in rules)
        if end_s > self._end_s or versions != self._rules:
            self._watched = tuple(watched(rules, self._series()) if rules else ())
            self._end_s, self._rules = max(end_s, self._end_s), versions
            self._waiting = deque(self._watched)
            self._to_learn = deque(one for one in self._watched if self._due(one))
        signals: list[Signal] = []
        for _ in range(min(AT_ONCE, len(self._waiting))):
            one = self._waiting[0]
            _, learned = self._learned.get(one.series, (None, None))
            if isinstance(learned, Learned):
                signals += self._judged(one, learned)
            self._waiting.popleft()  # what could not be read is judged at a later look
        return signals

    def learn_next(self) -> int:
        """Learn what is usual for one subject, if one is due; return how many. In any thread."""
        try:
            one = self._to_learn.popleft()
        except IndexError:
            return 0
        today = self._today()
        found = learn(self._past(one.series, today - timedelta(days=MOST_DAYS), today))
        if isinstance(found, TooYoung):
            log.info("history is too young", subject=one.subject.key, days=found.days)
        _, before = self._learned.get(one.series, (None, None))
        self._learned[one.series] = today, found
        if not isinstance(before, Learned):
            self._waiting.append(one)  # it could not be judged yet
        return 1

    def _due(self, one: _Watched) -> bool:
        """Whether it is to be learned: weekly, and daily while it is too young."""
        if one.series not in self._learned:
            return True
        day, found = self._learned[one.series]
        return self._today() - day >= (LEARNED_FOR if isinstance(found, Learned) else _DAY)

    def _judged(self, one: _Watched, learned: Learned) -> Iterator[Signal]:
        today = self._today()
        first = today - timedelta(days=RECENT_DAYS)
        past = self._past(one.series, first, today + timedelta(days=1))
        wanted = expected(past, RECENT_DAYS - WARM_DAYS)
        scores = learned.scores(past, wanted)
        at = RECENT_DAYS * 24 + datetime.fromtimestamp(self._end_s - 1, self._zone).hour
        for form, side, hours in (
            (Form.MORE, scores.more, scores.hours_more),
            (Form.LESS, scores.less, scores.hours_less),
        ):
            value = None if np.isnan(side[at]) else max(0.0, float(side[at]))
            usual = None
            if value is not None and value >= TOLD_FROM:
                usual = self._per_hour(one, learned.usual(past, wanted, at, int(hours[at])))
            for rule in one.rules:
                yield Signal(
                    AlertKind.UNUSUAL,
                    one.subject,
                    self._end_s,
                    value,
                    form=form,
                    rule=rule,
                    usual=usual,
                )

    def _per_hour(self, one: _Watched, usual: Usual | None) -> Usual | None:
        """Of people who stay the mean number over the hours; crossings add up."""
        if usual is None or one.series[0].kind.aggregation is Aggregation.SUM:
            return usual
        told = (usual.value, usual.expected, usual.low, usual.high)
        return Usual(usual.hours, *(each / usual.hours for each in told))

    def _today(self) -> date:
        """The civil day of the hour that closed last."""
        return datetime.fromtimestamp(self._end_s - 1, self._zone).date()

    def _past(self, series: tuple[Series, ...], first: date, end: date) -> Past:
        """The days first to end - 1, as far as they have closed."""
        start_s, end_s = (
            datetime(day.year, day.month, day.day, tzinfo=self._zone).timestamp()
            for day in (first, end)
        )
        table = self._hours(series, start_s, min(end_s, self._end_s))
        values = np.full(((end - first).days, 24), np.nan)
        for start, value in zip(table.starts_s.tolist(), together(table).tolist(), strict=True):
            local = datetime.fromtimestamp(start, self._zone)
            values[(local.date() - first).days, local.hour] = value
        return Past.of(first, values, self._is_holiday)


def watched(rules: Sequence[Rule], series: Sequence[Series]) -> Iterator[_Watched]:
    """For each subject the series of the classes that its rules count; without any, of all."""
    found: dict[tuple[Subject, tuple[Series, ...]], list[str]] = {}
    for rule in rules:
        labels = {one.label for one in rule.classes}
        by_subject: dict[Subject, list[Series]] = {}
        for one in series:
            if one.kind in WATCHED and (not labels or one.object_class in labels):
                subject = Subject(one.camera) if one.of_place else Subject(one.camera, one.shape)
                if rule.watches(subject, Form.MORE, "") or rule.watches(subject, Form.LESS, ""):
                    by_subject.setdefault(subject, []).append(one)
        for subject, counted in by_subject.items():
            found.setdefault((subject, tuple(counted)), []).append(rule.name)
    for (subject, counted_together), names in found.items():
        yield _Watched(subject, tuple(names), counted_together)


def together(table: MeasureTable) -> Floats:
    """Classes and directions of each hour added up, NaN where none was seen well, shape (m,).

    A count of an hour that was seen in part is brought to the whole hour.
    """
    share = table.coverage_s / (table.ends_s - table.starts_s)
    counts = np.array([one.kind.aggregation is Aggregation.SUM for one in table.series])
    whole = np.where(counts[:, None], table.value / np.maximum(share, LEAST_COVERAGE), table.value)
    seen = (share >= LEAST_COVERAGE) & np.isfinite(table.value)
    return np.where(seen.any(axis=0), np.where(seen, whole, 0.0).sum(axis=0), np.nan)
