"""What a person has stopped: a small file that the supervisor obeys and that survives restarts."""

import json
from dataclasses import dataclass
from pathlib import Path

from parvis.site.replacing import replace


@dataclass(frozen=True, slots=True)
class Stops:
    """The cameras that are stopped by a person's order.

    Args:
        everything: no camera may run, whatever ``cameras`` says.
        cameras: names of the cameras stopped one by one.
    """

    everything: bool = False
    cameras: frozenset[str] = frozenset()

    def covers(self, camera: str) -> bool:
        """True when that camera must not run."""
        return self.everything or camera in self.cameras

    def stopping(self, camera: str | None) -> "Stops":
        """With that camera stopped as well, or everything when None."""
        if camera is None:
            return Stops(True, self.cameras)
        return Stops(self.everything, self.cameras | {camera})

    def starting(self, camera: str | None) -> "Stops":
        """With that camera allowed again, or everything when None."""
        if camera is None:
            return Stops()
        return Stops(self.everything, self.cameras - {camera})


def read(path: Path) -> Stops:
    """Read the orders; no file means that nothing is stopped.

    An unreadable file stops everything: an order to stop must never be lost.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Stops(bool(content["everything"]), frozenset(content["cameras"]))
    except FileNotFoundError:
        return Stops()
    except (OSError, ValueError, KeyError, TypeError):
        return Stops(everything=True)


def write(path: Path, stops: Stops) -> None:
    """Replace the orders atomically and durably."""
    content = json.dumps({"everything": stops.everything, "cameras": sorted(stops.cameras)})
    replace(path, content.encode())
