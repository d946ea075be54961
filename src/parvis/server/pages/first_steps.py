"""*Première mise en route*: what is done, from the real state, and the one next step."""

from dataclasses import dataclass

from parvis.policy.space import Mode
from parvis.server.pages.frame import View
from parvis.server.pages.states import CameraNow
from parvis.site.shapes import Camera


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One step of the way to a right count.

    Args:
        label: what it is.
        detail: what is there already, or what to do.
        done: the state says so.
        link, link_word: where it is done; empty where site.yaml is the place.
    """

    label: str
    detail: str
    done: bool
    link: str = ""
    link_word: str = ""


def first_steps(here: View, states: dict[str, CameraNow]) -> tuple[FirstStep, ...]:
    """The steps in their order; empty once a camera has been through all of them."""
    _, cameras = here.words._, here.site.cameras
    name, camera = _furthest(cameras, states)
    now = states.get(name)
    drawn = (len(camera.masks), len(camera.lines) + len(camera.zones)) if camera else (0, 0)
    seen_s = now.coverage_s if now is not None else 0.0
    edit = f"/cameras/{name}/edit" if camera else ""
    steps = (
        FirstStep(_("Account"), here.user.name if here.user else "", done=True),
        FirstStep(_("Site"), here.site.site.name, done=True),
        FirstStep(_("Legal frame"), _profile(here), done=True),
        FirstStep(
            _("Camera"),
            camera.label
            if camera
            else _("Find it on the network or write its address, then test."),
            camera is not None,
            "/cameras/add",
            _("Add a camera"),
        ),
        FirstStep(
            _("Mask"),
            here.words.ngettext("{n} mask", "{n} masks", drawn[0])
            if drawn[0]
            else _("Black out homes and windows before anything is counted."),
            drawn[0] > 0,
            edit,
            _("Draw a mask"),
        ),
        FirstStep(
            _("Line or zone"),
            _("Drawn.") if drawn[1] else _("Draw where people cross, and name both directions."),
            drawn[1] > 0,
            edit,
            _("Draw a line"),
        ),
        FirstStep(
            _("Trial"),
            _("Measured for {time} today.", time=here.words.duration(seen_s))
            if seen_s
            else _("Try the line on the picture, then let it count for a minute."),
            seen_s > 0,
            edit,
            _("Try"),
        ),
    )
    return () if all(step.done for step in steps) else steps


def _furthest(
    cameras: dict[str, Camera], states: dict[str, CameraNow]
) -> tuple[str, Camera | None]:
    """The camera that has come furthest: setting up one more is not a first set-up."""

    def way(name: str) -> int:
        camera, now = cameras[name], states.get(name)
        counts = bool(camera.lines or camera.zones)
        return bool(camera.masks) + counts + (now is not None and now.coverage_s > 0)

    name = max(cameras, key=way, default="")
    return name, cameras.get(name)


def _profile(here: View) -> str:
    _ = here.words._
    match here.gate.law.mode:
        case Mode.STATISTICS:
            return _("Statistics: closed quarters of an hour only, no picture, no identity.")
        case Mode.OPERATIONAL:
            return _("Operational: what a recorded act opens, statistics for the rest.")
    return _("Demonstration: recorded clips only.")
