"""Accounts: who administers them, when they end, which browsers are signed in."""

import pytest
from server_world import NOON_S, PASSWORD, World, entries

from parvis.policy.terms import Role

WHY = {"reason": "Arrivée au service"}
NEW = {"name": "bob", "password": "encore quatre mots ici", "role": "operator", **WHY}


@pytest.mark.law(20)
def test_accounts_are_the_administrators(world: World) -> None:
    admin = world.signed_in(Role.ADMINISTRATOR)
    assert admin.post("/api/v1/accounts", json=NEW).status_code == 201
    assert admin.post("/api/v1/accounts", json=NEW).status_code == 409
    assert admin.post("/api/v1/accounts", json=NEW | {"role": "public"}).status_code == 422
    listed = admin.get("/api/v1/accounts")
    assert {one["name"] for one in listed.json()} == {"administrator-1", "bob"}
    assert "argon2" not in listed.text
    bob = world.browser()
    bob.sign_in("bob", NEW["password"])
    assert bob.get("/api/v1/accounts").status_code == 403
    closing = {"disabled": True, **WHY}
    assert admin.patch("/api/v1/accounts/bob", json=closing).status_code == 204
    assert bob.get("/api/v1/cameras").status_code == 401, "closed at once"
    own = admin.patch("/api/v1/accounts/administrator-1", json={"role": "viewer", **WHY})
    assert own.status_code == 409
    assert own.json()["type"] == "urn:parvis:problem:own-account"


@pytest.mark.law(20)
def test_the_last_administrator_stays(world: World) -> None:
    ana = world.signed_in(Role.ADMINISTRATOR)
    eve = NEW | {"name": "eve", "role": "administrator", "last_day": "2026-12-31"}
    assert ana.post("/api/v1/accounts", json=eve).status_code == 201
    other = world.browser()
    other.sign_in("eve", eve["password"])
    path = "/api/v1/accounts/administrator-1"
    for change in ({"role": "dpo"}, {"disabled": True}, {"last_day": "2030-01-01"}):
        answer = other.patch(path, json={**change, **WHY})
        assert answer.json()["type"] == "urn:parvis:problem:last-administrator", answer.text
    answer = other.post(f"{path}/removal", json=WHY)
    assert answer.json()["type"] == "urn:parvis:problem:last-administrator"
    assert ana.get("/api/v1/accounts").status_code == 200, "nothing was changed"
    assert ana.patch("/api/v1/accounts/eve", json={"last_day": None, **WHY}).status_code == 204
    other.sign_in("eve", eve["password"])
    assert other.post(f"{path}/removal", json=WHY).status_code == 204
    assert ana.get("/api/v1/accounts").status_code == 401


@pytest.mark.law(20)
def test_an_account_ends_with_its_last_day(world: World) -> None:
    admin = world.signed_in(Role.ADMINISTRATOR)
    assert admin.post("/api/v1/accounts", json=NEW | {"last_day": "2026-11-22"}).status_code == 422
    made = admin.post("/api/v1/accounts", json=NEW | {"last_day": "2026-11-23"}).json()
    assert (made["last_day"], made["ended"]) == ("2026-11-23", False)
    bob = world.browser()
    bob.sign_in("bob", NEW["password"])
    world.clock.now_s = NOON_S + 12 * 3600 - 1
    assert bob.get("/api/v1/cameras").status_code == 200
    world.clock.now_s = NOON_S + 12 * 3600
    assert bob.get("/api/v1/cameras").status_code == 401
    bob.token()
    again = bob.post("/api/v1/session", json={"name": "bob", "password": NEW["password"]})
    assert again.json()["type"] == "urn:parvis:problem:sign-in", "as for any wrong password"


@pytest.mark.law(14)
@pytest.mark.law(20)
def test_every_change_asks_why_and_is_logged(world: World) -> None:
    admin = world.signed_in(Role.ADMINISTRATOR)
    assert admin.post("/api/v1/accounts", json=NEW).status_code == 201
    deeds = {
        ("PATCH", "/api/v1/accounts/bob", "account.change"): {"role": "viewer"},
        ("POST", "/api/v1/accounts/bob/password", "account.password.give"): {"password": PASSWORD},
        ("POST", "/api/v1/accounts/bob/second-factor/removal", "account.second-factor.take"): {},
        ("POST", "/api/v1/accounts/bob/sign-out", "account.sign-out-everywhere"): {},
        ("POST", "/api/v1/accounts/bob/removal", "account.remove"): {},
    }
    for (method, path, action), asked in deeds.items():
        for reason in ({}, {"reason": "  "}, {"reason": "..."}):
            assert admin.request(method, path, json={**asked, **reason}).status_code == 422
        assert admin.request(method, path, json={**asked, **WHY}).status_code == 204, path
        last = entries(world)[-1]
        assert (last.action, last.who, last.target) == (action, "administrator-1", "bob")
        assert (last.why, last.origin, last.at_s) == (WHY["reason"], "testclient", NOON_S)
    assert PASSWORD not in str(entries(world))
    assert NEW["password"] not in str(entries(world))


@pytest.mark.law(21)
def test_one_sees_and_ends_ones_own_browsers_only(world: World) -> None:
    here, there = world.signed_in(Role.VIEWER), world.signed_in(Role.VIEWER)
    stranger = world.signed_in(Role.OPERATOR)
    listed = here.get("/api/v1/session/browsers").json()
    assert [one["current"] for one in listed].count(True) == 1
    assert {one["origin"] for one in listed} == {"testclient"}
    other = next(one["id"] for one in listed if not one["current"])
    assert stranger.delete(f"/api/v1/session/browsers/{other}").status_code == 404
    assert there.get("/api/v1/cameras").status_code == 200
    assert here.delete(f"/api/v1/session/browsers/{other}").status_code == 204
    assert there.get("/api/v1/cameras").status_code == 401
    assert here.get("/api/v1/cameras").status_code == 200
    admin = world.signed_in(Role.ADMINISTRATOR)
    assert len(admin.get("/api/v1/accounts/viewer-1/browsers").json()) == 1
    assert here.delete("/api/v1/session/browsers").status_code == 204
    assert here.get("/api/v1/cameras").status_code == 401
    assert admin.get("/api/v1/accounts/viewer-1/browsers").json() == []


@pytest.mark.law(21)
def test_a_session_brought_by_a_stranger_is_not_taken_over(world: World) -> None:
    """Session fixation: what a browser held before signing in opens nothing afterwards."""
    world.signed_in(Role.VIEWER)
    victim, attacker = world.browser(), world.signed_in(Role.OPERATOR)
    planted = attacker.cookies["parvis"]
    victim.cookies.set("parvis", planted, domain="127.0.0.1", path="/")
    victim.sign_in("viewer-1")
    assert victim.cookies.get("parvis", domain="127.0.0.1") != planted
    assert victim.get("/api/v1/session").json()["name"] == "viewer-1"
    assert attacker.get("/api/v1/session").json()["name"] is None, "it ended with the sign-in"
