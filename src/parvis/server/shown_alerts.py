"""The one place where the server reads alerts for people: nothing leaves that the profile in force
does not allow, whatever a profile of before let rules raise.
"""

from dataclasses import dataclass
from functools import cached_property

from parvis.policy.terms import Role, Wording
from parvis.server.services import HubServices
from parvis.server.ways_out import WaysOut
from parvis.store.alert_groups import AlertGroup
from parvis.store.alert_sieve import Sieve
from parvis.store.alerts import Alerts, Tray
from parvis.values.alert_history import AlertEvent, RuleTally
from parvis.values.alerts import Alert, AlertNature, Replay, Severity

ANSWERABLE = (Role.DPO, Role.ADMINISTRATOR)
"""Who answers for the system, and is told how many alerts are kept and not shown."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """Alerts that are kept, and not shown under the profile in force.

    Args:
        count: how many.
        reason: what the profile says of them.
    """

    count: int
    reason: Wording


@dataclass(frozen=True)
class ShownAlerts:
    """The alerts of a store as one person may read them at one moment; blocking.

    Args:
        ways: the gate, asked for them.
    """

    _alerts: Alerts
    ways: WaysOut

    def get(self, alert_id: str) -> Alert | None:
        """The alert of that id; None too where it is not shown."""
        found = self._alerts.get(alert_id)
        return found if found is not None and self.ways.shows_alert(found) else None

    def page(
        self,
        tray: Tray,
        *,
        before: int | None = None,
        limit: int = 50,
        rule: str | None = None,
        judged_from_s: float | None = None,
        least: Severity = Severity.NONE,
    ) -> list[Alert]:
        """As :meth:`Alerts.page`."""
        return self._alerts.page(
            tray,
            before=before,
            limit=limit,
            rule=rule,
            judged_from_s=judged_from_s,
            least=least,
            sieve=self._sieve,
        )

    def groups(self, tray: Tray) -> list[AlertGroup]:
        """As :meth:`Alerts.groups`."""
        return self._alerts.groups(tray, self._sieve)

    def alike(self, one: Alert) -> list[Alert]:
        """As :meth:`Alerts.alike`."""
        return self._alerts.alike(one, self._sieve)

    def count(self, tray: Tray, *, judged_from_s: float | None = None) -> int:
        """As :meth:`Alerts.count`."""
        return self._alerts.count(tray, judged_from_s=judged_from_s, sieve=self._sieve)

    def last_raised_s(self) -> float | None:
        """As :meth:`Alerts.last_raised_s`."""
        return self._alerts.last_raised_s(self._sieve)

    def raised_since(self, from_s: float) -> int:
        """As :meth:`Alerts.raised_since`."""
        return self._alerts.raised_since(from_s, self._sieve)

    def raised_by(self, rule: str, from_s: float, *, shadow: bool, limit: int) -> list[Alert]:
        """As :meth:`Alerts.raised_by`."""
        return self._alerts.raised_by(rule, from_s, shadow=shadow, limit=limit, sieve=self._sieve)

    def tallies(self, from_s: float, to_s: float, closed_s: float) -> list[RuleTally]:
        """As :meth:`Alerts.tallies`; what was not raised is counted under every profile."""
        return self._alerts.tallies(from_s, to_s, closed_s, self._sieve)

    def history(self, alert: Alert) -> list[AlertEvent]:
        """What happened to an alert; nothing where it is not shown."""
        return self._alerts.history(alert.id) if self.ways.shows_alert(alert) else []

    def replay(self, alert: Alert) -> Replay | None:
        """The dots before an alert; None without any, or where it is not shown."""
        return self._alerts.replay(alert.id) if self.ways.shows_alert(alert) else None

    def has_replay(self, alert: Alert) -> bool:
        """Whether there are dots to show of an alert."""
        return self.ways.shows_alert(alert) and self._alerts.has_replay(alert.id)

    def withheld(self) -> Withheld | None:
        """What is kept and not shown, for who answers for the system; None for all others."""
        if self.ways.role not in ANSWERABLE or not self._sieve.back:
            return None
        most = max(self._sieve.back, key=lambda one: (self._natures[one], one))
        count = sum(self._natures[one] for one in self._sieve.back)
        return Withheld(count, self.ways.alert_decision(most).reason)

    @cached_property
    def _natures(self) -> dict[AlertNature, int]:
        return self._alerts.natures()

    @cached_property
    def _sieve(self) -> Sieve:
        back = frozenset(one for one in self._natures if not self.ways.alert_decision(one).allowed)
        return Sieve(frozenset(self._natures) - back, back)


def shown_alerts(hub: HubServices, ways: WaysOut) -> ShownAlerts:
    """The alerts that one person may read."""
    return ShownAlerts(hub.store.alerts, ways)
