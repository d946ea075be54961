"""Whether a rule may raise alerts of the moment: law as data, asked before an alert exists."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from parvis.policy.terms import Article, Wording
from parvis.values.alerts import AlertKind


class AlertBasis(StrEnum):
    """What an alert is made from."""

    IMAGE = "image"
    """Analysis of the images of the moment."""

    HEALTH = "health"
    """The state of Parvis' own cameras and machines."""

    CLOSED = "closed"
    """Closed measures and forecasts: anonymous aggregates."""


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
    """

    raises: bool
    kinds: frozenset[AlertKind] | None
    purposes: frozenset[str] | None
    reason: Wording
    article: Article

    def permit(self, kind: AlertKind, purposes: Collection[str]) -> Permit:
        """The answer for a rule of that kind that serves those purposes."""
        allowed = (
            self.raises
            and (self.kinds is None or kind in self.kinds)
            and (self.purposes is None or not self.purposes.isdisjoint(purposes))
        )
        return Permit(allowed, self.reason, self.article)
