"""A message as people and programs read it: no picture, no position, no name of a person."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import quote

from parvis.alerts.advice import to_do
from parvis.alerts.amounts import amount, quantity_of
from parvis.alerts.in_words import INSTEAD, SEVERITY_WORDS, digits_of, what
from parvis.alerts.rule import Rule
from parvis.publish.speech import Speech
from parvis.publish.where import where_of
from parvis.site.shapes import Site
from parvis.values.alerts import Alert, Severity, Verdict
from parvis.values.notices import DueNotice, NoticeDeed
from parvis.values.saying import T

UNVERIFIED = T("Not verified by a person.")

_DEEDS = {
    NoticeDeed.RAISED: T("{what}, {where}"),
    NoticeDeed.ROSE: T("{what}, {where}"),
    NoticeDeed.ESCALATED: T("Nobody has taken it: {what}, {where}"),
    NoticeDeed.OVER: T("Over: {what}, {where}"),
    NoticeDeed.CONFIRMED: T("Confirmed: {what}, {where}"),
    NoticeDeed.DISMISSED: T("Dismissed: {what}, {where}"),
}
_VERDICTS = {
    Verdict.CONFIRMED: T("Confirmed by a person."),
    Verdict.DISMISSED: T("Dismissed by a person."),
}
_MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class Letter:
    """One message, ready to be carried.

    Args:
        id: of the message, the same each time it is sent.
        thread: what it belongs to: the alert's id, or the message's own.
        subject: one line.
        lines: what to read first, a sentence each.
        facts: names and values, in order.
        link: where to look; None where the site has no public address.
        link_text: what the link is called.
        payload: the same for programs, as docs/reference/webhooks.md says.
    """

    id: str
    thread: str
    subject: str
    lines: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()
    link: str | None = None
    link_text: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the messages of one channel.

    Args:
        site: in force.
        rules: in force, by name.
        speech: the channel's language.
    """

    site: Site
    rules: Mapping[str, Rule]
    speech: Speech

    def about(self, due: DueNotice, notice: str | None, now_s: float) -> Letter:
        """The message of one notice whose alert is kept.

        Args:
            due: the notice.
            notice: what the profile has every message say.
            now_s: seconds since the epoch.
        """
        alert, deed, say = due.alert, due.notice.deed, self.speech.shown
        assert alert is not None  # noqa: S101  # a message without its alert was dropped
        headline = self._headline(alert, deed)
        standing = self._standing(alert)
        todo = self._todo(alert) if alert.judgement is None else ""
        if alert.usual is not None:
            headline += f" · {self._value(alert)}"
        lines = [line for line in (notice, headline + ".", standing, todo) if line]
        link = self._link(f"/alerts/{quote(alert.id, safe='')}")
        number = f"A-{alert.number}"
        severity = say(SEVERITY_WORDS[alert.peak])
        return Letter(
            due.notice.id,
            alert.id,
            f"[{self.site.site.name}] {number} {severity} · {headline}",
            tuple(lines),
            self._facts(alert),
            link,
            say(T("Open the alert")),
            {
                "id": due.notice.id,
                "type": f"alert.{deed.value}",
                "time_s": due.notice.event_s,
                "sent_s": now_s,
                "site": self.site.site.name,
                "notice": notice,
                "text": headline,
                "standing": standing,
                "todo": todo,
                "url": link,
                "alert": self._values(alert),
            },
        )

    def digest(
        self, digest: str, count: int, listed: Sequence[Alert], notice: str | None, now_s: float
    ) -> Letter:
        """One message that tells of many.

        Args:
            digest: its id.
            count: how many messages it stands for.
            listed: their gravest alerts.
            notice: what the profile has every message say.
            now_s: seconds since the epoch.
        """
        say = self.speech.shown
        number = self.speech.number(count)
        headline = say(T("{count} more messages about alerts")(count=number))
        told = listed[:_MOST_LINES]
        lines = [
            notice,
            headline + ".",
            say(T("Alerts that nobody has judged are not verified by a person.")),
            say(T("The gravest:")) if told else None,
            *(self._line(alert) for alert in told),
        ]
        link = self._link("/alerts")
        return Letter(
            digest,
            digest,
            f"[{self.site.site.name}] {headline}",
            tuple(line for line in lines if line),
            (),
            link,
            say(T("Open the alerts")),
            {
                "id": digest,
                "type": "alert.digest",
                "time_s": now_s,
                "sent_s": now_s,
                "site": self.site.site.name,
                "notice": notice,
                "text": headline,
                "count": count,
                "url": link,
                "alerts": [self._values(alert) for alert in told],
            },
        )

    def trial(self, trial: str, now_s: float) -> Letter:
        """A message that tries a channel."""
        say = self.speech.shown
        subject = say(T("Test of notifications"))
        text = say(T("Test message: this channel works. Nothing has happened."))
        return Letter(
            trial,
            trial,
            f"[{self.site.site.name}] {subject}",
            (text,),
            link=self._link("/alerts"),
            link_text=say(T("Open the alerts")),
            payload={
                "id": trial,
                "type": "test",
                "time_s": now_s,
                "sent_s": now_s,
                "site": self.site.site.name,
                "text": text,
                "url": self._link("/alerts"),
            },
        )

    def _headline(self, alert: Alert, deed: NoticeDeed) -> str:
        say = self.speech.shown
        return say(
            _DEEDS[deed](
                what=say(what(alert.kind, alert.form)), where=where_of(self.site, alert.subject)
            )
        )

    def _line(self, alert: Alert) -> str:
        severity = self.speech.shown(SEVERITY_WORDS[alert.peak])
        headline = self._headline(alert, NoticeDeed.RAISED)
        return f"A-{alert.number} · {severity} · {headline} · {self._standing(alert)}"

    def _standing(self, alert: Alert) -> str:
        said = alert.judgement
        return self.speech.shown(UNVERIFIED if said is None else _VERDICTS[said.verdict])

    def _todo(self, alert: Alert) -> str:
        rule = self.rules.get(alert.rule)
        said = rule.todo if rule is not None else {}
        return self.speech.shown(to_do(alert.kind, alert.form, _shown(alert), said))

    def _facts(self, alert: Alert) -> tuple[tuple[str, str], ...]:
        say = self.speech.shown
        facts = [
            (say(T("Severity")), say(SEVERITY_WORDS[_shown(alert)])),
            (say(T("Where")), where_of(self.site, alert.subject)),
            (say(T("Value")), self._value(alert)),
            (say(T("Threshold")), self._amount(alert, alert.threshold)),
            (say(T("Since")), self.speech.moment(alert.since_s)),
            (say(T("Rule")), self._rule(alert)),
        ]
        if alert.over_s is not None:
            facts.append((say(T("Over since")), self.speech.moment(alert.over_s)))
        if alert.held_s is not None:
            facts.append((say(T("Camera not measuring since")), self.speech.moment(alert.held_s)))
        return tuple(facts)

    def _value(self, alert: Alert) -> str:
        usual = alert.usual
        if usual is None:
            return self._amount(alert, alert.value)
        told = {
            name: self.speech.number(getattr(usual, name), digits_of(usual))
            for name in ("value", "expected", "low", "high")
        }
        return self.speech.shown(INSTEAD(**told, hours=str(usual.hours)))

    def _amount(self, alert: Alert, value: float) -> str:
        return amount(alert.kind, value, self.speech, alert.indicator)

    def _rule(self, alert: Alert) -> str:
        declared = self.site.rules.get(alert.rule)
        return declared.called(alert.rule) if declared is not None else alert.rule

    def _link(self, path: str) -> str | None:
        base = self.site.server.public_url
        return None if base is None else f"{base}{path}"

    def _values(self, alert: Alert) -> dict[str, Any]:
        said = alert.judgement
        return {
            "id": alert.id,
            "number": alert.number,
            "rule": alert.rule,
            "rule_label": self._rule(alert),
            "version": alert.version,
            "kind": alert.kind.value,
            "form": alert.form.value,
            "camera": alert.subject.camera,
            "shape": alert.subject.shape,
            "where": where_of(self.site, alert.subject),
            "severity": alert.severity.label,
            "peak": alert.peak.label,
            "value": _finite(alert.value),
            "low": _finite(alert.low),
            "high": _finite(alert.high),
            "threshold": _finite(alert.threshold),
            "unit": quantity_of(alert.kind, alert.indicator).unit,
            "usual": None if alert.usual is None else asdict(alert.usual),
            "since_s": alert.since_s,
            "raised_s": alert.raised_s,
            "over_s": alert.over_s,
            "held_s": alert.held_s,
            "taken": alert.taken_by is not None,
            "verified": said is not None,
            "verdict": None if said is None else said.verdict.value,
        }


def _shown(alert: Alert) -> Severity:
    return alert.severity if alert.over_s is None else alert.peak


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
