"""What a person did on the pad → the passages they saw, and when they looked."""

from collections.abc import Iterable

from parvis.measures.checks.spans import joined
from parvis.values.checks import Act, Entry, Passage, Span


def taps(entries: Iterable[Entry]) -> tuple[Passage, ...]:
    """The taps that were not taken back, in order of time. An entry that came twice counts once."""
    once = {entry.id: entry for entry in entries}
    undone = {entry.of for entry in once.values() if entry.act is Act.UNDO}
    kept = [
        Passage(entry.time_s, entry.direction, entry.tapped)
        for entry in once.values()
        if entry.act is Act.TAP
        and entry.id not in undone
        and entry.direction is not None
        and entry.tapped is not None
    ]
    return tuple(sorted(kept, key=lambda one: one.time_s))


def pauses(entries: Iterable[Entry], end_s: float) -> tuple[Span, ...]:
    """When the person did not look; a pause without an end lasts until ``end_s``."""
    found, since_s = [], None
    for entry in sorted(entries, key=lambda one: (one.time_s, one.id)):
        if entry.act is Act.PAUSE and since_s is None:
            since_s = entry.time_s
        elif entry.act is Act.RESUME and since_s is not None:
            found.append(Span(since_s, entry.time_s))
            since_s = None
    if since_s is not None and since_s < end_s:
        found.append(Span(since_s, end_s))
    return joined(found)
