"""The state of each camera in words, as the gate lets this reader see it."""

from dataclasses import dataclass

from parvis.policy.terms import OutputKind, Role
from parvis.server.i18n import Words
from parvis.server.live import Freshness
from parvis.server.pages.frame import View
from parvis.server.problems import T
from parvis.server.ways_out import WaysOut
from parvis.values.live import AnalysisHealth, CameraState, StreamHealth, ZoneNow

STATE_WORDS = {
    "live": T("Seen"),
    "connecting": T("Connecting"),
    "stalled": T("Frozen"),
    "lost": T("No measure"),
    "moved": T("View moved"),
    "stopped": T("Stopped"),
}


@dataclass(frozen=True, slots=True)
class CameraNow:
    """A camera at this moment.

    Args:
        name, label, credit: of site.yaml.
        state: of its stream; a camera nothing was heard of for a minute is ``lost``.
        word: the state in the reader's language.
        since_s: when the state began; None when unknown.
        reason: what went wrong, without secrets.
        people: people in view now; None when nothing current may be shown.
        freshness, age_s: how old the last word of it is.
        stream, analysis: its health; None when nothing was heard.
        coverage_s: seconds seen since midnight or since its run began.
        zones: on a calibrated ground, where values of this moment may be shown.
    """

    name: str
    label: str
    credit: str | None
    state: str
    word: str
    since_s: float | None
    reason: str
    people: int | None
    freshness: Freshness
    age_s: float | None
    stream: StreamHealth | None
    analysis: AnalysisHealth | None
    coverage_s: float
    zones: dict[str, ZoneNow]

    @property
    def sees(self) -> bool:
        """True when measures are being made."""
        return self.state == CameraState.LIVE.value

    @property
    def width(self) -> int:
        """Width of the stream, 0 when unknown."""
        return self.stream.width if self.stream else 0

    @property
    def height(self) -> int:
        """Height of the stream, 0 when unknown."""
        return self.stream.height if self.stream else 0


def cameras_now(here: View) -> tuple[CameraNow, ...]:
    """Every enabled camera of the site, in the order of site.yaml."""
    ways = ways_of(here)
    sightings = here.services.board.latest()
    found = []
    for name, camera in here.site.cameras.items():
        if not camera.enabled:
            continue
        sighting = sightings.get(name)
        seen = ways.live(sighting) if sighting else None
        stopped = here.services.control.is_stopped(name)
        stream = seen.state.stream if seen else None
        state = stream.state.value if stream else CameraState.CONNECTING.value
        if stopped:
            state = CameraState.STOPPED.value
        elif seen and seen.freshness is Freshness.NONE:
            state = CameraState.LOST.value
        allowed = seen is not None and seen.decisions[OutputKind.DOTS].allowed
        current = state == "live" and seen is not None and seen.freshness is not Freshness.NONE
        people = (
            sum(dot.object_class == "person" for dot in seen.state.dots)
            if seen is not None and allowed and current
            else None
        )
        found.append(
            CameraNow(
                name=name,
                label=camera.label,
                credit=camera.credit,
                state=state,
                word=here.words._(STATE_WORDS[state].text),
                since_s=stream.since_s if stream else None,
                reason=here.words._(stream.reason) if stream else "",
                people=people,
                freshness=seen.freshness if seen else Freshness.NONE,
                age_s=seen.age_s if seen else None,
                stream=stream,
                analysis=seen.state.analysis if seen else None,
                coverage_s=seen.state.coverage_today_s if seen else 0.0,
                zones=seen.state.ground if seen and current else {},
            )
        )
    return tuple(found)


def ways_of(here: View) -> WaysOut:
    """The gate, asked for this reader."""
    return here.ways


def state_word(state: str, words: Words) -> str:
    """A state in the reader's language."""
    return words._(STATE_WORDS[state].text) if state in STATE_WORDS else state


__all__ = ["CameraNow", "Role", "cameras_now", "state_word", "ways_of"]
