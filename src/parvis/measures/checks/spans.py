"""Spans of time: joined, taken from one another, asked."""

from collections.abc import Iterable, Sequence

from parvis.values.checks import Span


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time without overlaps, in order; empty spans fall out."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start_s):
        if span.length_s <= 0:
            continue
        if found and span.start_s <= found[-1].end_s:
            found[-1] = Span(found[-1].start_s, max(found[-1].end_s, span.end_s))
        else:
            found.append(span)
    return tuple(found)


def without(spans: Iterable[Span], holes: Iterable[Span]) -> tuple[Span, ...]:
    """The time of the spans that lies in no hole."""
    left = list(joined(spans))
    for hole in joined(holes):
        cut: list[Span] = []
        for span in left:
            cut.append(Span(span.start_s, max(span.start_s, min(span.end_s, hole.start_s))))
            cut.append(Span(min(span.end_s, max(span.start_s, hole.end_s)), span.end_s))
        left = [span for span in cut if span.length_s > 0]
    return tuple(left)


def within(window: Span, spans: Iterable[Span]) -> tuple[Span, ...]:
    """The part of the spans that lies in the window."""
    return joined(
        Span(max(one.start_s, window.start_s), min(one.end_s, window.end_s))
        for one in spans
        if one.start_s < window.end_s and one.end_s > window.start_s
    )


def holds(spans: Sequence[Span], time_s: float) -> bool:
    """Whether a moment lies in one of the spans."""
    return any(span.start_s <= time_s < span.end_s for span in spans)


def total_s(spans: Iterable[Span]) -> float:
    """Seconds of all spans together."""
    return sum(span.length_s for span in spans)
