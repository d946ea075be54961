"""Accounts limited to places: nothing of another place is had, by list, page, stream or guess."""

from dataclasses import replace

import pytest
from server_world import NOON_S, Browser, World, entries, live_state
from test_server_alerts import RAISED, raised
from test_server_authz import routes
from test_server_live import Event, client, listen, served

from parvis.policy.terms import Role
from parvis.server.narrowed import extent_of, narrowed
from parvis.site import load
from parvis.store.accounts import Standing
from parvis.store.alerts import Tray
from parvis.store.outages import Outage
from parvis.values.alerts import Subject
from parvis.values.measure import Measure, Spread
from parvis.values.minute import ClosedMinute
from parvis.values.series import PLACE, WHOLE_VIEW, Series, SeriesKind

SITE = """\
site: {name: Ville d'exemple, timezone: Europe/Paris, language: fr}
policy: {profile: demonstration}
cameras:
  quai:
    label: Quai Nord
    source: rtsp://127.0.0.1/main
    lines:
      zzpont:
        points: [[0.1, 0.5], [0.9, 0.5]]
        directions: [zzaller, zzretour]
    zones:
      terrasse: {polygon: [[0.2, 0.4], [0.6, 0.4], [0.6, 0.9], [0.2, 0.9]], use: waiting}
  zzgare:
    label: Zzgare
    source: rtsp://127.0.0.1/gare
    zones:
      zzhall: {polygon: [[0.2, 0.4], [0.6, 0.4], [0.6, 0.9], [0.2, 0.9]], use: waiting}
places:
  port: {label: Port, at: [2.35, 48.85], zones: [quai.terrasse]}
  zzville: {label: Zzville, at: [2.36, 48.86], lines: [quai.zzpont], zones: [zzgare.zzhall]}
"""
FOREIGN = "zz"
"""What stands in every name of the other place, and in no word of either language."""

UNSAID = ("/api/v1/live", "/api/v1/openapi.json", "/preferences")
"""Followed elsewhere, or of no place; so is a second factor, whose random letters may be any."""

TERRACE = Series("quai", SeriesKind.OCCUPANCY, "terrasse", "person")
BRIDGE = Series("quai", SeriesKind.CROSSINGS, "zzpont", "person", 0)
HALL = Series("zzgare", SeriesKind.OCCUPANCY, "zzhall", "person")
TOWN = Series(f"{PLACE}zzville", SeriesKind.OCCUPANCY, WHOLE_VIEW, "person")
LIMITED = [Role.VIEWER, Role.ANALYST, Role.OPERATOR]


@pytest.fixture
def town(demonstration: World) -> World:
    """Two places that share a camera; measures, live states, alerts and outages of both."""
    world = demonstration
    world.path.write_text(SITE, encoding="utf-8")
    world.site.take(load(world.path))
    for camera, series in (
        ("quai", (TERRACE, BRIDGE)),
        ("zzgare", (HALL,)),
        (TOWN.camera, (TOWN,)),
    ):
        measures = tuple(
            Measure(one, NOON_S - 3600, NOON_S - 3540, 30.0, Spread(), 60.0) for one in series
        )
        world.store.record([ClosedMinute(camera, "run-1", NOON_S - 3600, 60.0, measures)])
        if camera != TOWN.camera:
            state = live_state(camera)
            held = {"terrasse": {"person": 3}, "zzhall": {"person": 4}}
            world.hub.board.put(replace(state, occupancy=held, open_counts={BRIDGE: 4.0}))
            world.store.outages.record(Outage(camera, NOON_S - 9000, NOON_S - 8000, "perdu"))
    return world


def alerts_of(world: World) -> dict[str, str]:
    """An alert of each subject, by its key."""
    subjects = [
        Subject("quai", "terrasse"),
        Subject("quai", "zzpont"),
        Subject("quai"),
        Subject("zzgare", "zzhall"),
        Subject(f"{PLACE}zzville"),
        Subject(f"{PLACE}port"),
    ]
    return {
        subject.key: raised(world, n, replace(RAISED, subject=subject))
        for n, subject in enumerate(subjects, 1)
    }


def limited(world: World, role: Role, *places: str) -> Browser:
    world.signed_in(role)
    account = world.store.accounts.by_name(f"{role.value}-1")
    assert account is not None
    world.store.accounts.set_standing(account.id, Standing(role.value, places=places or ("port",)))
    return world.signed_in(role)


@pytest.mark.law(20)
@pytest.mark.parametrize("role", LIMITED)
def test_no_route_names_another_place(town: World, role: Role) -> None:
    """Every readable route, as it is and asked for the other place by name."""
    ids = alerts_of(town)
    browser = limited(town, role)
    guesses = {
        "{name}": ("quai", "zzgare", "zzville", "port"),
        "{alert_id}": tuple(ids.values()),
        "{line}": ("zzpont",),
    }
    seen = 0
    for method, path in sorted(routes(town.app)):
        if method != "GET" or path in UNSAID or path.endswith("/second-factor"):
            continue
        addresses = [path]
        for part, values in guesses.items():
            addresses = [one.replace(part, v) for one in addresses for v in values]
        for address in dict.fromkeys(addresses):
            for accept in ("text/html", "application/json", "text/csv"):
                answer = browser.get(address, headers={"accept": accept})
                told = answer.text.replace(address, "")
                seen += answer.status_code == 200
                if answer.status_code == 404:
                    continue  # it repeats the name that was asked for
                assert FOREIGN not in told.lower(), f"{address} ({accept}): {told}"
    assert seen > 30
    whole = town.signed_in(Role.DPO)
    for address in ("/", "/map", "/history", "/alerts?state=all", "/api/v1/series"):
        assert FOREIGN in whole.get(address).text.lower(), "else this test could not fail"


@pytest.mark.law(20)
@pytest.mark.parametrize("role", LIMITED)
def test_what_is_asked_by_name_is_not_there(town: World, role: Role) -> None:
    browser = limited(town, role)
    for path in (
        f"/api/v1/measures?series={BRIDGE.key}",
        f"/api/v1/measures?series={HALL.key}&format=csv",
        f"/api/v1/measures?series={TOWN.key}",
        "/api/v1/cameras/zzgare",
        "/api/v1/places/zzville",
        "/api/v1/places/zzville/balance?day=2026-11-22",
    ):
        assert browser.get(path).status_code == 404, path
    assert browser.get("/api/v1/series").json() != []
    assert {one["series"] for one in browser.get("/api/v1/series").json()} == {TERRACE.key}
    assert browser.get("/api/v1/measures?camera=zzgare").json()["series"] == []
    assert browser.get("/api/v1/measures?camera=quai&shape=zzpont").json()["series"] == []


@pytest.mark.law(20)
def test_alerts_of_other_places_are_neither_read_nor_judged(town: World) -> None:
    ids = alerts_of(town)
    operator = limited(town, Role.OPERATOR)
    mine = {ids["quai.terrasse"]}
    found = operator.get("/api/v1/alerts?state=all").json()
    assert {one["id"] for one in found["alerts"]} == mine
    for subject, alert_id in ids.items():
        status = 200 if alert_id in mine else 404
        for path in ("", "/replay"):
            answer = operator.get(f"/api/v1/alerts/{alert_id}{path}")
            assert answer.status_code == status, f"{subject}{path}"
        answer = operator.post(f"/api/v1/alerts/{alert_id}/acknowledge")
        assert answer.status_code == status, subject
    extent = extent_of(town.site.held.site, ("port",))
    kept = {one.subject.key for one in town.store.within(extent).alerts.page(Tray.ALL)}
    assert kept == {"quai.terrasse", f"{PLACE}port.*"}, "a place's own too"
    taken = [one.target for one in entries(town) if one.action == "alert.acknowledge"]
    assert set(taken) == mine


@pytest.mark.law(20)
def test_the_live_stream_tells_of_ones_places_only(town: World) -> None:
    limited(town, Role.OPERATOR)
    with served(town) as url, client(town, url, Role.OPERATOR) as http:

        def enough(found: list[Event]) -> bool:
            if len(found) == 3:
                alerts_of(town)
            return found[-1].name == "alerts"

        told = listen(http, enough)
    assert FOREIGN not in str(told)
    assert "terrasse" in str(told)


@pytest.mark.law(20)
def test_a_shared_camera_keeps_its_whole_view_to_itself(town: World) -> None:
    (state,) = limited(town, Role.OPERATOR).get("/api/v1/states").json()
    assert state["camera"] == "quai"
    assert state["dots"] == []
    assert set(state["occupancy"]) == {"terrasse"}
    both = limited(town, Role.OPERATOR, "port", "zzville").get("/api/v1/states").json()
    assert {one["camera"]: bool(one["dots"]) for one in both} == {"quai": True, "zzgare": True}


@pytest.mark.law(20)
@pytest.mark.law(22)
def test_a_limited_operator_stops_ones_own_cameras_only(town: World) -> None:
    operator = limited(town, Role.OPERATOR)
    order = {"reason": "Demande du maire"}
    for camera, status in (("all", 403), ("zzgare", 404), ("quai", 200)):
        answer = operator.post("/api/v1/stop", json=order | {"camera": camera})
        assert answer.status_code == status, answer.text
    assert town.control.stops == {"quai"}


@pytest.mark.law(20)
def test_a_token_sees_no_more_than_its_owner(town: World) -> None:
    owner = limited(town, Role.ANALYST)
    asked = {
        "name": "export",
        "scopes": ["measures:read"],
        "days": 1,
        "password": "quatre mots sans rapport",
    }
    token = owner.post("/api/v1/session/tokens", json=asked).json()["token"]
    program = town.browser()
    program.headers["authorization"] = f"Bearer {token}"
    assert {one["series"] for one in program.get("/api/v1/series").json()} == {TERRACE.key}


@pytest.mark.law(20)
def test_only_roles_that_may_be_limited_are(town: World) -> None:
    admin = town.signed_in(Role.ADMINISTRATOR)
    new = {
        "name": "bob",
        "password": "encore quatre mots ici",
        "role": "operator",
        "places": ["port"],
        "reason": "Arrivée",
    }
    for role in ("technician", "administrator", "dpo"):
        assert admin.post("/api/v1/accounts", json=new | {"role": role}).status_code == 422
    for places in ([], ["nowhere"]):
        assert admin.post("/api/v1/accounts", json=new | {"places": places}).status_code == 422
    assert admin.post("/api/v1/accounts", json=new).json()["places"] == ["port"]
    raised_up = {"role": "technician", "reason": "Promotion"}
    assert admin.patch("/api/v1/accounts/bob", json=raised_up).status_code == 422, "places stay"
    raised_up |= {"places": None}
    assert admin.patch("/api/v1/accounts/bob", json=raised_up).status_code == 204


@pytest.mark.law(20)
def test_an_account_of_places_that_are_gone_sees_nothing(town: World) -> None:
    extent = extent_of(town.site.held.site, ("razed",))
    seen = narrowed(town.site.held.site, extent)
    assert (seen.cameras, seen.places) == ({}, {})
    browser = limited(town, Role.VIEWER, "razed")
    assert browser.get("/api/v1/cameras").json() == []
    assert browser.get("/api/v1/series").json() == []
