"""What the hub tells the workers of count checks: a small file that they read again and again."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import structlog

from parvis.fleet.told_file import ToldFile
from parvis.measures.checks.estimate import MeasuredError
from parvis.measures.checks.light import light_at, light_by_clock
from parvis.measures.checks.lines import ErrorKey, LineErrors
from parvis.site.replacing import replace
from parvis.site.shapes import Site
from parvis.site.whereabouts import whereabouts
from parvis.values.checks import Light
from parvis.values.series import Series

if TYPE_CHECKING:  # a worker does without the store
    from parvis.store.checks import Check

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """A line of a camera whose passages are asked for.

    Args:
        check: the check's id.
        line: which.
        start_s: from when on, seconds since the epoch.
    """

    check: str
    line: str
    start_s: float


def told(
    checks: Iterable["Check"], site: Site, errors: Mapping[str, Mapping[ErrorKey, MeasuredError]]
) -> dict[str, Any]:
    """The file's content."""
    orders: dict[str, list[tuple[Any, ...]]] = {}
    for check in checks:
        order = Order(check.id, check.line, check.start_s)
        orders.setdefault(check.camera, []).append(astuple(order))
    return {
        "orders": orders,
        "place": whereabouts(site),
        "errors": {
            camera: [
                [line, light.value, direction, tapped, *astuple(error)]
                for (line, light, direction, tapped), error in sorted(known.items())
            ]
            for camera, known in errors.items()
        },
    }


def write(path: Path, content: dict[str, Any]) -> None:
    """Replace the file, atomically, where its content has changed."""
    fresh = json.dumps(content, sort_keys=True).encode()
    try:
        if path.read_bytes() == fresh:
            return
    except OSError:
        pass  # not there yet
    replace(path, fresh)


class CheckOrders:
    """The file as a worker sees it; threads may share it.

    Args:
        path: the file; without one nothing is under check and nothing checked.
        zone: the site's civil time, by which the light is judged where no place is known.
    """

    def __init__(self, path: Path, zone: ZoneInfo) -> None:
        self._file = ToldFile(path, "checks", self._take)
        self._zone = zone
        self._place: tuple[float, float] | None = None
        self._orders: dict[str, tuple[Order, ...]] = {}
        self._errors: dict[str, LineErrors] = {}
        self.look()

    def look(self) -> None:
        """Read the file again where it has changed; at most twice a second."""
        self._file.look()

    def orders_of(self, camera: str) -> tuple[Order, ...]:
        """The lines of that camera that are under check."""
        return self._orders.get(camera, ())

    def errors_of(self, camera: str) -> "CameraErrors":
        """The errors of that camera's lines, as they are whenever it is asked."""
        return CameraErrors(self, camera)

    def error(self, camera: str, series: Series, time_s: float) -> MeasuredError | None:
        """The error of a series in the light of that moment; None when unchecked."""
        known = self._errors.get(camera)
        return None if known is None else known.of(series, time_s)

    def _take(self, content: dict[str, Any]) -> None:
        place = content["place"]
        self._place = None if place is None else (place[0], place[1])
        self._orders = {
            camera: tuple(Order(*order) for order in orders)
            for camera, orders in content["orders"].items()
        }
        self._errors = {
            camera: LineErrors(
                {
                    (line, Light(light), direction, tapped): MeasuredError(*error)
                    for line, light, direction, tapped, *error in rows
                },
                self._light,
            )
            for camera, rows in content["errors"].items()
        }

    def _light(self, time_s: float) -> Light:
        if self._place is not None:
            return light_at(*self._place, time_s)
        at = datetime.fromtimestamp(time_s, self._zone)
        return light_by_clock(at.hour + at.minute / 60)


class CameraErrors:
    """One camera's view of the orders, for its observers."""

    def __init__(self, orders: CheckOrders, camera: str) -> None:
        self._orders = orders
        self._camera = camera

    def of(self, series: Series, time_s: float) -> MeasuredError | None:
        """The error of a series of crossings in the light of that moment; None when unchecked."""
        return self._orders.error(self._camera, series, time_s)
