"""Who reads alerts, and what the reading stands on."""

from collections.abc import Iterable
from dataclasses import dataclass

from parvis.server.i18n import Words
from parvis.server.judging import shown
from parvis.server.services import HubServices
from parvis.server.ways_out import WaysOut
from parvis.site.shapes import Site
from parvis.values.alerts import Alert


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader at one moment.

    Args:
        hub: the services.
        words: their language and the site's civil time.
        now_s: the moment, seconds since the epoch.
        name: of their account.
        ways: the gate, asked for them.
    """

    hub: HubServices
    words: Words
    now_s: float
    name: str
    ways: WaysOut

    def seen(self, alerts: Iterable[Alert]) -> list[Alert]:
        """Those of the alerts that the profile shows to this reader."""
        return [one for one in alerts if shown(self.ways, one)]

    def indicator(self, alert: Alert) -> str:
        """What the threshold watches that raised an alert; empty where it is another, or gone."""
        rule = self.site.rules.get(alert.rule)
        return rule.indicator if rule is not None and rule.kind is alert.kind else ""

    @property
    def site(self) -> Site:
        """The configuration in force."""
        return self.hub.site.loaded().site
