"""The list of the inbox: alerts of one place and one cause are one row, the gravest first."""

from collections.abc import Iterable
from dataclasses import dataclass

from parvis.server.inbox import sentences
from parvis.server.inbox.kind_words import (
    is_grave,
    mark,
    severity_word,
    shown_severity,
    what,
)
from parvis.server.inbox.reader import Reader
from parvis.server.inbox.where import Where, where
from parvis.store.alert_groups import AlertGroup
from parvis.values.alerts import Alert, Verdict


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list.

    Args:
        alert: the one that it opens: the gravest of its group, of those the newest.
        where: its place.
        mark, word: level, as ``icons.level`` draws it and as it is said.
        what, fact: what happened, how much and since when.
        standing: what a person has said of it.
        grave: it enters the list at once.
        count: alerts of this place and cause, this one among them.
    """

    alert: Alert
    where: Where
    mark: str
    word: str
    what: str
    fact: str
    standing: str
    grave: bool
    count: int = 1

    @property
    def key(self) -> str:
        """What tells the row apart from every other, stable while its group lasts."""
        return f"{self.where.key}|{self.alert.rule}|{self.alert.form}"

    @property
    def state(self) -> str:
        """``new``, ``taken``, ``confirmed`` or ``dismissed``."""
        if self.alert.judgement is not None:
            return self.alert.judgement.verdict.value
        return "taken" if self.alert.taken_by is not None else "new"


def number_said(alert: Alert) -> str:
    """``A-1207``."""
    return f"A-{alert.number}"


def row(alert: Alert, reader: Reader, count: int = 1) -> Row:
    """One alert, which stands for ``count`` of the same place and cause."""
    severity, words = shown_severity(alert), reader.words
    return Row(
        alert=alert,
        where=where(reader.site, alert.subject),
        mark=mark(alert.kind, severity),
        word=severity_word(alert.kind, severity, words),
        what=what(alert.kind, alert.form, words),
        fact=sentences.fact(alert, reader.now_s, words),
        standing=sentences.standing(alert, words),
        grave=is_grave(alert.severity),
        count=count,
    )


@dataclass(frozen=True, slots=True)
class Cause:
    """Alerts of one place and cause.

    Args:
        lead: the one to look at first.
        count: how many there are.
    """

    lead: Alert
    count: int


def cause_key(alert: Alert, reader: Reader) -> tuple[str, str, str]:
    """What alerts of one place and cause have in common."""
    return where(reader.site, alert.subject).key, alert.rule, alert.form.value


def causes(groups: Iterable[AlertGroup], reader: Reader) -> list[Cause]:
    """Groups of subjects by place, the gravest first, of equals the newest."""
    found: dict[tuple[str, str, str], list[AlertGroup]] = {}
    for group in groups:
        found.setdefault(cause_key(group.lead, reader), []).append(group)
    told = [
        Cause(max((one.lead for one in some), key=_urgency), sum(one.count for one in some))
        for some in found.values()
    ]
    return sorted(told, key=lambda one: _urgency(one.lead), reverse=True)


def rows(found: Iterable[Cause], reader: Reader) -> list[Row]:
    """The lines of causes, in their order."""
    return [row(one.lead, reader, one.count) for one in found]


def _urgency(alert: Alert) -> tuple[bool, int, float]:
    return alert.over_s is None, int(shown_severity(alert)), alert.raised_s


def is_settled(alert: Alert) -> bool:
    """Whether nothing is left to do: judged, and what was confirmed is over."""
    if alert.judgement is None:
        return False
    return alert.over_s is not None or alert.judgement.verdict is Verdict.DISMISSED
