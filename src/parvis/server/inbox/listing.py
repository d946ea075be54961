"""The list of the inbox: alerts of one place and one cause are one row, the gravest first."""

from collections.abc import Iterable, Sequence
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
        others: further alerts of the same place and cause, the newest first.
    """

    alert: Alert
    where: Where
    mark: str
    word: str
    what: str
    fact: str
    standing: str
    grave: bool
    others: tuple[Alert, ...] = ()

    @property
    def count(self) -> int:
        """Alerts that the row stands for."""
        return 1 + len(self.others)

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


def row(alert: Alert, reader: Reader, others: Sequence[Alert] = ()) -> Row:
    """One alert, and those of the same place and cause."""
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
        others=tuple(others),
    )


def grouped(alerts: Iterable[Alert], reader: Reader) -> list[Row]:
    """Alerts by place and cause, the gravest group first, of equals the newest."""
    groups: dict[tuple[str, str, str], list[Alert]] = {}
    for alert in alerts:
        key = (where(reader.site, alert.subject).key, alert.rule, alert.form.value)
        groups.setdefault(key, []).append(alert)
    rows = []
    for members in groups.values():
        first, *others = sorted(members, key=_urgency, reverse=True)
        others.sort(key=lambda one: one.raised_s, reverse=True)
        rows.append(row(first, reader, others))
    return sorted(rows, key=lambda one: _urgency(one.alert), reverse=True)


def _urgency(alert: Alert) -> tuple[bool, int, float]:
    return alert.over_s is None, int(shown_severity(alert)), alert.raised_s


def is_settled(alert: Alert) -> bool:
    """Whether nothing is left to do: judged, and what was confirmed is over."""
    if alert.judgement is None:
        return False
    return alert.over_s is not None or alert.judgement.verdict is Verdict.DISMISSED
