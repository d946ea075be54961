"""Who reads alerts, and what the reading stands on."""

from dataclasses import dataclass

from parvis.server.i18n import Words
from parvis.server.services import HubServices
from parvis.server.shown_alerts import ShownAlerts
from parvis.server.ways_out import WaysOut
from parvis.site.shapes import Site


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader at one moment.

    Args:
        hub: the services.
        words: their language and the site's civil time.
        now_s: the moment, seconds since the epoch.
        name: of their account.
        alerts: those that the profile shows to them.
    """

    hub: HubServices
    words: Words
    now_s: float
    name: str
    alerts: ShownAlerts

    @property
    def ways(self) -> WaysOut:
        """The gate, asked for them."""
        return self.alerts.ways

    @property
    def site(self) -> Site:
        """The configuration in force."""
        return self.hub.site.loaded().site
