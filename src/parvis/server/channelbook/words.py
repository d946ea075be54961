"""A channel in sentences: how it tells, of what, when not, and who is told next."""

from collections.abc import Iterable
from dataclasses import dataclass

from parvis.alerts.in_words import SEVERITY_WORDS
from parvis.server.channelbook.form import way_of
from parvis.server.hours_form import hours_said
from parvis.server.i18n import Words
from parvis.server.inbox.where import where
from parvis.server.problems import T
from parvis.server.rulebook.entries import called
from parvis.site.notify import Channel
from parvis.site.shapes import Site
from parvis.values.alerts import Severity, Subject
from parvis.values.notices import ChannelState

WAY_WORDS = {"email": T("E-mail"), "webhook": T("Webhook"), "mqtt": T("MQTT")}

WAY_ABOUT = {
    "email": T("To people, through a mail server."),
    "webhook": T("To a program, by a signed HTTP request."),
    "mqtt": T("To programs, through a broker."),
}

TOLD_WORDS = {
    **{one.label: SEVERITY_WORDS[one] for one in Severity if one},
    "never": T("Only what another channel escalates"),
}
"""From which severity on a channel is told."""

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One channel in the list.

    Args:
        name: in site.yaml.
        way: E-mail, Webhook or MQTT; ``to``: whom it reaches, without any secret.
        says: of what it tells, where, when.
        state: ``well``, ``fails`` or ``quiet`` (nothing sent yet); ``told``: that in words.
    """

    name: str
    way: str
    to: str
    says: str
    state: str
    told: str


def line(site: Site, name: str, state: ChannelState | None, words: Words, now_s: float) -> Line:
    """A channel with how it does."""
    channel = site.notify[name]
    key, told = state_said(state, words, now_s)
    way = words._(WAY_WORDS[way_of(channel)].text)
    return Line(name, way, reaches(channel, words), sentence(site, channel, words), key, told)


def reaches(channel: Channel, words: Words) -> str:
    """Whom it reaches: how many people, or which host."""
    if channel.email is not None:
        n = len(channel.email.to)
        return words.ngettext(
            "{n} address through {host}", "{n} addresses through {host}", n, host=channel.email.host
        )
    if channel.webhook is not None:
        return channel.webhook.url.split("/")[2]
    assert channel.mqtt is not None  # noqa: S101  # a channel is one of the three
    return words._("{topic} at {host}", topic=channel.mqtt.topic, host=channel.mqtt.host)


def sentence(site: Site, channel: Channel, words: Words) -> str:
    """``À partir de Vigilance, de toutes les règles, partout ; calme de 22:00 à 07:00…``"""
    _ = words._
    told = [
        _("From {severity} on, {rules}, {places}.", severity=_severity(channel.severity, words),
          rules=_rules(site, channel, words), places=_places(site, channel, words))
        if channel.severity != "never"
        else _("Only what another channel escalates to it.")
    ]  # fmt: skip
    if channel.quiet is not None:
        told.append(quiet_said(channel, words))
    if channel.escalate_to is not None and channel.escalate_after_s is not None:
        told.append(
            _(
                "If nobody has taken the alert after {lasts}, {channel} is told.",
                lasts=words.duration(channel.escalate_after_s),
                channel=channel.escalate_to,
            )
        )
    return " ".join(told)


def quiet_said(channel: Channel, words: Words) -> str:
    """When it is quiet, and what becomes of what it holds back; empty without quiet hours."""
    if channel.quiet is None:
        return ""
    hours, below = hours_said(channel.quiet.hours, words), _severity(channel.quiet.below, words)
    if channel.quiet.then == "wait":
        return words._(
            "Quiet {hours}: under {severity} messages wait for the end.",
            hours=hours,
            severity=below,
        )
    return words._(
        "Quiet {hours}: under {severity} messages are dropped.", hours=hours, severity=below
    )


def state_said(state: ChannelState | None, words: Words, now_s: float) -> tuple[str, str]:
    """How it does: a key and a sentence."""
    _ = words._
    if state is not None and state.failures and state.failed_s is not None:
        waiting = words.ngettext("{n} message waits", "{n} messages wait", state.waiting)
        return "fails", _(
            "Fails since its last try at {time}: {why}; {waiting}.",
            time=words.since(state.failed_s, now_s),
            why=words.shown(state.failure) if state.failure is not None else "—",
            waiting=waiting,
        )
    if state is None or state.sent_s is None:
        return "quiet", _("Nothing told yet.")
    return "well", _(
        "Last message {time}; {sent}.",
        time=words.since(state.sent_s, now_s),
        sent=words.ngettext("{n} message in 24 h", "{n} messages in 24 h", state.sent_day),
    )


def answer(lines: Iterable[Line], words: Words) -> str:
    """The first line of the page: is somebody told?"""
    found = list(lines)
    if not found:
        return words._("Nobody is told of alerts outside of this screen.")
    told = words.ngettext("{n} channel tells of alerts", "{n} channels tell of alerts", len(found))
    failing = sum(one.state == "fails" for one in found)
    if not failing:
        return f"{told}."
    fails = words.ngettext("{n} fails", "{n} fail", failing)
    return f"{told}, {fails}."


def _severity(name: str, words: Words) -> str:
    return words._(SEVERITY_WORDS[Severity.from_label(name)].text)


def _rules(site: Site, channel: Channel, words: Words) -> str:
    names = [called(site, one, words) for one in channel.rules]
    return _listed(names, words) or words._("of every rule")


def _places(site: Site, channel: Channel, words: Words) -> str:
    names = [where(site, Subject.from_key(one)).full for one in channel.on]
    return _listed(names, words) or words._("everywhere")


def _listed(names: list[str], words: Words) -> str:
    text, more = ", ".join(names[:_MOST_NAMED]), len(names) - _MOST_NAMED
    if more <= 0:
        return text
    return words.ngettext("{names} and {n} more", "{names} and {n} more", more, names=text)
