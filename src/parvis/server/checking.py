"""Count checks: begun, held against what the workers counted, and what may be told of them."""

import asyncio
import secrets
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from parvis.measures.checks.light import light_at, light_by_clock
from parvis.policy.terms import Decision, OutputKind, Verdict
from parvis.server import check_results
from parvis.server.problems import ProblemError, T
from parvis.server.services import HubServices
from parvis.server.ways_out import WaysOut, refusal
from parvis.site.fingerprint import line_fingerprint
from parvis.site.shapes import Site
from parvis.site.whereabouts import whereabouts
from parvis.store.checks import Check
from parvis.values.checks import Light

LEAD_S = 3.0
"""Counting begins that long after it was asked for: the worker is told meanwhile."""

GIVEN_UP_S = 3600.0
"""A check whose person does not come back is given up that long after its planned end."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A check that a person asks for: which line, why, for how long."""

    camera: str
    line: str
    reason: str
    minutes: int


def light_now(site: Site, time_s: float) -> Light:
    """The light at the site at a moment."""
    place = whereabouts(site)
    if place is not None:
        return light_at(*place, time_s)
    at = datetime.fromtimestamp(time_s, ZoneInfo(site.site.timezone))
    return light_by_clock(at.hour + at.minute / 60)


def model_now(hub: HubServices, camera: str) -> str:
    """The detector that the camera runs; empty while nothing was heard of it."""
    seen = hub.board.latest().get(camera)
    return seen.state.analysis.model if seen else ""


def drawn(hub: HubServices, wanted: Wanted, who: str) -> Check:
    """A new check of a line as it is drawn now; not written yet.

    Raises:
        ProblemError: 404 without such a line.
    """
    loaded = hub.site.loaded()
    camera = loaded.site.cameras.get(wanted.camera)
    if camera is None or wanted.line not in camera.lines:
        raise no_line(wanted.camera, wanted.line)
    start_s = hub.clock() + LEAD_S
    return Check(
        secrets.token_urlsafe(12),
        wanted.camera,
        wanted.line,
        who,
        wanted.reason,
        start_s,
        start_s + 60 * wanted.minutes + GIVEN_UP_S,
        light_now(loaded.site, start_s),
        line_fingerprint(camera, wanted.line),
        loaded.hash,
        model_now(hub, wanted.camera),
    )


def state_of(check: Check, now_s: float) -> str:
    """``counting``, ``settling``, ``done`` or ``given-up``."""
    if check.result is not None:
        return "done"
    if now_s >= check.limit_s:
        return "given-up"
    return "counting" if check.end_s is None else "settling"


async def settled(hub: HubServices, check: Check) -> Check:
    """The check with its result, when it is finished and all that was counted is known."""
    return await asyncio.to_thread(
        check_results.settle, hub.store, hub.witnesses, check, hub.clock()
    )


async def get(hub: HubServices, check_id: str) -> Check:
    """The check of that id.

    Raises:
        ProblemError: 404.
    """
    check = await asyncio.to_thread(hub.store.checks.get, check_id)
    if check is None or not covers(hub, check.camera, check.line):
        raise ProblemError(
            404,
            "no-check",
            T("There is no such count check."),
            T("It was never begun here."),
            T("See the checks of the line."),
        )
    return check


def covers(hub: HubServices, camera: str, line: str) -> bool:
    """Whether these services tell of a line."""
    return hub.extent is None or hub.extent.holds(camera, line)


def demand_check(ways: WaysOut, wanted: Wanted) -> None:
    """Refuse a check whose numbers could never be shown.

    Raises:
        ProblemError: 403: too short a stretch for the profile, or another refusal of it.
    """
    decision = ways.decide(
        OutputKind.MEASURES, wanted.camera, newest_s=ways.now_s, bin_s=60.0 * wanted.minutes
    )
    if decision.verdict is Verdict.REFUSE:
        raise refusal(decision)


EARLY_S = 60.0
"""Who stops less than a minute early has counted the quarter of an hour all the same."""


def withheld(ways: WaysOut, check: Check) -> Decision | None:
    """Why the numbers of a check are not shown yet; None when they may be.

    They are measures of a stretch that ends with the check: where values wait for their quarter,
    these do as well.
    """
    end_s = check.end_s if check.end_s is not None else ways.now_s
    length_s = float(round(end_s - check.start_s)) + EARLY_S
    decision = ways.decide(OutputKind.MEASURES, check.camera, newest_s=end_s, bin_s=length_s)
    return None if decision.allowed else decision


def no_line(camera: str, line: str) -> ProblemError:
    """The problem of a line that no camera of the site has."""
    return ProblemError(
        404,
        "no-line",
        T("There is no line of that name."),
        T("The camera {camera} has no line {line}.")(camera=camera, line=line),
        T("See the list of cameras."),
    )
