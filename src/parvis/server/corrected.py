"""The corrections in force, found for a count: shown beside it, never in its place."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from parvis.server.checking import light_now
from parvis.server.services import HubServices
from parvis.server.ways_out import Released
from parvis.store.corrections import Correction
from parvis.values.checks import Light, tapped_class
from parvis.values.series import Series, SeriesKind

LONGEST_S = 3600.0
"""A correction is for one light; longer stretches hold several."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A count as the corrections in force would have it.

    Args:
        value: beside the count, never in its place.
        by: the corrections, one a direction and class.
    """

    value: float
    by: tuple[Correction, ...]


class Corrections:
    """Every correction there was, by what it is of.

    Args:
        known: as the store holds them.
        light: the light at a moment.
    """

    def __init__(self, known: list[Correction], light: Callable[[float], Light]) -> None:
        self._light = light
        self._known: dict[tuple[str, str, int, str], list[Correction]] = {}
        for one in known:
            key = (one.camera, one.line, one.direction, one.tapped)
            self._known.setdefault(key, []).append(one)

    @classmethod
    def of_site(cls, hub: HubServices) -> "Corrections":
        """The corrections of the site; blocking."""
        site = hub.site.loaded().site
        return cls(hub.store.corrections.all(), lambda time_s: light_now(site, time_s))

    def of(self, series: Series, start_s: float, end_s: float) -> Correction | None:
        """The correction that was in force for the whole of a stretch of one light, if any."""
        if series.kind is not SeriesKind.CROSSINGS or series.direction is None:
            return None
        tapped = tapped_class(series.object_class)
        known = self._known.get((series.camera, series.shape, series.direction, tapped))
        if not known or end_s - start_s > LONGEST_S:
            return None
        light = self._light(start_s)
        if light is not self._light(end_s):
            return None
        for one in known:
            within = one.from_s <= start_s and (one.to_s is None or end_s <= one.to_s)
            if within and one.light is light:
                return one
        return None

    def of_sum(self, parts: Iterable[Released]) -> Corrected | None:
        """The sum of several series over one stretch, corrected.

        None where a part does not leave, and where a part that counted something has no
        correction: a sum of corrected and raw counts would be neither.

        Args:
            parts: the released measures of the series.
        """
        value, by = 0.0, []
        for part in parts:
            if part.decision is not None:
                return None
            if part.measure is None or part.measure.value is None:
                continue
            one = self.of(part.measure.series, part.start_s, part.end_s)
            if one is not None:
                value += part.measure.value * one.factor
                by.append(one)
            elif part.measure.value:
                return None
        return Corrected(value, tuple(by)) if by else None

    def ever(self, series: Iterable[Series]) -> bool:
        """Whether one of them was ever corrected."""
        return any(
            (one.camera, one.shape, one.direction, tapped_class(one.object_class)) in self._known
            for one in series
            if one.kind is SeriesKind.CROSSINGS
        )
