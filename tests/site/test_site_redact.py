"""No secret survives, wherever it stands."""

import string
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.site.problems import Problem
from parvis.site.redact import redact
from parvis.site.secrets import (
    SecretMissingError,
    SecretsFileError,
    read_secrets,
    resolve,
    resolved_values,
)

# A password as cameras take them; long enough not to be found in a host name by chance.
passwords = st.text(
    st.sampled_from(string.ascii_letters + string.digits + "!$%()*+,-./:;=?@[]^_`{|}~#&\"'<>\\"),
    min_size=1,
    max_size=12,
).map(lambda tail: "Zq9" + tail)
schemes = st.sampled_from(["rtsp", "rtsps", "http", "https", "postgresql+psycopg"])
around = st.sampled_from(["", "cannot open ", "[tcp @ 0x55] error: ", "(", "url="])


@given(schemes, passwords, around)
def test_credentials_of_an_address(scheme: str, password: str, before: str) -> None:
    text = f"{before}{scheme}://admin:{password}@192.0.2.10:554/main: Connection refused"
    shown = redact(text)
    assert password not in shown and "Zq9" not in shown and "admin" not in shown
    assert "192.0.2.10:554/main: Connection refused" in shown
    assert redact(shown) == shown


@given(
    st.sampled_from(["token", "password", "pwd", "auth", "user", "key", "sig", "x"]),
    passwords.map(lambda word: quote(word, safe="")),
)
def test_parameters_of_an_address(name: str, secret: str) -> None:
    shown = redact(f"http://192.0.2.1/live.cgi?channel=2&{name}={secret}&subtype=1")
    assert secret not in shown
    assert "channel=2" in shown and "subtype=1" in shown


@given(st.sampled_from(["password", "PASSWD", "api_key", "Token", "client_secret"]), passwords)
def test_values_after_a_telling_name(name: str, secret: str) -> None:
    word = "".join(letter for letter in secret if letter.isalnum())
    for text in (f"{name}={word}", f"{name}: {word} and more", f'{{"{name}": "{word}"}}'):
        assert word not in redact(text)


@pytest.mark.parametrize("name", ["pass", "pw", "pwd", "passwd", "token", "auth", "key", "sid"])
@pytest.mark.parametrize("around", ["{}=hunter2", "rtsp://h/user=a_{}=hunter2", "open /{}=hunter2"])
def test_short_names_tell_too(name: str, around: str) -> None:
    assert "hunter2" not in redact(around.format(name))


def test_plain_words_stay() -> None:
    text = "2 passes: keyframe=1, bypass: on, monkey: 3"
    assert redact(text) == text


def test_headers_and_old_cameras() -> None:
    assert "c2VjcmV0" not in redact("Authorization: Basic c2VjcmV0OnNlY3JldA==")
    assert "eyJhbGciOi" not in redact("sent Bearer eyJhbGciOi.xx.yy to it")
    shown = redact("rtsp://192.0.2.1:554/user=admin_password=tlJwpbo6_channel=1.sdp")
    assert "tlJwpbo6" not in shown


@given(passwords, st.text(max_size=30), st.text(max_size=30))
def test_a_known_secret_is_hidden_in_any_text(secret: str, before: str, after: str) -> None:
    assert secret not in redact(before + secret + after, [secret]).replace("***", "\0")


@given(st.text(max_size=80))
def test_twice_changes_nothing_more(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@given(passwords)
def test_problems_hold_no_secret(password: str) -> None:
    from pathlib import Path

    text = f"rtsp://u:{password}@192.0.2.1/x"
    problem = Problem(Path("site.yaml"), 1, 1, text, text, text)
    assert "Zq9" not in str(problem) + repr(problem)


@given(passwords)
def test_a_resolved_password_is_one_part_of_its_address(password: str) -> None:
    from urllib.parse import unquote, urlsplit

    address = resolve("rtsp://user:${P}@192.0.2.10:554/main", {"P": password})
    parts = urlsplit(address)
    assert parts.hostname == "192.0.2.10" and parts.port == 554 and parts.path == "/main"
    assert unquote(parts.password or "") in (password, unquote(password))
    known = resolved_values("rtsp://user:${P}@192.0.2.10:554/main", {"P": password})
    assert "Zq9" not in redact(f"error at {address} / {password}", known)


def test_what_is_encoded_already_stays(tmp_path: object) -> None:
    source = "rtsp://${U}:${P}@h/${P}"
    assert resolve(source, {"U": "a", "P": "p%40ss"}) == "rtsp://a:p%40ss@h/p%40ss"
    assert resolve(source, {"U": "a", "P": "p@s"}) == "rtsp://a:p%40s@h/p@s"
    assert resolve("a.mp4", {}) == "a.mp4"


def test_missing_secrets_are_all_named() -> None:
    with pytest.raises(SecretMissingError, match="A, B"):
        resolve("rtsp://${A}:${B}@h/${A}", {})


def test_the_secrets_file(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "secrets.env"
    file.write_text("\ufeff# cameras\nA=1\nexport B = 'two words'\n\nC=\"x=y#z\"\r\nD=\n")
    assert read_secrets(file) == {"A": "1", "B": "two words", "C": "x=y#z", "D": ""}
    assert resolve("${A}", {}, file) == "1"
    assert resolve("${A}", {"A": "of the environment"}, file) == "of the environment"
    file.write_text("A=1\nhunter2\n")
    with pytest.raises(SecretsFileError, match=":2:") as caught:
        read_secrets(file)
    assert "hunter2" not in str(caught.value)
