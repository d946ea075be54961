"""What a person has stopped: a small file that the supervisor obeys and that survives restarts."""

import json
import os
import time
from pathlib import Path

from parvis.site.replacing import replace
from parvis.site.shapes import Site
from parvis.values.stops import Stops

_YOUNG_S = 2.0


def read(path: Path) -> Stops:
    """Read the orders; no file means that nothing is stopped.

    An unreadable file stops everything: an order to stop must never be lost.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Stops(
            bool(content["everything"]),
            frozenset(content["cameras"]),
            frozenset(content.get("places", ())),  # absent before 0.1.0
            {str(use): float(since) for use, since in content.get("uses", {}).items()},
        )
    except FileNotFoundError:
        return Stops()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Stops(everything=True)


class KeptStops:
    """The orders, read again only when their file has changed: asked for at every page and camera.

    Each change is a new file (see :func:`write`), so its number or its times differ. A file younger
    than ``_YOUNG_S`` is always read: two changes may fall in one tick of the file system's clock.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: tuple[tuple[int, ...], Stops] | None = None

    def read(self) -> Stops:
        """The orders as they stand now."""
        try:
            stat = self._path.stat()
        except OSError:
            return read(self._path)
        mark = (stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size)
        kept = self._kept
        if kept is not None and kept[0] == mark and _is_old(stat):
            return kept[1]
        stops = read(self._path)
        self._kept = (mark, stops)
        return stops


def _is_old(stat: os.stat_result) -> bool:
    newest_s = max(stat.st_mtime, stat.st_ctime)
    return time.time() - newest_s > _YOUNG_S


def write(path: Path, stops: Stops) -> None:
    """Replace the orders atomically and durably."""
    content = {
        "everything": stops.everything,
        "cameras": sorted(stops.cameras),
        "places": sorted(stops.places),
        "uses": dict(stops.uses),
    }
    replace(path, json.dumps(content).encode())


def stopped(stops: Stops, site: Site, camera: str) -> bool:
    """Whether a camera must not run: it, everything, or a place that it sees is stopped."""
    if not stops.places:
        return stops.covers(camera)
    seen = [name for name, place in site.places.items() if camera in place.seen_by]
    return stops.covers(camera, seen)
