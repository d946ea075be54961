"""Every route, every role: nothing is open that was not meant to be."""

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from server_world import World

from parvis.policy.terms import Role
from parvis.server.app import api_alone
from parvis.server.permissions import matrix, permissions

PUBLIC = {
    ("GET", "/healthz"),
    ("GET", "/api/v1/session"),
    ("POST", "/api/v1/session"),
    ("POST", "/api/v1/session/code"),
    ("GET", "/login"),
    ("POST", "/login"),
    ("GET", "/login/code"),
    ("GET", "/login/sso"),
    ("GET", "/login/sso/callback"),
    ("POST", "/login/code"),
    ("GET", "/login/enrolment"),
    ("POST", "/login/enrolment"),
    ("POST", "/logout"),
    ("GET", "/setup/admin"),
    ("POST", "/setup/admin"),
    ("GET", "/preferences"),
    ("GET", "/public"),
    ("GET", "/api/v1/public"),
    ("GET", "/api/v1/public/counts"),
}
EVERYONE = frozenset(Role) - {Role.PUBLIC}
SETTERS = frozenset({Role.TECHNICIAN, Role.ADMINISTRATOR})
COUNTERS = SETTERS | {Role.ANALYST, Role.DPO}
ALERT_READERS = EVERYONE - {Role.VIEWER}
JUDGES = frozenset({Role.OPERATOR, Role.ADMINISTRATOR})
ALLOWED = {
    ("GET", "/api/v1/cameras"): EVERYONE,
    ("GET", "/api/v1/cameras/{name}"): EVERYONE,
    ("POST", "/api/v1/cameras"): SETTERS,
    ("PUT", "/api/v1/cameras/{name}"): SETTERS,
    ("DELETE", "/api/v1/cameras/{name}"): SETTERS,
    ("PUT", "/api/v1/cameras/{name}/shapes"): SETTERS,
    ("POST", "/api/v1/cameras/{name}/shapes/diff"): SETTERS,
    ("POST", "/api/v1/cameras/{name}/view"): SETTERS,
    ("PUT", "/api/v1/cameras/{name}/ground"): SETTERS,
    ("POST", "/api/v1/cameras/{name}/ground/try"): SETTERS,
    ("POST", "/api/v1/cameras/{name}/ground/diff"): SETTERS,
    ("POST", "/api/v1/cameras/test"): SETTERS,
    ("POST", "/api/v1/cameras/search"): SETTERS,
    ("POST", "/api/v1/cameras/search/streams"): SETTERS,
    ("GET", "/api/v1/states"): EVERYONE,
    ("GET", "/api/v1/live"): EVERYONE,
    ("GET", "/api/v1/series"): EVERYONE,
    ("GET", "/api/v1/measures"): EVERYONE,
    ("GET", "/api/v1/places"): EVERYONE,
    ("GET", "/api/v1/places/{name}"): EVERYONE,
    ("GET", "/api/v1/places/{name}/balance"): EVERYONE,
    ("PUT", "/api/v1/places/{name}"): SETTERS,
    ("POST", "/api/v1/places/{name}/diff"): SETTERS,
    ("DELETE", "/api/v1/places/{name}"): SETTERS,
    ("GET", "/api/v1/map/flows"): EVERYONE,
    ("GET", "/api/v1/map/cells"): EVERYONE,
    ("POST", "/api/v1/map/picture"): {Role.VIEWER, Role.ANALYST, Role.ADMINISTRATOR, Role.DPO},
    ("GET", "/api/v1/map/files/{which}"): EVERYONE,
    ("GET", "/api/v1/checks"): COUNTERS,
    ("POST", "/api/v1/checks"): SETTERS,
    ("GET", "/api/v1/checks/{check_id}"): COUNTERS,
    ("POST", "/api/v1/checks/{check_id}/entries"): SETTERS,
    ("POST", "/api/v1/checks/{check_id}/finish"): SETTERS,
    ("POST", "/api/v1/checks/{check_id}/signature"): SETTERS,
    ("GET", "/api/v1/corrections"): COUNTERS,
    ("POST", "/api/v1/corrections"): SETTERS,
    ("POST", "/api/v1/corrections/withdrawal"): SETTERS,
    ("GET", "/api/v1/alerts"): ALERT_READERS,
    ("GET", "/api/v1/alerts/{alert_id}"): ALERT_READERS,
    ("GET", "/api/v1/alerts/{alert_id}/replay"): ALERT_READERS,
    ("POST", "/api/v1/alerts/{alert_id}/acknowledge"): JUDGES,
    ("POST", "/api/v1/alerts/{alert_id}/confirm"): JUDGES,
    ("POST", "/api/v1/alerts/{alert_id}/dismiss"): JUDGES,
    ("POST", "/api/v1/alerts/{alert_id}/undo"): JUDGES,
    ("GET", "/api/v1/rules"): ALERT_READERS,
    ("GET", "/api/v1/rules/{name}"): ALERT_READERS,
    ("PUT", "/api/v1/rules/{name}"): SETTERS,
    ("DELETE", "/api/v1/rules/{name}"): SETTERS,
    ("POST", "/api/v1/rules/replay"): ALERT_READERS,
    ("GET", "/api/v1/alert-channels"): ALERT_READERS,
    ("GET", "/api/v1/alert-channels/{name}"): SETTERS,
    ("PUT", "/api/v1/alert-channels/{name}"): SETTERS,
    ("DELETE", "/api/v1/alert-channels/{name}"): SETTERS,
    ("POST", "/api/v1/alert-channels/{name}/test"): SETTERS,
    ("GET", "/api/v1/health"): EVERYONE,
    ("GET", "/api/v1/outages"): EVERYONE,
    ("GET", "/api/v1/occupancy"): EVERYONE,
    ("POST", "/api/v1/doctor"): SETTERS,
    ("POST", "/api/v1/stop"): SETTERS | {Role.OPERATOR, Role.DPO},
    ("POST", "/api/v1/start"): SETTERS,
    ("POST", "/api/v1/setup-sessions"): SETTERS,
    ("GET", "/api/v1/setup-sessions/{session_id}/still"): SETTERS,
    ("GET", "/api/v1/setup-sessions/{session_id}/events"): SETTERS,
    ("PUT", "/api/v1/setup-sessions/{session_id}/shapes"): SETTERS,
    ("DELETE", "/api/v1/setup-sessions/{session_id}"): SETTERS,
    ("DELETE", "/api/v1/session"): EVERYONE,
    ("POST", "/api/v1/session/password"): EVERYONE,
    ("GET", "/api/v1/accounts"): {Role.ADMINISTRATOR},
    ("POST", "/api/v1/accounts"): {Role.ADMINISTRATOR},
    ("PATCH", "/api/v1/accounts/{name}"): {Role.ADMINISTRATOR},
    ("GET", "/api/v1/instruments"): {Role.ADMINISTRATOR, Role.DPO},
    ("GET", "/api/v1/instruments/{number}"): {Role.ADMINISTRATOR, Role.DPO},
    ("POST", "/api/v1/instruments"): {Role.ADMINISTRATOR},
    ("POST", "/api/v1/instruments/{number}/versions"): {Role.ADMINISTRATOR},
    ("POST", "/api/v1/instruments/{number}/withdrawal"): {Role.ADMINISTRATOR},
    ("POST", "/api/v1/accounts/{name}/removal"): {Role.ADMINISTRATOR},
    ("POST", "/api/v1/accounts/{name}/password"): {Role.ADMINISTRATOR},
    ("POST", "/api/v1/accounts/{name}/second-factor/removal"): {Role.ADMINISTRATOR},
    ("POST", "/api/v1/accounts/{name}/sign-out"): {Role.ADMINISTRATOR},
    ("GET", "/api/v1/accounts/{name}/browsers"): {Role.ADMINISTRATOR},
    ("GET", "/api/v1/accounts/{name}/tokens"): {Role.ADMINISTRATOR},
    ("GET", "/api/v1/session/browsers"): EVERYONE,
    ("DELETE", "/api/v1/session/browsers"): EVERYONE,
    ("DELETE", "/api/v1/session/browsers/{browser_id}"): EVERYONE,
    ("GET", "/api/v1/session/second-factor"): EVERYONE,
    ("POST", "/api/v1/session/second-factor"): EVERYONE,
    ("POST", "/api/v1/session/second-factor/removal"): EVERYONE,
    ("GET", "/api/v1/session/tokens"): EVERYONE,
    ("POST", "/api/v1/session/tokens"): EVERYONE,
    ("DELETE", "/api/v1/session/tokens/{token_id}"): EVERYONE,
    ("GET", "/api/v1/openapi.json"): EVERYONE,
    ("GET", "/api/v1/holds"): {Role.ADMINISTRATOR, Role.DPO},
    ("POST", "/api/v1/holds"): {Role.ADMINISTRATOR},
    ("POST", "/api/v1/holds/{number}/lift"): {Role.ADMINISTRATOR},
    ("GET", "/metrics"): SETTERS,
}


def routes(app: FastAPI) -> set[tuple[str, str]]:
    """Every method and path of the application, however deep its routers stand."""
    found: set[tuple[str, str]] = set()

    def walk(items: list[Any], prefix: str) -> None:
        for item in items:
            if isinstance(item, APIRoute):
                found.update((method, prefix + item.path) for method in item.methods)
            elif hasattr(item, "original_router"):
                walk(item.original_router.routes, prefix + item.include_context.prefix)

    walk(list(app.routes), "")
    return {(method, path) for method, path in found if method != "HEAD"}


@pytest.mark.law(20)
def test_routes_declare_what_is_listed_here(world: World) -> None:
    """The matrix of the documentation is read from the routes: it says what is tested below."""
    declared = {(one.method, one.path): one.roles for one in permissions(world.app)}
    listed = {key: frozenset(roles) for key, roles in ALLOWED.items() if key[1] != "/metrics"}
    assert {key: roles for key, roles in declared.items() if roles is not None} == listed
    assert {key for key, roles in declared.items() if roles is None} <= PUBLIC


@pytest.mark.law(20)
def test_the_matrix_in_the_documentation_is_of_these_routes() -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "permissions.md"
    assert page.read_text(encoding="utf-8") == matrix(api_alone()), "run: parvis permissions"


def address(path: str) -> str:
    return re.sub(r"\{session_id\}", "no-such-session", path).replace("{name}", "quai")


def test_every_api_route_is_listed_here(world: World) -> None:
    found = {
        (method, path)
        for method, path in routes(world.app)
        if path.startswith("/api/") or path == "/metrics"
    }
    assert found - PUBLIC == set(ALLOWED)


def test_strangers_are_refused_everywhere_else(world: World) -> None:
    browser = world.browser()
    browser.token()
    for method, path in sorted(routes(world.app) - PUBLIC):
        answer = browser.request(method, address(path), headers={"accept": "text/html"})
        closed = answer.status_code in (401, 403) or (
            answer.status_code in (302, 303) and answer.headers["location"].startswith("/login")
        )
        assert closed, f"{method} {path} answered {answer.status_code}"


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_roles_reach_what_is_theirs(world: World, role: Role) -> None:
    browser = world.signed_in(role)
    for (method, path), allowed in ALLOWED.items():
        if path in ("/api/v1/live", "/api/v1/session/password") or (
            path in ("/api/v1/session", "/api/v1/session/browsers") and method == "DELETE"
        ):
            continue
        answer = browser.request(method, address(path))
        refused = answer.status_code == 403
        assert refused == (role not in allowed), f"{role}: {method} {path}: {answer.text}"
