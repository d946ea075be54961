"""The rules in force with what they were worth: rows of the page *Règles*."""

from dataclasses import dataclass

from parvis.alerts.from_site import refused_rules_of, sound_rules_of
from parvis.alerts.in_words import KIND_WORDS
from parvis.alerts.quality import Proposal, Quality
from parvis.alerts.rule import Mode, Rule
from parvis.policy.permit import Permit
from parvis.server.i18n import Words
from parvis.server.inbox.reader import Reader
from parvis.server.inbox.records import quality_of
from parvis.server.inbox.where import where
from parvis.server.rulebook.indicators import level_said
from parvis.server.rulebook.sentence import sentence
from parvis.site.shapes import Site
from parvis.values.alerts import AlertKind, Form

_NAMED = 4
"""So many of what lacks history are named; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule.

    Args:
        rule: as the engine follows it.
        label: what people call it.
        declared: it stands in site.yaml; else it is ready-made.
        says: the rule as a sentence.
        permit: what the profile lets it do.
        worth: what it was worth in the last month.
        share: ``7 fois sur 10``, ``interval``: ``de 5 à 9, 34 avis``; empty without a verdict.
        delay: until a person took care of an alert, the median; empty without.
        tuning: what it asks for; empty where it asks for nothing.
        silent: where it says nothing yet, for want of history; empty where it has enough.
    """

    rule: Rule
    label: str
    declared: bool
    says: str
    permit: Permit
    worth: Quality
    share: str
    interval: str
    delay: str
    tuning: str
    silent: str

    @property
    def shadow(self) -> bool:
        """It runs on trial."""
        return self.rule.mode is Mode.SHADOW

    @property
    def address(self) -> str:
        """Of its page."""
        return f"/rules/{self.rule.name}"


def entries(reader: Reader) -> list[Entry]:
    """Every rule that runs; blocking."""
    return [entry(reader, rule) for rule in sound_rules_of(reader.site.rules)]


@dataclass(frozen=True, slots=True)
class Refused:
    """A rule that makes no sense as it is written, and is not followed.

    Args:
        name, label: of the rule.
        why, remedy: what is wrong, what to do.
    """

    name: str
    label: str
    why: str
    remedy: str


def refused(site: Site, words: Words) -> list[Refused]:
    """Every rule of the file that is not followed."""
    return [
        Refused(
            one.name,
            called(site, one.name, words),
            words.shown(one.message),
            words.shown(one.remedy),
        )
        for one in refused_rules_of(site.rules)
    ]


def entry(reader: Reader, rule: Rule) -> Entry:
    """One rule with its record; blocking."""
    words, shadow = reader.words, rule.mode is Mode.SHADOW
    worth = quality_of(reader.alerts, rule.name, rule.kind, reader.now_s, shadow=shadow)
    share, interval = _precision(worth, words)
    return Entry(
        rule=rule,
        label=called(reader.site, rule.name, words),
        declared=rule.name in reader.site.rules,
        says=sentence(reader.site, rule, words),
        permit=reader.ways.gate.permit(rule.basis.value, rule.kind, rule.purposes),
        worth=worth,
        share=share,
        interval=interval,
        delay=words.duration(worth.delay_s) if worth.delay_s is not None else "",
        tuning=_tuning(rule, worth, words),
        silent=_silent(reader, rule),
    )


def called(site: Site, name: str, words: Words) -> str:
    """What people call a rule: its label, else what its kind is called, else its name."""
    settings = site.rules.get(name)
    if settings is not None and settings.label:
        return settings.label
    known = {kind.value: text for kind, text in KIND_WORDS.items()}
    return words._(known[name].text) if name in known else name


def _precision(worth: Quality, words: Words) -> tuple[str, str]:
    precision, _ = worth.precision, words._
    if precision.share is None or precision.interval is None:
        return "", ""
    low, high = precision.interval
    return (
        _("{n} times out of 10", n=words.number(precision.share * 10)),
        _(
            "from {low} to {high}, {verdicts}",
            low=words.lower(low * 10),
            high=words.upper(high * 10),
            verdicts=words.ngettext("{n} verdict", "{n} verdicts", precision.judged),
        ),
    )


def _silent(reader: Reader, rule: Rule) -> str:
    """``Historique dans 12 jours : Quai Nord (Pont).``, the first that will have enough first."""
    if rule.kind is not AlertKind.UNUSUAL:
        return ""
    words = reader.words
    told: dict[int, list[str]] = {}
    for subject, days in sorted(reader.hub.young().items(), key=lambda one: (one[1], one[0])):
        if any(rule.watches(subject, form, "") for form in (Form.MORE, Form.LESS)):
            told.setdefault(days, []).append(where(reader.site, subject).full)
    return " ".join(_history_in(days, names, words) for days, names in told.items())


def _history_in(days: int, names: list[str], words: Words) -> str:
    named, more = names[:_NAMED], len(names) - _NAMED
    if more > 0:
        named.append(words.ngettext("{n} more", "{n} more", more))
    told = words.ngettext("History in {n} day", "History in {n} days", days)
    return words._("{told}: {names}.", told=told, names=", ".join(named))


def _tuning(rule: Rule, worth: Quality, words: Words) -> str:
    if not worth.wants_tuning:
        return ""
    if worth.proposal is None:
        return words._("It is wrong more often than right: put it on trial, or change it.")
    return _proposed(rule, worth.proposal, words)


def _proposed(rule: Rule, found: Proposal, words: Words) -> str:
    return words._(
        "It is wrong more often than right. A threshold of {value} would have kept {kept} of "
        "{confirmed} confirmed alerts and spared {dropped} of {dismissed} dismissed ones.",
        value=level_said(rule, found.threshold, words),
        kept=words.number(found.kept),
        confirmed=words.number(found.confirmed),
        dropped=words.number(found.dropped),
        dismissed=words.number(found.dismissed),
    )
