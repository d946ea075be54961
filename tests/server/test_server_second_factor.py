"""The second factor: the RFC's own vectors, codes that serve once, guesses that cost time."""

import re

import pyotp
import pytest
from server_world import NOON_S, PASSWORD, Browser, World, entries

from parvis.policy.terms import Role
from parvis.server.second_factor import drawn, new_recovery_codes, step_of
from parvis.site.accounts import AccountSettings

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""RFC 6238, appendix B: ASCII 12345678901234567890."""


def enrolled(world: World, role: Role = Role.VIEWER) -> tuple[Browser, str, list[str]]:
    """A browser whose account has a second factor, its secret and its recovery codes."""
    browser = world.signed_in(role)
    secret = browser.get("/api/v1/session/second-factor").json()["secret"]
    asked = {"secret": secret, "code": code(secret, world.clock()), "password": PASSWORD}
    answer = browser.post("/api/v1/session/second-factor", json=asked)
    assert answer.status_code == 200, answer.text
    browser.token()
    return browser, secret, answer.json()["recovery_codes"]


def code(secret: str, at_s: float) -> str:
    return pyotp.TOTP(secret).at(int(at_s))


def sign_in(browser: Browser, name: str = "viewer-1", **more: str) -> int:
    browser.token()
    asked = {"name": name, "password": PASSWORD, **more}
    status = browser.post("/api/v1/session", json=asked).status_code
    browser.token()
    return status


@pytest.mark.law(21)
@pytest.mark.parametrize(
    ("at_s", "digits"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_rfc_6238(at_s: int, digits: str) -> None:
    # The RFC prints eight digits; devices show the last six of the same number.
    assert step_of(RFC_SECRET, digits[-6:], at_s) == at_s // 30
    assert step_of(RFC_SECRET, digits[-6:], at_s + 90) is None


@pytest.mark.law(21)
def test_a_code_is_asked_for_and_serves_once(world: World) -> None:
    _, secret, _ = enrolled(world)
    world.clock.now_s += 60
    browser = world.browser()
    assert sign_in(browser) == 204
    half = browser.get("/api/v1/session").json()
    assert (half["name"], half["role"], half["owed"]) == (None, None, "code")
    assert browser.get("/api/v1/cameras").status_code == 401, "nothing opens yet"
    assert browser.get("/", headers={"accept": "text/html"}).status_code in (302, 303)
    before = browser.cookies["parvis"]
    now = code(secret, world.clock())
    assert browser.post("/api/v1/session/code", json={"code": now}).status_code == 204
    assert browser.cookies["parvis"] != before, "no session is promoted: a new one begins"
    browser.token()
    assert browser.get("/api/v1/cameras").status_code == 200
    again = world.browser()
    assert sign_in(again, code=now) == 401, "used already"
    world.clock.now_s += 30
    assert sign_in(again, code=code(secret, world.clock())) == 204
    assert again.get("/api/v1/cameras").status_code == 200


@pytest.mark.law(21)
def test_a_recovery_code_serves_once_and_is_kept_as_a_hash(world: World) -> None:
    _, _, recovery = enrolled(world)
    assert len(set(recovery)) == 10
    assert all(re.fullmatch(r"(?:[2-9a-hjkmnp-z]{4}-?){4}", one) for one in recovery)
    with world.store._database.reading() as connection:
        held = str(connection.exec_driver_sql("select * from recovery_code").all())
    assert not any(one in held or one.replace("-", "") in held for one in recovery)
    assert sign_in(world.browser(), code=recovery[0].upper().replace("-", " ")) == 204
    assert sign_in(world.browser(), code=recovery[0]) == 401
    assert len(set(new_recovery_codes())) == 10


@pytest.mark.law(21)
def test_guessed_codes_lock_the_account_wherever_they_come_from(world: World) -> None:
    _, secret, _ = enrolled(world)
    world.clock.now_s += 60
    statuses = []
    for n in range(7):
        browser = world.browser(client=(f"198.51.100.{n}", 5000))
        statuses.append(sign_in(browser, code="000000"))
    assert statuses == [401] * 5 + [429] * 2
    right = code(secret, world.clock())
    assert sign_in(world.browser(client=("203.0.113.1", 1)), code=right) == 429
    half = world.browser(client=("203.0.113.2", 1))
    assert sign_in(half) == 204
    locked = half.post("/api/v1/session/code", json={"code": right})
    assert locked.status_code == 429
    assert int(locked.headers["retry-after"]) >= 30
    world.clock.now_s += 31
    right = code(secret, world.clock())
    assert half.post("/api/v1/session/code", json={"code": right}).status_code == 204


@pytest.mark.law(21)
def test_a_right_password_does_not_wipe_guesses_away(world: World) -> None:
    enrolled(world)
    browser = world.browser()
    browser.token()
    wrong = {"name": "viewer-1", "password": "guess guess guess"}
    for _ in range(5):
        browser.post("/api/v1/session", json=wrong)
        world.clock.now_s += 31
    for _ in range(3):
        sign_in(browser)
    assert browser.post("/api/v1/session", json=wrong).status_code in (401, 429)
    assert browser.post("/api/v1/session", json=wrong).status_code == 429


@pytest.mark.law(21)
def test_a_half_session_ends_by_itself(world: World) -> None:
    _, secret, _ = enrolled(world)
    world.clock.now_s += 60
    browser = world.browser()
    sign_in(browser)
    world.clock.now_s += 601
    late = browser.post("/api/v1/session/code", json={"code": code(secret, world.clock())})
    assert late.status_code in (403, 409)
    assert browser.get("/api/v1/session").json()["owed"] is None


@pytest.mark.law(21)
def test_a_site_asks_a_role_for_it(world: World) -> None:
    site = world.site.held.site
    asks = AccountSettings(second_factor=("operator",))
    browser = world.signed_in(Role.OPERATOR)
    object.__setattr__(world.site.held, "site", site.model_copy(update={"accounts": asks}))
    assert browser.get("/api/v1/session").json()["owed"] == "enrolment", "at once"
    assert browser.get("/api/v1/alerts").status_code == 401
    assert world.signed_in(Role.VIEWER).get("/api/v1/cameras").status_code == 200
    secret = browser.get("/api/v1/session/second-factor").json()["secret"]
    wrong = {"secret": secret, "code": "000000"}
    assert browser.post("/api/v1/session/second-factor", json=wrong).status_code == 422
    asked = {"secret": secret, "code": code(secret, world.clock())}
    assert browser.post("/api/v1/session/second-factor", json=asked).status_code == 200
    browser.token()
    assert browser.get("/api/v1/alerts").status_code == 200
    world.clock.now_s += 60
    leave = {"password": PASSWORD, "code": code(secret, world.clock())}
    kept = browser.post("/api/v1/session/second-factor/removal", json=leave)
    assert kept.json()["type"] == "urn:parvis:problem:second-factor-owed"


@pytest.mark.law(21)
def test_a_borrowed_screen_sets_up_no_device(world: World) -> None:
    """Who finds a signed-in browser has not the password."""
    browser = world.signed_in(Role.VIEWER)
    secret = browser.get("/api/v1/session/second-factor").json()["secret"]
    asked = {"secret": secret, "code": code(secret, NOON_S), "password": "not the password"}
    assert browser.post("/api/v1/session/second-factor", json=asked).status_code == 401
    short = "A" * 24
    weak = {"secret": short, "code": code(short, NOON_S), "password": PASSWORD}
    assert browser.post("/api/v1/session/second-factor", json=weak).status_code == 422


@pytest.mark.law(14)
def test_it_is_logged_without_its_secret(world: World) -> None:
    _, secret, recovery = enrolled(world)
    told = str(entries(world))
    assert "account.second-factor" in told
    assert secret not in told
    assert recovery[0] not in told


def test_the_code_is_drawn_here() -> None:
    picture = drawn("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ")
    assert picture.startswith("<svg")
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", picture)
