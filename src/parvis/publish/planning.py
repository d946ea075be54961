"""What happened to alerts → the messages that follow, before anybody asks whether they may go."""

from collections.abc import Iterator, Mapping, Sequence

from parvis.alerts.life import UNDO_S
from parvis.site.notify import Channel
from parvis.site.shapes import Site
from parvis.values.alert_history import Deed
from parvis.values.alerts import Alert, Severity, Subject
from parvis.values.notices import News, Notice, NoticeDeed
from parvis.values.series import WHOLE_VIEW

_OPENING = {Deed.RAISED: NoticeDeed.RAISED, Deed.ROSE: NoticeDeed.ROSE}
_ENDING = frozenset({Deed.OVER, Deed.LAPSED, Deed.EXPIRED})
_JUDGING = {Deed.CONFIRMED: NoticeDeed.CONFIRMED, Deed.DISMISSED: NoticeDeed.DISMISSED}

_COOLDOWN_S = 120.0
"""Of rules that do not stand in the file."""

_SETTLE_S = 1.0


def plan(site: Site, news: Sequence[News]) -> Iterator[Notice]:
    """The messages to every channel concerned.

    An alert is told once at each severity, so that one that goes up and down disturbs once. Its
    end waits for the cool-down in which it may come back, a verdict for the time in which it may
    be taken back.

    Args:
        site: with the channels.
        news: in the order in which it happened.
    """
    for one in news:
        if one.alert.shadow:
            continue
        deed = one.event.deed
        if deed in _OPENING:
            yield from _opening(site, one)
        elif deed in _ENDING:
            rule = site.rules.get(one.alert.rule)
            wait_s = rule.cooldown_s if rule is not None else _COOLDOWN_S
            yield from _following(site, one, NoticeDeed.OVER, "over", wait_s)
        elif deed in _JUDGING:
            yield from _following(site, one, _JUDGING[deed], "judged", UNDO_S)


def told_at(channel: Channel, alert: Alert, severity: Severity, site: Site) -> bool:
    """Whether a channel is told of an alert at that severity."""
    if channel.severity == "never" or severity < Severity.from_label(channel.severity):
        return False
    if channel.rules and alert.rule not in channel.rules:
        return False
    return not channel.on or any(_holds(site, one, alert.subject) for one in channel.on)


def _opening(site: Site, news: News) -> Iterator[Notice]:
    event, alert = news.event, news.alert
    first = event.deed is Deed.RAISED and news.first
    deed = NoticeDeed.RAISED if first else NoticeDeed.ROSE
    for name, channel in site.notify.items():
        if not told_at(channel, alert, event.severity, site):
            continue
        yield Notice(
            f"{alert.id}/{event.severity.label}/{name}",
            name,
            alert.id,
            deed,
            event.severity,
            event.time_s,
            event.time_s,
            event.time_s,
        )
        if channel.escalate_to is not None and channel.escalate_after_s is not None:
            due_s = event.time_s + channel.escalate_after_s
            yield Notice(
                f"{alert.id}/escalated/{channel.escalate_to}",
                channel.escalate_to,
                alert.id,
                NoticeDeed.ESCALATED,
                event.severity,
                event.time_s,
                due_s,
                due_s,
                name,
            )


def _following(
    site: Site, news: News, deed: NoticeDeed, kind: str, wait_s: float
) -> Iterator[Notice]:
    """Follow-ups to whoever may have been told; who was not is sorted out when they are due."""
    alert = news.alert
    due_s = news.event.time_s + wait_s + _SETTLE_S
    for name in _may_have_heard(site.notify, alert, site):
        if kind in site.notify[name].follow_up:
            yield Notice(
                f"{alert.id}/{deed.value}/{name}",
                name,
                alert.id,
                deed,
                alert.peak,
                news.event.time_s,
                due_s,
                due_s,
            )


def _may_have_heard(channels: Mapping[str, Channel], alert: Alert, site: Site) -> list[str]:
    told = {name for name, one in channels.items() if told_at(one, alert, alert.peak, site)}
    called = {channels[name].escalate_to for name in told}
    return [name for name in channels if name in told or name in called]


def _holds(site: Site, written: str, subject: Subject) -> bool:
    """Whether what a channel names holds what an alert is about."""
    wanted = Subject.from_key(written)
    if wanted == subject or (wanted.shape == WHOLE_VIEW and wanted.camera == subject.camera):
        return True
    place = site.places.get(wanted.place) if wanted.place is not None else None
    return place is not None and subject.key in (*place.zones, *place.lines)
