"""How busy each place is at the last closed stretch, as everybody may know it: words, no number.

A number of people would be published every quarter of an hour beside the hourly open data; a word
is enough for who asks whether there is room, and gives no hidden cell away by subtraction.
"""

from dataclasses import dataclass
from typing import Literal

from parvis.policy.terms import Role
from parvis.server.ranges import Range
from parvis.server.services import HubServices, zone_of
from parvis.server.town.levels import Level, PlaceState, newest_stretch, place_states
from parvis.server.ways_out import WaysOut
from parvis.values.civil import Bin, bin_start

Told = Literal["level", "few", "partly-few", "nothing-fresh", "no-level", "not-measured", "refused"]


@dataclass(frozen=True, slots=True)
class Busy:
    """A place at its last closed stretch.

    Args:
        name, label: as in site.yaml.
        told: what is said of it. ``few``: fewer than the smallest published cell; ``partly-few``:
            so many in one of its zones, which withholds the whole; ``nothing-fresh``: nothing was
            seen; ``no-level``: no number tells how full it is; ``not-measured``: no zone.
        level: the rung, where ``told`` is ``level``.
        start_s, end_s: the stretch.
    """

    name: str
    label: str
    told: Told
    level: Level | None
    start_s: float
    end_s: float


def for_public(hub: HubServices) -> WaysOut:
    """The gate, asked for whoever has no account: the same for all, signed in or not."""
    return WaysOut(hub.gate(), Role.PUBLIC, hub.site.loaded().site.cameras, hub.clock())


def busy_places(hub: HubServices, ways: WaysOut) -> list[Busy]:
    """Every place in the order of site.yaml; blocking.

    A place whose quarter of an hour is too short to leave is told by its last closed hour.
    """
    found = place_states(hub, ways, newest_stretch(hub, ways))
    if any(one.people.mark == "refused" for one in found):
        hours = place_states(hub, ways, _last_hour(hub, ways))
        found = [
            hour if quarter.people.mark == "refused" else quarter
            for quarter, hour in zip(found, hours, strict=True)
        ]
    return [_busy(one) for one in found]


def _last_hour(hub: HubServices, ways: WaysOut) -> Range:
    zone = zone_of(hub)
    end_s = bin_start(min(ways.gate.closed_before(ways.now_s), ways.now_s), Bin.HOUR, zone)
    return Range(bin_start(end_s - 1, Bin.HOUR, zone), end_s, Bin.HOUR)


def _busy(state: PlaceState) -> Busy:
    people = state.people
    return Busy(
        state.name, state.place.label, _told(state), state.level, people.start_s, people.end_s
    )


def _told(state: PlaceState) -> Told:
    if not state.place.zones:
        return "not-measured"
    match state.people.mark:
        case "measured" | "partial":
            return "level" if state.level is not None else "no-level"
        case "suppressed":
            return "few" if len(state.place.zones) == 1 else "partly-few"
        case "refused":
            return "refused"
        case _:
            return "nothing-fresh"
