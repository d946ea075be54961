"""``parvis gate prove``: nothing withheld leaves; a gate call taken away is seen and named."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from fastapi import APIRouter, Request

from parvis.fleet.proof import cases, prove, world
from parvis.fleet.proof.prove import Proof
from parvis.policy.gate import Gate
from parvis.policy.terms import Decision, Output, OutputKind, Role, Verdict
from parvis.server.live import Sighting
from parvis.server.services import services
from parvis.server.ways_out import Released, Seen, WaysOut
from parvis.values.civil import Bin

pytestmark = pytest.mark.timeout(1200)


def seen(proof: Proof) -> set[str]:
    return {one.way for one in proof.leaks}


@pytest.mark.law(2)
@pytest.mark.parametrize("role", [Role.PUBLIC, Role.VIEWER, Role.OPERATOR, Role.ADMINISTRATOR])
def test_nothing_leaves_under_a_law_that_lets_nothing_leave(role: Role) -> None:
    proof = prove.prove(["sealed"], [role])
    assert not proof.leaks, "\n".join(map(str, proof.leaks))
    assert not proof.unclassified
    assert str(proof) == f"routes {len(proof.ways)}, channels {proof.channels}, ungated 0"


@pytest.mark.law(2)
@pytest.mark.law(26)
def test_statistics_lets_nothing_leave_early_or_small_and_what_has_closed_does_leave() -> None:
    proof = prove.prove(["statistics"], [Role.VIEWER, Role.ANALYST])
    assert not proof.leaks, "\n".join(map(str, proof.leaks))
    assert not proof.unclassified
    assert len(proof.ways) > 100 and proof.channels >= 8
    # The proof would show nothing if nothing came out: a second later, what has closed does.
    assert proof.carrying >= {
        "GET /api/v1/measures",
        "GET /api/v1/live",
        "GET /api/v1/places",
        "GET /api/v1/map/flows",
        "GET /history",
        "GET /history.csv",
        "GET /",
    }


@pytest.mark.law(3)
@pytest.mark.parametrize("case", ["operational", "operational, one act", "demonstration"])
def test_the_live_ways_show_what_an_act_opens_and_no_more(case: str) -> None:
    ways = (
        "GET /api/v1/states",
        "GET /api/v1/live",
        "GET /api/v1/occupancy",
        "GET /",
        "publishers",
    )
    proof = prove.prove([case], [Role.VIEWER, Role.OPERATOR], only=lambda name: name in ways)
    assert not proof.leaks, "\n".join(map(str, proof.leaks))


def allow(self: WaysOut, kind: OutputKind, camera: str | None = None, **told: Any) -> Decision:
    decision = self.gate.decide(Output(kind, camera), self.role, self.now_s)
    return replace(decision, verdict=Verdict.ALLOW, until_s=None)


def live(self: WaysOut, sighting: Sighting) -> Seen:
    decisions = {
        kind: allow(self, kind, sighting.state.camera)
        for kind in (OutputKind.LIVE_STATE, OutputKind.DOTS)
    }
    return Seen(sighting.state, sighting.freshness(self.now_s), 0.0, decisions)  # type: ignore[arg-type]


def measures(
    self: WaysOut, kind: OutputKind, length: Bin, measures: Any, hidden_parts: Any
) -> list[Released]:
    return [Released(one.start_s, one.end_s, one, None) for one in measures]


asks = Gate.decide


def let_through(self: Gate, output: Output, role: Role, now_s: float) -> Decision:
    return replace(asks(self, output, role, now_s), verdict=Verdict.ALLOW)


@dataclass(frozen=True)
class Mutation:
    """A gate call taken away: whose, what stands in its place, and where that must be seen."""

    where: type
    name: str
    instead: Any
    case: str
    way: str
    role: Role


MUTATIONS = [
    Mutation(WaysOut, "decide", allow, "sealed", "GET /api/v1/states", Role.VIEWER),
    Mutation(WaysOut, "live", live, "statistics", "GET /api/v1/states", Role.ADMINISTRATOR),
    Mutation(WaysOut, "live", live, "statistics", "GET /api/v1/live", Role.OPERATOR),
    Mutation(WaysOut, "measures", measures, "statistics", "GET /api/v1/measures", Role.ANALYST),
    Mutation(
        WaysOut,
        "hides_small_cells",
        property(lambda self: False),
        "statistics",
        "GET /api/v1/measures",
        Role.VIEWER,
    ),
    Mutation(
        WaysOut,
        "shows_alert",
        lambda self, one: True,
        "statistics",
        "GET /api/v1/alerts/{alert_id}",
        Role.DPO,
    ),
    Mutation(
        WaysOut,
        "alert_decision",
        lambda self, nature: allow(self, OutputKind.ALERTS),
        "statistics",
        "GET /api/v1/alerts",
        Role.DPO,
    ),
    Mutation(
        Gate,
        "hides_cell",
        lambda self, n, role: False,
        "statistics",
        "GET /api/v1/measures",
        Role.VIEWER,
    ),
    Mutation(
        Gate,
        "closed_before",
        lambda self, now_s: now_s + 900.0,
        "statistics",
        "GET /api/v1/measures",
        Role.VIEWER,
    ),
    Mutation(Gate, "decide", let_through, "sealed", "publisher courriel", Role.OPERATOR),
]


@pytest.mark.law(2)
@pytest.mark.parametrize("one", MUTATIONS, ids=lambda one: f"{one.name} {one.way}")
def test_a_gate_call_that_is_taken_away_is_seen_and_named(
    monkeypatch: pytest.MonkeyPatch, one: Mutation
) -> None:
    monkeypatch.setattr(one.where, one.name, one.instead)
    only = "publishers" if one.way.startswith("publisher") else one.way
    proof = prove.prove([one.case], [one.role], until_leak=True, only=lambda name: name == only)
    assert one.way in seen(proof), str(proof)
    assert proof.ungated


def with_route(monkeypatch: pytest.MonkeyPatch, path: str, tell: Callable[..., Any]) -> None:
    """The application with one more route, as somebody would add it."""
    make = world.create_app

    def create_app(*given: Any) -> Any:
        app = make(*given)
        router = APIRouter()
        router.get(path)(tell)
        app.include_router(router)
        return app

    monkeypatch.setattr(world, "create_app", create_app)


@pytest.mark.law(2)
def test_a_new_route_that_does_not_ask_the_gate_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def tell(request: Request) -> list[float]:
        return [
            one.state.open_counts[series]
            for one in services(request).board.latest().values()
            for series in one.state.open_counts
        ]

    with_route(monkeypatch, "/api/v1/shortcut", tell)
    proof = prove.prove(
        ["statistics"], [Role.VIEWER], only=lambda name: name == "GET /api/v1/shortcut"
    )
    assert seen(proof) == {"GET /api/v1/shortcut"}
    assert "running count at" in str(proof.leaks[0]), "the figure is known by its mark"


def test_a_new_route_that_nobody_taught_the_proof_to_ask_fails_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def tell(request: Request, colour: str = "") -> str:
        return colour

    with_route(monkeypatch, "/api/v1/painted/{wall}", tell)
    proof = prove.prove(
        ["sealed"], [Role.VIEWER], only=lambda name: name.startswith("GET /api/v1/painted")
    )
    assert proof.unclassified and "painted" in proof.unclassified[0]
    assert proof.ungated == 1


def test_the_names_of_cases_hold_every_packaged_profile() -> None:
    laws = {one.law.name for one in cases.cases().values()}
    assert laws >= {"statistics", "operational", "eu", "demonstration"}
