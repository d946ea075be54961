"""The state of channels over the API: what the outbox says of them, and nothing of who is told."""

from dataclasses import replace

from server_world import NOON_S, World
from test_server_alerts import raised

from parvis.policy.terms import Role
from parvis.publish.notifier import Notifier
from parvis.server.i18n import Words
from parvis.site import load

CHANNEL = """
notify:
  poste:
    mqtt: {host: 127.0.0.1, port: 1, tls: none}
    severity: watch
    quiet: {hours: [{days: [sun], from: "00:00", to: "00:01"}]}
"""


def test_a_channel_that_fails_says_so(demonstration: World) -> None:
    world = demonstration
    text = world.path.read_text(encoding="utf-8")
    world.path.write_text(text + CHANNEL, encoding="utf-8")
    world.site.take(load(world.path))
    notifier = Notifier(world.store, world.site.loaded, world.hub.gate, dict, Words, lambda: NOON_S)
    raised(world)
    notifier.gather()
    assert notifier.round("poste") == 1
    world.app.state.services = replace(world.hub, channels=notifier.states)
    browser = world.signed_in(Role.TECHNICIAN)
    (found,) = browser.get("/api/v1/alert-channels").json()["channels"]
    assert (found["name"], found["by"], found["waiting"], found["failures"]) == (
        "poste", "mqtt", 1, 1,
    )  # fmt: skip
    assert found["failure"] == "127.0.0.1 refuses the connection"
    assert (found["sent_s"], found["failed_s"]) == (None, NOON_S)
    page = browser.get("/health", headers={"accept-language": "fr"}).text
    assert "Notifications, canal poste" in page
    assert "127.0.0.1 refuse la connexion" in page
    assert "parvis notify test --channel poste" in page
    assert 'parvis_notifications_failures{channel="poste"} 1.0' in browser.get("/metrics").text
    assert world.signed_in(Role.VIEWER).get("/api/v1/alert-channels").status_code == 403
