"""Looks after alerts that go on: held while their camera cannot tell, over when nobody tells, or
when the profile in force does not allow them.
"""

import math
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass

from parvis.alerts import life
from parvis.alerts.rule import Rule, rule_that_said
from parvis.policy.permit import Permit
from parvis.store.alert_steps import AlertSteps
from parvis.store.alerts import Alerts
from parvis.values.alert_history import AlertEvent, Deed
from parvis.values.alerts import Alert, AlertBasis, AlertKind, AlertNature, Subject
from parvis.values.live import CameraState, LiveState

DEAF_S = 5.0
"""A camera that was not heard of for longer cannot tell whether an alert goes on."""

LAPSE_S = 60.0
"""An alert of a run that is over ends when the run that follows has not told it anew for so long,
beyond the time that its rule asks the condition to last."""


@dataclass(frozen=True, slots=True)
class Speakers:
    """Who tells of alerts now.

    Args:
        cameras: those of the site that are enabled.
        places: by name the cameras of each; a place can be told of while all of them speak.
        heard: by camera its last live state, and when it was received.
        watches: ids of the hub's own rules that are followed now.
        rules: those in force, by name.
        permit: whether alerts of a nature may be there; the gate's answer.
    """

    cameras: Set[str]
    places: Mapping[str, Set[str]]
    heard: Mapping[str, tuple[LiveState, float]]
    watches: Set[str]
    rules: Mapping[str, Rule]
    permit: Callable[[AlertNature], Permit]

    def cameras_of(self, subject: Subject) -> Set[str]:
        """The cameras that a subject is seen by; none where it has left the site."""
        if subject.place is not None:
            return self.places.get(subject.place, frozenset())
        return frozenset({subject.camera}) & self.cameras

    def deaf(self, cameras: Set[str], now_s: float) -> bool:
        """Whether one of the cameras can tell nothing of now."""
        for camera in cameras:
            state, received_s = self.heard.get(camera, (None, -math.inf))
            if state is None or state.stream.state is not CameraState.LIVE:
                return True
            if now_s - received_s > DEAF_S:
                return True
        return False

    def watches_of(self, alert: Alert) -> Set[str]:
        """Ids of the rules that are followed now where an alert was raised."""
        if alert.subject.place is not None or alert.kind in _BY_HUB:
            return self.watches
        state, _ = self.heard.get(alert.subject.camera, (None, 0.0))
        return frozenset() if state is None else frozenset(state.watches)


class AlertKeeper:
    """Steps of alerts that no rule tells and no person takes.

    Args:
        alerts: where they rest.
    """

    def __init__(self, alerts: Alerts) -> None:
        self._alerts = alerts
        self._untold_since_s: dict[str, float] = {}

    def look(self, now_s: float, speakers: Speakers) -> int:
        """Hold, resume and end what has to be; return how many alerts changed.

        Raises:
            StoreUnavailableError: what was to be done is done at the next look.
        """
        going_on = self._alerts.going_on()
        steps = [(one, self._step(one, now_s, speakers)) for one in going_on]
        ids = {one.id for one in going_on}
        self._untold_since_s = {k: v for k, v in self._untold_since_s.items() if k in ids}
        due = [(one, deed) for one, deed in steps if deed is not None]
        if due:
            self._take(due, now_s, speakers)
        return len(due)

    def _take(self, due: list[tuple[Alert, Deed]], now_s: float, speakers: Speakers) -> None:
        with self._alerts.stepping() as writing:
            for seen, deed in due:
                one = writing.get(seen.id)
                if one is None or one != seen:
                    continue  # it changed meanwhile: the next look is a second away
                match deed:
                    case Deed.HELD:
                        after = life.held(one, now_s)
                    case Deed.RESUMED:
                        after = life.resumed(one, now_s)
                    case _:
                        after = life.ended(one, now_s)
                writing.set(after)
                writing.happened(one.id, AlertEvent(now_s, deed, after.severity))
                if deed is Deed.WITHDRAWN:
                    _log(writing, one, now_s, speakers.permit(one.nature))

    def _step(self, alert: Alert, now_s: float, speakers: Speakers) -> Deed | None:
        if not speakers.permit(alert.nature).raises:
            return Deed.WITHDRAWN
        cameras = speakers.cameras_of(alert.subject)
        if alert.basis is not AlertBasis.HEALTH and speakers.deaf(cameras, now_s):
            self._untold_since_s.pop(alert.id, None)
            if alert.held_s is None:
                return Deed.HELD
            return Deed.EXPIRED if now_s - alert.held_s >= _rule(speakers, alert).hold_s else None
        if cameras and alert.episode.rpartition("-")[0] in speakers.watches_of(alert):
            self._untold_since_s.pop(alert.id, None)
            return Deed.RESUMED if alert.held_s is not None else None
        since_s = self._untold_since_s.setdefault(alert.id, now_s)
        patience_s = LAPSE_S + _rule(speakers, alert).durations.for_s
        return Deed.LAPSED if now_s - since_s >= patience_s else None


_BY_HUB = frozenset({AlertKind.CAMERA_HEALTH, AlertKind.THRESHOLD, AlertKind.UNUSUAL})
"""Kinds whose rules the hub follows."""


def _log(writing: AlertSteps, alert: Alert, now_s: float, permit: Permit) -> None:
    """That an alert of before is over, because the profile in force does not allow it."""
    writing.audit(
        at_s=now_s,
        who="system",
        action="alert.withdraw",
        target=alert.id,
        why=permit.reason.en,
        detail={"number": alert.number, "rule": alert.rule, "article": permit.article.key},
    )


def _rule(speakers: Speakers, alert: Alert) -> Rule:
    return rule_that_said(speakers.rules, alert.rule, alert.kind)
