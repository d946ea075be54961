"""How long each camera has been unwell: the signals of rules on the health of cameras."""

from collections.abc import Callable, Iterator, Mapping

from parvis.site.shapes import Site
from parvis.values.alerts import AlertKind, Form, Signal, Subject
from parvis.values.live import CameraState, LiveState

SILENT_S = 10.0
"""A camera whose worker has not spoken for longer is lost since its last word."""

_LOST = frozenset({CameraState.LOST, CameraState.STALLED, CameraState.CONNECTING})


def health_signals(
    now_s: float,
    began_s: float,
    site: Site,
    heard: Mapping[str, tuple[LiveState, float]],
    stopped: Callable[[str], bool],
) -> Iterator[Signal]:
    """Seconds that each camera has been lost, moved, masked, dark, blurred: 0 while it is not.

    A camera that a person has switched off or stopped is not unwell.

    Args:
        began_s: when the hub began to listen, or its clock was set: a camera that was not heard
            since is lost since then.
        stopped: whether a person has stopped it.
    """
    for name, camera in site.cameras.items():
        at_rest = not camera.enabled or stopped(name)
        since_s: dict[Form, float] = {}
        if not at_rest:
            since_s = _unwell(now_s, began_s, heard.get(name))
        for form in (Form.LOST, Form.MOVED, Form.MASKED, Form.DARK, Form.BLURRED):
            begun_s = since_s.get(form)
            value = 0.0 if begun_s is None else max(0.0, now_s - begun_s)
            yield Signal(AlertKind.CAMERA_HEALTH, Subject(name), now_s, value, form=form)


def _unwell(
    now_s: float, began_s: float, found: tuple[LiveState, float] | None
) -> dict[Form, float]:
    """What is wrong with a camera, and since when."""
    if found is None:
        return {Form.LOST: began_s}
    state, received_s = found
    if now_s - received_s > SILENT_S:
        return {Form.LOST: max(received_s, began_s)}
    stream = state.stream
    if stream.state in _LOST:
        return {Form.LOST: stream.since_s}
    unwell = {}
    if stream.state is CameraState.MOVED:
        unwell[Form.MOVED] = stream.since_s
    if state.obscured and state.obscured_since_s is not None:
        unwell[Form(state.obscured)] = state.obscured_since_s
    return unwell
