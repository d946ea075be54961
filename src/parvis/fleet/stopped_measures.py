"""What a stopped use takes out of what the workers say: it is neither kept nor shown."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from parvis.values.live import LiveState
from parvis.values.minute import ClosedMinute
from parvis.values.stops import Measured, Stops, measured


def kept(minutes: Iterable[ClosedMinute], stops: Stops) -> list[ClosedMinute]:
    """The minutes without what was stopped before they ended."""
    since = stops.measures()
    return [_without(one, since) for one in minutes] if since else list(minutes)


def shown(state: LiveState, stops: Stops) -> LiveState:
    """A camera's state without what is stopped now."""
    off = stops.measures().keys()
    if not off:
        return state
    open_counts = {s: n for s, n in state.open_counts.items() if measured(s.kind) not in off}
    state = replace(state, open_counts=open_counts)
    if Measured.PRESENCE in off:
        state = replace(state, dots=(), occupancy={}, gatherings=())
    if not off.isdisjoint((Measured.PRESENCE, Measured.DENSITY)):
        return replace(state, ground={}, gatherings=())
    ground = {
        zone: replace(
            now,
            speed_mps=None if Measured.SPEED in off else now.speed_mps,
            queue=None if Measured.QUEUES in off else now.queue,
            parked=None if Measured.PARKING in off else now.parked,
        )
        for zone, now in state.ground.items()
    }
    return replace(state, ground=ground)


def _without(minute: ClosedMinute, since: Mapping[Measured, float]) -> ClosedMinute:
    off = {kind for kind, from_s in since.items() if minute.start_s + 60 > from_s}
    if not off:
        return minute
    return replace(
        minute,
        measures=tuple(one for one in minute.measures if measured(one.series.kind) not in off),
        speeds={} if Measured.SPEED in off else minute.speeds,
        quarters=() if Measured.MOVEMENT in off else minute.quarters,
    )
