"""Stored measures → what a person may see of them, stretch by stretch, gaps included."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from parvis.policy.terms import Decision, OutputKind, Verdict
from parvis.server.api.shapes import MeasuresShape, SeriesShape, SeriesValues, Status, ValueShape
from parvis.server.corrected import Corrections
from parvis.server.hidden_parts import hidden_parts
from parvis.server.ranges import Range, iso
from parvis.server.services import HubServices, zone_of
from parvis.server.ways_out import Released, WaysOut, told
from parvis.store.corrections import Correction
from parvis.values.civil import Bin
from parvis.values.measure import Measure
from parvis.values.series import Series

_STATUSES: dict[Verdict, Status] = {
    Verdict.DELAY: "pending",
    Verdict.SUPPRESS: "suppressed",
    Verdict.REFUSE: "refused",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One series over a range, stretch by stretch."""

    series: Series
    stretches: tuple[Released, ...]


def released(
    hub: HubServices, ways: WaysOut, kind: OutputKind, series: Sequence[Series], span: Range
) -> list[Line]:
    """Every stretch of every series as this person may see it; blocking."""
    stored = hub.store.measures(series, span.start_s, span.end_s, span.length)
    parts = hidden_parts(hub, ways, series, span)
    return laid_out(ways, kind, series, span.length, stored, parts=parts)


def laid_out(
    ways: WaysOut,
    kind: OutputKind,
    series: Sequence[Series],
    length: Bin,
    stored: Iterable[Measure],
    *,
    parts: Mapping[Series, Mapping[float, int]],
) -> list[Line]:
    """Stored measures as this person may see them; the store gives gaps as measures too.

    Args:
        parts: hidden parts of each measure that is a total, see :mod:`parvis.server.hidden_parts`.
    """
    found: dict[Series, list[Measure]] = {one: [] for one in series}
    for measure in stored:
        found[measure.series].append(measure)
    return [
        Line(one, tuple(ways.measures(kind, length, measures, parts.get(one, {}))))
        for one, measures in found.items()
    ]


def document(hub: HubServices, ways: WaysOut, span: Range, lines: Iterable[Line]) -> MeasuresShape:
    """The JSON answer."""
    zone = zone_of(hub)
    decisions: dict[str, Decision] = {}
    shapes = []
    corrections = Corrections.of_site(hub)
    for line in lines:
        for one in line.stretches:
            if one.decision is not None:
                decisions.setdefault(one.decision.verdict.value, one.decision)
        shapes.append(values_of(hub, ways.now_s, line, zone, corrections))
    return MeasuresShape(
        start=iso(span.start_s, zone),
        end=iso(span.end_s, zone),
        bin=span.length.value,
        timezone=zone.key,
        series=tuple(shapes),
        decisions={name: told(decision) for name, decision in decisions.items()},
    )


def values_of(
    hub: HubServices,
    now_s: float,
    line: Line,
    zone: ZoneInfo,
    corrections: Corrections | None = None,
) -> SeriesValues:
    """One series of an answer."""
    return SeriesValues.model_construct(
        **dict(series_shape(hub, line.series)),
        values=tuple(
            _value(one, now_s, zone, correction_of(line.series, one, corrections))
            for one in line.stretches
        ),
    )


def series_shape(hub: HubServices, series: Series) -> SeriesShape:
    """A series with the name that the site gives its direction."""
    return SeriesShape(
        series=series.key,
        camera=series.camera,
        kind=series.kind.value,
        shape=series.shape,
        object_class=series.object_class,
        direction=series.direction,
        direction_label=direction_label(hub, series),
        unit=series.kind.unit,
    )


def direction_label(hub: HubServices, series: Series) -> str | None:
    """The name of a crossing's direction; None elsewhere or when the line is gone."""
    camera = hub.site.loaded().site.cameras.get(series.camera)
    line = camera.lines.get(series.shape) if camera is not None else None
    return None if line is None or series.direction is None else line.directions[series.direction]


def correction_of(
    series: Series, one: Released, corrections: Corrections | None
) -> Correction | None:
    """The correction in force over a whole stretch that has a value; None without one."""
    if corrections is None or one.measure is None or one.measure.value is None:
        return None
    return corrections.of(series, one.start_s, one.end_s)


def corrected_value(one: Released, correction: Correction | None) -> float | None:
    """The value of a stretch by that correction; None without either."""
    if correction is None or one.measure is None or one.measure.value is None:
        return None
    return _rounded(one.measure.value * correction.factor)


def _value(
    one: Released, now_s: float, zone: ZoneInfo, correction: Correction | None = None
) -> ValueShape:
    measure, decision = one.measure, one.decision
    status: Status
    if decision is not None:
        status = _STATUSES[decision.verdict]
    elif measure is None or measure.value is None:
        status = "gap"
    else:
        status = "open" if measure.end_s > now_s else "measured"
    due_s = decision.until_s if decision is not None else None
    # Built without validation: a hundred thousand of them are made of checked values.
    return ValueShape.model_construct(
        start=iso(one.start_s, zone),
        end=iso(one.end_s, zone),
        value=_rounded(measure.value) if measure else None,
        low=_rounded(measure.low) if measure else None,
        high=_rounded(measure.high) if measure else None,
        coverage_s=round(measure.coverage_s, 3) if measure else None,
        status=status,
        due=iso(due_s, zone) if due_s is not None else None,
        corrected=corrected_value(one, correction),
        correction=correction.version if correction else None,
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
