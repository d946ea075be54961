"""The errors of checked lines, found by series and light."""

from collections.abc import Callable, Mapping

from parvis.measures.checks.estimate import MeasuredError
from parvis.values.checks import Light, tapped_class
from parvis.values.series import Series

LightOf = Callable[[float], Light]
"""The light at the site at a moment, seconds since the epoch."""

ErrorKey = tuple[str, Light, int, str]
"""Line, light, direction, class of the pad."""


class LineErrors:
    """The checked lines of one camera.

    Args:
        errors: by line, light, direction and class of the pad.
        light: what the light is at a moment: a check by day says nothing of the night.
    """

    def __init__(self, errors: Mapping[ErrorKey, MeasuredError], light: LightOf) -> None:
        self._errors = dict(errors)
        self._light = light

    def of(self, series: Series, time_s: float) -> MeasuredError | None:
        """The error of a series of crossings in the light of that moment; None when unchecked."""
        if not self._errors or series.direction is None:
            return None
        key = (series.shape, self._light(time_s), series.direction)
        return self._errors.get((*key, tapped_class(series.object_class)))
