"""What the HTTP server stands on, handed to it by the hub: nothing is looked up globally."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from fastapi import Request

from parvis.server.desk import CameraControl, CameraDesk
from parvis.server.live import LiveBoard

if TYPE_CHECKING:
    from parvis.policy.gate import Gate
    from parvis.site import LoadedSite
    from parvis.site.edit import SiteDocument
    from parvis.store import Store


class SiteAccess(Protocol):
    """The site as it stands now, and the file behind it."""

    def loaded(self) -> "LoadedSite":
        """The configuration in force (the last one that was valid)."""
        ...

    def document(self) -> "SiteDocument":
        """Open the file for an edit that keeps its comments; blocking."""
        ...


@dataclass(frozen=True)
class HubServices:
    """Everything the routes may use.

    Args:
        store: measures, accounts, sessions and the audit trail.
        site: the site in force and its file.
        gate: returns the policy gate of the profile in force (it may change with the file).
        board: latest live state per camera.
        desk: opens cameras for set-up.
        control: stops and starts cameras.
        clock: seconds since the epoch.
        metrics_token: bearer token that lets a Prometheus server read ``/metrics``; without it
            only a signed-in technician or administrator may.
    """

    store: "Store"
    site: SiteAccess
    gate: "Callable[[], Gate]"
    board: LiveBoard
    desk: CameraDesk
    control: CameraControl
    clock: Callable[[], float]
    metrics_token: str | None = field(default=None, repr=False)


def services(request: Request) -> HubServices:
    """The services of the running application; use as a FastAPI dependency or call directly."""
    found: HubServices = request.app.state.services
    return found
