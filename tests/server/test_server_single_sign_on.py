"""Single sign-on against a real provider of identity (oidc-provider, certified), on loopback."""

import re
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest
from server_world import BASE, PASSWORD, Browser, World, entries

from parvis.policy.terms import Role
from parvis.site import load
from parvis.site.accounts import AccountSettings

pytestmark = pytest.mark.machine

WEB = Path(__file__).parents[2] / "web"
SECRET = "provider-secret-of-the-tests"

ACCOUNTS = """
accounts:
  single_sign_on:
    label: Ville d'exemple
    issuer: ISSUER
    client_id: parvis
    client_secret: ${SSO_SECRET}
    scopes: [openid, profile, groups]
    roles: {parvis-admins: administrator, elus: viewer}
    places: {elus-port: [port]}
  passwords: [administrator]
places:
  port: {label: Port, at: [2.35, 48.85], zones: [quai.terrasse]}
"""


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The provider, in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["node", str(WEB / "tests" / "provider.mjs"), str(port), f"{BASE}/login/sso/callback"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"ready\n"
        yield f"http://127.0.0.1:{port}"
        running.terminate()


@pytest.fixture
def town(world: World, issuer: str) -> World:
    """The site, with that provider."""
    text = world.path.read_text(encoding="utf-8") + ACCOUNTS.replace("ISSUER", issuer)
    world.path.write_text(text, encoding="utf-8")
    world.site.take(load(world.path))
    world.clock.now_s = time.time()  # as the provider's
    world.hub.environ["SSO_SECRET"] = SECRET  # type: ignore[index]
    return world


def left(browser: Browser, next_path: str = "/history") -> str:
    """Where Parvis sends a person who chooses the provider."""
    answer = browser.get(f"/login/sso?next={next_path}")
    assert answer.status_code == 303
    return str(answer.headers["location"])


def at_the_provider(address: str, login: str) -> str:
    """Sign in and consent there; the address at which the person comes back."""
    with httpx.Client(follow_redirects=False) as http:
        for _ in range(20):
            answer = http.get(address)
            while answer.status_code in (302, 303):
                address = urljoin(str(answer.url), answer.headers["location"])
                if address.startswith(BASE):
                    return address
                answer = http.get(address)
            form = re.search(r'action="([^"]+)"', answer.text)
            assert form is not None, answer.text
            fields = {"login": login, "password": "any"} if "password" in answer.text else {}
            fields |= dict(re.findall(r'name="(prompt)" value="([^"]+)"', answer.text))
            answer = http.post(urljoin(str(answer.url), form[1]), data=fields)
            address = urljoin(str(answer.url), answer.headers["location"])
    raise AssertionError("the provider asks without end")


def back(browser: Browser, address: str) -> httpx.Response:
    return browser.get(address.removeprefix(BASE))


@pytest.mark.law(21)
def test_a_person_signs_in_and_gets_the_role_of_their_group(town: World) -> None:
    browser = town.browser()
    assert "Se connecter avec Ville d" in browser.get("/login").text
    answer = back(browser, at_the_provider(left(browser), "ana"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/history")
    session = browser.get("/api/v1/session").json()
    assert (session["name"], session["role"], session["places"]) == ("ana", "administrator", None)
    assert [one.action for one in entries(town)][-2:] == ["account.make", "account.sign-in"]
    elected = town.browser()
    back(elected, at_the_provider(left(elected), "elu"))
    session = elected.get("/api/v1/session").json()
    assert (session["name"], session["role"], session["places"]) == ("elu", "viewer", ["port"])
    assert [one["name"] for one in elected.get("/api/v1/cameras").json()] == ["quai"]


@pytest.mark.law(21)
def test_who_has_no_mapped_role_is_refused(town: World) -> None:
    browser = town.browser()
    answer = back(browser, at_the_provider(left(browser), "passant"))
    assert answer.headers["location"] == "/login?error=sso-role"
    assert browser.get("/api/v1/session").json()["name"] is None
    assert town.store.accounts.all() == []
    assert entries(town)[-1].action == "account.refused"


@pytest.mark.law(21)
def test_the_request_carries_pkce_state_and_nonce_and_no_secret(town: World) -> None:
    asked = parse_qs(urlsplit(left(town.browser())).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["response_type"] == ["code"]
    assert all(len(asked[key][0]) >= 43 for key in ("state", "nonce", "code_challenge"))
    assert SECRET not in str(asked)
    assert parse_qs(urlsplit(left(town.browser())).query)["state"] != asked["state"]


@pytest.mark.law(21)
def test_a_sign_in_of_another_browser_opens_nothing(town: World) -> None:
    """Login CSRF: an attacker's own answer is not taken by the victim's browser."""
    attacker, victim = town.browser(), town.browser()
    address = at_the_provider(left(attacker), "ana")
    assert back(victim, address).headers["location"] == "/login?error=sso-state"
    left(victim)
    assert back(victim, address).headers["location"] == "/login?error=sso-state"
    assert victim.get("/api/v1/session").json()["name"] is None


@pytest.mark.law(21)
def test_an_answer_serves_once_and_in_time(town: World) -> None:
    browser = town.browser()
    address = at_the_provider(left(browser), "ana")
    assert back(browser, address).headers["location"] == "/history"
    assert back(browser, address).headers["location"] == "/login?error=sso-state"
    late = town.browser()
    address = at_the_provider(left(late), "ana")
    town.clock.now_s += 601
    assert back(late, address).headers["location"] == "/login?error=sso-state"


@pytest.mark.law(21)
def test_a_forged_code_is_refused(town: World) -> None:
    browser = town.browser()
    address = at_the_provider(left(browser), "ana")
    forged = re.sub(r"code=[^&]+", "code=guessed", address)
    assert back(browser, forged).headers["location"] == "/login?error=sso"
    other = town.browser()
    address = at_the_provider(left(other), "ana")
    foreign = re.sub(r"iss=[^&]+", "iss=https%3A%2F%2Fevil.example", address)
    assert back(other, foreign).headers["location"] == "/login?error=sso"


@pytest.mark.law(21)
def test_a_closed_account_stays_closed(town: World) -> None:
    town.signed_in(Role.ADMINISTRATOR)
    browser = town.browser()
    back(browser, at_the_provider(left(browser), "elu"))
    admin = town.signed_in(Role.ADMINISTRATOR)
    closing = {"disabled": True, "reason": "Fin de mandat"}
    assert admin.patch("/api/v1/accounts/elu", json=closing).status_code == 204
    assert browser.get("/api/v1/cameras").status_code == 401
    again = back(browser, at_the_provider(left(browser), "elu"))
    assert again.headers["location"] == "/login?error=sso-role"


@pytest.mark.law(21)
def test_passwords_stay_for_the_administrator(town: World) -> None:
    town.signed_in(Role.ADMINISTRATOR)
    with pytest.raises(AssertionError, match="sign-in"):
        town.signed_in(Role.OPERATOR)
    browser = town.browser()
    back(browser, at_the_provider(left(browser), "ana"))
    stranger = town.browser()
    stranger.token()
    tried = {"name": "ana", "password": PASSWORD}
    assert stranger.post("/api/v1/session", json=tried).status_code == 401
    single = town.site.held.site.accounts.single_sign_on
    with pytest.raises(ValueError, match="nobody could administer"):
        AccountSettings(single_sign_on=single, passwords=("viewer",))
    with pytest.raises(ValueError, match="could not sign in at all"):
        AccountSettings(passwords=("administrator",))


@pytest.mark.law(10)
def test_nothing_is_asked_of_a_provider_that_does_not_answer(town: World) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{free.getsockname()[1]}"
    text = re.sub(r"issuer: \S+", f"issuer: {dead}", town.path.read_text(encoding="utf-8"))
    town.path.write_text(text, encoding="utf-8")
    town.site.take(load(town.path))
    browser = town.browser()
    assert browser.get("/login").status_code == 200
    assert browser.get("/login/sso").headers["location"] == "/login?error=sso"
    town.signed_in(Role.ADMINISTRATOR)
