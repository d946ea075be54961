"""The steps of a camera to publication: mask, line, measure, check."""

from dataclasses import dataclass

from parvis.policy.terms import Role
from parvis.server import checking
from parvis.server.line_errors import still_valid
from parvis.server.pages.frame import View
from parvis.server.pages.states import CameraNow
from parvis.site.shapes import Camera


@dataclass(frozen=True, slots=True)
class Step:
    """One thing on the way to a camera that counts, and may be published.

    Args:
        links: where it is done: what is written there, and the address.
    """

    label: str
    done: bool
    detail: str
    links: tuple[tuple[str, str], ...] = ()


def checked_lines(here: View) -> set[tuple[str, str]]:
    """Camera and line of every line whose check still speaks of it; blocking."""
    cameras, found = here.site.cameras, here.services.store.checks.results(each=1)
    return {
        (one.camera, one.line)
        for one in found
        if one.camera in cameras
        and still_valid(one, cameras[one.camera], checking.model_now(here.services, one.camera))
    }


def steps_of(
    here: View,
    of: tuple[str, Camera],
    now: CameraNow | None,
    checked: set[tuple[str, str]],
) -> tuple[Step, ...]:
    """What is done and left to do of a camera.

    Args:
        of: its name and itself.
        now: its state; None when it is disabled.
        checked: as :func:`checked_lines` tells.
    """
    name, camera = of
    words, _ = here.words, here.words._
    masks, lines, zones = len(camera.masks), len(camera.lines), len(camera.zones)
    measured = now is not None and now.coverage_s > 0
    steps = [
        Step(
            _("Mask"),
            masks > 0,
            words.ngettext("{n} mask", "{n} masks", masks) if masks else _("no mask drawn"),
        ),
        Step(
            _("Line or zone"),
            lines + zones > 0,
            ", ".join(_drawn_names(camera)) or _("nothing to count yet"),
        ),
        Step(
            _("Measured today"),
            measured,
            words.duration(now.coverage_s) if now is not None and measured else _("not yet"),
        ),
    ]
    if camera.lines:
        steps.append(_check_step(here, name, camera, checked))
    return tuple(steps)


def _check_step(here: View, name: str, camera: Camera, checked: set[tuple[str, str]]) -> Step:
    """Somebody has counted along every line; who may, goes there to do so."""
    words, _ = here.words, here.words._
    left = [line for line in camera.lines if (name, line) not in checked]
    if not left:
        detail = words.ngettext("{n} line checked", "{n} lines checked", len(camera.lines))
    else:
        detail = _(
            "not counted along yet: {lines}",
            lines=", ".join(camera.lines[line].called(line) for line in left),
        )
    links = tuple(
        (
            _("Count along {line}", line=drawn.called(line)),
            f"/cameras/{name}/lines/{line}/check",
        )
        for line, drawn in camera.lines.items()
    )
    return Step(_("Check"), not left, detail, links if here.may(Role.TECHNICIAN) else ())


def _drawn_names(camera: Camera) -> list[str]:
    lines = [line.called(name) for name, line in camera.lines.items()]
    return lines + [zone.called(name) for name, zone in camera.zones.items()]
