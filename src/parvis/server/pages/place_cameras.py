"""A place's cameras, and how wrong each of their lines was when a person last counted along."""

from dataclasses import dataclass

from parvis.ground.calibration import Calibration
from parvis.measures.checks.record import cells_of
from parvis.policy.terms import Decision, Role
from parvis.server import checking
from parvis.server.line_errors import still_valid
from parvis.server.pages.check_words import CERTIFIED, FEW_CERTIFIED, LIGHTS, sentence
from parvis.server.pages.checks import READERS
from parvis.server.pages.frame import View
from parvis.server.pages.states import CameraNow, cameras_now, ways_of
from parvis.server.town import portrait
from parvis.server.town.frame import camera_ground
from parvis.site.place import Place
from parvis.site.shapes import Camera, Line
from parvis.store.checks import Check


@dataclass(frozen=True, slots=True)
class CameraLine:
    """A camera of the place.

    Args:
        now: its state; None when it is disabled.
        label: of site.yaml.
        worst_m: error of the worst point of its ground; None without a ground or a check of it.
        grounded: it has a ground.
    """

    name: str
    now: CameraNow | None
    label: str
    worst_m: float | None
    grounded: bool


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """A counting line with its last settled count check.

    Args:
        camera, label: what people call them.
        counting: address of the pad; None for who may not count along.
        check: None where nobody ever counted along.
        light: in which the person counted, in words.
        said: what was found; empty where the reader may not know it.
        withheld: why it is not told yet.
        valid: the check speaks of the line as it is now.
        result: address of what was found; None for who may not read it.
    """

    camera: str
    label: str
    counting: str | None
    check: Check | None
    light: str
    said: str
    withheld: Decision | None
    valid: bool
    result: str | None


def cameras(here: View, place: Place) -> list[CameraLine]:
    """The cameras that measure a place."""
    states = {now.name: now for now in cameras_now(here)}
    rows = []
    for name in portrait.cameras_of(place):
        ground = camera_ground(here.services, name)
        worst = None
        if ground is not None and isinstance(ground.calibration, Calibration):
            known = [float(off) for off in ground.calibration.left_out_m if off == off]  # noqa: PLR0124  # NaN differs from itself
            worst = max(known, default=None)
        label = here.site.cameras[name].label
        rows.append(CameraLine(name, states.get(name), label, worst, ground is not None))
    return rows


def checked_lines(here: View, place: Place) -> list[CheckedLine]:
    """Every counting line of the place's cameras; blocking."""
    rows = []
    for name in portrait.cameras_of(place):
        camera = here.site.cameras[name]
        last: dict[str, Check] = {}
        for check in here.services.store.checks.results(name, each=1) if camera.lines else ():
            last.setdefault(check.line, check)
        rows += [
            _checked(here, (name, camera), (line, drawn), last.get(line))
            for line, drawn in camera.lines.items()
        ]
    return rows


def _checked(
    here: View, at: tuple[str, Camera], of: tuple[str, Line], check: Check | None
) -> CheckedLine:
    (name, camera), (line, drawn) = at, of
    pad = f"/cameras/{name}/lines/{line}/check" if here.may(Role.TECHNICIAN) else None
    labels = (camera.label, drawn.called(line))
    if check is None:
        return CheckedLine(*labels, pad, None, "", "", None, False, None)
    reads = here.may(*READERS)
    withheld = checking.withheld(ways_of(here), check)
    return CheckedLine(
        *labels,
        pad,
        check,
        here.words._(LIGHTS[check.light.value].text),
        _said(here, check) if reads and withheld is None else "",
        withheld,
        still_valid(check, camera, checking.model_now(here.services, name)),
        f"/checks/{check.id}" if reads else None,
    )


def _said(here: View, check: Check) -> str:
    """The sentence of the check; who counted is addressed, others read of a person."""
    assert check.result is not None  # noqa: S101  # the caller has looked
    found = cells_of(check.result)
    true, counted = sum(one.true for one in found), sum(one.counted for one in found)
    if here.user is not None and check.who == here.user.name:
        return sentence(check, true, counted, here.words)
    return sentence(check, true, counted, here.words, said=CERTIFIED, few=FEW_CERTIFIED)
