"""Levels and what they follow from, in words."""

from parvis.server import counts as counting
from parvis.server.i18n import Words
from parvis.server.problems import T
from parvis.server.town.levels import Level, PlaceState

LEVEL_WORDS = {
    Level.CALM: T("Calm"),
    Level.BUSY: T("Busy"),
    Level.DENSE: T("Dense"),
    Level.CRITICAL: T("Critical"),
}


EDGE_WORDS = {
    "@left": T("left edge of the view"),
    "@right": T("right edge of the view"),
    "@far": T("far edge of the view"),
    "@near": T("near edge of the view"),
}
"""Where people come into a camera's view, beside its zones."""


def gate_said(gate: str, words: Words) -> str:
    """A gate of journeys in the reader's language; a zone bears its own name."""
    if not gate:
        return words._("elsewhere")
    return words._(EDGE_WORDS[gate].text) if gate in EDGE_WORDS else gate


def level_said(level: Level, words: Words) -> str:
    """The level in the reader's language."""
    return words._(LEVEL_WORDS[level].text)


def source_said(state: PlaceState, words: Words) -> str:
    """What the level follows from, or why there is none."""
    _ = words._
    match state.basis:
        case "density":
            told = _("from the density")
        case "occupancy":
            told = _("from the occupancy, {share} of the capacity", share=_filled(state, words))
        case _ if not state.place.zones:
            return _("no zone measures who is present here")
        case _ if state.people.value is None:
            return counting.explained(state.people, words)
        case _:
            return _("no level: give the place a capacity, or its cameras a ground")
    source = state.place.ladder.source
    return f"{told} ({source})" if source else told


def _filled(state: PlaceState, words: Words) -> str:
    capacity = state.place.capacity
    if state.people.value is None or not capacity:
        return "—"
    return words.percent(state.people.value / capacity)
