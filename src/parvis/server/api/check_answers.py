"""What the API says of a count check."""

from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from parvis.measures.checks.recapture import chapman
from parvis.measures.checks.record import cells_of, passages_of
from parvis.policy.terms import Decision
from parvis.server.api.shapes import Answer
from parvis.server.ranges import iso
from parvis.server.ways_out import told
from parvis.site.shapes import Site
from parvis.store.checks import Check
from parvis.store.corrections import Correction

State = Literal["counting", "settling", "done", "given-up"]


class CellOut(Answer):
    """One direction and class."""

    direction: int
    object_class: str = Field(description="person, bicycle or vehicle: the classes of the pad.")
    true: int = Field(description="Passages that the person saw.")
    counted: int = Field(description="Passages that Parvis counted.")
    matched: int
    missed: int = Field(description="Seen by the person alone.")
    extra: int = Field(description="Counted by Parvis alone.")


class EventOut(Answer):
    """One passage that only one of both noted."""

    time: str
    direction: int
    object_class: str


class BiasOut(Answer):
    """What Parvis counts too many (negative: too few) of as many passages again."""

    value: float
    low: float
    high: float


class AllOut(Answer):
    """How many passed if both may have missed some (capture and recapture, Chapman 1951)."""

    total: float
    low: float
    high: float


class ResultOut(Answer):
    """What came of a check."""

    seconds: float = Field(description="Seconds in which both looked; gaps and pauses left out.")
    delay_s: float = Field(description="The person's delay, taken off before matching.")
    true: int
    counted: int
    bias: BiasOut | None = Field(description="Null when too few passed.")
    all: AllOut
    cells: tuple[CellOut, ...]
    missed: tuple[EventOut, ...] | None = Field(description="Null after their retention.")
    extra: tuple[EventOut, ...] | None


class CheckOut(Answer):
    """A count check. Parvis's numbers are hidden until the end."""

    id: str
    camera: str
    line: str
    directions: tuple[str, str] | None = Field(description="Null when the line is gone.")
    who: str
    reason: str
    state: State
    start_s: float = Field(description="When counting begins, seconds since the epoch.")
    start: str
    end: str | None
    light: str = Field(description="day, dusk or night")
    model: str
    configuration_hash: str
    valid: bool = Field(description="Line, settings and detector are still those of the check.")
    signed_by: str | None
    signed: str | None
    withheld: dict[str, Any] | None = Field(description="Why the result is not shown yet.")
    result: ResultOut | None


class ChecksOut(Answer):
    """Checks, the newest first."""

    checks: tuple[CheckOut, ...]
    next: str | None = Field(description="What the next page comes `before`; null on the last.")


class CorrectionOut(Answer):
    """A factor that a person accepted; it is shown beside the raw counts, never of the past."""

    camera: str
    line: str
    light: str
    direction: int
    object_class: str
    version: int
    factor: float
    low: float
    high: float
    since: str
    until: str | None = Field(description="Null while in force.")
    who: str
    reason: str


def out(
    check: Check,
    site: Site,
    zone: ZoneInfo,
    *,
    state: str,
    valid: bool,
    withheld: Decision | None,
) -> CheckOut:
    """A check as it may be told; its numbers only when nothing withholds them."""
    camera = site.cameras.get(check.camera)
    line = camera.lines.get(check.line) if camera else None
    shown = check.result is not None and withheld is None
    return CheckOut(
        id=check.id,
        camera=check.camera,
        line=check.line,
        directions=line.directions if line else None,
        who=check.who,
        reason=check.reason,
        state=state,
        start_s=check.start_s,
        start=iso(round(check.start_s), zone),
        end=None if check.end_s is None else iso(round(check.end_s), zone),
        light=check.light.value,
        model=check.model,
        configuration_hash=check.config_hash,
        valid=valid,
        signed_by=check.signed_by,
        signed=None if check.signed_s is None else iso(round(check.signed_s), zone),
        withheld=told(withheld) if withheld and check.result is not None else None,
        result=result(check, zone) if shown else None,
    )


def result(check: Check, zone: ZoneInfo) -> ResultOut:
    """The numbers of a check that has some."""
    found: dict[str, Any] = check.result or {}
    cells = cells_of(found)
    matched = sum(cell.matched for cell in cells)
    true, counted = sum(c.true for c in cells), sum(c.counted for c in cells)
    everything = chapman(true, counted, matched)
    return ResultOut(
        seconds=found["seconds"],
        delay_s=found["delay_s"],
        true=true,
        counted=counted,
        bias=BiasOut(**found["bias"]) if found["bias"] else None,
        all=AllOut(total=everything.total, low=everything.low, high=everything.high),
        cells=tuple(
            CellOut(
                direction=cell.direction,
                object_class=cell.tapped,
                true=cell.true,
                counted=cell.counted,
                matched=cell.matched,
                missed=cell.missed,
                extra=cell.extra,
            )
            for cell in cells
        ),
        missed=_events(check, "missed", zone),
        extra=_events(check, "extra", zone),
    )


def correction_out(one: Correction, zone: ZoneInfo) -> CorrectionOut:
    """A correction as the API tells it."""
    return CorrectionOut(
        camera=one.camera,
        line=one.line,
        light=one.light.value,
        direction=one.direction,
        object_class=one.tapped,
        version=one.version,
        factor=one.factor,
        low=one.low,
        high=one.high,
        since=iso(round(one.from_s), zone),
        until=None if one.to_s is None else iso(round(one.to_s), zone),
        who=one.who,
        reason=one.reason,
    )


def _events(check: Check, kind: str, zone: ZoneInfo) -> tuple[EventOut, ...] | None:
    if check.events is None:
        return None
    return tuple(
        EventOut(time=iso(round(p.time_s), zone), direction=p.direction, object_class=p.tapped)
        for p in passages_of(check.events[kind])
    )
