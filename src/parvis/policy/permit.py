"""Whether a rule may raise alerts of the moment: law as data, asked before an alert exists."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from parvis.policy.events import events_of
from parvis.policy.instrument import Instrument
from parvis.policy.terms import Article, Wording
from parvis.values.alerts import AlertKind


@dataclass(frozen=True, slots=True)
class Permit:
    """The gate's answer to a rule.

    Args:
        raises: it may raise live alerts; else it only counts how often it would have.
        reason: why, for people.
        article: the text it rests on.
    """

    raises: bool
    reason: Wording
    article: Article


@dataclass(frozen=True, slots=True)
class AlertLaw:
    """What a profile says of alerts of one basis.

    Args:
        raises: rules may raise live alerts.
        kinds: which kinds may; None: all.
        purposes: what a rule may serve, at least one of which it names; None: nobody asks.
        reason: why.
        article: the text it rests on.
        events: what rules may watch for, see :mod:`parvis.policy.events`; None: nobody asks.
        without_instrument: why a rule may not without an instrument in force that names its event
            or its purpose; None where it needs none.
    """

    raises: bool
    kinds: frozenset[AlertKind] | None
    purposes: frozenset[str] | None
    reason: Wording
    article: Article
    events: frozenset[str] | None = None
    without_instrument: Wording | None = None

    def offers(self, kind: AlertKind, purposes: Collection[str]) -> bool:
        """Whether such a rule is conceivable at all, instruments aside."""
        return (
            self.raises
            and (self.kinds is None or kind in self.kinds)
            and (self.events is None or not self.events.isdisjoint(events_of(kind)))
            and (self.purposes is None or not self.purposes.isdisjoint(purposes))
        )

    def permit(
        self, kind: AlertKind, purposes: Collection[str], acts: Iterable[Instrument] = ()
    ) -> Permit:
        """The answer for a rule of that kind that serves those purposes.

        Args:
            acts: the instruments in force where it watches.
        """
        if not self.offers(kind, purposes):
            return Permit(False, self.reason, self.article)
        if self.without_instrument is None or any(act.names(kind, purposes) for act in acts):
            return Permit(True, self.reason, self.article)
        return Permit(False, self.without_instrument, self.article)
