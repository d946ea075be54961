"""A password typed on a screen ends in the secrets file, and comes back whole."""

import threading
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.site.keeping import keep_secret, known_secrets, secret_name, without_secrets
from parvis.site.redact import redact
from parvis.site.secrets import FILE_NAME, read_secrets, resolve

words = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=30)


@given(words)
def test_an_address_comes_back_as_it_was(word: str) -> None:
    typed = f"rtsp://admin:{quote(word, safe='')}@192.0.2.10:554/main?channel=1"
    kept, secrets = without_secrets(typed, "QUAI_{}".format)
    assert kept == "rtsp://admin:${QUAI_PASSWORD}@192.0.2.10:554/main?channel=1"
    assert resolve(kept, secrets) == typed


@given(
    words, st.sampled_from(["http://192.0.2.10/live?", "rtsp://u@192.0.2.10/a/", "rtsp://h/x?a=1&"])
)
@pytest.mark.parametrize(
    "name", ["pwd", "passwd", "pass", "password", "token", "authToken", "key", "loginpas", "PWD"]
)
def test_a_secret_among_the_parameters_is_taken_out(name: str, word: str, before: str) -> None:
    value = f"Zq9{quote(word, safe='')}"
    typed = f"{before}{name}={value}&channel=1"
    kept, secrets = without_secrets(typed, "QUAI_{}".format)
    assert kept == f"{before}{name}=${{QUAI_KEY}}&channel=1"
    assert secrets == {"QUAI_KEY": value}
    assert resolve(kept, secrets) == typed
    assert "Zq9" not in redact(f"cannot open {typed}")


@pytest.mark.parametrize(
    "address",
    ["rtsp://192.0.2.10/main", "rtsp://admin@192.0.2.10/", "clips/a.mp4", "/dev/video0"],
)
def test_what_has_no_password_stays(address: str) -> None:
    assert without_secrets(address, "X".format) == (address, {})


@pytest.mark.parametrize("word", ["1234/5", "12#34", "2024?", "a@b"])
def test_a_password_written_without_percent_signs_is_taken_whole(word: str) -> None:
    kept, secrets = without_secrets(f"rtsp://admin:{word}@192.0.2.10/main", "X".format)
    assert (kept, secrets) == ("rtsp://admin:${X}@192.0.2.10/main", {"X": word})


def test_a_reference_stays_a_reference() -> None:
    address = "rtsp://u:${QUAI_PASSWORD}@192.0.2.10/main?token=${QUAI_KEY}"
    assert without_secrets(address, "X".format) == (address, {})


@given(word=words)
def test_a_kept_secret_is_read_back(tmp_path_factory: pytest.TempPathFactory, word: str) -> None:
    folder = tmp_path_factory.mktemp("site")
    file = folder / FILE_NAME
    file.write_text("# mine\nOTHER=1", encoding="utf-8")
    keep_secret(folder, {}, "QUAI_PASSWORD", "before")
    keep_secret(folder, {}, "QUAI_PASSWORD", word)
    assert read_secrets(file) == {"OTHER": "1", "QUAI_PASSWORD": word}
    assert file.read_text(encoding="utf-8").startswith("# mine\n")
    assert file.stat().st_mode & 0o077 == 0


def test_secrets_kept_at_once_are_all_kept(tmp_path: Path) -> None:
    threads = [
        threading.Thread(target=keep_secret, args=(tmp_path, {}, f"NAME_{n}", str(n)))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert known_secrets(tmp_path, {}) == {f"NAME_{n}" for n in range(8)}


def test_names_are_free_and_sound() -> None:
    assert secret_name("quai-nord", "PASSWORD", ()) == "QUAI_NORD_PASSWORD"
    taken = {"QUAI_NORD_PASSWORD"}
    assert secret_name("quai_nord", "PASSWORD", taken) == "QUAI_NORD_PASSWORD_2"
    assert secret_name("2e-etage", "PASSWORD", ()) == "CAMERA_2E_ETAGE_PASSWORD"


def test_a_secret_of_several_lines_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="one line"):
        keep_secret(tmp_path, {}, "X", "a\nEVIL=1")
