"""Whether a message goes now: asked each time, of the alert, the people, the hours and the gate."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from parvis.policy.gate import Gate, Output, OutputKind, Role
from parvis.policy.gate import Verdict as GateVerdict
from parvis.publish.quiet import quiet_until
from parvis.site.notify import Channel
from parvis.site.shapes import Site
from parvis.values.alerts import Alert, Verdict
from parvis.values.notices import DueNotice, Notice, NoticeDeed, NoticeState

_LOOK_AGAIN_S = 5.0


@dataclass(frozen=True, slots=True)
class Go:
    """It goes."""

    notice: str | None
    """What must stand in it by the profile, in the channel's language."""


@dataclass(frozen=True, slots=True)
class Drop:
    """It never goes.

    Args:
        why: for the log and the screens.
        lost: somebody should have been told, and was not.
    """

    why: str
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Forget:
    """Its occasion is gone, and may come again."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Not before ``until_s``, seconds since the epoch."""

    until_s: float


Answer = Go | Drop | Forget | Wait

EXPIRED = Drop("it could not be sent in time", lost=True)


@dataclass(frozen=True, slots=True)
class Desk:
    """What decides, as it stands at one moment.

    Args:
        site: in force.
        gate: of the profile in force.
        stopped: whether a person has stopped what goes out over a channel.
    """

    site: Site
    gate: Gate
    stopped: Callable[[str], bool] = lambda _channel: False

    @property
    def zone(self) -> ZoneInfo:
        """The site's civil time."""
        return ZoneInfo(self.site.site.timezone)

    def decide(self, due: DueNotice, now_s: float) -> Answer:
        """Whether a message goes now."""
        notice, alert = due.notice, due.alert
        channel = self.site.notify[notice.channel]
        if self.stopped(notice.channel):
            return Drop("a person has stopped what goes out over this channel")
        if alert is None:
            return Drop("its alert is no longer kept")
        settled = _still_true(due, alert, now_s)
        if settled is not None:
            return settled
        if now_s - notice.since_s > channel.give_up_after_s:
            return EXPIRED
        held = self._quiet(notice, channel, now_s)
        return held if held is not None else self._allowed(alert, channel, now_s)

    def _quiet(self, notice: Notice, channel: Channel, now_s: float) -> Answer | None:
        until_s = quiet_until(channel.quiet, notice.severity, now_s, self.zone)
        if until_s > now_s:
            dropped = channel.quiet is not None and channel.quiet.then == "drop"
            return Drop("quiet hours") if dropped else Wait(until_s)
        caller = self.site.notify.get(notice.called_by)
        if notice.deed is not NoticeDeed.ESCALATED or caller is None:
            return None
        # Whoever sleeps has not let the alert lie: the time to take it begins when they are told.
        until_s = quiet_until(caller.quiet, notice.severity, now_s, self.zone)
        if until_s <= now_s:
            return None
        if caller.quiet is not None and caller.quiet.then == "drop":
            return Drop("quiet hours")
        return Wait(until_s + (caller.escalate_after_s or 0.0))

    def _allowed(self, alert: Alert, channel: Channel, now_s: float) -> Answer:
        output = Output(OutputKind.ALERTS, alert.subject.camera, alert=alert.nature)
        decision = self.gate.decide(output, Role.OPERATOR, now_s)
        if decision.verdict is GateVerdict.DELAY and decision.until_s is not None:
            return Wait(decision.until_s)
        if not decision.allowed:
            return Drop(decision.reason.en)
        language = channel.language or self.site.site.language
        return Go(None if decision.notice is None else decision.notice.said(language))


def _still_true(due: DueNotice, alert: Alert, now_s: float) -> Answer | None:
    """What the alert itself says of a message about it; None: nothing against it."""
    notice, said = due.notice, alert.judgement
    match notice.deed:
        case NoticeDeed.ESCALATED:
            if alert.taken_by is not None or said is not None:
                return Drop("somebody takes care of it")
            return None
        case NoticeDeed.RAISED | NoticeDeed.ROSE:
            if said is not None and said.verdict is Verdict.DISMISSED:
                return Drop("it was dismissed before")
            return Drop("told at a higher severity") if _overtaken(due) else None
        case NoticeDeed.OVER:
            if alert.over_s is None:
                return Forget()
        case NoticeDeed.CONFIRMED | NoticeDeed.DISMISSED:
            if said is None or said.verdict.value != notice.deed.value:
                return Forget()
    opened = {one.state for one in due.told if one.deed.opens}
    if NoticeState.SENT in opened:
        return None
    if NoticeState.WAITING in opened:
        return Wait(now_s + _LOOK_AGAIN_S)
    return Drop("nobody was told of it")


def _overtaken(due: DueNotice) -> bool:
    """Whether the channel is told, or was, that the alert is worse than this message says."""
    return any(
        one.deed in (NoticeDeed.RAISED, NoticeDeed.ROSE)
        and one.severity > due.notice.severity
        and one.state is not NoticeState.DROPPED
        for one in due.told
    )
