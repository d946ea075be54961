"""What belongs to another, and fields that nobody offered."""

import statistics
import time

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from server_world import BASE, PASSWORD, Browser, World

from parvis.policy.terms import Role
from parvis.server.app import create_app
from parvis.server.passwords import Passwords

pytestmark = [pytest.mark.law(20), pytest.mark.law(21)]


def test_nobody_ends_the_browsers_or_tokens_of_another(world: World) -> None:
    ana, eve = world.signed_in(Role.ANALYST), world.signed_in(Role.ADMINISTRATOR)
    made = ana.post(
        "/api/v1/session/tokens",
        json={"name": "t", "scopes": ["measures:read"], "days": 1, "password": PASSWORD},
    )
    ids = [one["id"] for one in ana.get("/api/v1/session/tokens").json()]
    assert (made.status_code < 300) == bool(ids), made.text
    assert ids
    browsers = [one["id"] for one in ana.get("/api/v1/session/browsers").json()]
    for one in ids:
        assert eve.delete(f"/api/v1/session/tokens/{one}").status_code == 404
    for one in browsers:
        assert eve.delete(f"/api/v1/session/browsers/{one}").status_code == 404
    assert ana.get("/api/v1/cameras").status_code == 200
    assert [one["id"] for one in ana.get("/api/v1/session/tokens").json()] == ids


def test_a_set_up_session_is_its_own_technicians(world: World) -> None:
    ana = world.signed_in(Role.TECHNICIAN)
    opened = ana.post("/api/v1/setup-sessions", json={"camera": "quai", "reason": "to draw a line"})
    assert opened.status_code == 201, opened.text
    number = opened.json()["id"]
    eve = world.signed_in(Role.ADMINISTRATOR)
    assert eve.get(f"/api/v1/setup-sessions/{number}/still").status_code in (403, 404)
    assert eve.delete(f"/api/v1/setup-sessions/{number}").status_code in (403, 404)
    assert ana.get(f"/api/v1/setup-sessions/{number}/still").status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/session", {"name": "viewer-1", "password": PASSWORD}),
        ("/api/v1/stop", {"camera": "quai", "reason": "because of a test"}),
        ("/api/v1/accounts", {"name": "x", "password": "y", "role": "viewer", "reason": "abc"}),
        ("/api/v1/session/password", {"old": PASSWORD, "new": "de nouveaux mots sans lien"}),
        (
            "/api/v1/session/tokens",
            {"name": "t", "scopes": ["measures:read"], "days": 1, "password": PASSWORD},
        ),
        ("/api/v1/cameras/test", {"source": "rtsp://192.0.2.10/main"}),
    ],
)
@pytest.mark.parametrize(
    "more",
    [
        {"id": 1},
        {"is_admin": True},
        {"user": "administrator-1"},
        {"who": "administrator-1"},
        {"second": True},
        {"created_s": 0},
        {"password_hash": "x"},
        {"__class__": "x"},
    ],
)
def test_a_field_that_nobody_offered_is_refused(
    world: World, path: str, body: dict[str, object], more: dict[str, object]
) -> None:
    browser = world.signed_in(Role.ADMINISTRATOR)
    assert browser.post(path, json=body | more).status_code == 422


def test_nobody_makes_more_of_their_own_account(world: World) -> None:
    for role in (Role.VIEWER, Role.TECHNICIAN, Role.DPO):
        browser = world.signed_in(role)
        change = {"role": "administrator", "reason": "because of a test"}
        answer = browser.patch(f"/api/v1/accounts/{role.value}-1", json=change)
        assert answer.status_code == 403
        assert browser.get("/api/v1/session").json()["role"] == role.value


_DEAR = PasswordHasher(time_cost=4, memory_cost=16 << 10, parallelism=1)


def _slow_to_check(world: World) -> FastAPI:
    return create_app(world.hub, Passwords(_DEAR))


def test_how_long_a_sign_in_takes_does_not_tell_who_has_an_account(world: World) -> None:
    world.store.accounts.create("viewer-1", _DEAR.hash(PASSWORD), "viewer", world.clock())
    world.store.accounts.create(
        "expired-1", _DEAR.hash(PASSWORD), "viewer", world.clock(), expires_s=world.clock() - 1
    )
    browser = Browser(_slow_to_check(world), BASE)
    browser.token()

    def took_s(name: str) -> float:
        world.clock.now_s += 3600  # no lock-out
        began_s = time.process_time()
        body = {"name": name, "password": "wrong wrong wrong"}
        assert browser.post("/api/v1/session", json=body).status_code == 401
        return time.process_time() - began_s

    names = ("viewer-1", "expired-1", "nobody-1", "nobody" * 30)
    times: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(9):
        for name in names:
            times[name].append(took_s(name))
    known, *unknown = (statistics.median(times[name]) for name in names)
    for other in unknown:
        assert 0.6 < other / known < 1.6, times
