"""What a person does with an alert: step, history and log, all together or not at all."""

import asyncio
from dataclasses import dataclass
from enum import StrEnum

from fastapi import Request

from parvis.alerts import life
from parvis.policy.terms import Role
from parvis.server.auth import User
from parvis.server.problems import ProblemError, T
from parvis.server.services import HubServices, services
from parvis.server.trail import origin
from parvis.server.ways_out import WaysOut, ways_out_of
from parvis.store.alert_steps import AlertSteps
from parvis.values.alert_history import AlertEvent, Deed
from parvis.values.alerts import Alert, DismissReason, Judgement, Verdict

JUDGES = (Role.OPERATOR, Role.ADMINISTRATOR)
"""Who takes care of alerts and judges them."""

READERS = (Role.OPERATOR, Role.ANALYST, Role.TECHNICIAN, Role.ADMINISTRATOR, Role.DPO)
"""Who reads them, as far as the profile lets them."""


class Act(StrEnum):
    """What a person does."""

    ACKNOWLEDGE = "acknowledge"
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    UNDO = "undo"


_DEEDS = {
    Act.ACKNOWLEDGE: Deed.TAKEN,
    Act.CONFIRM: Deed.CONFIRMED,
    Act.DISMISS: Deed.DISMISSED,
    Act.UNDO: Deed.UNDONE,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """An act with its words.

    Args:
        act: what.
        reason: why an alert is dismissed; None for every other act.
        note: free text, what was done.
    """

    act: Act
    reason: DismissReason | None = None
    note: str = ""


async def do(request: Request, user: User, alert_id: str, asked: Asked) -> Alert:
    """Take the step; the alert after it.

    Raises:
        ProblemError: 404 without such an alert, 409 when it cannot take that step now.
    """
    deed = _Deed(ways_out_of(request, user), user.name, origin(request), asked)
    return await asyncio.to_thread(deed.of, services(request), alert_id)


@dataclass(frozen=True, slots=True)
class _Deed:
    """An act, who does it and from where."""

    ways: WaysOut
    who: str
    address: str
    asked: Asked

    def of(self, hub: HubServices, alert_id: str) -> Alert:
        """Do it to an alert."""
        with hub.store.alerts.stepping() as steps:
            before = steps.get(alert_id)
            if before is None or not self.ways.shows_alert(before):
                raise no_alert(alert_id)
            after = self._stepped(before)
            steps.set(after)
            self._write(steps, after)
        return after

    def _stepped(self, before: Alert) -> Alert:
        try:
            return _stepped(before, self.who, self.ways.now_s, self.asked)
        except life.StepRefusedError as refused:
            raise ProblemError(
                409,
                "alert-step",
                T("This alert cannot take that step now."),
                _WHY[refused.why],
                T("Look at the alert as it is now."),
            ) from None

    def _write(self, steps: AlertSteps, after: Alert) -> None:
        asked, now_s = self.asked, self.ways.now_s
        event = AlertEvent(
            now_s,
            _DEEDS[asked.act],
            after.severity,
            who=self.who,
            reason=asked.reason,
            note=asked.note,
        )
        steps.happened(after.id, event)
        steps.audit(
            at_s=now_s,
            who=self.who,
            action=f"alert.{asked.act.value}",
            target=after.id,
            why=asked.note,
            origin=self.address,
            detail={
                "number": after.number,
                "rule": after.rule,
                "version": after.version,
                "reason": None if asked.reason is None else asked.reason.value,
            },
        )


def _stepped(alert: Alert, who: str, now_s: float, asked: Asked) -> Alert:
    match asked.act:
        case Act.ACKNOWLEDGE:
            return life.taken(alert, who, now_s)
        case Act.CONFIRM:
            said = Judgement(Verdict.CONFIRMED, who, now_s, None, asked.note)
            return life.judged(alert, said)
        case Act.DISMISS:
            said = Judgement(Verdict.DISMISSED, who, now_s, asked.reason, asked.note)
            return life.judged(alert, said)
        case Act.UNDO:
            return life.unjudged(alert, who, now_s)


def no_alert(alert_id: str) -> ProblemError:
    """The problem that an alert is not, or no longer, kept, or is not for who asks."""
    return ProblemError(
        404,
        "no-alert",
        T("There is no such alert."),
        T("Alerts are deleted when their retention ends."),
        T("Go back to the list."),
        details={"alert": alert_id},
    )


_WHY = {
    life.Refusal.JUDGED: T("A person has judged it already."),
    life.Refusal.TAKEN: T("Another person takes care of it already."),
    life.Refusal.UNJUDGED: T("Nobody has judged it."),
    life.Refusal.ANOTHERS: T("The verdict is another person's."),
    life.Refusal.TOO_LATE: T("A verdict can be taken back for ten seconds only."),
}
