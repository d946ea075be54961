"""What every answer carries and every request passes."""

from collections.abc import Iterator

import pytest
from server_world import World

from parvis.policy.terms import Role
from parvis.server.frontier import BODY_LIMIT


@pytest.mark.parametrize(
    "path", ["/healthz", "/api/v1/cameras", "/api/v1/nothing", "/login", "/static/nothing.js"]
)
def test_security_headers_stand_on_every_answer(world: World, path: str) -> None:
    headers = world.browser().get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "strict-transport-security" not in headers, "plain http on loopback"
    assert "server" not in headers


def test_a_fault_of_ours_shows_a_reference_and_nothing_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("rtsp://user:sesame-very-secret@192.0.2.10")

    monkeypatch.setattr(type(world.store), "series", fail)
    answer = world.signed_in(Role.VIEWER).get("/api/v1/series")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-security-policy"]
    assert set(answer.json()) == {"type", "status", "title", "remedy", "reference"}
    assert "sesame" not in answer.text
    assert "Traceback" not in answer.text


def test_errors_speak_the_readers_language(world: World) -> None:
    browser = world.browser()
    for language in ("fr", "en"):
        answer = browser.get("/api/v1/cameras", headers={"accept-language": language})
        assert answer.status_code == 401
        assert answer.json()["title"]
    english = browser.get("/api/v1/cameras", headers={"accept-language": "en"}).json()
    assert english["title"] == "You are not signed in."


def test_wrong_hosts_are_refused(world: World) -> None:
    answer = world.browser().get("/healthz", headers={"host": "evil.example"})
    assert answer.status_code == 421
    assert "evil" not in answer.text


def test_large_bodies_are_refused_told_or_not(world: World) -> None:
    browser = world.signed_in(Role.TECHNICIAN)
    answer = browser.post("/api/v1/cameras", content=b"x" * (BODY_LIMIT + 1))
    assert answer.status_code == 413

    def stream() -> Iterator[bytes]:
        for _ in range(BODY_LIMIT // 65536 + 1):
            yield b"x" * 65536

    assert browser.post("/api/v1/cameras", content=stream()).status_code == 413
    headers = {"content-length": "-1"}
    assert browser.post("/api/v1/cameras", content=b"{}", headers=headers).status_code == 413


def test_refused_values_are_not_repeated(world: World) -> None:
    browser = world.signed_in(Role.TECHNICIAN)
    bad = {"source": "ftp://user:hunter2hunter2@192.0.2.1/x"}
    answer = browser.post("/api/v1/cameras/test", json=bad)
    assert answer.status_code == 422
    assert "hunter2" not in answer.text
    assert answer.json()["errors"][0]["key"] == "source"


def test_https_sites_get_secure_cookies_and_hsts(world: World) -> None:
    text = world.path.read_text(encoding="utf-8").replace(
        "server:\n", "server:\n  public_url: https://parvis.example.fr\n"
    )
    world.path.write_text(text, encoding="utf-8")
    from parvis.site import load

    world.site.take(load(world.path))
    proxied = world.browser("https://parvis.example.fr", client=("10.0.0.1", 5000))
    answer = proxied.get("/api/v1/session")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-parvis_form=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert answer.headers["strict-transport-security"]
