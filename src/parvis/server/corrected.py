"""The corrections in force, found for a count: shown beside it, never in its place."""

from collections.abc import Callable

from parvis.server.checking import light_now
from parvis.server.services import HubServices
from parvis.store.corrections import Correction
from parvis.values.checks import Light, tapped_class
from parvis.values.series import Series, SeriesKind

LONGEST_S = 3600.0
"""A correction is for one light; longer stretches hold several."""


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
