"""API tokens: shown once, kept as hashes, narrower than their owner, ended at once."""

import logging

import pytest
from server_world import PASSWORD, Browser, World, entries

from parvis.policy.terms import Role
from parvis.server.scopes import OPENINGS, Scope, grantable, scope_of
from parvis.store.accounts import Standing

DAY_S = 86_400.0


def made(browser: Browser, *scopes: str, days: int = 30) -> dict[str, str]:
    asked = {"name": "export", "scopes": scopes, "days": days, "password": PASSWORD}
    answer = browser.post("/api/v1/session/tokens", json=asked)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def program(world: World, token: str) -> Browser:
    """A program that brings a token, and no cookie."""
    browser = world.browser()
    del browser.headers["origin"]
    browser.headers["authorization"] = f"Bearer {token}"
    return browser


@pytest.mark.law(21)
def test_a_token_reads_what_its_scopes_name(world: World) -> None:
    owner = world.signed_in(Role.TECHNICIAN)
    reader = program(world, made(owner, "measures:read")["token"])
    assert reader.get("/api/v1/series").status_code == 200
    assert reader.get("/api/v1/places").status_code == 200
    for method, path in (
        ("GET", "/api/v1/health"),
        ("GET", "/api/v1/alerts"),
        ("POST", "/api/v1/cameras"),
        ("POST", "/api/v1/stop"),
        ("POST", "/api/v1/setup-sessions"),
        ("GET", "/api/v1/session/browsers"),
        ("GET", "/api/v1/session/tokens"),
        ("POST", "/api/v1/session/tokens"),
        ("POST", "/api/v1/session/password"),
        ("GET", "/api/v1/openapi.json"),
    ):
        answer = reader.request(method, path)
        assert answer.status_code == 403, f"{method} {path}: {answer.text}"
        assert answer.json()["type"] == "urn:parvis:problem:scope"


@pytest.mark.law(21)
def test_a_token_never_does_more_than_its_owner(world: World) -> None:
    viewer = world.signed_in(Role.VIEWER)
    beyond = {"name": "x", "scopes": ["alerts:read"], "days": 1, "password": PASSWORD}
    assert viewer.post("/api/v1/session/tokens", json=beyond).status_code == 422
    operator = world.signed_in(Role.OPERATOR)
    judge = program(world, made(operator, "alerts:read", "alerts:judge")["token"])
    assert judge.get("/api/v1/alerts").status_code == 200
    account = world.store.accounts.by_name("operator-1")
    assert account is not None
    world.store.accounts.set_standing(account.id, Standing("viewer"))
    assert judge.get("/api/v1/alerts").status_code == 403, "the role was narrowed since"
    world.store.accounts.set_standing(account.id, Standing("operator", disabled=True))
    assert judge.get("/api/v1/alerts").status_code == 401


@pytest.mark.law(21)
def test_no_scope_opens_accounts_or_views(world: World) -> None:
    closed = ("accounts", "set-up")
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        assert all(scope_of(method, frozenset({tag})) is None for tag in closed)
    for role in set(Role) - {Role.PUBLIC}:
        assert set(grantable(role)) <= set(OPENINGS)
    assert Scope.SETUP not in grantable(Role.OPERATOR)


@pytest.mark.law(21)
def test_a_token_ends_with_its_time_or_when_it_is_revoked(world: World) -> None:
    owner = world.signed_in(Role.ANALYST)
    short, long = made(owner, "measures:read", days=1), made(owner, "measures:read", days=366)
    stranger = world.signed_in(Role.VIEWER)
    assert stranger.delete(f"/api/v1/session/tokens/{short['id']}").status_code == 404
    world.clock.now_s += DAY_S
    assert program(world, short["token"]).get("/api/v1/series").status_code == 401
    assert program(world, long["token"]).get("/api/v1/series").status_code == 200
    owner.sign_in("analyst-1")
    assert owner.delete(f"/api/v1/session/tokens/{long['id']}").status_code == 204
    assert program(world, long["token"]).get("/api/v1/series").status_code == 401


@pytest.mark.law(21)
def test_a_token_is_shown_once_and_stands_in_no_log(
    world: World, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    owner = world.signed_in(Role.ANALYST)
    token = made(owner, "measures:read")["token"]
    program(world, token).get("/api/v1/series")
    listed = owner.get("/api/v1/session/tokens")
    assert token not in listed.text
    assert listed.json()[0]["last_used_s"] == world.clock()
    assert ["token.make", owner.get("/api/v1/session/tokens").json()[0]["id"]] == [
        entries(world)[-1].action,
        entries(world)[-1].target,
    ]
    secret = token.removeprefix("parvis_")
    assert secret not in str(entries(world))
    assert secret not in caplog.text + "".join(capsys.readouterr())
    with world.store._database.reading() as connection:
        assert secret not in str(connection.exec_driver_sql("select * from api_token").all())


@pytest.mark.law(21)
def test_a_token_counts_in_its_header_only(world: World) -> None:
    owner = world.signed_in(Role.ANALYST)
    token = made(owner, "measures:read")["token"]
    stranger = world.browser()
    for name in ("token", "access_token", "authorization"):
        assert stranger.get(f"/api/v1/series?{name}={token}").status_code == 401
    stranger.cookies.set("parvis", token)
    assert stranger.get("/api/v1/series").status_code == 401
    assert program(world, token).get("/health", headers={"accept": "text/html"}).status_code in (
        302,
        303,
        401,
    ), "pages are for people"
    wrong = program(world, token[:-1]).get("/api/v1/series")
    assert (wrong.status_code, wrong.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.law(21)
def test_a_token_takes_the_place_of_a_cookie(world: World) -> None:
    """A wrong token is not rescued by a cookie, and a page of another site can bring neither."""
    owner = world.signed_in(Role.ADMINISTRATOR)
    owner.headers["authorization"] = "Bearer parvis_guessed"
    assert owner.get("/api/v1/cameras").status_code == 401
    owner.headers["authorization"] = "Basic YTpi"
    assert owner.get("/api/v1/cameras").status_code == 200
    del owner.headers["x-csrf-token"]
    assert owner.post("/api/v1/stop", json={}).json()["type"] == "urn:parvis:problem:csrf"
