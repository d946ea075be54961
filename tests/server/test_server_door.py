"""Signing in and out: forgery, fixation, guessing, the first link."""

from urllib.parse import parse_qs, urlsplit

import pytest
from argon2 import PasswordHasher
from server_world import BASE, PASSWORD, Browser, World, entries

from parvis.policy.terms import Role
from parvis.server.forms import local_path
from parvis.server.passwords import Passwords
from parvis.server.sessions import ABSOLUTE_S, IDLE_S
from parvis.server.sign_in import first_link


def token_of(link: str) -> str:
    return parse_qs(urlsplit(link).query)["token"][0]


class Hashes(PasswordHasher):
    """A quick hasher that counts what it makes."""

    def __init__(self) -> None:
        self.made = 0
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.made += 1
        return super().hash(password, salt=salt)


def make_first(browser: Browser, token: str, name: str = "ana", password: str = PASSWORD) -> str:
    """Post the first form; return where it leads."""
    form = {"token": token, "name": name, "password": password, "csrf": browser.token()}
    del browser.headers["x-csrf-token"]
    answer = browser.post("/setup/admin", data=form)
    assert answer.status_code == 303
    return answer.headers["location"]


def test_the_first_link_makes_the_administrator_once(world: World) -> None:
    link = first_link(world.store, BASE, world.clock())
    assert link is not None
    assert link.startswith(f"{BASE}/setup/admin?token=")
    browser = world.browser()
    assert make_first(browser, token_of(link)) == "/"
    assert browser.get("/api/v1/session").json()["role"] == "administrator"
    assert "error=link" in make_first(world.browser(), token_of(link), "eve")
    assert first_link(world.store, BASE, world.clock()) is None


def test_a_new_first_link_ends_the_one_before_and_links_age(world: World) -> None:
    old = first_link(world.store, BASE, world.clock())
    new = first_link(world.store, BASE, world.clock())
    assert old is not None
    assert new is not None
    assert "error=link" in make_first(world.browser(), token_of(old))
    world.clock.now_s += 86401
    assert "error=link" in make_first(world.browser(), token_of(new))
    assert "error=link" in make_first(world.browser(), "guessed")


@pytest.mark.parametrize(
    ("name", "password", "code"),
    [
        ("ana", "short", "weak-password"),
        ("ana", "aaaaaaaaaaaaaaaa", "weak-password"),
        ("ana", "anaanaberlin-walk", "weak-password"),
        ("a b", PASSWORD, "account-name"),
    ],
)
def test_a_weak_first_account_does_not_burn_the_link(
    world: World, name: str, password: str, code: str
) -> None:
    link = first_link(world.store, BASE, world.clock()) or ""
    assert f"error={code}" in make_first(world.browser(), token_of(link), name, password)
    assert make_first(world.browser(), token_of(link)) == "/"


def test_a_stranger_without_the_link_has_nothing_hashed(world: World) -> None:
    """Argon2 takes 64 MiB and 50 ms: it is for those who hold the link."""
    hashes = Hashes()
    world.app.state.door._passwords = Passwords(hashes)
    made = hashes.made
    assert "error=link" in make_first(world.browser(), "guessed")
    assert hashes.made == made
    link = first_link(world.store, BASE, world.clock()) or ""
    assert make_first(world.browser(), token_of(link)) == "/"
    assert hashes.made == made + 1
    assert "error=link" in make_first(world.browser(), token_of(link), "eve"), "used already"
    assert hashes.made == made + 1


def test_sign_in_rotates_the_session(world: World) -> None:
    browser = world.signed_in(Role.VIEWER)
    before, csrf = browser.cookies["parvis"], browser.headers["x-csrf-token"]
    browser.sign_in("viewer-1")
    assert browser.cookies["parvis"] != before
    assert browser.headers["x-csrf-token"] != csrf
    stolen = world.browser(cookies={"parvis": before})
    assert stolen.get("/api/v1/cameras").status_code == 401, "the session before is over"


def test_a_planted_session_gains_nothing(world: World) -> None:
    world.signed_in(Role.VIEWER)
    victim = world.browser()
    victim.cookies.set("parvis", "planted-by-an-attacker", domain="127.0.0.1")
    victim.sign_in("viewer-1")
    attacker = world.browser(cookies={"parvis": "planted-by-an-attacker"})
    assert attacker.get("/api/v1/cameras").status_code == 401


def test_cookies_are_kept_from_scripts_and_other_sites(world: World) -> None:
    world.signed_in(Role.VIEWER)
    browser = world.browser()
    browser.token()
    answer = browser.post("/api/v1/session", json={"name": "viewer-1", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie, "plain http on loopback"


def test_the_store_keeps_no_token(world: World) -> None:
    browser = world.signed_in(Role.VIEWER)
    folder = world.path.parent
    kept = b"".join(file.read_bytes() for file in folder.glob("parvis.db*"))
    assert browser.cookies["parvis"].encode() not in kept
    assert PASSWORD.encode() not in kept


def test_sign_out_ends_the_session_on_the_server(world: World) -> None:
    browser = world.signed_in(Role.VIEWER)
    session = browser.cookies["parvis"]
    assert browser.delete("/api/v1/session").status_code == 204
    again = world.browser(cookies={"parvis": session})
    assert again.get("/api/v1/cameras").status_code == 401


def test_sessions_end_by_themselves(world: World) -> None:
    idle = world.signed_in(Role.VIEWER)
    world.clock.now_s += IDLE_S - 1
    assert idle.get("/api/v1/cameras").status_code == 200
    world.clock.now_s += IDLE_S - 1
    assert idle.get("/api/v1/cameras").status_code == 200, "use keeps it alive"
    world.clock.now_s += IDLE_S + 1
    assert idle.get("/api/v1/cameras").status_code == 401
    busy = world.signed_in(Role.VIEWER)
    for _ in range(int(ABSOLUTE_S / IDLE_S) * 2 + 1):
        world.clock.now_s += IDLE_S / 2
        busy.get("/api/v1/cameras")
    assert busy.get("/api/v1/cameras").status_code == 401, "but not for ever"


def test_wrong_name_and_wrong_password_read_alike(world: World) -> None:
    world.signed_in(Role.VIEWER)
    browser = world.browser()
    browser.token()
    answers = [
        browser.post("/api/v1/session", json={"name": name, "password": "wrong wrong wrong"})
        for name in ("viewer-1", "nobody")
    ]
    bodies = [answer.json() for answer in answers]
    for body in bodies:
        body.pop("reference")
    assert bodies[0] == bodies[1]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert "wrong wrong" not in answers[0].text


def test_guessing_is_locked_out_even_with_the_right_word(world: World) -> None:
    world.signed_in(Role.VIEWER)
    browser = world.browser()
    browser.token()

    def attempt(password: str) -> int:
        return browser.post(
            "/api/v1/session", json={"name": "viewer-1", "password": password}
        ).status_code

    assert [attempt(f"guess number {n}") for n in range(6)] == [401] * 5 + [429]
    assert attempt(PASSWORD) == 429
    world.clock.now_s += 31
    assert attempt(PASSWORD) == 204


def test_failing_from_everywhere_does_not_hold_the_person_out(world: World) -> None:
    world.signed_in(Role.VIEWER)
    door = world.app.state.door
    for n in range(200):
        door._lockout.attempted("viewer-1", f"192.0.2.{n}")
    world.browser().sign_in("viewer-1")


def test_a_typed_name_that_is_no_accounts_is_not_kept(world: World) -> None:
    """People type their password into the field of the name."""
    world.signed_in(Role.VIEWER)
    browser = world.browser()
    browser.token()
    for name in ("my secret pass phrase", " VIEWER-1 "):
        browser.post("/api/v1/session", json={"name": name, "password": "wrong wrong"})
    form = {"name": "my secret pass phrase", "password": "x", "csrf": browser.token()}
    del browser.headers["x-csrf-token"]
    browser.post("/login", data=form)
    refused = [one.target for one in entries(world) if one.action == "account.refused"]
    assert refused == ["unknown account", "viewer-1", "unknown account"]
    assert "secret pass" not in str(entries(world))


def test_a_spoofed_address_does_not_escape_the_lock_out(world: World) -> None:
    world.signed_in(Role.VIEWER)
    browser = world.browser()
    browser.token()
    codes = [
        browser.post(
            "/api/v1/session",
            json={"name": "viewer-1", "password": "guess guess guess"},
            headers={"x-forwarded-for": f"203.0.113.{n}"},
        ).status_code
        for n in range(7)
    ]
    assert codes[-1] == 429


def test_the_log_tells_who_came_from_where(world: World) -> None:
    world.signed_in(Role.VIEWER)
    proxied = world.browser(client=("10.0.0.1", 5000))
    proxied.token()
    proxied.post(
        "/api/v1/session",
        json={"name": "viewer-1", "password": PASSWORD},
        headers={"x-forwarded-for": "198.51.100.9, 203.0.113.7"},
    )
    last = entries(world)[-1]
    assert (last.action, last.who, last.origin) == (
        "account.sign-in",
        "viewer-1",
        "203.0.113.7",
    )


def test_forms_sign_in_and_stay_on_this_site(world: World) -> None:
    world.signed_in(Role.VIEWER)
    browser = world.browser()
    form = {"name": "viewer-1", "password": PASSWORD, "csrf": browser.token()}
    del browser.headers["x-csrf-token"]
    answer = browser.post("/login", data=form | {"next": "//evil.example/"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    wrong = world.browser()
    form = {"name": "viewer-1", "password": "no", "csrf": wrong.token(), "next": "/history?a=1"}
    del wrong.headers["x-csrf-token"]
    back = wrong.post("/login", data=form).headers["location"]
    assert back == "/login?error=sign-in&next=%2Fhistory%3Fa%3D1"


@pytest.mark.parametrize(
    "path", ["//evil", "https://evil", "/\\evil", "javascript:1", "", "/a\r\nX: y"]
)
def test_redirections_stay_here(path: str) -> None:
    assert local_path(path) == "/"


def test_a_change_without_the_pages_token_is_refused(world: World) -> None:
    browser = world.signed_in(Role.TECHNICIAN)
    order = {"camera": "quai", "reason": "because of a test"}
    good = browser.headers.pop("x-csrf-token")
    for forged in ({}, {"x-csrf-token": "0" * 64}, {"x-csrf-token": ""}):
        answer = browser.post("/api/v1/stop", json=order, headers=forged)
        assert answer.status_code == 403
        assert answer.json()["type"] == "urn:parvis:problem:csrf"
    other = world.signed_in(Role.OPERATOR).headers["x-csrf-token"]
    assert (
        browser.post("/api/v1/stop", json=order, headers={"x-csrf-token": other}).status_code == 403
    )
    for origin in ("https://evil.example", "null", "http://127.0.0.1:9"):
        headers = {"x-csrf-token": good, "origin": origin}
        assert browser.post("/api/v1/stop", json=order, headers=headers).status_code == 403
    assert not world.control.stops
    assert (
        browser.post("/api/v1/stop", json=order, headers={"x-csrf-token": good}).status_code == 200
    )


def test_a_changed_password_ends_every_session(world: World) -> None:
    here, there = world.signed_in(Role.VIEWER), world.signed_in(Role.VIEWER)
    new = "de nouveaux mots sans lien"
    weak = {"old": PASSWORD, "new": "court"}
    assert here.post("/api/v1/session/password", json=weak).status_code == 422
    wrong = {"old": "not the password", "new": new}
    assert here.post("/api/v1/session/password", json=wrong).status_code == 401
    good = {"old": PASSWORD, "new": new}
    assert here.post("/api/v1/session/password", json=good).status_code == 204
    assert there.get("/api/v1/cameras").status_code == 401
    world.browser().sign_in("viewer-1", new)
