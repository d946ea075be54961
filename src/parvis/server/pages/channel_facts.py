"""The lines of *Santé du système* about channels: does who should be told of alerts get told?"""

from collections.abc import Iterable

from parvis.server.i18n import Words
from parvis.server.pages.machine import Fact
from parvis.values.notices import ChannelState


def channel_facts(states: Iterable[ChannelState], words: Words, now_s: float) -> list[Fact]:
    """One line a channel."""
    return [_fact(one, words, now_s) for one in states]


def _fact(state: ChannelState, words: Words, now_s: float) -> Fact:
    _ = words._
    label = _("Notifications, channel {name}", name=state.channel)
    command = f"parvis notify test --channel {state.channel}"
    sent = words.ngettext("{n} message in 24 h", "{n} messages in 24 h", state.sent_day)
    dropped = words.ngettext("{n} not sent", "{n} not sent", state.dropped_day)
    more = f"{sent}, {dropped}" if state.dropped_day else sent
    if state.failures and state.failed_s is not None and state.failure is not None:
        waiting = words.ngettext("{n} message waits", "{n} messages wait", state.waiting)
        said = _(
            "fails (last try: {time}): {failure}",
            time=words.since(state.failed_s, now_s),
            failure=words.shown(state.failure),
        )
        return Fact(label, said, f"{waiting}; {more}", well=False, command=command)
    if state.sent_s is None:
        return Fact(label, _("nothing told yet"), command=command)
    return Fact(label, _("last message {time}", time=words.since(state.sent_s, now_s)), more)
