"""Looks after alerts that go on: held while their camera cannot tell, over when nobody tells."""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from parvis.alerts import life
from parvis.alerts.kinds import KINDS, Basis
from parvis.store.alerts import Alerts
from parvis.values.alert_history import AlertEvent, Deed
from parvis.values.alerts import Alert, AlertKind
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
        heard: by camera its last live state, and when it was received.
        watches: ids of the hub's own rules that are followed now.
        lasting_s: by rule, how long a condition must last; of a rule that is gone 0.
    """

    cameras: Set[str]
    heard: Mapping[str, tuple[LiveState, float]]
    watches: Set[str]
    lasting_s: Mapping[str, float]


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
            self._take(due, now_s)
        return len(due)

    def _take(self, due: list[tuple[Alert, Deed]], now_s: float) -> None:
        with self._alerts.stepping() as writing:
            for seen, deed in due:
                one = writing.get(seen.id)
                if one is None or one.over_s is not None or one.episode != seen.episode:
                    continue  # it was told of meanwhile
                match deed:
                    case Deed.HELD:
                        after = life.held(one, now_s)
                    case Deed.RESUMED:
                        after = life.resumed(one, now_s)
                    case _:
                        after = life.lapsed(one, now_s)
                if after != one:
                    writing.set(after)
                    writing.happened(one.id, AlertEvent(now_s, deed, after.severity))

    def _step(self, alert: Alert, now_s: float, speakers: Speakers) -> Deed | None:
        by_hub = alert.subject.place is not None or alert.kind in _BY_HUB
        camera = alert.subject.camera
        state, deaf = None, False
        if not by_hub or KINDS[alert.kind].basis is not Basis.HEALTH:
            state, deaf = _heard(speakers, camera, now_s)
        if alert.subject.place is not None:
            deaf = False
        gone = alert.subject.place is None and camera not in speakers.cameras
        if deaf and not gone:
            self._untold_since_s.pop(alert.id, None)
            return Deed.HELD if alert.held_s is None else None
        watches = speakers.watches if by_hub else {state.watch if state else ""}
        if not gone and alert.episode.rpartition("-")[0] in watches:
            self._untold_since_s.pop(alert.id, None)
            return Deed.RESUMED if alert.held_s is not None else None
        since_s = self._untold_since_s.setdefault(alert.id, now_s)
        patience_s = LAPSE_S + speakers.lasting_s.get(alert.rule, 0.0)
        return Deed.LAPSED if now_s - since_s >= patience_s else None


_BY_HUB = frozenset({AlertKind.CAMERA_HEALTH, AlertKind.THRESHOLD, AlertKind.UNUSUAL})
"""Kinds whose rules the hub follows."""


def _heard(speakers: Speakers, camera: str, now_s: float) -> tuple[LiveState | None, bool]:
    """The state of a camera, and whether it can tell nothing of now."""
    found = speakers.heard.get(camera)
    if found is None:
        return None, True
    state, received_s = found
    live = state.stream.state is CameraState.LIVE and now_s - received_s <= DEAF_S
    return state, not live
