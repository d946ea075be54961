"""*Notifications*: added, tried on a real receiver, changed, removed; no secret is shown."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from looking import OpenPage, violations
from playwright.sync_api import expect
from standardwebhooks import Webhook
from town import Town

from parvis.site import load

pytestmark = pytest.mark.machine

WAYS = ("email", "webhook", "mqtt")


class Receiver:
    """A program that takes webhooks signed with ``secret``, on loopback."""

    def __init__(self) -> None:
        self.secret, self.came = "", 0
        held = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                try:
                    Webhook(held.secret).verify(body, dict(self.headers.items()))
                    held.came += 1
                    self.send_response(204)
                except Exception:
                    self.send_response(401)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver, until the test is over."""
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_channels_are_accessible(
    town: Town, open_page: OpenPage, kept_file: Path, width: int, theme: Any
) -> None:
    page = open_page(width, color_scheme=theme, bypass_csp=True)
    wrong = {}
    page.goto(f"{town.url}/channels")
    wrong["empty"] = violations(page)
    assert "Personne n’est prévenu" in page.inner_text(".answer")
    for way in WAYS:
        page.goto(f"{town.url}/channels/new?by={way}")
        page.evaluate("for (const one of document.querySelectorAll('.fold')) one.open = true")
        wrong[way] = violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    two_channels(kept_file)
    page.goto(f"{town.url}/channels")
    wrong["list"] = violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(f"{town.url}/channels/poste")
    wrong["one"] = violations(page)
    page.click("button[value=try]")
    page.wait_for_selector("#tried")
    wrong["tried"] = violations(page)
    assert {address: found for address, found in wrong.items() if found} == {}


def two_channels(path: Path) -> None:
    """A control room by e-mail that escalates to a broker."""
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text
        + "notify:  # who is told\n"
        + "  poste:\n"
        + "    email:\n"
        + "      host: 127.0.0.1\n"
        + "      port: 1\n"
        + "      tls: none\n"
        + "      from: parvis@example.fr\n"
        + "      to: [chef@example.fr, nuit@example.fr]   # by turns\n"
        + "    quiet: {hours: [{from: '22:00', to: '07:00'}]}\n"
        + "    escalate_after_s: 300\n"
        + "    escalate_to: astreinte\n"
        + "  astreinte: {mqtt: {host: 127.0.0.1, port: 1, tls: none}, severity: never}\n",
        encoding="utf-8",
    )


def test_a_webhook_from_nothing_to_a_message_taken(
    town: Town, open_page: OpenPage, kept_file: Path, receiver: Receiver
) -> None:
    page = open_page(1280)
    page.goto(f"{town.url}/rules")
    page.click(".sides a[href='/channels']")
    page.click("a[href='/channels/new?by=webhook']")
    page.fill("#name", "tableau")
    page.fill("#url", receiver.url)
    page.click("[data-make]")
    receiver.secret = page.inner_text("[data-made]")
    assert receiver.secret.startswith("whsec_")
    page.select_option("#severity", "alarm")
    page.click("button[value=save]")
    page.wait_for_url("**/channels/tableau*")
    page.click("button[value=try]")
    expect(page.locator("#tried")).to_contain_text("Cela fonctionne", timeout=15_000)
    assert receiver.came == 1
    # The secret stands in the secrets file, and on no page any more.
    assert receiver.secret not in page.content()
    assert "TABLEAU_SECRET" in page.inner_text("#secret-help")
    assert receiver.secret not in kept_file.read_text(encoding="utf-8")
    secrets = kept_file.parent / "secrets.env"
    assert receiver.secret in secrets.read_text(encoding="utf-8")
    # Changed without typing it again, it stays.
    page.select_option("#severity", "critical")
    page.click("button[value=save]")
    page.wait_for_selector(".note.good")
    page.click("button[value=try]")
    expect(page.locator("#tried")).to_contain_text("Cela fonctionne", timeout=15_000)
    assert receiver.came == 2
    # A receiver that knows another secret says so.
    receiver.secret = "whsec_" + "QUJD" * 12
    page.click("button[value=try]")
    expect(page.locator("#tried")).to_contain_text("n’accepte pas la signature", timeout=15_000)
    expect(page.locator("#tried")).to_be_focused()
    page.click(".leave summary")
    page.click("button[value=remove]")
    page.wait_for_url("**/channels")
    assert load(kept_file).site.notify == {}


def test_quiet_hours_and_escalation_keep_the_comments(
    town: Town, open_page: OpenPage, kept_file: Path
) -> None:
    two_channels(kept_file)
    # Without a script all of it works as well.
    page = open_page(1280, java_script_enabled=False)
    page.goto(f"{town.url}/channels")
    said = page.inner_text("tr:has(a[href='/channels/poste'])").replace("\u00a0", " ")
    assert "2 adresses par 127.0.0.1" in said
    assert "Calme de 22:00 à 07:00" in said
    assert "après 5 min" in said
    page.goto(f"{town.url}/channels/poste")
    page.fill("[name=quiet_start_1]", "12:00")
    page.fill("[name=quiet_end_1]", "13:30")
    page.select_option("[name=then]", "drop")
    page.fill("[name=escalate_after]", "2.5")
    page.click("button[value=diff]")
    assert "escalate_after_s: 150" in page.inner_text(".diff")
    page.click("button[value=save]")
    page.wait_for_url("**told=saved")
    held = load(kept_file).site.notify["poste"]
    assert held.quiet is not None
    assert (len(held.quiet.hours), held.quiet.then) == (2, "drop")
    assert held.escalate_after_s == 150.0
    text = kept_file.read_text(encoding="utf-8")
    assert "# who is told" in text
    assert "# by turns" in text
    # A mistake comes back with what was typed, and nothing is written.
    page.fill("#to", "chef@example.fr\npas une adresse")
    page.click("button[value=save]")
    assert page.is_visible("#summary")
    assert "pas une adresse" in page.input_value("#to").replace("\n", " ")
    assert kept_file.read_text(encoding="utf-8") == text


def test_a_failing_test_says_why_on_a_phone(
    town: Town, open_page: OpenPage, kept_file: Path
) -> None:
    two_channels(kept_file)
    page = open_page(390)
    page.goto(f"{town.url}/channels/astreinte")
    page.click("button[value=try]")
    told = page.locator("#tried")
    expect(told).to_contain_text("127.0.0.1 refuse la connexion", timeout=15_000)
    expect(told).to_contain_text("vérifiez le port")
