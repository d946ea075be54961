"""Channels in site.yaml: what is refused, with what remedy, and where secrets may not stand."""

from pathlib import Path

import pytest

from parvis.site import load
from parvis.site.check import check

HEAD = """\
site: {name: Ville}
cameras:
  quai: {label: Quai, source: "rtsp://192.0.2.10/main"}
rules:
  dense: {kind: density}
notify:
"""
MAIL = "email: {host: smtp.example.fr, from: a@example.fr, to: [b@example.fr]}"
HOOK = 'webhook: {url: "https://hooks.example.fr/${PART}", secret: "${HOOK}"}'


def said(folder: Path, channel: str, env: dict[str, str] | None = None) -> list[str]:
    path = folder / "site.yaml"
    lines = "".join(f"    {line}\n" for line in channel.splitlines())
    path.write_text(f"{HEAD}  poste:\n{lines}", encoding="utf-8")
    return [f"{one.key}: {one.message}" for one in check(path, env or {})]


@pytest.mark.parametrize("way", [MAIL, HOOK, "mqtt: {host: mqtt.example.fr}"])
def test_each_way_to_tell_is_sound_by_itself(tmp_path: Path, way: str) -> None:
    assert said(tmp_path, way, {"PART": "x", "HOOK": "y"}) == []


@pytest.mark.parametrize(
    ("channel", "problem"),
    [
        ("severity: warn", "a channel is one of email, webhook and mqtt"),
        (f"{MAIL}\n{HOOK}", "a channel is one of email, webhook and mqtt"),
        (f"{MAIL}\nescalate_after_s: 60", "an escalation says after how long, and to whom"),
        (
            f"{MAIL}\nescalate_after_s: 60\nescalate_to: personne",
            "there is no other channel 'personne'",
        ),
        (
            f"{MAIL}\nescalate_after_s: 60\nescalate_to: poste",
            "there is no other channel 'poste'",
        ),
        (f"{MAIL}\nrules: [foule]", "there is no rule 'foule'"),
        (f"{MAIL}\non: [gare]", "there is no camera 'gare'"),
        (MAIL.replace("b@", "b at "), "this is not an e-mail address"),
        (MAIL.replace("smtp.example.fr", "169.254.169.254"), "nothing is sent to this address"),
        ("mqtt: {host: metadata.google.internal}", "nothing is sent to this address"),
        ("mqtt: {host: m.example.fr, topic: 'a/#'}", "this is not a topic to publish to"),
        (HOOK.replace("https:", "http:"), "alerts would cross the network in clear"),
        (HOOK.replace("https://", "https://u:p@"), "this is not the address of a webhook"),
        (HOOK.replace("hooks.example.fr", "2852039166"), "nothing is sent to this address"),
        (HOOK.replace("hooks.example.fr", "${HOST}"), "this is not the address of a webhook"),
        (HOOK.replace('"${HOOK}"', "whsec_inclear"), "a secret does not stand in the file"),
        (
            "mqtt: {host: m.example.fr, tls: none, user: u, password: '${P}'}",
            "the password would cross the network in clear",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_place(
    tmp_path: Path, channel: str, problem: str
) -> None:
    found = said(tmp_path, channel, {"PART": "x", "HOOK": "y", "P": "z"})
    assert any(one.startswith("notify.poste") and problem in one for one in found), found
    assert "whsec_inclear" not in str(found)


def test_a_secret_that_is_not_set_is_named(tmp_path: Path) -> None:
    assert said(tmp_path, HOOK, {"PART": "x"}) == [
        "notify.poste.webhook.secret: the secret HOOK is not set"
    ]


def test_this_machine_may_be_told_in_clear(tmp_path: Path) -> None:
    local = 'webhook: {url: "http://127.0.0.1:9000/x", secret: "${HOOK}"}'
    assert said(tmp_path, local, {"HOOK": "y"}) == []


def test_ready_made_rules_may_be_named_where_none_is_declared(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    text = HEAD.replace("rules:\n  dense: {kind: density}\n", "")
    path.write_text(f"{text}  poste:\n    {MAIL}\n    rules: [camera_health]\n", encoding="utf-8")
    assert load(path).site.notify["poste"].rules == ("camera_health",)
