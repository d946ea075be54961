"""Stored checks → the errors of lines, as long as the lines are what was checked."""

from collections.abc import Iterable, Mapping

from parvis.measures.checks.comparison import Cell
from parvis.measures.checks.estimate import MeasuredError, errors_of
from parvis.measures.checks.lines import ErrorKey
from parvis.measures.checks.record import cells_of
from parvis.site import LoadedSite
from parvis.site.fingerprint import line_fingerprint
from parvis.site.shapes import Camera
from parvis.store import Store
from parvis.store.checks import Check
from parvis.values.checks import Light

CameraErrors = Mapping[ErrorKey, MeasuredError]


MOST_POOLED = 50
"""So many checks of a line in one light make its error, the newest: more would change nothing."""


class LineErrorBook:
    """The errors of every checked line; worked out anew when a check or the site changes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._state: tuple[object, ...] | None = None
        self._errors: dict[str, CameraErrors] = {}

    def of(self, loaded: LoadedSite, models: Mapping[str, str]) -> Mapping[str, CameraErrors]:
        """The errors by camera.

        Args:
            loaded: the site in force.
            models: the detector that each camera runs now, where known.
        """
        state = (self._store.checks.settled(), loaded.etag, tuple(sorted(models.items())))
        if state != self._state:
            checks = self._store.checks.results(each=MOST_POOLED)
            self._errors = {
                name: line_errors(camera, [c for c in checks if c.camera == name], models.get(name))
                for name, camera in loaded.site.cameras.items()
            }
            self._state = state
        return self._errors


def still_valid(check: Check, camera: Camera, model: str | None) -> bool:
    """Whether a check speaks of the line as it is now: same view, settings and detector."""
    return (
        check.line in camera.lines
        and check.fingerprint == line_fingerprint(camera, check.line)
        and (not model or not check.model or check.model == model)
    )


def line_errors(camera: Camera, checks: Iterable[Check], model: str | None) -> CameraErrors:
    """The errors of a camera's lines, by those of these checks that are valid, together."""
    cells: dict[tuple[str, Light], list[Cell]] = {}
    for check in checks:
        if check.result is not None and still_valid(check, camera, model):
            cells.setdefault((check.line, check.light), []).extend(cells_of(check.result))
    return {
        (line, light, direction, tapped): error
        for (line, light), known in cells.items()
        for (direction, tapped), error in errors_of(known, f"checked, {light.value}").items()
    }
