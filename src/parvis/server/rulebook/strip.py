"""The replay strip: when a rule would have fired lately, at each threshold of a slider."""

from collections.abc import Sequence
from dataclasses import dataclass

from parvis.alerts.rule import Rule
from parvis.server.inbox.reader import Reader
from parvis.server.rule_history import fired, levels_to_try, stored, watched_by
from parvis.server.rulebook.indicators import level_said

DAYS = 7
_DAY_S = 86_400.0
WIDTH = 720.0
_THINNEST = 1.5
_MOST_DRAWN = 400
_STEPS = 14

Span = tuple[float, float]
"""Left edge and width in the drawing."""


@dataclass(frozen=True, slots=True)
class Try:
    """One threshold.

    Args:
        level: lowest bound; ``said``: with its unit.
        count: how often the rule would have fired.
        spans: when, in the drawing.
        own: it is the rule's own.
    """

    level: float
    said: str
    count: int
    spans: tuple[Span, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """The strip.

    Args:
        start_s, end_s: the days played.
        tries: thresholds, rising.
        days: left edge and name of each day.
    """

    start_s: float
    end_s: float
    tries: tuple[Try, ...]
    days: tuple[tuple[float, str], ...]

    @property
    def own(self) -> int:
        """Place of the rule's own threshold."""
        return next((i for i, one in enumerate(self.tries) if one.own), 0)


def strip(reader: Reader, rule: Rule) -> Strip | None:
    """Play a rule over the last closed days; None where nothing it watches is stored; blocking."""
    watched = watched_by(reader.site, rule)
    end_s = min(reader.ways.gate.closed_before(reader.now_s), reader.now_s)
    span = (end_s - DAYS * _DAY_S, end_s)
    if not watched:
        return None
    held = stored(reader.hub.store, rule, watched, span)
    own = fired(rule, held)
    levels = levels_to_try(own, steps=_STEPS)
    if not levels:
        return None
    ladder = own[0].watched.ladder
    mine = ladder.at[ladder.lowest]
    tries = []
    for level in levels:
        played = fired(rule, held, level)
        found = sorted(
            (one.raised_s, one.over_s or end_s) for part in played for one in part.firings
        )
        said = level_said(rule, level, reader.words)
        tries.append(Try(level, said, len(found), _spans(found, span), level == mine))
    return Strip(span[0], end_s, tuple(tries), _days(reader, span))


def _spans(found: Sequence[tuple[float, float]], span: tuple[float, float]) -> tuple[Span, ...]:
    scale = WIDTH / (span[1] - span[0])
    return tuple(
        (round((begun - span[0]) * scale, 1), round(max(_THINNEST, (over - begun) * scale), 1))
        for begun, over in found[:_MOST_DRAWN]
    )


def _days(reader: Reader, span: tuple[float, float]) -> tuple[tuple[float, str], ...]:
    words, scale = reader.words, WIDTH / (span[1] - span[0])
    found = []
    for back in range(DAYS):
        at = words.local(span[1] - back * _DAY_S).replace(hour=0, minute=0, second=0, microsecond=0)
        left = (at.timestamp() - span[0]) * scale
        if left >= 0:
            found.append((round(left, 1), words.weekday(at.timestamp())[:3]))
    return tuple(reversed(found))
