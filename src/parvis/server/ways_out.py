"""The one place where the server asks the policy gate: every route that lets something out
takes :data:`WaysOutHere` and lets it out through one of these methods.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Depends, Request

from parvis.policy.gate import Gate
from parvis.policy.terms import Decision, Output, OutputKind, Role
from parvis.server.auth import CurrentUser, User
from parvis.server.live import Freshness, Sighting
from parvis.server.problems import ProblemError, T
from parvis.server.services import services
from parvis.server.settled import Settled
from parvis.site.shapes import Camera
from parvis.values.alerts import Alert, AlertNature
from parvis.values.civil import Bin
from parvis.values.extent import Extent
from parvis.values.live import LiveState, Sketch
from parvis.values.measure import Measure
from parvis.values.series import SeriesKind

_QUIET = Settled(0.0)
"""In place of figures that do not leave."""

_LENGTH_S = {Bin.MINUTE: 60.0, Bin.QUARTER: 900.0, Bin.HOUR: 3600.0, Bin.DAY: 86400.0}


@dataclass(frozen=True, slots=True)
class Seen:
    """One live state, stripped to what may leave.

    Args:
        state: dots, occupancy and running counts are empty where withheld.
        freshness, age_s: how old it is.
        decisions: the gate's answer for ``live_state`` and ``dots``.
    """

    state: LiveState
    freshness: Freshness
    age_s: float
    decisions: dict[OutputKind, Decision]


@dataclass(frozen=True, slots=True)
class Released:
    """One measure with the gate's answer; the measure is None where it does not leave.

    Args:
        start_s, end_s: its stretch, seconds since the epoch.
        measure: the measure, when it may leave.
        decision: why, and from when, it does not; None for a gap, which tells nothing.
    """

    start_s: float
    end_s: float
    measure: Measure | None
    decision: Decision | None


@dataclass(frozen=True)
class WaysOut:
    """The gate, asked for one person under one role.

    Args:
        gate: of the profile in force.
        role: who asks.
        cameras: the site's cameras, for their legal space.
        now_s: seconds since the epoch.
        extent: the part of the site that this person covers; None for all of it.
    """

    gate: Gate
    role: Role
    cameras: dict[str, Camera]
    now_s: float
    extent: Extent | None = None

    @property
    def recorded_only(self) -> bool:
        """True where everything shown is a replayed clip, served by this machine itself."""
        return self.gate.profile.recorded_only is not None

    @property
    def hides_small_cells(self) -> bool:
        """True where small cells are hidden from this person."""
        return self.role in self.gate.profile.min_cell_roles

    def at(self, now_s: float) -> "WaysOut":
        """The same person a little later, for long answers."""
        return replace(self, now_s=now_s)

    def decide(self, kind: OutputKind, camera: str | None = None, **told: Any) -> Decision:
        """The gate's answer for one output."""
        space = self.cameras[camera].space if camera in self.cameras else None
        return self.gate.decide(Output(kind, camera, space, **told), self.role, self.now_s)

    def demand(self, kind: OutputKind, camera: str | None = None, **told: Any) -> Decision:
        """The gate's answer, when it is yes.

        Raises:
            ProblemError: 403 with the reason and the text it rests on.
        """
        decision = self.decide(kind, camera, **told)
        if not decision.allowed:
            raise refusal(decision)
        return decision

    def alert_decision(self, nature: AlertNature) -> Decision:
        """The gate's answer for alerts of one nature."""
        return self.decide(OutputKind.ALERTS, nature.camera, alert=nature)

    def shows_alert(self, alert: Alert) -> bool:
        """Whether an alert may be shown to this person now, whenever it was raised."""
        subject = alert.subject
        if self.extent is not None and not self.extent.holds(subject.camera, subject.shape):
            return False
        return self.alert_decision(alert.nature).allowed

    @property
    def moment_s(self) -> float:
        """The end of the second that runs: on the stroke of a quarter, now is in the next one."""
        return math.floor(self.now_s) + 1.0

    def live(self, sighting: Sighting) -> Seen | None:
        """A live state as this person may see it: health, and what the profile shows of now.

        None when not even the camera's health may leave.
        """
        state = sighting.state
        if not self.decide(OutputKind.HEALTH, state.camera).allowed:
            return None
        if self.extent is not None:
            state = _within(state, self.extent)
        values = self.decide(OutputKind.LIVE_STATE, state.camera, newest_s=self.moment_s)
        dots = self.decide(OutputKind.DOTS, state.camera, newest_s=self.moment_s)
        freshness = sighting.freshness(self.now_s)
        told = freshness is not Freshness.NONE
        analysis, stream = state.analysis, state.stream
        if not values.allowed:
            load = self._load(sighting)
            analysis = load.in_place_of(analysis)
            stream = replace(stream, dropped=load.dropped)
        state = replace(
            state,
            analysis=analysis,
            stream=stream,
            dots=state.dots if dots.allowed and told else (),
            occupancy=state.occupancy if values.allowed and told else {},
            open_counts=state.open_counts if values.allowed and told else {},
            ground=state.ground if values.allowed and told else {},
            gatherings=state.gatherings if dots.allowed and told else (),
        )
        return Seen(
            state,
            freshness,
            max(0.0, self.now_s - sighting.received_s),
            {OutputKind.LIVE_STATE: values, OutputKind.DOTS: dots},
        )

    def _load(self, sighting: Sighting) -> Settled:
        """What of the analysis' load may be told where nothing of the moment may.

        How often the detector runs tells whether somebody is in front of the camera: those who run
        the machine see what it did in the last closed quarter, others only whether it was then too
        small.
        """
        settled = sighting.settled
        if settled is None:
            return _QUIET
        end_s = settled.end_s
        technical = self.decide(OutputKind.METRICS, sighting.state.camera, newest_s=end_s)
        return settled if technical.allowed else replace(_QUIET, degraded=settled.degraded)

    def sketch(self, sketch: Sketch | None) -> Sketch | None:
        """The drawing of an empty scene, where it may leave."""
        if sketch is None or not self.decide(OutputKind.SKETCH, sketch.camera).allowed:
            return None
        return sketch

    def measures(
        self,
        kind: OutputKind,
        length: Bin,
        measures: Iterable[Measure],
        hidden_parts: Mapping[float, int],
    ) -> list[Released]:
        """Measures of one length of stretch as this person may see them.

        Args:
            kind: ``measures`` for screens and programs, ``export`` for files.
            length: the stretch they were asked in.
            measures: of one series, as stored.
            hidden_parts: of each, by its start; see :mod:`parvis.server.hidden_parts`.
        """
        return [
            self._release(kind, length, measure, hidden_parts.get(measure.start_s, 0))
            for measure in measures
        ]

    def _release(
        self, kind: OutputKind, length: Bin, measure: Measure, hidden_parts: int
    ) -> Released:
        told: dict[str, Any] = {
            "newest_s": self._newest_s(measure),
            "bin_s": _LENGTH_S[length],
            "cell": observations(measure),
            "hidden_parts": hidden_parts,
        }
        decision = self.decide(kind, measure.series.camera, **told)
        if decision.allowed:
            return Released(measure.start_s, measure.end_s, measure, None)
        return Released(measure.start_s, measure.end_s, None, decision)

    def _newest_s(self, measure: Measure) -> float:
        """The newest instant a measure tells about.

        A running stretch tells about now where the profile shows the moment itself; elsewhere it
        counts with its end, so that no clock that runs ahead brings it out early.
        """
        at_once = self.gate.profile.closed_bin_s == 0
        return min(measure.end_s, self.now_s) if at_once else measure.end_s


def _within(state: LiveState, extent: Extent) -> LiveState:
    """A live state without what it tells of other places."""
    whole, name = state.camera in extent.whole, state.camera
    counts = state.open_counts
    return replace(
        state,
        dots=state.dots if whole else (),
        gatherings=state.gatherings if whole else (),
        occupancy={key: one for key, one in state.occupancy.items() if extent.holds(name, key)},
        open_counts={series: counts[series] for series in extent.of(counts)},
        ground={key: one for key, one in state.ground.items() if extent.holds(name, key)},
    )


def observations(measure: Measure) -> float | None:
    """How many observations stand behind a value: what a minimum cell is held against.

    An occupancy is held against its own value, the strict reading: few people present is few.
    """
    if measure.value is None:
        return None
    if measure.series.kind is SeriesKind.DWELL:
        return measure.weight
    # How many people stand behind a density or a speed is not kept: as if they were few. So is a
    # place: the cameras that are shown, taken from its sum, would tell the one that is hidden.
    few = measure.series.kind.on_ground or measure.series.of_place
    return 0.0 if few else measure.value


def refusal(decision: Decision) -> ProblemError:
    """The problem that tells a refused or delayed output, with the text it rests on."""
    return ProblemError(
        403,
        "policy",
        T("This is not permitted here."),
        decision.reason,
        details={"decision": told(decision)},
    )


def told(decision: Decision) -> dict[str, Any]:
    """A decision as the API tells it, in both languages."""
    return {
        "verdict": decision.verdict.value,
        "until_s": decision.until_s,
        "reason": {"fr": decision.reason.fr, "en": decision.reason.en},
        "article": {
            "fr": decision.article.reference.fr,
            "en": decision.article.reference.en,
        },
    }


def ways_out(request: Request, user: CurrentUser) -> WaysOut:
    """The ways out of this request; a FastAPI dependency."""
    return ways_out_of(request, user)


def ways_out_of(request: Request, user: User) -> WaysOut:
    """The ways out for a person, outside of dependency injection."""
    hub = services(request)
    cameras = hub.site.loaded().site.cameras
    return WaysOut(hub.gate(), user.role, cameras, hub.clock(), hub.extent)


WaysOutHere = Annotated[WaysOut, Depends(ways_out)]
