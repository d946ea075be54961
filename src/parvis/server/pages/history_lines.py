"""The lines of *Historique*: counts stretch by stretch, those compared with, totals, words."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from parvis.policy.terms import OutputKind
from parvis.server import counts as counting
from parvis.server import release
from parvis.server.corrected import Corrections
from parvis.server.counts import Count
from parvis.server.pages.frame import View
from parvis.server.pages.history_asked import BACK_DAYS, Asked
from parvis.server.pages.history_chart import data
from parvis.server.pages.history_corrected import beside, told, total
from parvis.server.pages.history_drawn import Drawn
from parvis.server.pages.selection import (
    Choice,
    Selection,
    choices,
)
from parvis.server.pages.states import ways_of
from parvis.server.ranges import Range
from parvis.server.series_words import KIND_WORDS
from parvis.server.ways_out import Released
from parvis.values.civil import Bin, bin_start, bins
from parvis.values.series import Series, SeriesKind


@dataclass(frozen=True, slots=True)
class History:
    """All that the page shows.

    Args:
        nearest_s: where a span without values is, the day nearest to it that has some.
        due_s: where what is asked for has been measured and no stretch of it is closed, when the
            next one closes.
        corrected_by_hour: there are corrections, which no stretch of a day shows: each is of one
            light.
    """

    asked: Asked
    lines: tuple[Drawn, ...]
    options: list[tuple[str, list[Choice]]]
    seen: tuple[Count, ...]
    unit: str
    data: dict[str, Any]
    span: Range
    nearest_s: float | None
    due_s: float | None
    coarser: bool
    corrected_by_hour: bool
    sentence: str

    @property
    def empty(self) -> bool:
        """True when no stretch of any line has a value."""
        return _empty([list(line.counts) for line in self.lines])


def gather(here: View, asked: Asked, output: OutputKind = OutputKind.MEASURES) -> History:
    """Read and lay out all that the page shows; blocking."""
    known = here.services.store.series()
    span = _span(here, asked.first_day, asked.last_day, asked.length)
    corrections = Corrections.of_site(here.services)
    lines = tuple(
        _drawn(here, selection, known, span, asked, output, corrections)
        for selection in asked.selections
    )
    rows = [list(line.counts) for line in lines]
    kinds = {line.selection.kind for line in lines}
    units = " · ".join(here.words._(KIND_WORDS[kind].text) for kind in sorted(kinds))
    valued = _valued_days(here, asked, known) if _empty(rows) else set()
    inside = any(asked.first_day <= day <= asked.last_day for day in valued)
    history = History(
        asked,
        lines,
        choices(known, here.site.cameras, here.words),
        _least_seen(rows),
        f"{units}, {_bin_words(here, asked.length)}",
        data(asked.length, lines),
        span,
        None if inside else _nearest_s(here, asked, valued),
        _next_close_s(here, asked.length) if inside else None,
        coarser=here.request.query_params.get("bin", asked.length.value) != asked.length.value,
        corrected_by_hour=asked.length is Bin.DAY
        and corrections.ever(s for s in known if any(one.fits(s) for one in asked.selections)),
        sentence=_sentence(here, lines),
    )
    return history


def _drawn(  # noqa: PLR0917
    here: View,
    selection: Selection,
    known: list[Series],
    span: Range,
    asked: Asked,
    output: OutputKind,
    corrections: Corrections,
) -> Drawn:
    stretches = _stretches(here, selection, known, span, output)
    row = _row(here, stretches)
    before = _before(here, selection, known, span, asked, output)
    found = [corrections.of_sum(parts) for _, _, parts in stretches]
    corrected = [beside(one, here.words) for one in found]
    return Drawn(
        selection,
        selection.label(here.site.cameras, here.words),
        tuple(row),
        tuple(before),
        tuple(corrected),
        told(found, here.site.cameras.get(selection.camera), here.words),
        _total(selection, row),
        total([count.value for count in row], corrected),
        _change(selection, row, before),
        asked.query(series=[one.key for one in asked.selections if one != selection]),
    )


def _span(here: View, first_day: date, last_day: date, length: Bin) -> Range:
    zone = here.words.zone
    start = datetime(first_day.year, first_day.month, first_day.day, tzinfo=zone)
    after = last_day + timedelta(days=1)
    end = datetime(after.year, after.month, after.day, tzinfo=zone)
    return Range(start.timestamp(), end.timestamp(), length)


def _stretches(
    here: View,
    selection: Selection,
    known: list[Series],
    span: Range,
    output: OutputKind,
) -> list[tuple[float, float, list[Released]]]:
    """Start, end and the measures of each stretch of one line, up to the present."""
    zone = here.words.zone
    fitting = [series for series in known if selection.fits(series)]
    # A running quarter or hour would draw a fall at its end; the running day is worth its number.
    running = span.length is Bin.DAY
    end_s = min(span.end_s, here.now_s if running else bin_start(here.now_s, span.length, zone))
    if end_s <= span.start_s:
        return []
    asked_for = Range(span.start_s, end_s, span.length)
    lines = release.released(here.services, ways_of(here), output, fitting, asked_for)
    by_start = [{one.start_s: one for one in line.stretches} for line in lines]
    return [
        (start_s, stop_s, [at[start_s] for at in by_start])
        for start_s, stop_s in bins(span.start_s, end_s, span.length, zone)
    ]


def _row(here: View, stretches: list[tuple[float, float, list[Released]]]) -> list[Count]:
    return [counting.of_stretch(*stretch, here.now_s) for stretch in stretches]


def _before(  # noqa: PLR0917
    here: View,
    selection: Selection,
    known: list[Series],
    span: Range,
    asked: Asked,
    output: OutputKind,
) -> list[Count]:
    """The period compared with, laid on the stretches of the one asked for."""
    if not asked.compare:
        return []
    back = timedelta(days=BACK_DAYS[asked.compare])
    then = _span(here, asked.first_day - back, asked.last_day - back, asked.length)
    words = here.words

    def place(time_s: float) -> tuple[date, int, int]:
        at = words.local(time_s)
        return at.date(), at.hour, at.minute

    found = {
        place(count.start_s): count
        for count in _row(here, _stretches(here, selection, known, then, output))
    }
    laid = []
    for start_s, end_s in bins(span.start_s, span.end_s, span.length, words.zone):
        day, hour, minute = place(start_s)
        count = found.get((day - back, hour, minute))
        laid.append(
            Count(start_s, end_s, count.mark, count.value, count.spread, count.seen)
            if count
            else Count(start_s, end_s, "gap", seen=0.0)
        )
    return laid


def _total(selection: Selection, row: list[Count]) -> Count | None:
    adds = selection.kind in (SeriesKind.CROSSINGS, SeriesKind.ENTRIES, SeriesKind.EXITS)
    return counting.over(row) if adds and row else None


def _change(selection: Selection, row: list[Count], before: list[Count]) -> float | None:
    pairs = [
        (now.value, then.value)
        for now, then in zip(row, before, strict=False)
        if now.value is not None and then.value is not None
    ]
    adds = selection.kind in (SeriesKind.CROSSINGS, SeriesKind.ENTRIES, SeriesKind.EXITS)
    then = sum(pair[1] for pair in pairs)
    if not adds or then < 100:
        return None
    return sum(pair[0] for pair in pairs) / then - 1


def _least_seen(rows: list[list[Count]]) -> tuple[Count, ...]:
    """For the completeness strip: of all lines, how much the least seen one was seen."""
    return tuple(min(at, key=lambda count: count.seen or 0.0) for at in zip(*rows, strict=False))


def _bin_words(here: View, length: Bin) -> str:
    _ = here.words._
    match length:
        case Bin.HOUR:
            return _("by hour")
        case Bin.DAY:
            return _("by day")
        case _:
            return _("by quarter of an hour")


def _sentence(here: View, lines: tuple[Drawn, ...]) -> str:
    """The first line of the page, which answers."""
    words, _ = here.words, here.words._
    if not lines or lines[0].total is None or not lines[0].total.shown:
        return ""
    line, total = lines[0], lines[0].total
    text = _(
        "{label}: {value} in all, {interval}, seen {share} of the time.",
        label=line.label,
        value=words.number(total.value),
        interval=counting.interval_in_words(total, words),
        share=words.percent(total.seen),
    )
    if line.change is not None:
        text += " " + _(
            "{change} against the period compared with, over what both have seen.",
            change=words.percent(line.change, signed=True),
        )
    return text


def _empty(rows: list[list[Count]]) -> bool:
    return all(count.value is None for row in rows for count in row)


def _valued_days(here: View, asked: Asked, known: list[Series]) -> set[date]:
    """The days with measures up to a year around an empty span, today's running one too."""
    fitting = [s for s in known if any(one.fits(s) for one in asked.selections)]
    if not fitting:
        return set()
    around = timedelta(days=366)
    span = _span(here, asked.first_day - around, asked.last_day + around, Bin.DAY)
    stored = here.services.store.measures(
        fitting, span.start_s, min(span.end_s, here.now_s), Bin.DAY
    )
    return {here.words.local(m.start_s).date() for m in stored if m.value is not None}


def _nearest_s(here: View, asked: Asked, valued: set[date]) -> float | None:
    if not valued:
        return None
    best = min(valued, key=lambda day: abs(day - asked.first_day))
    return _span(here, best, best, Bin.DAY).start_s


def _next_close_s(here: View, length: Bin) -> float:
    """When the stretch that runs now ends."""
    start_s = bin_start(here.now_s, length, here.words.zone)
    return next(end_s for _, end_s in bins(start_s, here.now_s + 1, length, here.words.zone))
