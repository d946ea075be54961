"""Mail, broker and webhook against real servers: what arrives, and what is said when it fails."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from subprocess import run

import pytest
from receivers import (
    MailBox,
    broker,
    free_port,
    hook_receiver,
    mail_server,
    subscribed,
)
from telling import SECRET, Town
from typer.testing import CliRunner

from parvis.cli import app
from parvis.publish.carriers.carrying import CarryError
from parvis.publish.carriers.destinations import check_destination
from parvis.publish.carriers.webhook import WebhookCarrier
from parvis.publish.letter import Letter
from parvis.publish.trying import try_channel
from parvis.server.i18n import Words
from parvis.values.alerts import Severity, Step, Verdict

MAIL = """\
  poste:
    email:
      host: HOST
      port: PORT
      user: parvis
      password: ${MAIL_PASSWORD}
      from: parvis@example.fr
      to: [poste@example.fr, maire@example.fr]
"""


@pytest.fixture
def box(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[MailBox, int]]:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    with mail_server(certificate, "parvis", "p@ss/word") as held:
        yield held


def mail_town(folder: Path, port: int, host: str = "127.0.0.1") -> Town:
    return Town(folder, MAIL.replace("PORT", str(port)).replace("HOST", host))


def tried(town: Town, name: str = "poste") -> str:
    return try_channel(town.loaded(), name, Words, town.now_s)


def refused(town: Town, name: str = "poste") -> tuple[str, str]:
    with pytest.raises(CarryError) as error:
        tried(town, name)
    return str(error.value), str(error.value.remedy)


def test_mails_of_one_alert_are_one_thread_over_tls(
    box: tuple[MailBox, int], tmp_path: Path
) -> None:
    mailbox, port = box
    town = mail_town(tmp_path, port)
    alert_id = town.raise_alert()
    town.tell("poste")
    town.follow(alert_id, Step.ROSE, Severity.CRITICAL, 1)
    town.tell("poste", 1)
    town.judge(alert_id, Verdict.CONFIRMED)
    town.tell("poste", 12)
    first, _, third = mailbox.mails
    assert mailbox.over_tls == [True] * 3
    assert mailbox.to[0] == ["poste@example.fr", "maire@example.fr"]
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 3
    assert len({mail["References"] for mail in mailbox.mails}) == 1
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Subject"] == (
        "[Ville d'exemple] A-1 Vigilance · Densité haute, Quai <Nord> (Terrasse)"
    )
    plain = first.get_body(("plain",))
    html = first.get_body(("html",))
    assert plain is not None and html is not None
    text = plain.get_content()
    assert "Non vérifié par une personne." in text
    assert "Prévenir le poste." in text
    assert "https://parvis.example.fr/alerts/run1-1" in text
    assert "Quai &lt;Nord&gt;" in html.get_content()
    assert [part.get_content_maintype() for part in first.walk()] == ["multipart", "text", "text"]
    said = third.get_body(("plain",))
    assert said is not None and "Confirmé par une personne." in said.get_content()
    town.store.close()


def test_a_mail_server_that_says_no_is_told_in_plain_words(
    box: tuple[MailBox, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox, port = box
    town = mail_town(tmp_path, port)
    assert re.fullmatch(r"test-[0-9a-f]{16}/poste", tried(town))
    assert mailbox.mails[0]["Subject"] == "[Ville d'exemple] Essai des notifications"
    mailbox.refuse = "554 no"
    assert refused(town)[0] == "127.0.0.1 refuses the message (554)"
    monkeypatch.setenv("MAIL_PASSWORD", "wrong-password")
    assert refused(town)[0] == "127.0.0.1 does not accept user and password (535)"
    monkeypatch.delenv("SSL_CERT_FILE")
    assert "certificate of 127.0.0.1 is not trusted" in refused(town)[0]
    text = town.path.read_text(encoding="utf-8")
    town.path.write_text(text.replace(str(port), str(free_port())), encoding="utf-8")
    assert refused(town) == (
        "127.0.0.1 refuses the connection",
        "check the port, and that the server runs",
    )
    town.store.close()


def test_a_mail_server_may_speak_tls_from_the_beginning(
    certificate: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    with mail_server(certificate, "parvis", "p@ss/word", starttls=False) as (mailbox, port):
        town = Town(
            tmp_path, MAIL.replace("PORT", str(port)).replace("HOST", "localhost\n      tls: tls")
        )
        tried(town)
        assert len(mailbox.mails) == 1
        text = town.path.read_text(encoding="utf-8").replace("tls: tls", "tls: starttls")
        town.path.write_text(text, encoding="utf-8")
        with monkeypatch.context() as patch:
            patch.setattr("parvis.publish.carriers.email.TIMEOUT_S", 1.0)
            assert "localhost" in refused(town)[0]
        town.store.close()


MQTT = """\
  poste:
    mqtt: {host: 127.0.0.1, port: PORT, tls: none, topic: ville/alertes,
           user: u, password: "${BROKER_PASSWORD}"}
"""


def test_a_broker_takes_each_message_once_and_keeps_none(tmp_path: Path) -> None:
    passwords = tmp_path / "passwords"
    made = run(
        ["mosquitto_passwd", "-c", "-b", str(passwords), "u", "b<rok&er"],
        check=False,
        capture_output=True,
    )
    assert made.returncode == 0, made.stderr
    with broker(tmp_path, f"allow_anonymous false\npassword_file {passwords}") as port:
        town = Town(tmp_path, MQTT.replace("PORT", str(port)))
        login = ("u", "b<rok&er")
        with subscribed(port, "ville/alertes", login) as came:
            alert_id = town.raise_alert()
            assert town.tell("poste") == 1
            assert town.tell("poste") == 0
            asyncio.run(asyncio.sleep(0.3))
        ((payload, qos, retained),) = came
        assert (payload["id"], qos, retained) == (f"{alert_id}/warn/poste", 1, False)
        assert payload["type"] == "alert.raised"
        with subscribed(port, "ville/alertes", login) as later:
            asyncio.run(asyncio.sleep(0.3))
        assert later == []
        (tmp_path / "secrets.env").write_text("BROKER_PASSWORD=wrong\n", encoding="utf-8")
        said, remedy = refused(town)
        assert said.startswith("127.0.0.1 refuses: ")
        assert remedy == "check user, password and the broker's rights"
    assert refused(town)[0] == "127.0.0.1 refuses the connection"
    town.store.close()


def test_a_broker_over_tls_is_trusted_by_its_certificate(
    certificate: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cert, key = certificate
    rights = f"allow_anonymous true\ncertfile {cert}\nkeyfile {key}"
    with broker(tmp_path, rights) as port:
        town = Town(tmp_path, f"  poste:\n    mqtt: {{host: localhost, port: {port}}}\n")
        assert "certificate of localhost is not trusted" in refused(town)[0]
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
        tried(town)
        town.store.close()


def test_a_broker_that_comes_back_gets_what_waited(tmp_path: Path) -> None:
    port = free_port()
    town = Town(tmp_path, f"  poste:\n    mqtt: {{host: 127.0.0.1, port: {port}, tls: none}}\n")
    alert_id = town.raise_alert()
    assert town.tell("poste") == 1
    with broker(tmp_path, port=port), subscribed(port, "parvis/alerts") as came:
        assert town.tell("poste", 10) == 1
        asyncio.run(asyncio.sleep(0.3))
    assert [payload["id"] for payload, _, _ in came] == [f"{alert_id}/warn/poste"]
    town.store.close()


HOOK = """\
  poste:
    webhook: {url: "URL", secret: "${HOOK_SECRET}"}
"""


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (401, "127.0.0.1 does not accept the signature (401)"),
        (404, "127.0.0.1 knows no such path (404)"),
        (302, "127.0.0.1 sends elsewhere (302)"),
        (422, "127.0.0.1 refuses the message (422)"),
        (500, "127.0.0.1 answers 500"),
    ],
)
def test_a_webhook_that_fails_says_why(tmp_path: Path, answer: int, said: str) -> None:
    with hook_receiver(SECRET) as hook:
        town = Town(tmp_path, HOOK.replace("URL", hook.url))
        hook.answer = answer
        assert refused(town)[0] == said
        assert len(hook.ids) == 1
        town.store.close()


@pytest.mark.parametrize("url", ["http://127.0.0.1:x9/s3cret", "http://[s3cret", "s3cret://x"])
def test_an_address_that_cannot_be_read_is_told_without_its_secret(url: str) -> None:
    letter = Letter("test-1/poste", "test-1/poste", "Essai", ("Essai",), payload={"id": "test-1"})
    with pytest.raises(CarryError) as caught:
        WebhookCarrier(url, SECRET).carry([letter], lambda _letter, _why: None)
    assert "s3cret" not in f"{caught.value}{caught.value.remedy}"


@pytest.mark.law(10)
def test_nothing_is_sent_to_where_a_machine_gets_its_credentials(tmp_path: Path) -> None:
    for host in ("169.254.169.254", "2852039166", "metadata.google.internal", "224.0.0.1"):
        with pytest.raises(CarryError, match="reserved, or gives out credentials"):
            check_destination(host)
    check_destination("127.0.0.1")
    check_destination("no-such-host.invalid")


def test_the_command_sends_a_test_and_says_what_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hook_receiver(SECRET) as hook:
        town = Town(tmp_path, HOOK.replace("URL", hook.url))
        ask = ["notify", "test", "--site", str(town.path), "--channel"]
        done = CliRunner().invoke(app, [*ask, "poste"])
        assert done.exit_code == 0, done.output
        assert hook.bodies[0]["type"] == "test"
        assert hook.ids[0] in done.output
        unknown = CliRunner().invoke(app, [*ask, "autre"])
        assert unknown.exit_code == 1
        assert "name one of notify: poste" in unknown.output
        (tmp_path / "secrets.env").write_text("OTHER=1\n", encoding="utf-8")
        unset = CliRunner().invoke(app, [*ask, "poste"])
        assert "the secret HOOK_SECRET is not set" in unset.output
        monkeypatch.setenv("HOOK_SECRET", "whsec_short")
        short = CliRunner().invoke(app, [*ask, "poste"])
        assert "openssl rand -base64 32" in short.output
        assert "whsec_short" not in short.output
        town.store.close()
