"""What a foreign page, a foreign link or a neighbour on the wire can make a browser do."""

import re

import pytest
from server_world import BASE, PASSWORD, World
from test_server_authz import routes

from parvis.policy.terms import Role
from parvis.site import load

pytestmark = pytest.mark.law(21)

_UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def _path(path: str) -> str:
    return re.sub(r"\{\w+(:path)?\}", "quai", path)


def test_no_change_is_made_without_the_pages_token_or_for_another_site(world: World) -> None:
    browser = world.signed_in(Role.ADMINISTRATOR)
    good = browser.headers.pop("x-csrf-token")
    foreign = [
        {},
        {"x-csrf-token": "0" * 64},
        {"x-csrf-token": good, "origin": "https://evil.example"},
        {"x-csrf-token": good, "origin": "null"},
    ]
    asked = sorted((m, p) for m, p in routes(world.app) if m in _UNSAFE)
    assert len(asked) > 50
    for method, path in asked:
        for headers in foreign:
            answer = browser.request(method, _path(path), headers=headers)
            assert answer.status_code == 403, (method, path, headers)
        plain = browser.request(
            method,
            _path(path),
            content=b'{"csrf": "' + good.encode() + b'"}',
            headers={"content-type": "text/plain"},
        )
        assert plain.status_code == 403, (method, path)


def test_reading_changes_nothing(world: World) -> None:
    """A link, a picture or a prefetch is a GET: it may be logged, and does nothing else."""
    browser = world.signed_in(Role.ADMINISTRATOR)
    before = world.path.read_bytes(), world.control.held, world.store.accounts.all()
    for method, path in sorted(routes(world.app)):
        if method == "GET" and "live" not in path and "events" not in path:
            browser.get(_path(path), params={"theme": "dark", "next": "/"})
    assert (world.path.read_bytes(), world.control.held, world.store.accounts.all()) == before


def test_every_answer_forbids_frames_foreign_scripts_and_keeping(world: World) -> None:
    browser = world.signed_in(Role.ADMINISTRATOR)
    for method, path in sorted(routes(world.app)):
        if method != "GET" or "live" in path or "events" in path:
            continue
        answer = browser.get(_path(path), headers={"accept": "text/html"})
        assert answer.status_code < 500, path
        headers = answer.headers
        policy = headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy, path
        assert "base-uri 'none'" in policy, path
        assert "form-action 'self'" in policy, path
        assert "object-src 'none'" in policy, path
        assert not re.search(r"unsafe|\*|data:|http:", policy), (path, policy)
        assert headers["x-frame-options"] == "DENY", path
        assert headers["x-content-type-options"] == "nosniff", path
        if "assets" not in path:
            kept = headers["cache-control"]
            assert "no-store" in kept or "private" in kept or "no-cache" in kept, (path, kept)
            assert "public" not in kept, (path, kept)


@pytest.mark.parametrize("https", [False, True])
def test_cookies_are_out_of_reach_of_scripts_and_other_sites(world: World, https: bool) -> None:
    base = BASE
    if https:
        text = world.path.read_text(encoding="utf-8")
        base = "https://parvis.example.fr"
        world.path.write_text(
            text.replace("server:\n", f"server:\n  public_url: {base}\n"), encoding="utf-8"
        )
        world.site.take(load(world.path))
    world.signed_in(Role.VIEWER) if not https else None
    browser = world.browser(base, client=("10.0.0.1", 5000))
    browser.headers["x-forwarded-proto"] = "https" if https else "http"
    set_cookies = browser.get("/login").headers.get_list("set-cookie")
    browser.token()
    answer = browser.post("/api/v1/session", json={"name": "viewer-1", "password": PASSWORD})
    set_cookies += answer.headers.get_list("set-cookie")
    assert set_cookies
    for cookie in set_cookies:
        assert "HttpOnly" in cookie, cookie
        assert "SameSite=lax" in cookie, cookie
        assert "Domain" not in cookie, cookie
        assert cookie.startswith("__Host-") == https, cookie
        assert ("Secure" in cookie) == https, cookie


def test_a_session_that_was_planted_is_not_the_one_that_is_opened(world: World) -> None:
    world.signed_in(Role.VIEWER)
    planted = "a" * 43
    victim = world.browser()
    victim.cookies.set("parvis", planted, domain="127.0.0.1")
    victim.sign_in("viewer-1")
    assert victim.cookies.get("parvis") not in (None, planted)
    thief = world.browser()
    thief.cookies.set("parvis", planted)
    assert thief.get("/api/v1/cameras").status_code == 401


def test_a_form_token_from_before_the_sign_in_opens_nothing_after_it(world: World) -> None:
    world.signed_in(Role.TECHNICIAN)
    browser = world.browser()
    before = browser.token()
    browser.sign_in("technician-1")
    answer = browser.post(
        "/api/v1/stop",
        json={"camera": "quai", "reason": "because of a test"},
        headers={"x-csrf-token": before},
    )
    assert answer.status_code == 403


_ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "/%2F/evil.example",
    "///evil.example",
    "/\t/evil.example",
    "/\n//evil.example",
    " //evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "https:evil.example",
    "/@evil.example/../..//evil.example",
    "/.//evil.example",
    "/..//evil.example",
]


@pytest.mark.parametrize("target", _ELSEWHERE)
def test_no_redirection_leads_off_this_site(world: World, target: str) -> None:
    world.signed_in(Role.VIEWER)
    browser = world.browser()
    form = {"name": "viewer-1", "password": PASSWORD, "csrf": browser.token(), "next": target}
    del browser.headers["x-csrf-token"]
    answers = [
        browser.get("/preferences", params={"next": target, "theme": "dark", "language": "en"}),
        browser.get("/preferences", headers={"referer": target}, params={"language": "fr"}),
        browser.get("/login", params={"next": target}),
        browser.get("/login/sso", params={"next": target}),
        browser.post("/login", data=form),
        browser.get("/login", params={"next": target}),
    ]
    for answer in answers:
        place = answer.headers.get("location", "/")
        assert re.match(r"/(?![/\\])[^\t\r\n\\]*$", place), place


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-host": "evil.example"},
        {"forwarded": "host=evil.example;proto=https;for=127.0.0.1"},
        {"x-forwarded-proto": "https", "x-forwarded-for": "127.0.0.1"},
        {"x-original-url": "/api/v1/accounts", "x-rewrite-url": "/api/v1/accounts"},
        {"x-http-method-override": "DELETE", "x-method-override": "DELETE"},
        {"x-real-ip": "127.0.0.1", "true-client-ip": "127.0.0.1"},
        {"x-forwarded-prefix": "//evil.example", "x-script-name": "/evil"},
    ],
)
def test_headers_that_a_stranger_writes_change_nothing(
    world: World, headers: dict[str, str]
) -> None:
    browser = world.browser(client=("203.0.113.9", 4000))
    for path in ("/login", "/api/v1/accounts", "/", "/healthz"):
        plain = browser.get(path, headers={"accept": "text/html"})
        told = browser.get(path, headers={"accept": "text/html", **headers})
        assert told.status_code == plain.status_code, path
        assert told.headers.get("location") == plain.headers.get("location"), path
        assert "evil" not in told.text


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1:8080@evil.example", "127.0.0.1.evil.example", "evil.example:8080"],
)
def test_a_foreign_host_is_answered_by_nothing(world: World, host: str) -> None:
    browser = world.signed_in(Role.ADMINISTRATOR)
    for path in ("/", "/login", "/api/v1/cameras", "/static/build/manifest.json"):
        answer = browser.get(path, headers={"host": host})
        assert answer.status_code == 421
        assert "evil" not in answer.text
        assert "location" not in answer.headers
