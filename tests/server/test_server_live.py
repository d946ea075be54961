"""The live stream and the set-up sessions, over a real connection."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import httpx
import pytest
import uvicorn
from server_world import (
    NOON_S,
    PASSWORD,
    PORT,
    World,
    entries,
    live_state,
    minute,
)

from parvis.policy.gate import Gate
from parvis.policy.terms import Role
from parvis.server.serving import http_config
from parvis.server.sessions import hashed
from parvis.store.accounts import Standing
from parvis.values.live import LiveState, Sketch


@dataclass
class Event:
    """One server-sent event."""

    name: str
    data: Any
    at_s: float


@contextmanager
def served(world: World) -> Iterator[str]:
    server = uvicorn.Server(http_config(world.app))
    sock = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([sock],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()


@contextmanager
def client(world: World, url: str, role: Role) -> Iterator[httpx.Client]:
    world.signed_in(role)
    with httpx.Client(base_url=url, timeout=10) as http:
        http.headers["x-csrf-token"] = http.get("/api/v1/session").json()["csrf"]
        body = {"name": f"{role.value}-1", "password": PASSWORD}
        assert http.post("/api/v1/session", json=body).status_code == 204
        http.headers["x-csrf-token"] = http.get("/api/v1/session").json()["csrf"]
        yield http


def listen(
    http: httpx.Client, until: Callable[[list[Event]], bool], path: str = "/api/v1/live"
) -> list[Event]:
    """Events until the condition holds, at most eight seconds."""
    found: list[Event] = []
    name, ends_s = "", time.monotonic() + 8
    with http.stream("GET", path) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["x-accel-buffering"] == "no"
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        for line in answer.iter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                found.append(Event(name, json.loads(line.removeprefix("data: ")), time.monotonic()))
                if until(found):
                    return found
            assert time.monotonic() < ends_s, [event.name for event in found]
    return found


def named(events: list[Event], name: str) -> list[Event]:
    return [event for event in events if event.name == name]


def camera(event: Event, name: str = "quai") -> dict[str, Any]:
    return next(one for one in event.data if one["camera"] == name)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.DPO, Role.ADMINISTRATOR])
def test_statistics_streams_health_and_closed_quarters_only(world: World, role: Role) -> None:
    """Nothing of the moment: no dot, no count, nothing younger than the closed quarter."""
    world.clock.now_s = NOON_S + 600
    world.store.record([minute(NOON_S - 900 + 60 * n, 3.0 if n < 15 else 77.0) for n in range(25)])
    world.hub.board.put(live_state(time_s=world.clock.now_s))
    with served(world) as url, client(world, url, role) as http:
        events = listen(http, lambda found: bool(named(found, "closed")))
    hello = events[0]
    assert (hello.name, hello.data["profile"]) == ("hello", "statistics")
    quai = camera(named(events, "states")[0])
    assert quai["stream"]["fps"] == 25.0
    assert (quai["dots"], quai["occupancy"], quai["open_counts"]) == ([], {}, [])
    assert set(quai["withheld"]) == {"live_state", "dots"}
    assert quai["withheld"]["dots"]["article"]["fr"]
    assert quai["analysis"]["inferred"] == 0
    assert quai["analysis"]["cpu_ms_per_s"] == {}
    closed = {one["series"]: one["values"] for one in named(events, "closed")[0].data}
    (quarter,) = closed[PORT.key]
    assert quarter["end"] == "2026-11-23T12:00:00+01:00"
    assert quarter["value"] == 45
    assert "77" not in json.dumps([event.data for event in events])


def busy(inferred: int, infer_ms: float) -> LiveState:
    state = live_state()
    spent = {"decode": 20.0, "infer": infer_ms}
    return replace(
        state,
        stream=replace(state.stream, dropped=inferred),
        analysis=replace(
            state.analysis,
            analysed=1000 - inferred,
            inferred=inferred,
            rate_fps=5.0 - infer_ms / 40,
            degraded=infer_ms > 50,
            inference_ms=infer_ms / 5,
            cpu_ms_per_s=spent,
        ),
    )


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.ADMINISTRATOR, Role.VIEWER])
def test_nobody_tells_from_the_machine_whether_somebody_is_there(world: World, role: Role) -> None:
    """Under `statistics` its load is that of the last closed quarter, whatever happens now."""
    board, browser = world.hub.board, world.signed_in(role)

    def analysis() -> dict[str, Any]:
        states = browser.get("/api/v1/states").json()
        found = next(one for one in states if one["camera"] == "quai")
        told: dict[str, Any] = {**found["analysis"], "dropped": found["stream"]["dropped"]}
        return told

    world.clock.now_s = NOON_S + 10
    for inferred, infer_ms in ((10, 0.0), (20, 60.0)):
        board.put(busy(inferred, infer_ms))
        assert analysis()["cpu_ms_per_s"] == {}, "its quarter is not closed"
        assert (analysis()["inferred"], analysis()["inference_ms"]) == (0, 0)
        assert not analysis()["degraded"]
    world.clock.now_s = NOON_S + 901
    told = []
    for inferred, infer_ms in ((20, 0.0), (300, 99.0)):
        board.put(busy(inferred, infer_ms))
        told.append(analysis())
    assert told[0] == told[1], "empty or busy, it looks alike"
    assert told[0]["degraded"], "everybody hears that the machine was too small"
    if role is Role.VIEWER:
        assert told[0]["cpu_ms_per_s"] == {}
        assert (told[0]["dropped"], told[0]["analysed"], told[0]["rate_fps"]) == (0, 0, 0)
    else:
        assert (told[0]["dropped"], told[0]["analysed"], told[0]["rate_fps"]) == (20, 980, 4.2)
        assert told[0]["cpu_ms_per_s"] == {"decode": 20.0, "infer": 30.0}
        assert (told[0]["inferred"], told[0]["inference_ms"]) == (20, 6.0)
        assert "99" not in browser.get("/metrics").text
        assert "99 ms" not in browser.get("/health").text


def test_the_drawing_of_a_scene_passes_the_gate(world: World, demonstration: World) -> None:
    lines = (((0.1234, 0.1), (0.2, 0.2)),)
    for one in (world, demonstration):
        one.hub.board.put_sketch(Sketch("quai", 640, 360, lines))
    drawn = "M39.5 18.0"
    assert drawn not in world.signed_in(Role.VIEWER).get("/?camera=quai").text
    browser = demonstration.signed_in(Role.VIEWER)
    assert drawn in browser.get("/?camera=quai").text
    hub = replace(demonstration.hub, gate=lambda: Gate.of("demonstration", set()))
    demonstration.app.state.services = hub
    assert drawn not in browser.get("/?camera=quai").text, "no recorded clip: nothing of it"


def test_a_demonstration_streams_dots_and_says_what_it_is(demonstration: World) -> None:
    demonstration.hub.board.put(live_state())
    with served(demonstration) as url, client(demonstration, url, Role.VIEWER) as http:
        events = listen(http, lambda found: bool(named(found, "states")))
    assert events[0].data["notice"]["fr"].startswith("Démonstration")
    quai = camera(named(events, "states")[0])
    assert quai["dots"][0]["object_class"] == "person"
    assert quai["occupancy"] == {"terrasse": {"person": 3}}
    assert quai["open_counts"] == [{"series": PORT.key, "value": 4.0}]


def test_a_reader_hears_the_latest_at_most_five_times_a_second(demonstration: World) -> None:
    stop = threading.Event()

    def speak() -> None:
        n = 0
        while not stop.wait(0.005):
            n += 1
            demonstration.hub.board.put(live_state(time_s=NOON_S + n))

    speaker = threading.Thread(target=speak)
    with served(demonstration) as url, client(demonstration, url, Role.VIEWER) as http:
        speaker.start()
        try:
            events = listen(http, lambda found: len(named(found, "states")) >= 9)
        finally:
            stop.set()
            speaker.join()
    told = named(events, "states")[1:]
    gaps = [after.at_s - before.at_s for before, after in pairwise(told)]
    assert sum(gaps) / len(gaps) > 0.18
    times = [camera(event)["time_s"] for event in told]
    assert times == sorted(times)
    assert times[-1] - times[0] > 3 * len(times), "the middle is missed, never queued"


def test_a_silent_camera_turns_stale_then_unknown(demonstration: World) -> None:
    demonstration.hub.board.put(live_state())

    def advance(found: list[Event]) -> bool:
        told = named(found, "states")
        demonstration.clock.now_s = NOON_S + (11 if len(told) == 1 else 61)
        return len(told) >= 3

    with served(demonstration) as url, client(demonstration, url, Role.VIEWER) as http:
        events = listen(http, advance)
    seen = [camera(event) for event in named(events, "states")]
    assert [one["freshness"] for one in seen] == ["fresh", "stale", "none"]
    assert seen[1]["dots"]
    assert not seen[2]["dots"], "an old position is not shown as present"


def test_a_stop_and_a_removed_camera_are_told(demonstration: World) -> None:
    demonstration.hub.board.put(live_state())
    held = demonstration.site.held

    def act(found: list[Event]) -> bool:
        demonstration.control.stops.add("quai")
        if len(named(found, "states")) == 2:
            cameras = {"gare": held.site.cameras["gare"]}
            fewer = held.site.model_copy(update={"cameras": cameras})
            demonstration.site.take(replace(held, site=fewer))
        return bool(named(found, "gone"))

    with served(demonstration) as url, client(demonstration, url, Role.VIEWER) as http:
        events = listen(http, act)
    assert camera(named(events, "states")[1])["stopped"]
    assert named(events, "gone")[0].data == ["quai"]


def test_silence_is_told_from_calm_and_a_closed_session_ends_the_stream(world: World) -> None:
    def act(found: list[Event]) -> bool:
        world.clock.now_s += 5
        if named(found, "beat"):
            account = world.store.accounts.by_name("viewer-1")
            assert account is not None
            world.store.accounts.sessions.close_of(account.id)
            world.clock.now_s += 10
        return bool(named(found, "end"))

    with served(world) as url, client(world, url, Role.VIEWER) as http:
        events = listen(http, act)
    assert named(events, "beat")[0].data["now_s"] >= NOON_S
    assert events[-1].data == {"reason": "signed-out"}


def test_readers_who_leave_are_forgotten(world: World) -> None:
    with served(world) as url, client(world, url, Role.VIEWER) as http:
        for _ in range(3):
            listen(http, bool)
        ends_s = time.monotonic() + 5
        while world.hub.board.follower_count and time.monotonic() < ends_s:
            time.sleep(0.02)
        assert world.hub.board.follower_count == 0


def test_strangers_hear_nothing(world: World) -> None:
    with served(world) as url, httpx.Client(base_url=url) as http:
        assert http.get("/api/v1/live").status_code == 401


SETUP = {"camera": "quai", "reason": "Nouvelle ligne sur le pont", "limit_s": 60}


def test_a_set_up_session_shows_dots_for_a_reason_and_is_logged(world: World) -> None:
    """Even under `statistics`: time-limited, with a reason, for a technician."""
    with served(world) as url, client(world, url, Role.TECHNICIAN) as http:
        opened = http.post("/api/v1/setup-sessions", json=SETUP)
        assert opened.status_code == 201, opened.text
        path = f"/api/v1/setup-sessions/{opened.json()['id']}"
        assert opened.json()["ends_s"] == NOON_S + 60
        still = http.get(f"{path}/still")
        assert still.headers["cache-control"] == "no-store"
        assert still.headers["content-type"] == "image/png"
        assert http.get(f"{path}/still").status_code == 410, "shown once"
        shapes = {"lines": {"x": {"points": [[0.1, 0.1], [0.9, 0.9]]}}}
        assert http.put(f"{path}/shapes", json=shapes).status_code == 204
        assert "x" in world.desk.sessions[0].shapes[0].lines
        events = listen(http, lambda found: len(found) >= 3, f"{path}/events")
        assert events[0].data["dots"][0]["object_class"] == "person"
        assert events[0].data["crossings"][0]["line"] == "pont"
        assert http.delete(path).status_code == 204
        assert world.desk.sessions[0].closed.is_set()
        assert http.get(f"{path}/events").status_code == 404
    logged = [(one.action, one.why) for one in entries(world) if one.action.startswith("setup")]
    assert logged == [
        (f"setup.{verb}", "Nouvelle ligne sur le pont") for verb in ("open", "still", "close")
    ]


def test_a_set_up_session_ends_with_its_time(world: World) -> None:
    with served(world) as url, client(world, url, Role.TECHNICIAN) as http:
        opened = http.post("/api/v1/setup-sessions", json=SETUP | {"limit_s": 7200}).json()
        assert opened["ends_s"] == NOON_S + 1800, "the profile's longest"
        path = f"/api/v1/setup-sessions/{opened['id']}"

        def pass_time(found: list[Event]) -> bool:
            if len(found) == 3:
                world.clock.now_s = NOON_S + 1800
            return found[-1].name == "end"

        assert listen(http, pass_time, f"{path}/events")[-1].name == "end"
        assert http.get(f"{path}/still").status_code == 404


@pytest.mark.parametrize("change", ["closed", "disabled", "demoted", "signed-out"])
def test_a_set_up_session_ends_when_its_person_may_no_longer_look(
    world: World, change: str
) -> None:
    with served(world) as url, client(world, url, Role.TECHNICIAN) as http:
        opened = http.post("/api/v1/setup-sessions", json=SETUP).json()
        path = f"/api/v1/setup-sessions/{opened['id']}"
        account = world.store.accounts.by_name("technician-1")
        assert account is not None

        def act(found: list[Event]) -> bool:
            if len(found) == 2:
                match change:
                    case "closed":
                        world.store.accounts.sessions.close_of(account.id)
                    case "disabled":
                        world.store.accounts.set_standing(
                            account.id, Standing("technician", disabled=True)
                        )
                    case "demoted":
                        world.store.accounts.set_standing(account.id, Standing("viewer"))
                    case "signed-out":
                        token = http.cookies["parvis"]
                        world.store.accounts.sessions.close(hashed(token))
            return found[-1].name == "end"

        events = listen(http, act, f"{path}/events")
        assert events[-1].name == "end"
        assert events[-1].at_s - events[1].at_s < 4
        assert world.desk.sessions[0].closed.is_set(), "nothing of the camera is read any more"
    assert entries(world)[-1].detail == {"by": "account"}


@pytest.mark.parametrize("look", ["session", "test"])
@pytest.mark.parametrize("stopped", ["quai", "all"])
def test_a_stop_ends_what_is_just_being_opened(world: World, look: str, stopped: str) -> None:
    world.desk.slow_s = 3.0  # signing in takes long on a busy machine
    answers: list[httpx.Response] = []
    source = world.site.held.site.cameras["quai"].source

    def open_it(http: httpx.Client) -> None:
        body = SETUP if look == "session" else {"camera": "quai", "source": source}
        path = "setup-sessions" if look == "session" else "cameras/test"
        answers.append(http.post(f"/api/v1/{path}", json=body))

    with served(world) as url, client(world, url, Role.TECHNICIAN) as http:
        opener = threading.Thread(target=open_it, args=(http,))
        opener.start()
        assert world.desk.opening.wait(5)
        order = {"camera": stopped, "reason": "Demande du délégué"}
        with client(world, url, Role.OPERATOR) as other:
            assert other.post("/api/v1/stop", json=order).status_code == 200
        opener.join(5)
        assert answers[0].status_code == 409
        assert answers[0].json()["type"].endswith(":stopped")
    assert not world.desk.sessions


def test_a_stop_ends_looks_before_the_workers_confirm(world: World) -> None:
    world.control.answers = False
    with served(world) as url, client(world, url, Role.TECHNICIAN) as http:
        assert http.post("/api/v1/setup-sessions", json=SETUP).status_code == 201
        session = world.desk.sessions[0]
        order = {"camera": "all", "reason": "Demande du délégué"}
        stop = threading.Thread(target=http.post, args=("/api/v1/stop",), kwargs={"json": order})
        stop.start()
        ends_s = time.monotonic() + 1.0
        while not session.closed.is_set() and time.monotonic() < ends_s:
            time.sleep(0.02)
        assert session.closed.is_set()
        stop.join(5)


def test_a_set_up_session_is_its_owners_and_few_are_open(world: World) -> None:
    with (
        served(world) as url,
        client(world, url, Role.TECHNICIAN) as ana,
        client(world, url, Role.ADMINISTRATOR) as bob,
    ):
        path = (
            f"/api/v1/setup-sessions/{ana.post('/api/v1/setup-sessions', json=SETUP).json()['id']}"
        )
        assert bob.get(f"{path}/still").status_code == 404
        codes = [bob.post("/api/v1/setup-sessions", json=SETUP).status_code for _ in range(4)]
        assert codes == [201, 201, 201, 409]
        nameless = ana.post("/api/v1/setup-sessions", json=SETUP | {"reason": ""})
        assert nameless.status_code == 422
        failing = bob.post("/api/v1/setup-sessions", json=SETUP | {"camera": "gare"})
        assert failing.status_code == 409
    assert all(session.closed.is_set() for session in world.desk.sessions), "closed at the end"


def test_a_draft_can_be_tried_before_it_is_saved(world: World) -> None:
    draft = {"label": "Port", "source": "rtsp://admin:word@192.0.2.30/main"}
    with served(world) as url, client(world, url, Role.TECHNICIAN) as http:
        body = SETUP | {"camera": "port", "draft": draft}
        assert http.post("/api/v1/setup-sessions", json=body).status_code == 201
        failing = http.post("/api/v1/setup-sessions", json=SETUP | {"camera": "gare"})
        assert failing.status_code == 502
        assert failing.json()["detail"] == "no picture within 10 s"
    assert world.desk.opened[0].source == draft["source"]
    assert "word" not in str(entries(world))
