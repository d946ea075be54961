"""What the HTTP server stands on, handed to it by the hub: nothing is looked up globally."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from fastapi import Request

from parvis.policy.gate import Gate
from parvis.server.auth import User
from parvis.server.desk import CameraControl, CameraDesk
from parvis.server.live import LiveBoard
from parvis.server.machine import Machine
from parvis.server.narrowed import NarrowedSite, SiteAccess
from parvis.server.witnesses import WitnessBoard
from parvis.store import Store
from parvis.store.audit_seal import Seal
from parvis.values.alerts import Subject
from parvis.values.extent import Extent
from parvis.values.notices import ChannelState
from parvis.values.place_now import PlaceNow


def _nothing() -> None:
    """Where the gate asks the store each time, nobody needs to be told."""


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
        machine: looks after the machine.
        clock: seconds since the epoch.
        witnesses: what workers say of lines under check.
        metrics_token: bearer token that lets a Prometheus server read ``/metrics``; without it
            only a signed-in technician or administrator may.
        models: names of the detectors that a camera may ask for, beside ``auto``.
        places_now: how many people are in each place now, by name.
        channels: how the channels do that tell people of alerts.
        acts_changed: told when an act was recorded, so that the gate knows of it at once.
        young: days of history that the unusual still lacks, by what lacks them.
        seal: signs how far the audit trail goes; None where nothing does.
        environ: the environment that names the secrets file, see :mod:`parvis.site.secrets`.
    """

    store: Store
    site: SiteAccess
    gate: Callable[[], Gate]
    board: LiveBoard
    desk: CameraDesk
    control: CameraControl
    machine: Machine
    clock: Callable[[], float]
    witnesses: WitnessBoard = field(default_factory=WitnessBoard)
    metrics_token: str | None = field(default=None, repr=False)
    models: tuple[str, ...] = ()
    places_now: Callable[[], Mapping[str, PlaceNow]] = dict
    channels: Callable[[], Sequence[ChannelState]] = tuple
    acts_changed: Callable[[], None] = _nothing
    young: Callable[[], Mapping[Subject, int]] = dict
    seal: Seal | None = field(default=None, repr=False)
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    @property
    def extent(self) -> Extent | None:
        """The part of the site that these services tell of; None for all of it."""
        return self.site.extent if isinstance(self.site, NarrowedSite) else None

    def within(self, places: tuple[str, ...]) -> "HubServices":
        """The same, telling of these places only."""
        site = NarrowedSite(self.site, places)
        return replace(self, site=site, store=self.store.within(site.extent))


def services(request: Request) -> HubServices:
    """The services of the running application, as far as who asks may see; use as a FastAPI
    dependency or call directly.
    """
    found: HubServices = request.app.state.services
    user: User | None = getattr(request.state, "user", None)
    return found if user is None or user.places is None else found.within(user.places)


def zone_of(hub: HubServices) -> ZoneInfo:
    """The site's civil time."""
    return ZoneInfo(hub.site.loaded().site.site.timezone)
