"""Channels over the API: written without a secret in the file, tried for real, removed."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from server_world import NOON_S, World
from standardwebhooks import Webhook

from parvis.policy.terms import Role
from parvis.site import load

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
CHANNELS = """
notify:   # who is told
  poste:  # the control room
    email:
      host: smtp.example.fr   # the town's relay
      user: parvis
      password: ${POSTE_PASSWORD}
      from: parvis@example.fr
      to: [chef@example.fr]
    severity: alarm
"""


@pytest.fixture
def town(demonstration: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A site with one channel, and its password in the secrets file."""
    monkeypatch.delenv("PARVIS_SECRETS", raising=False)
    world = demonstration
    world.path.write_text(world.path.read_text(encoding="utf-8") + CHANNELS, encoding="utf-8")
    (world.path.parent / "secrets.env").write_text('POSTE_PASSWORD="hush hush"\n', encoding="utf-8")
    world.site.take(load(world.path))
    return world


@pytest.fixture
def hook() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A receiver that checks signatures: its address, and what came."""
    came: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            try:
                came.append(Webhook(SECRET).verify(body, dict(self.headers.items())))
                self.send_response(204)
            except Exception:
                self.send_response(401)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook", came
    server.shutdown()
    server.server_close()


def test_a_channel_is_written_and_tried(
    town: World, hook: tuple[str, list[dict[str, Any]]]
) -> None:
    address, came = hook
    browser = town.signed_in(Role.TECHNICIAN)
    etag = browser.get("/api/v1/alert-channels").headers["etag"]
    wanted = {
        "webhook": {"url": address, "secret": "${TABLEAU}"},
        "severity": "watch",
        "rules": ["density"],
        "on": ["quai.terrasse"],
        "quiet": {"hours": [{"from": "22:00", "to": "07:00"}], "below": "alarm", "then": "drop"},
        "escalate_after_s": 300,
        "escalate_to": "poste",
    }
    answer = browser.put(
        "/api/v1/alert-channels/tableau",
        json={"channel": wanted, "secrets": {"TABLEAU": SECRET}},
        headers={"if-match": etag},
    )
    assert answer.status_code == 201
    told = answer.json()
    assert told["settings"]["webhook"] == {"url": address, "secret": "${TABLEAU}"}
    text = town.path.read_text(encoding="utf-8")
    for comment in ("who is told", "the control room", "the town's relay"):
        assert comment in text
    assert SECRET not in text
    assert SECRET in (town.path.parent / "secrets.env").read_text(encoding="utf-8")
    assert SECRET not in json.dumps(browser.get("/api/v1/alert-channels/tableau").json())
    tried = browser.post("/api/v1/alert-channels/tableau/test").json()
    assert (tried["taken"], tried["reason"]) == (True, "")
    assert came[0]["type"] == "test"
    log = town.store.audit.entries(NOON_S - 1, NOON_S + 60)
    assert [one.action for one in log[:2]] == ["channel.test", "channel.change"]
    assert SECRET not in repr(log)


def test_a_test_that_fails_says_why_in_the_readers_language(town: World) -> None:
    browser = town.signed_in(Role.TECHNICIAN)
    etag = browser.get("/api/v1/alert-channels").headers["etag"]
    browser.put(
        "/api/v1/alert-channels/courtier",
        json={"channel": {"mqtt": {"host": "127.0.0.1", "port": 1, "tls": "none"}}},
        headers={"if-match": etag},
    )
    told = browser.post(
        "/api/v1/alert-channels/courtier/test", headers={"accept-language": "fr"}
    ).json()
    assert told["taken"] is False
    assert told["reason"] == "127.0.0.1 refuse la connexion"
    assert "vérifiez le port" in told["remedy"]
    assert browser.post("/api/v1/alert-channels/nobody/test").status_code == 404


def test_no_change_of_another_is_lost(town: World) -> None:
    browser = town.signed_in(Role.TECHNICIAN)
    told = browser.get("/api/v1/alert-channels/poste")
    settings, etag = told.json()["settings"], told.headers["etag"]
    assert settings["email"]["password"] == "${POSTE_PASSWORD}"
    text = town.path.read_text(encoding="utf-8") + "# a hand was here\n"
    town.path.write_text(text, encoding="utf-8")
    body = {"channel": settings, "secrets": {"POSTE_PASSWORD": "other"}}
    for method, sent in (("PUT", body), ("DELETE", None)):
        late = browser.request(
            method, "/api/v1/alert-channels/poste", json=sent, headers={"if-match": etag}
        )
        assert late.status_code == 412
    assert town.path.read_text(encoding="utf-8") == text
    # A refused change leaves the secret in force as well.
    assert "hush hush" in (town.path.parent / "secrets.env").read_text(encoding="utf-8")
    assert browser.put("/api/v1/alert-channels/poste", json=body).status_code == 428


@pytest.mark.parametrize(
    "wrong",
    [
        {"channel": {"severity": "warn"}},
        {"channel": {"email": {"host": "smtp.example.fr", "from": "a@b.fr", "to": ["nobody"]}}},
        {"channel": {"webhook": {"url": "http://192.0.2.1/x", "secret": "${A}"}}},
        {"channel": {"webhook": {"url": "https://hooks.example.fr/x", "secret": "in clear"}}},
        {"channel": {"mqtt": {"host": "169.254.169.254"}}},
        {"channel": {"mqtt": {"host": "mq.example.fr"}, "escalate_to": "poste"}},
        {"channel": {"mqtt": {"host": "mq.example.fr"}, "rules": ["nothing"]}},
        {"channel": {"mqtt": {"host": "mq.example.fr"}}, "secrets": {"QUAI_PASSWORD": "x"}},
        {
            "channel": {
                "mqtt": {"host": "mq.example.fr", "user": "x", "password": "${MQ}"},
            },
            "secrets": {"MQ": "two\nlines"},
        },
    ],
)
def test_what_makes_no_sense_is_refused(town: World, wrong: dict[str, object]) -> None:
    browser = town.signed_in(Role.TECHNICIAN)
    before = town.path.read_text(encoding="utf-8")
    kept = (town.path.parent / "secrets.env").read_text(encoding="utf-8")
    etag = browser.get("/api/v1/alert-channels").headers["etag"]
    answer = browser.put("/api/v1/alert-channels/x", json=wrong, headers={"if-match": etag})
    assert answer.status_code == 422
    assert town.path.read_text(encoding="utf-8") == before
    assert (town.path.parent / "secrets.env").read_text(encoding="utf-8") == kept


def test_a_channel_that_another_calls_is_not_removed(town: World) -> None:
    browser = town.signed_in(Role.TECHNICIAN)
    etag = browser.get("/api/v1/alert-channels").headers["etag"]
    caller = {
        "mqtt": {"host": "mq.example.fr"},
        "escalate_after_s": 60,
        "escalate_to": "poste",
    }
    etag = browser.put(
        "/api/v1/alert-channels/bus", json={"channel": caller}, headers={"if-match": etag}
    ).headers["etag"]
    refused = browser.delete("/api/v1/alert-channels/poste", headers={"if-match": etag})
    assert refused.status_code == 422
    assert "poste" in refused.text
    assert (
        browser.delete("/api/v1/alert-channels/bus", headers={"if-match": etag}).status_code == 204
    )
    assert list(load(town.path).site.notify) == ["poste"]


def test_a_secret_part_of_an_address_is_hidden(town: World) -> None:
    browser = town.signed_in(Role.TECHNICIAN)
    etag = browser.get("/api/v1/alert-channels").headers["etag"]
    url = "https://hooks.example.fr/parvis?token=s3cret"
    body = {"channel": {"webhook": {"url": url, "secret": "${HOOK}"}}}
    told = browser.put("/api/v1/alert-channels/hook", json=body, headers={"if-match": etag})
    assert "s3cret" not in told.text
    # What comes back hidden is left as it is.
    again = browser.put(
        "/api/v1/alert-channels/hook",
        json={"channel": told.json()["settings"] | {"severity": "critical"}},
        headers={"if-match": told.headers["etag"]},
    )
    assert again.status_code == 200
    held = load(town.path).site.notify["hook"]
    assert held.webhook is not None
    assert (held.webhook.url, held.severity) == (url, "critical")
    page = browser.get("/channels/hook").text
    assert "s3cret" not in page
    assert "hush" not in browser.get("/channels/poste").text
